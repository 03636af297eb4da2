"""The commands about rules: their catalogue, its coverage of the source, what is exported."""

import csv
import io
import json

from tests.test_cli import run


def test_coverage_is_counted_by_section() -> None:
    rows = list(csv.DictReader(io.StringIO(run("rules", "list", "--coverage", "--format", "csv").stdout)))
    sections = {r["section"]: r for r in rows}
    assert sections["Enrollment"]["statements"] == "39"
    assert sections["Enrollment"]["checked"] == "37"
    assert sections["Enrollment"]["elsewhere"] == "2"
    assert int(sections["Enrollment"]["cases"]) > 200
    for column in ("statements", "checked", "process", "rules", "cases"):
        assert int(rows[-1][column]) == sum(int(r[column]) for r in rows[:-1]), column
    assert json.loads(run("rules", "list", "--coverage", "--format", "json").stdout)[-1]["section"] == "all"


def test_coverage_is_of_whole_rulebooks() -> None:
    assert "leave out --section" in run("rules", "list", "--coverage", "--section", "ENR", status=2).stderr


def test_the_export_says_how_far_a_rule_goes_and_what_it_stands_for() -> None:
    rules = {r["rule_id"]: r for r in json.loads(run("rules", "export", "--format", "json").stdout)}
    told = ("status", "severity", "kind", "section", "source", "executable", "statements", "cases")
    assert all(rules["IL-ENR-010"][field] for field in told)
    assert "note" in rules["IL-ENR-010"] and "years" in rules["IL-ENR-010"]
    silent = rules["IL-EXIT-020"]
    assert (silent["status"], silent["section"], silent["cases"]) == ("not_executable", "Exit Enrollment", "")
    assert silent["statements"].isdigit()
    assert all(
        int(r["cases"]) >= 3 for r in rules.values() if r["rule_id"].startswith("IL-") and r["status"] == "active"
    )


def test_plausibility_rules_stand_apart() -> None:
    rules = json.loads(run("rules", "list", "--section", "Plausibility", "--format", "json").stdout)
    assert len(rules) > 8
    assert {r["severity"] for r in rules} == {"warning"}
    assert all(r["id"].startswith("SA-") for r in rules)
    shown = " ".join(run("rules", "show", "SA-SID-001").stdout.split())
    assert "Plausibility: One person has one SID. A check of this program" in shown
    assert "“" not in shown
