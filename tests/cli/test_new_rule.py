"""``sis-audit new-rule``: two files that run as they stand."""

import re
from pathlib import Path

import pytest
import yaml

from audit import new_rule
from audit.own_rules import with_rules
from audit.rulebook import Rulebook
from tests.rules.harness import Bench, _case, judge
from tests.test_cli import run

EXTRACT = """sid,home_rcdts,serving_rcdts,school_year,entry_grade_level,entry_type_code
100000001,990010010260001,990010010260001,2019,05,
100000002,990010010260001,990010010260001,2019,05,02
"""


def test_every_section_gets_rules_that_run_and_cases_that_hold(illinois: Rulebook, tmp_path: Path) -> None:
    sections = sorted({rule.section for rule in illinois.rules.values() if rule.id.startswith("IL-")})
    assert len(sections) > 5
    for section in sections:
        for row in (False, True):
            rule_id, files = new_rule.write([illinois], section, tmp_path, row=row)
            assert [f.name for f in files] == [f"{rule_id}.sql", f"{rule_id}.cases.yaml"]
    book = with_rules(illinois, tmp_path)
    bench = Bench(book, tmp_path / "bench")
    own = [rule for rule in book.rules.values() if rule.user]
    assert len(own) == 2 * len(sections)
    for rule in own:
        given = yaml.safe_load((tmp_path / f"{rule.id}.cases.yaml").read_text("utf-8"))
        cases = [_case(book.name, rule.id, c) for c in given]
        assert {bool(c.finds) for c in cases} == {True, False}
        assert [judge(bench, rule, c) for c in cases] == [""] * len(cases), rule.id


def test_a_new_rule_is_found_by_the_next_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("extract").mkdir()
    Path("extract/enrollment.csv").write_text(EXTRACT, "utf-8")
    said = run("new-rule", "enr", "--row").stdout
    assert said.startswith("Wrote my-rules/MY-ENR-001.sql and my-rules/MY-ENR-001.cases.yaml.")
    step = re.search(r"sis-audit (explain \S+) EXTRACT (\S+ \S+)", said)
    assert step
    words = [*step[1].split(), "extract", *step[2].split(), "--as-of", "2018-11-30"]
    assert "findings: findings 1, records judged 2, undetermined 0" in run(*words).stdout


def test_ids_go_on_and_nothing_is_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run("new-rule", "ENR", "--rules", "own")
    first = Path("own/MY-ENR-001.sql").read_text("utf-8")
    Path("own/renamed.sql").write_text(first.replace("MY-ENR-001", "MY-ENR-002"), "utf-8")
    assert "MY-ENR-003" in run("new-rule", "Enrollment", "--rules", "own").stdout
    assert "MY-DEMO-001" in run("new-rule", "demographics", "--rules", "own").stdout
    assert Path("own/MY-ENR-001.sql").read_text("utf-8") == first
    Path("sis-audit.toml").write_text('rules = "own"\n')
    assert "own/MY-ENR-004.sql" in run("new-rule", "ENR").stdout


def test_sections_that_are_not_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "'course' may be CCA (College Course Assignment)" in run("new-rule", "course", status=2).stderr
    assert "no section 'enrolment'. Nearest: enrollment. Known: " in run("new-rule", "enrolment", status=2).stderr
    Path("file").write_text("")
    assert "can't write in file" in run("new-rule", "ENR", "--rules", "file", status=2).stderr
    assert list(Path().iterdir()) == [Path("file")]
