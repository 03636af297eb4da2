"""Whole runs over small folders: what is found, what is written, how it ends."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from audit import cross, findings, generated, run, settle
from audit import rows as row_rules
from audit.engines.embedded import Engine
from audit.errors import CLEAN, FINDINGS, NO_VERDICT, NOTHING, UserError
from audit.exceptions import COLUMNS
from audit.outcome import Outcome, Readiness
from audit.progress import Silent
from audit.rulebook import Rule, Rulebook
from audit.settings import Options
from audit.settle import Supply

A1, A2, B1 = "010010010260001", "010010010260002", "020020020260001"
STUDENT = "sid,legal_first_name,legal_last_name,birth_date"
ENROLLMENT = (
    "sid,home_rcdts,serving_rcdts,school_year,enrollment_date,"
    "entry_grade_level,percent_day_attended,exit_date,exit_type_code"
)


def write(folder: Path, **tables: str) -> Path:
    """Tables as CSV files, in LF lines."""
    folder.mkdir(exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text.strip() + "\n", "utf-8")
    return folder


def check(folder: Path, out: Path, **more: Any) -> run.Result:
    return run.check(Options(extract=folder, out=out, as_of=more.pop("as_of", dt.date(2018, 11, 30)), **more), Silent())


def exceptions(out: Path) -> list[dict[str, str]]:
    with (out / "exceptions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def results(out: Path) -> dict[str, dict[str, str]]:
    with (out / "rule_results.csv").open(encoding="utf-8", newline="") as file:
        return {row["rule_id"]: row for row in csv.DictReader(file)}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def test_a_clean_extract(tmp_path: Path, out: Path) -> None:
    folder = write(
        tmp_path / "in",
        student=f"{STUDENT}\n100000001,Ada,Moss,2008-05-05",
        enrollment=f"{ENROLLMENT}\n100000001,{A1},{A1},2019,2018-08-20,05,1.00,,",
    )
    result = check(folder, out)
    assert result.exit_status == CLEAN
    assert result.run["verdict"] == "ready"
    assert exceptions(out) == []
    assert results(out)["IL-ENR-010"]["status"] == "passed"
    assert results(out)["IL-ENR-010"]["population"] == "1"


def test_a_finding_names_record_place_and_value(tmp_path: Path, out: Path) -> None:
    folder = write(tmp_path / "in", enrollment=f"{ENROLLMENT}\n\n100000001,{A1},{A2},2019,2018-08-20,5,1.50,,")
    result = check(folder, out)
    assert result.exit_status == FINDINGS
    (found,) = [r for r in exceptions(out) if r["rule_id"] == "IL-ENR-010"]
    key = {
        "enrollment_date": "2018-08-20",
        "home_rcdts": A1,
        "school_year": "2019",
        "serving_rcdts": A2,
        "sid": "100000001",
    }
    assert found["exception_key"] == json.dumps(key, separators=(",", ":"))
    assert (found["file_name"], found["line_number"]) == ("enrollment.csv", "3")
    assert (found["column_name"], found["value"]) == ("percent_day_attended", "1.5")
    assert (found["sid"], found["home_rcdts"], found["serving_rcdts"]) == ("100000001", A1, A2)
    told = "|".join([found["rule_id"], found["table_name"], found["exception_key"]])
    assert found["fingerprint"] == hashlib.sha256(told.encode()).hexdigest()[:32]
    assert (found["state"], found["first_seen"]) == ("new", "2018-11-30")


def test_columns_order_and_the_same_rows_in_every_form(tmp_path: Path, out: Path) -> None:
    rows = "\n".join(f"10000000{n},{A1},{A1},2019,2018-08-20,05,0,," for n in (3, 1, 2))
    check(write(tmp_path / "in", enrollment=f"{ENROLLMENT}\n{rows}"), out)
    frame = pl.read_parquet(out / "exceptions.parquet")
    assert frame.columns == list(COLUMNS)
    order = [(r["rule_id"], r["exception_key"]) for r in exceptions(out)]
    assert order == sorted(order)
    assert order == frame.select("rule_id", "exception_key").rows()
    with duckdb.connect(str(out / "audit.duckdb"), read_only=True) as database:
        stored = database.execute("select rule_id, exception_key from exceptions").fetchall()
        assert stored == order
        marks = database.execute(
            "select distinct result_code from audit_result where rule_id = 'IL-ENR-010'"
        ).fetchall()
        assert marks == [("F",)]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    rows = "\n".join(f"1000{n:05d},{A1},{A1},2019,2018-08-20,05,{n % 3},," for n in range(300))
    folder = write(tmp_path / "in", enrollment=f"{ENROLLMENT}\n{rows}")
    written = []
    for threads in (1, 2):
        check(folder, tmp_path / f"out{threads}", threads=threads)
        written.append((tmp_path / f"out{threads}" / "exceptions.csv").read_bytes())
    assert written[0] == written[1]


def test_names_are_shapes_unless_asked_for(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", student=f"{STUDENT}\n100000001,Ada,O'Zwick,2008-05-05")
    check(folder, tmp_path / "none")
    check(folder, tmp_path / "full", names="full")
    values = {
        n: [r["value"] for r in exceptions(tmp_path / n) if r["rule_id"] == "IL-DEMO-008"] for n in ("none", "full")
    }
    assert values == {"none": ["O'xxxxx"], "full": ["O'Zwick"]}
    everything = b"".join(p.read_bytes() for p in (tmp_path / "none").rglob("*") if p.is_file())
    assert b"Zwick" not in everything


def test_an_unreadable_cell_is_no_null(tmp_path: Path, out: Path) -> None:
    folder = write(tmp_path / "in", enrollment=f"{ENROLLMENT}\n100000001,{A1},{A1},2019,2018-08-20,05,half,,")
    result = check(folder, out)
    assert result.exit_status == FINDINGS
    assert [r["rule_id"] for r in exceptions(out) if r["column_name"] == "percent_day_attended"] == ["FMT-NUMBER"]
    outcome = results(out)["IL-ENR-010"]
    assert (outcome["findings"], outcome["undetermined"], outcome["population"]) == ("0", "1", "1")


def test_a_missing_column_or_table_is_not_a_pass(tmp_path: Path, out: Path) -> None:
    folder = write(tmp_path / "in", enrollment="sid,home_rcdts\n100000001," + A1)
    check(folder, out)
    outcome = results(out)["IL-ENR-010"]
    assert outcome["status"] == "not_run"
    assert "percent_day_attended" in outcome["reason"]
    assert results(out)["IL-DEMO-008"]["status"] == "not_run"
    assert "student" in results(out)["IL-DEMO-008"]["reason"]


def test_doubled_keys_and_references(tmp_path: Path, out: Path) -> None:
    folder = write(
        tmp_path / "in",
        student=f"{STUDENT}\n100000001,Ada,Moss,2008-05-05\n100000001,Ada,Moss,2008-05-05",
        enrollment=f"{ENROLLMENT}\n100000002,{A1},{A1},2019,2018-08-20,05,1.00,,",
    )
    check(folder, out)
    found = [(r["rule_id"], r["line_number"], r["severity"]) for r in exceptions(out)]
    assert [f for f in found if f[0] == "KEY-student"] == [("KEY-student", "2", "error")]
    assert ("REF-enrollment-sid", "2", "warning") in found


@pytest.mark.parametrize("copied", [settle.COPIED, 0])
def test_names_of_folders_are_no_patterns(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch, copied: int
) -> None:
    """Two nights where a pattern for files would find none."""
    monkeypatch.setattr(settle, "COPIED", copied)
    odd = tmp_path / "fall [1]*"
    odd.mkdir()
    tables = {
        "student": f"{STUDENT}\n100000001,Ada,Moss!,2008-05-05",
        "enrollment": f"{ENROLLMENT}\n100000001,{A1},{A1},2019,2018-08-20,05,0,,",
    }
    check(write(tmp_path / "in", **tables), out)
    for _ in range(2):
        check(write(odd / "in", **tables), odd / "out", workspace=odd / "nights")
        found = [(r["rule_id"], r["exception_key"]) for r in exceptions(odd / "out")]
        assert found == [(r["rule_id"], r["exception_key"]) for r in exceptions(out)]
        assert len(found) > 1


@pytest.mark.parametrize("copied", [settle.COPIED, 0])
def test_empty_keys_are_found_in_copies_and_in_files(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch, copied: int
) -> None:
    """Each row once, however many of its key columns are empty; files without the column have no empty key."""
    monkeypatch.setattr(settle, "COPIED", copied)
    rows = [f"100000001,{given}" for given in (f",{A1},2019,2018-08-20", f",{A1},2019,", f"{A1},{A1},2019,2018-08-20")]
    header = "sid,home_rcdts,serving_rcdts,school_year,enrollment_date"
    folder = write(tmp_path / "in", enrollment="\n".join([header, *rows]))
    write(folder / "b", enrollment=f"sid,home_rcdts,school_year,enrollment_date\n100000002,{A1},2019,2018-08-20")
    check(folder, out)
    found = [(r["file_name"], r["line_number"]) for r in exceptions(out) if r["rule_id"] == "KEY-enrollment"]
    assert found == [("enrollment.csv", "2"), ("enrollment.csv", "3")]


def test_homes_of_a_large_table_that_no_rule_names(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its failing rows are looked up in the files, with what tells their home school."""
    monkeypatch.setattr(settle, "COPIED", 0)
    folder = write(tmp_path / "in", address=f"sid,home_rcdts,address_status,address_line\n100000001,{A1},01,")
    check(folder, out)
    assert {r["home_rcdts"] for r in exceptions(out) if r["table_name"] == "address"} == {A1}


def test_references_are_judged_as_their_queries_say(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, gone = f"100000001,{A1},{A1}", f"100000002,{A1},{A1}"
    spells = ("2018-08-20,05,1.00,,", "2018-08-21,05,1.00,,", "2018-08-22,05,1.00,2018-08-22,99")
    rows = [f"{who},2019,{spell}" for who in (here, gone, gone, f",{A1},{A1}") for spell in spells]
    folder = write(
        tmp_path / "in", student=f"{STUDENT}\n100000001,Ada,Moss,2008-05-05", enrollment="\n".join([ENROLLMENT, *rows])
    )

    def told() -> tuple[list[Any], list[Any]]:
        check(folder, out)
        columns = ("status", "population", "findings", "undetermined")
        outcomes = [(k, *(r[c] for c in columns)) for k, r in results(out).items() if k.startswith("REF-")]
        return outcomes, [r for r in exceptions(out) if r["rule_id"].startswith("REF-")]

    def by_query(engine: Engine, supply: Supply, rule: Rule, number: int, skip: frozenset[int]) -> Outcome:
        (outcome,) = cross.evaluate(
            engine,
            [cross.Task(replace(rule, kind="cross"), number, Readiness(True, skip=skip))],
            {rule.table: supply},
            {},
        )
        return outcome

    quick = told()
    # rows of doubled keys count once, and each of them is told
    assert ("REF-enrollment-sid", "findings", "6", "6") in [o[:4] for o in quick[0]]
    monkeypatch.setattr(generated, "judge_reference", by_query)
    assert told() == quick


def test_a_rule_on_keys_counts_a_doubled_key_once(tmp_path: Path, out: Path) -> None:
    incident = f"100000001,{A1},{A1},2019,2018-10-10"
    header = "sid,home_rcdts,serving_rcdts,school_year,incident_date,incident_number"
    folder = write(tmp_path / "in", discipline=f"{header}\n{incident},1\n{incident},1\n{incident},1\n{incident},2")
    check(folder, out)
    outcome = results(out)["IL-DISC-009"]
    assert (outcome["population"], outcome["findings"]) == ("2", "1")
    assert [r["line_number"] for r in exceptions(out) if r["rule_id"] == "IL-DISC-009"] == ["2"]


@pytest.mark.parametrize("worth", [0, 1 << 40])
def test_a_record_counts_once_whichever_of_its_copies_a_rule_is_about(
    tmp_path: Path, out: Path, worth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a batch that is judged by distinct values, and row by row."""
    monkeypatch.setattr(row_rules, "WORTH", worth)
    place = f"100000001,{A1},{A1},2019,2018-08-20,05"
    rows = f"{place},1.50,,\n{place},1.50,,\n{place},1.00,2018-10-01,99"
    check(write(tmp_path / "in", enrollment=f"{ENROLLMENT}\n{rows}"), out)
    outcome = results(out)["IL-ENR-010"]
    assert (outcome["population"], outcome["findings"]) == ("1", "2")
    assert results(out)["KEY-enrollment"]["population"] == "1"


def test_an_enrollment_whose_exit_can_not_be_read_is_not_taken_for_open(tmp_path: Path, out: Path) -> None:
    """The day stands in the exit file, so neither a rule on rows nor one on students may go by its absence."""
    rows = "\n".join(f"100000001,{s},{s},2018,2017-08-21,05,1.00,," for s in (A1, B1))
    key = f"100000001,{A1},{A1},2018,2017-08-21"
    folder = write(
        tmp_path / "in",
        enrollment=f"{ENROLLMENT}\n{rows}",
        exit_enrollment=f"{','.join(ENROLLMENT.split(',')[:5])},exit_date,exit_type_code\n{key},02/30/2018,",
    )
    check(folder, out)
    found = {(r["rule_id"], r["home_rcdts"]) for r in exceptions(out)}
    assert ("FMT-DATE", A1) in {(r["rule_id"], r["home_rcdts"] or A1) for r in exceptions(out)}
    assert not {f for f in found if f[0] in ("IL-ENR-005", "IL-ENR-009")}
    assert ("IL-ENR-011", A1) not in found
    assert int(results(out)["IL-ENR-005"]["undetermined"]) == 1


def test_what_can_not_be_read_in_a_row_of_a_group_leaves_the_group_open(tmp_path: Path, out: Path) -> None:
    header = "iein,teaching_location_rcdts,school_year,state_course_code,local_course_id,section_number,term_code"
    row = f"900001,{A1},2019,02052A000,A,1,S1"
    ends = ["2018-08-20,", "2018-08-21,02/30/2018"]
    rows = "\n".join(f"{row},{end}" for end in ends)
    check(write(tmp_path / "in", teacher_course_assignment=f"{header},course_start_date,course_end_date\n{rows}"), out)
    outcome = results(out)["IL-TCAE-008"]
    assert (outcome["findings"], outcome["undetermined"]) == ("0", "1")


def test_what_can_not_be_read_in_another_row_of_the_student_does_not_matter(tmp_path: Path, out: Path) -> None:
    course = f"100000001,{A1},{A1},2019,02052A000"
    columns = "sid,home_rcdts,serving_rcdts,school_year,state_course_code,local_course_id,section_number,term_code"
    rows = "\n".join(f"{course},{name},1,S1,{day}" for name, day in (("A", "2018-08-01"), ("B", "02/30/2018")))
    folder = write(
        tmp_path / "in",
        enrollment=f"{ENROLLMENT}\n100000001,{A1},{A1},2019,2018-08-20,05,1.00,,",
        student_course_assignment=f"{columns},course_start_date\n{rows}",
    )
    check(folder, out)
    assert [r["line_number"] for r in exceptions(out) if r["rule_id"] == "IL-SCA-011"] == ["2"]


def test_a_day_of_sending_that_can_not_be_read_is_not_an_absent_one(tmp_path: Path, out: Path) -> None:
    el = "sid,school_year,el_services_start_date,submitter_rcdt,submitted_date"
    rows = "\n".join(f"{sid},2019,2018-08-01,02002002026,{day}" for sid, day in ((1, "02/30/2018"), (2, "")))
    folder = write(
        tmp_path / "in",
        enrollment=f"{ENROLLMENT}\n1,{A1},{A1},2019,2018-08-20,05,1.00,,",
        el=f"{el}\n{rows}",
    )
    check(folder, out)
    outcome = results(out)["IL-EL-001"]
    assert (outcome["findings"], outcome["undetermined"]) == ("1", "1")
    assert [r["line_number"] for r in exceptions(out) if r["rule_id"] == "IL-EL-001"] == ["3"]


def test_a_missing_row_is_named_by_the_year_in_which_it_is_missing(tmp_path: Path, out: Path) -> None:
    folder = write(
        tmp_path / "in",
        student="sid,idea_services_indicator\n100000001,01",
        enrollment=f"{ENROLLMENT}\n100000001,{A1},{A1},2019,2018-08-20,14,1.00,,",
        early_childhood_outcomes="sid,school_year\n100000002,2019",
    )
    check(folder, out)
    (found,) = [r for r in exceptions(out) if r["rule_id"] == "IL-ECO-002"]
    assert (found["table_name"], found["line_number"]) == ("student", "2")
    assert found["exception_key"] == '{"school_year":"2019","sid":"100000001"}'


def test_a_rating_of_99_is_no_rating(tmp_path: Path, out: Path) -> None:
    columns = (
        "sid,school_year,entry_home_rcdts,entry_rating_date,entry_rating_social,entry_rating_knowledge,"
        "entry_rating_action"
    )
    row = f"100000001,2019,{A1},2018-09-10"
    folder = write(tmp_path / "in", early_childhood_outcomes=f"{columns}\n{row},04,99,5")
    check(folder, out)
    found = [(r["rule_id"], r["column_name"]) for r in exceptions(out) if r["rule_id"] == "IL-ECO-006"]
    assert found == [("IL-ECO-006", "entry_rating_knowledge")]


def test_nothing_to_check(tmp_path: Path, out: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "cat.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    result = check(tmp_path / "in", out)
    assert result.exit_status == NOTHING
    assert result.run["verdict"] == "could_not_judge"


def test_a_file_that_can_not_be_read_gives_no_verdict_and_hides_no_other(tmp_path: Path, out: Path) -> None:
    folder = write(
        tmp_path / "in", enrollment=f"{ENROLLMENT}\n100000001,{A1},{A1},2019,2018-08-20,05,2,,", student="a,b\n1,2"
    )
    result = check(folder, out)
    assert result.exit_status == NO_VERDICT
    assert result.run["verdict"] == "could_not_judge"
    assert {"FMT-HEADER", "IL-ENR-010"} <= {r["rule_id"] for r in exceptions(out)}


def test_every_line_is_accounted_for(tmp_path: Path, out: Path) -> None:
    good = f"100000001,{A1},{A1},2019,2018-08-20,05,1.00,,"
    text = f'{ENROLLMENT}\n\n{good}\nshort\n100000002,{A1},"a\nb",2019,2018-08-20,05,1.00,,'
    result = check(write(tmp_path / "in", enrollment=text), out)
    (told,) = result.run["inputs"]
    parts = ("header_lines", "blank_lines", "embedded_newlines", "rows_checked", "rows_rejected")
    assert told["lines"] == sum(told[p] for p in parts) == 6
    assert (told["rows_read"], told["rows_checked"], told["rows_rejected"]) == (3, 2, 1)


def test_a_base_completes_and_is_not_judged(tmp_path: Path, out: Path) -> None:
    base = write(tmp_path / "base", enrollment=f"{ENROLLMENT}\n100000009,{A1},{A1},2019,2018-08-20,05,0,,")
    folder = write(
        tmp_path / "in",
        student=f"{STUDENT}\n100000009,Ada,Moss,2008-05-05",
        enrollment=f"{ENROLLMENT}\n100000001,{A1},{A1},2019,2018-08-20,05,0,,",
    )
    check(folder, out, base=base)
    assert [r["sid"] for r in exceptions(out) if r["rule_id"] == "IL-ENR-010"] == ["100000001"]


def test_the_snapshot_before(tmp_path: Path, out: Path) -> None:
    before = write(tmp_path / "before", enrollment=f"{ENROLLMENT}\n100000001,{A1},{A1},2019,2018-08-20,05,0.50,,")
    folder = write(tmp_path / "in", enrollment=f"{ENROLLMENT}\n100000001,{A1},{A1},2019,2018-08-20,05,1.00,,")
    check(folder, out, previous=before)
    assert [r["rule_id"] for r in exceptions(out) if r["rule_id"] == "IL-ENR-019"] == ["IL-ENR-019"]
    assert results(out)["IL-ENR-019"]["status"] == "findings"


def test_a_snapshot_that_can_not_be_read_gives_no_verdict(tmp_path: Path, out: Path) -> None:
    before = write(tmp_path / "before", enrollment="a,b\n1,2")
    folder = write(tmp_path / "in", enrollment=f"{ENROLLMENT}\n100000001,{A1},{A1},2019,2018-08-20,05,1.00,,")
    assert check(folder, out, previous=before).exit_status == NO_VERDICT


def test_no_rule_that_judged_is_not_ready(tmp_path: Path, out: Path) -> None:
    assert check(write(tmp_path / "in", enrollment="sid\n100000001"), out).run["verdict"] == "could_not_judge"


def test_reference_tables_alone_give_no_verdict(tmp_path: Path) -> None:
    """Their keys are tested, but no record of the district is."""
    folder = write(tmp_path / "in", entity="rcdts,entity_name\n990010100260000,Prairie")
    result = check(folder, tmp_path / "out")
    assert result.run["rules"]["passed"] > 0
    assert result.run["verdict"] == "could_not_judge"


def test_an_unknown_rule_is_refused(tmp_path: Path, out: Path) -> None:
    folder = write(tmp_path / "in", enrollment=f"{ENROLLMENT}\n100000001,{A1},{A1},2019,2018-08-20,05,1.00,,")
    with pytest.raises(UserError, match="ZZZ"):
        check(folder, out, select=("ZZZ",))


def test_without_a_snapshot_its_rules_are_not_run(tmp_path: Path, out: Path) -> None:
    check(write(tmp_path / "in", enrollment=f"{ENROLLMENT}\n100000001,{A1},{A1},2019,2018-08-20,05,1.00,,"), out)
    outcome = results(out)["IL-ENR-019"]
    assert outcome["status"] == "not_run"
    assert "snapshot" in outcome["reason"]


def test_fail_on_and_exit_zero(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "in", enrollment=f"{ENROLLMENT}\n100000001,{A1},{A1},2019,2018-08-20,05,1.00,,", student=STUDENT
    )
    assert check(folder, tmp_path / "a").exit_status == CLEAN  # REF-enrollment-sid is a warning
    assert check(folder, tmp_path / "b", fail_on="warning").exit_status == FINDINGS
    assert check(folder, tmp_path / "c", fail_on="warning", exit_zero=True).exit_status == CLEAN


def test_a_broken_rule_of_the_user_harms_itself_alone(tmp_path: Path, out: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    head = (
        "-- id: MY-001\n-- title: Mine\n-- source: Own | mine\n-- table: enrollment\n-- columns: sid\n"
        "-- reads: enrollment(sid)\n-- message: Wrong.\n-- expected: right\n-- fix: Repair.\n"
    )
    (rules / "mine.sql").write_text(head + "select _row, no_such_column = 1 as holds from enrollment\n", "utf-8")
    folder = write(tmp_path / "in", enrollment=f"{ENROLLMENT}\n100000001,{A1},{A1},2019,2018-08-20,05,0,,")
    result = check(folder, out, rules=rules)
    assert result.exit_status == NO_VERDICT
    assert results(out)["MY-001"]["status"] == "error"
    assert results(out)["IL-ENR-010"]["status"] == "findings"


def test_a_failed_run_leaves_the_last_result_whole(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "in", enrollment=f"{ENROLLMENT}\n100000001,{A1},{A1},2019,2018-08-20,05,0,,")
    check(folder, out)
    before = {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()}
    import reports

    def fails(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(reports, "build", fails)
    with pytest.raises(KeyboardInterrupt):
        check(folder, out)
    assert {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()} == before
    assert [p.name for p in out.iterdir() if p.name.startswith(".writing")] == []


def test_files_are_private(tmp_path: Path, out: Path) -> None:
    check(write(tmp_path / "in", enrollment=f"{ENROLLMENT}\n100000001,{A1},{A1},2019,2018-08-20,05,0,,"), out)
    for path in [out, *out.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_a_working_id_gives_way_to_file_and_line(tmp_path: Path, out: Path) -> None:
    check(write(tmp_path / "in", student=f"{STUDENT}\n,Ada,O'Zwick,2008-05-05"), out)
    (found,) = [r for r in exceptions(out) if r["rule_id"] == "IL-DEMO-008"]
    assert found["exception_key"] == '{"file_name":"student.csv","line_number":"2"}'
    assert found["sid"] == ""


@pytest.mark.parametrize(
    "text", ["B7", "", None, 'a "b"', "back\\slash", "\\u001F", "tab\t", "\x1f", "\x7f", "é€😀", "a:null", '":null']
)
def test_keys_of_rows_are_as_json_has_them(engine: Engine, illinois: Rulebook, text: str | None) -> None:
    table = illinois.tables["student_course_assignment"]
    for sid in ("100000001", "~7", None):
        row = {**dict.fromkeys(table.key, "01"), "sid": sid, "section_number": text, "_path": "a.csv", "_line": 3}
        engine.put("rows", pl.DataFrame([row], schema_overrides={"section_number": pl.String, "sid": pl.String}))
        given = engine.one(
            f"select {findings._own_key(table)} from (select *, {findings._plain_key(table)} as _plain from rows t) t"
        )
        key = {c: row[c] for c in table.key if row[c] is not None}
        if sid == "~7":
            key = {**key, "file_name": "a.csv", "line_number": "3"}
            del key["sid"]
        assert given == json.dumps(key, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def test_select_and_ignore(tmp_path: Path, out: Path) -> None:
    folder = write(tmp_path / "in", enrollment=f"{ENROLLMENT}\n100000001,{A1},{A1},2019,2018-08-20,05,0,,")
    check(folder, out, select=("ENR",), ignore=("ENR-010",))
    assert results(out)["IL-ENR-010"]["status"] == "not_run"
    assert results(out)["IL-ENR-009"]["status"] == "passed"
    assert results(out)["KEY-enrollment"]["status"] == "not_run"


def test_a_rule_does_not_need_the_mark_of_erroneous_rows(tmp_path: Path, out: Path) -> None:
    header = "sid,home_rcdts,serving_rcdts,school_year,enrollment_date,percent_day_attended"
    check(write(tmp_path / "in", enrollment=f"{header}\n100000001,{A1},{A1},2019,2018-08-20,2"), out)
    assert results(out)["IL-ENR-010"]["status"] == "findings"


def test_a_decimal_that_a_query_gives_is_shown_as_one_that_stands_in_a_row(tmp_path: Path, out: Path) -> None:
    rows = "\n".join(f"100000001,{A1},{a},2019,2018-08-20,05,0.6,," for a in (A1, A2))
    check(write(tmp_path / "in", enrollment=f"{ENROLLMENT}\n{rows}"), out)
    (found,) = [r for r in exceptions(out) if r["rule_id"] == "IL-ENR-009"]
    assert found["value"] == "1.2"
