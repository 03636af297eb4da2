"""``--viewer``: what is written and counted is what the viewer may see, neither more nor less."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import gzip
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from audit import measuring, run
from audit.errors import CLEAN, FINDINGS, NO_VERDICT, UserError
from audit.progress import Silent
from audit.rulebook import Rulebook
from audit.settings import Options, resolve
from tests.engine import sights

A1, A2, AZ = "010010010260001", "010010010260002", "010010010260000"
B1, BZ = "020020020260001", "020020020260000"


@dataclass(frozen=True)
class Seen:
    """The results of a run."""

    out: Path
    result: run.Result

    def csv(self, name: str) -> list[dict[str, str]]:
        with (self.out / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @property
    def findings(self) -> list[dict[str, str]]:
        return self.csv("exceptions.csv")

    def found(self, rule: str) -> list[dict[str, str]]:
        return [f for f in self.findings if f["rule_id"] == rule]

    @property
    def outcomes(self) -> dict[str, dict[str, str]]:
        return {r["rule_id"]: r for r in self.csv("rule_results.csv")}

    def query(self, sql: str) -> list[Any]:
        with duckdb.connect(str(self.out / "audit.duckdb"), read_only=True) as database:
            return database.execute(sql).fetchall()

    def everything(self) -> str:
        """All that was written, as text: also what the page carries packed and the tables of the database hold."""
        texts = [p.read_text("utf-8") for p in self.out.rglob("*") if p.suffix in (".csv", ".json", ".html")]
        packed = re.search(r'id="data">([^<]*)<', (self.out / "report" / "index.html").read_text("utf-8"))
        assert packed
        texts.append(gzip.decompress(base64.b64decode(packed[1])).decode())
        for (name,) in self.query("select table_name from information_schema.tables"):
            texts.append(repr(self.query(f'from "{name}"')))
        return "\n".join(texts)


Check = Callable[..., Seen]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Checks an extract: a world, or tables as CSV text (``name.csv`` or another file name)."""
    made = iter(range(100))

    def go(given: sights.World | dict[str, str], viewer: str | None = None, role: str = "home", **more: Any) -> Seen:
        number = next(made)
        folder = tmp_path / f"in{number}"
        if isinstance(given, sights.World):
            given.write(folder)
        else:
            folder.mkdir()
            for name, text in given.items():
                (folder / (name if "." in name else f"{name}.csv")).write_text(text.strip() + "\n", "utf-8")
        out = tmp_path / f"out{number}"
        scope = {"viewer": viewer, "role": role} if viewer else {}
        options = Options(extract=folder, out=out, as_of=dt.date(2018, 11, 30), **scope, **more)
        return Seen(out, run.check(options, Silent()))

    return go


# ---------------------------------------------------------------------------------------------------------------------
# Random worlds


def place(finding: dict[str, str]) -> tuple[str, int]:
    return finding["file_name"], int(finding["line_number"] or 0)


def told(finding: dict[str, str]) -> tuple[str, ...]:
    return tuple(finding[c] for c in ("rule_id", "table_name", "exception_key", "file_name", "line_number"))


@pytest.mark.parametrize("seed", range(3))
def test_a_viewer_gets_what_the_judge_grants(seed: int, check: Check, illinois: Rulebook) -> None:
    world = sights.world(seed)
    judge, whole = sights.Judge(world), check(world)
    by_place = {(r.file, r.line): r for r in world.rows}
    assert len({f["rule_id"] for f in whole.findings}) > 50

    for role in sights.ROLES:
        viewer = sights.SCHOOLS[(seed * 4 + sights.ROLES.index(role)) % len(sights.SCHOOLS)]

        def granted(row: sights.Row, table: str = "", viewer: str = viewer, role: str = role) -> bool:
            return judge.sees(viewer, role, row, table)

        seen = check(world, viewer, role)
        rows = {p: r for p, r in by_place.items() if granted(r)}

        # the findings: those of the whole run on rows that are granted, no other and none changed beyond recognition
        on_rows = [f for f in whole.findings if f["line_number"]]
        expected = sorted(told(f) for f in on_rows if granted(by_place[place(f)], f["table_name"]))
        assert sorted(told(f) for f in seen.findings) == expected
        assert seen.query("select count(*) from exceptions") == [(len(expected),)]
        assert seen.query("select count(*) from audit_result") == [(len(expected),)]

        # no school, no student of a hidden row
        schools = {r[c] for r in rows.values() for c in r.values if c.endswith("_rcdts")} | {None, ""}
        prenatal = {f"{r['home_rcdt']}0000" for r in rows.values() if r.table == "prenatal"}
        for finding in seen.findings:
            assert {finding["home_rcdts"], finding["serving_rcdts"]} <= schools | prenatal
        named = {r[c] for r in rows.values() for c in ("sid", "sid_keep", "sid_delete")}
        text = seen.everything()
        everybody = {r.student for r in world.rows if r.student}
        assert everybody - named, "a world in which nobody is hidden shows nothing"
        assert [s for s in everybody - named if s in text] == []

        # the counts
        tables = dict(seen.query("select table_name, rows from checked_tables"))
        for table in sights.COLUMNS:
            assert tables[table] == sum(r.table == table for r in rows.values()), table
        exits = [r for r in by_place.values() if r.table == "enrollment" and (r["exit_date"] or r["exit_type_code"])]
        assert tables["exit_enrollment"] == sum(granted(r, "exit_enrollment") for r in exits)
        document = json.loads((seen.out / "run.json").read_text("utf-8"))
        checked = {f["path"]: f["rows_checked"] for f in document["inputs"]}
        in_file = {f: sum(r.file == f for r in rows.values()) for f in {r.file for r in world.rows}}
        assert checked == {f: n for f, n in in_file.items() if n}
        for rule_id, outcome in seen.outcomes.items():
            assert int(outcome["findings"]) == len(seen.found(rule_id))
            assert int(outcome["population"]) <= int(whole.outcomes[rule_id]["population"])
            rule = illinois.rules.get(rule_id)
            if rule:
                there = sum(tables.get(part.table, 0) for part in rule.parts)
                assert max(int(outcome[c]) for c in ("findings", "undetermined", "population")) <= there
            elif rule_id.startswith("KEY-") and outcome["status"] != "not_run":
                table = rule_id.removeprefix("KEY-")
                own = exits if table == "exit_enrollment" else rows.values()
                shown = [r for r in own if table in (r.table, "exit_enrollment") and granted(r, table)]
                keys = [tuple(r[c] for c in illinois.tables[table].key) for r in shown]
                doubled = sum(None not in k for k in keys) - len({k for k in keys if None not in k})
                assert int(outcome["population"]) == tables.get(table, 0) - doubled
        assert int(seen.outcomes["IL-TCAE-003"]["population"]) == tables["teacher_course_assignment"]


# ---------------------------------------------------------------------------------------------------------------------
# Grants, one by one

ENROLLMENT = "sid,home_rcdts,serving_rcdts,school_year,enrollment_date,percent_day_attended,exit_date,exit_type_code"
COURSE = "sid,home_rcdts,serving_rcdts,school_year,state_course_code,local_course_id,section_number,term_code"


def enrolled(*rows: str) -> str:
    """Enrollments of 2019; ``sid,home,serving`` and, if exited, ``,exit date``."""
    lines = []
    for row in rows:
        sid, home, serving, *left = row.split(",")
        lines.append(f"{sid},{home},{serving},2019,2018-08-20,1.50,{left[0] if left else ''},{'01' if left else ''}")
    return "\n".join([ENROLLMENT, *lines])


@pytest.mark.parametrize("table", sights.COURSES)
@pytest.mark.parametrize(
    ("viewer", "role", "home", "exit_day", "shown"),
    [
        (A1, "home", A1, ",2018-10-01", 1),  # its own row, whatever became of the student
        (A1, "home", B1, "", 1),  # of a former district: the student is enrolled here now
        (AZ, "home", B1, "", 1),
        (A2, "home", B1, "", 0),  # in another school of the district
        (A1, "home", B1, ",2018-10-01", 0),  # no longer enrolled
        (A1, "serving", B1, "", 0),  # the grant of the current home school is not one of the serving school
        (B1, "serving", B1, "", 1),
        (BZ, "serving", B1, "", 1),
    ],
)
def test_courses_of_former_schools(
    check: Check, table: str, viewer: str, role: str, home: str, exit_day: str, shown: int
) -> None:
    course = f"{COURSE}\ns1,{home},{B1},2016,99999A999,A,1,S1"
    seen = check({table: course, "enrollment": enrolled(f"s1,{A1},{A1}{exit_day}")}, viewer, role)
    assert seen.query(f"select rows from checked_tables where table_name = '{table}'") == [(shown,)]


def test_rows_without_a_home_school_follow_the_student(check: Check) -> None:
    here, gone, before = f"s1,{A1},{A1}", f"s1,{B1},{B1},2018-10-01", f"s2,{B1},{B1},2018-09-01"
    tables = {
        "student": "sid,legal_first_name\ns1,A1\ns2,A1\ns3,A1",
        "enrollment": enrolled(here, gone, before, f"s2,{A1},{A1},2018-10-01"),
    }
    assert [f["sid"] for f in check(tables, A1).found("IL-DEMO-006")] == ["s1", "s2"]
    assert [f["sid"] for f in check(tables, B1).found("IL-DEMO-006")] == []
    assert [f["sid"] for f in check(tables, A1, "serving").found("IL-DEMO-006")] == []


def test_what_its_own_district_sent(check: Check) -> None:
    sent = enrolled(f"s1,{B1},{B1}").replace("exit_type_code", "exit_type_code,submitter_rcdt")
    tables = {"enrollment": sent.replace("1.50,,", f"1.50,,,{A1[:11]}")}
    for role in sights.ROLES:
        assert [f["sid"] for f in check(tables, A2, role).found("IL-ENR-010")] == ["s1"]
    assert check(tables, B1, "service_provider").findings == []


def test_the_extract_counts_as_sent_by_the_submitter_its_base_does_not(check: Check, tmp_path: Path) -> None:
    base = tmp_path / "base"
    base.mkdir()
    (base / "enrollment.csv").write_text(enrolled(f"s2,{B1},{B1}") + "\n", "utf-8")
    seen = check({"enrollment": enrolled(f"s1,{B1},{B1}")}, A1, submitter=A1[:11], base=base)
    assert seen.query("select rows from checked_tables where table_name = 'enrollment'") == [(1,)]
    assert [f["sid"] for f in seen.found("IL-ENR-010")] == ["s1"]


# ---------------------------------------------------------------------------------------------------------------------
# What a finding says of others


def test_a_finding_tells_nothing_of_a_record_that_is_not_seen(check: Check) -> None:
    tables = {
        "student": "sid,birth_date\ns1,2008-05-05",
        "enrollment": enrolled(f"s1,{A1},{A1}", f"s1,{B1},{B1}"),
    }
    (whole,) = check(tables).found("IL-ENR-009")
    (mine,) = check(tables, A1).found("IL-ENR-009")
    assert (whole["value"], mine["value"]) == ("3", "1.5")  # the sum of both; the row's own
    assert "active enrollments (2)" in whole["message"]
    assert "active enrollments (not shown)" in mine["message"]
    alone = {**tables, "enrollment": enrolled(f"s1,{A1},{A1}", f"s1,{A2},{A2}")}
    assert check(alone, AZ).found("IL-ENR-009")[0]["value"] == "3"


def test_another_student_is_named_to_those_who_see_both(check: Check) -> None:
    names = "sid,birth_date,legal_first_name,legal_last_name"
    tables = {
        "student": f"{names}\ns1,2008-05-05,Ada,Moss\nsX9,2008-05-05,Ada,Moss",
        "enrollment": enrolled(f"s1,{A1},{A1}", f"sX9,{B1},{B1}"),
    }
    assert [f["value"].split(";")[-1] for f in check(tables).found("SA-SID-001")] == ["sX9", "s1"]
    mine = check(tables, AZ)
    assert [f["value"].split(";")[-1] for f in mine.found("SA-SID-001")] == ["not shown"]
    assert "sX9" not in mine.everything()
    together = {**tables, "enrollment": enrolled(f"s1,{A1},{A1}", f"sX9,{A2},{A2}")}
    assert [f["value"].split(";")[-1] for f in check(together, AZ).found("SA-SID-001")] == ["sX9", "s1"]
    assert [f["value"].split(";")[-1] for f in check(together, A1).found("SA-SID-001")] == ["not shown"]


def test_the_school_of_a_last_enrollment_that_is_not_seen(check: Check) -> None:
    tables = {
        "student": "sid,birth_date\ns1,1980-01-01",
        "enrollment": enrolled(f"s1,{A1},{A1}", f"s1,{B1},{B1}").replace("2018-08-20", "2018-08-21", 1),
    }
    tables["enrollment"] = tables["enrollment"].replace(f"{B1},2019,2018-08-20", f"{B1},2019,2018-09-01")
    assert check(tables).found("IL-DEMO-001")[0]["home_rcdts"] == B1
    assert check(tables, A1).found("IL-DEMO-001")[0]["home_rcdts"] == ""
    assert check(tables, B1).found("IL-DEMO-001")[0]["home_rcdts"] == B1


def test_files_and_lines_that_could_not_be_read(check: Check) -> None:
    """They may hold the viewer's records, so that there is no verdict; but whose they are nobody knows."""
    tables = {
        "enrollment": enrolled(f"s1,{A1},{A1}") + "\ns9,too,short",
        "homeless": "sid,sid\ns1,s1",
    }
    whole, mine = check(tables), check(tables, A1)
    assert {"FMT-FIELDS", "FMT-HEADER"} <= {f["rule_id"] for f in whole.findings}
    assert not [f for f in mine.findings if f["rule_id"].startswith("FMT-")]
    assert (whole.result.exit_status, mine.result.exit_status) == (NO_VERDICT, NO_VERDICT)
    assert mine.result.run["verdict"] == "could_not_judge"
    (file,) = mine.result.run["inputs"]
    assert (file["path"], file["lines"], file["rows_read"], file["rows_rejected"]) == ("enrollment.csv", 2, 1, 0)
    assert "could not be read in full" in " ".join(mine.result.run["notices"])
    assert "homeless.csv" not in mine.everything()


def test_a_viewer_who_sees_nothing_is_told_so(check: Check) -> None:
    seen = check({"enrollment": enrolled(f"s1,{A1},{A1}")}, B1)
    assert seen.result.exit_status == CLEAN
    assert seen.result.run["verdict"] == "could_not_judge"
    assert "no record that this viewer may see" in " ".join(seen.result.run["notices"])
    assert seen.outcomes["IL-ENR-010"]["status"] == "not_applicable"


# ---------------------------------------------------------------------------------------------------------------------
# How a viewer is named


def test_the_extract_may_name_the_viewer(check: Check) -> None:
    tables = {"enrollment": enrolled(f"s1,{A1},{A1}", f"s2,{B1},{B1}")}
    scope = "viewer_rcdts,viewer_role\n"
    mine = check({**tables, "report_scope": f"{scope}{A1},home"})
    assert [f["sid"] for f in mine.found("IL-ENR-010")] == ["s1"]
    assert mine.result.run["options"]["viewer"] == A1
    assert mine.result.run["option_origins"]["viewer"] == "report_scope"
    assert mine.result.exit_status == FINDINGS
    assert len(check({**tables, "report_scope": f"{scope}{A1},state"}).found("IL-ENR-010")) == 2
    given = check({**tables, "report_scope": f"{scope}{A1},home"}, B1)
    assert [f["sid"] for f in given.found("IL-ENR-010")] == ["s2"]
    with pytest.raises(UserError, match="it names 2 viewers"):
        check({**tables, "report_scope": f"{scope}{A1},home\n{B1},home"})
    with pytest.raises(UserError, match="needs an RCDTS and a role"):
        check({**tables, "report_scope": f"{scope}{A1},"})


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"viewer": "01001001026", "role": "home"}, r"--viewer: '01001001026' is no RCDTS \(15 characters\)"),
        ({"viewer": "not a school!!!", "role": "home"}, "--viewer: .* is no RCDTS"),
        ({"viewer": A1, "role": "teacher"}, "--role: 'teacher' is not known"),
        ({"viewer": A1, "role": "state"}, "--role: 'state' is not known"),
        ({"role": "home"}, "--role: .* Add --viewer RCDTS"),
        ({"viewer": A1}, "--viewer: as what\\? Add --role home"),
    ],
)
def test_what_is_wrong_with_the_options_is_said(given: dict[str, str], says: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=says):
        resolve(given, extract=tmp_path, environ={})


def test_hyphens_and_small_letters(tmp_path: Path) -> None:
    given = {"viewer": "07-016-113a-02-0000", "role": "Home"}
    assert resolve(given, extract=tmp_path, environ={}).viewer == "07016113A020000"


def test_metrics_are_for_nobody_alone(check: Check, tmp_path: Path) -> None:
    world = sights.world(0)
    assert (check(world).out / "metrics").is_dir()
    assert not (check(world, AZ).out / "metrics").exists()
    options = Options(extract=world.write(tmp_path / "in"), out=tmp_path / "out", viewer=AZ, role="home")
    with pytest.raises(UserError, match="Measure without a viewer"):
        measuring.measure(options, Silent(), [], None)
    assert not (tmp_path / "out").exists()


def test_a_rulebook_that_does_not_say_who_sees_what(check: Check) -> None:
    with pytest.raises(UserError, match="the rulebook alabama does not say who may see what"):
        check({"al_transfer": "student_id,received_date\n100,2018-08-10"}, A1, state="alabama")


def test_every_table_of_students_is_granted_to_the_home_school(illinois: Rulebook) -> None:
    for table in illinois.tables.values():
        if not table.reference_data:
            grants = [g for g in illinois.grants if g.role == "home" and (not g.tables or table.name in g.tables)]
            assert [g for g in grants if g.has in table.columns and g.without not in table.columns], table.name


def test_grants_cite_the_statements_that_make_them(illinois: Rulebook) -> None:
    cited = {rule for grant in illinois.grants for rule in grant.rules}
    scoping = {r.id for r in illinois.not_raised.values() if "--viewer" in r.reason}
    assert cited == scoping and len(cited) == 18
