"""Derived tables, rows sent again, doubled keys, base, and what counts as supplied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl

from audit.engines.embedded import Engine
from audit.rulebook import Rulebook
from audit.settle import settle
from tests.engine.conftest import Maker

Make = Callable[..., Maker]
EXIT_FILE = ("school_year", "enrollment_date")


def test_exit_file_finds_its_enrollment_and_fills_it(
    engine: Engine, illinois: Rulebook, maker: Make, tmp_path: Path
) -> None:
    made = maker().add(
        "enrollment",
        [
            {"sid": "s1", "enrollment_date": "2018-08-20"},
            {"sid": "s1", "enrollment_date": "2018-10-15"},
            {"sid": "s2", "enrollment_date": "2018-08-20"},
        ],
        kind="batch",
    )
    made.add("exit_enrollment", [{"sid": "s1", "exit_date": "2018-10-01"}], "batch", "exit_enrollment", EXIT_FILE)
    settle(engine, illinois, made.extract, tmp_path)
    exits = engine.rows("select sid, school_year, enrollment_date, exit_date from exit_enrollment")
    assert exits == [("s1", 2019, dt.date(2018, 8, 20), dt.date(2018, 10, 1))]
    filled = engine.rows("select sid, enrollment_date, exit_date from enrollment order by 1, 2")
    assert [row[2] for row in filled] == [dt.date(2018, 10, 1), None, None]


def test_exit_without_an_enrollment_before_it_keeps_no_date(
    engine: Engine, illinois: Rulebook, maker: Make, tmp_path: Path
) -> None:
    made = maker().add("enrollment", [{"enrollment_date": "2018-08-20"}], kind="batch")
    made.add("exit_enrollment", [{"exit_date": "2018-05-30"}], "batch", "exit_enrollment", EXIT_FILE)
    settle(engine, illinois, made.extract, tmp_path)
    assert engine.rows("select school_year, enrollment_date from exit_enrollment") == [(2018, None)]
    assert engine.one("select exit_date from enrollment") is None


def test_an_erroneous_enrollment_is_found_by_an_erroneous_exit_only(
    engine: Engine, illinois: Rulebook, maker: Make, tmp_path: Path
) -> None:
    made = maker().add(
        "enrollment",
        [{"enrollment_date": "2018-08-20"}, {"enrollment_date": "2018-09-10", "exit_type_code": "99"}],
        kind="batch",
    )
    made.add(
        "exit_enrollment",
        [
            {"exit_date": "2018-10-01", "exit_type_code": "01"},
            {"exit_date": "2018-10-02", "exit_type_code": "99"},
        ],
        "batch",
        "exit_enrollment",
        EXIT_FILE,
    )
    settle(engine, illinois, made.extract, tmp_path)
    found = dict(engine.rows("select exit_date, enrollment_date from exit_enrollment where _file = 2"))
    assert found == {dt.date(2018, 10, 1): dt.date(2018, 8, 20), dt.date(2018, 10, 2): dt.date(2018, 9, 10)}


def test_exits_that_enrollment_rows_carry_become_exit_rows(
    engine: Engine, illinois: Rulebook, maker: Make, tmp_path: Path
) -> None:
    made = maker().add(
        "enrollment", [{"sid": "s1", "exit_date": "2018-10-01"}, {"sid": "s2"}, {"sid": "s3", "exit_type_code": "05"}]
    )
    supplies = settle(engine, illinois, made.extract, tmp_path)
    assert [s for (s,) in engine.rows("select sid from exit_enrollment order by 1")] == ["s1", "s3"]
    assert "exit_date" in (supplies["exit_enrollment"].columns or ())


def test_no_exits_is_said(engine: Engine, illinois: Rulebook, maker: Make, tmp_path: Path) -> None:
    made = maker().add("enrollment", [{}], kind="batch")
    settle(engine, illinois, made.extract, tmp_path)
    assert any("exits not supplied" in n for n in made.extract.notices)


def test_of_a_student_sent_twice_the_last_row_stays_and_differences_are_reported(
    engine: Engine, illinois: Rulebook, maker: Make, tmp_path: Path
) -> None:
    made = maker().add("student", [{"sid": "s1", "legal_first_name": "Ada"}, {"sid": "s2"}], kind="batch")
    made.add("student", [{"sid": "s1", "legal_first_name": "Ida"}, {"sid": "s2"}], kind="batch")
    settle(engine, illinois, made.extract, tmp_path)
    assert engine.rows("select sid, legal_first_name, _file from student order by 1") == [
        ("s1", "Ida", 2),
        ("s2", "Ada", 2),
    ]
    (path,) = made.extract.formats
    found = pl.read_parquet(path).select("rule_id", "sid", "column_name", "_file", "_line").rows()
    assert found == [("FMT-STUDENT-DIFFERS", "s1", "legal_first_name", 2, 2)]


def test_doubled_keys_of_a_named_table_stay_but_only_the_later_row_serves(
    engine: Engine, illinois: Rulebook, maker: Make, tmp_path: Path
) -> None:
    made = maker().add("student", [{"sid": "s1"}, {"sid": "s2"}, {"sid": "s1"}])
    supplies = settle(engine, illinois, made.extract, tmp_path)
    assert supplies["student"].doubled
    assert engine.rows("select sid, _last from student order by _row") == [("s1", False), ("s2", True), ("s1", True)]


def test_new_students_without_sid_are_not_doubled(
    engine: Engine, illinois: Rulebook, maker: Make, tmp_path: Path
) -> None:
    made = maker().add("student", [{"sid": "~a.csv:2"}, {"sid": "~a.csv:3"}], kind="batch")
    supplies = settle(engine, illinois, made.extract, tmp_path)
    assert not supplies["student"].doubled
    assert engine.one("select count(*) from student") == 2


def test_preschool_courses_come_from_both_files(
    engine: Engine, illinois: Rulebook, maker: Make, tmp_path: Path
) -> None:
    made = maker().add(
        "student_course_assignment", [{"state_course_code": "73028APFA"}, {"state_course_code": "02052A000"}]
    )
    made.add("preschool_course_assignment", [{"sid": "s2", "state_course_code": "73028ASPE"}])
    settle(engine, illinois, made.extract, tmp_path)
    found = engine.rows("select sid, state_course_code from preschool_course_assignment order by 1")
    assert found == [("s1", "73028APFA"), ("s2", "73028ASPE")]
    assert engine.one("select count(*) from student_course_assignment") == 2


def test_an_outcome_rating_of_99_is_empty(engine: Engine, illinois: Rulebook, maker: Make, tmp_path: Path) -> None:
    ratings = [f"{time}_rating_{area}" for time in ("entry", "progress") for area in ("social", "knowledge", "action")]
    made = maker().add("early_childhood_outcomes", [dict.fromkeys(ratings, "99"), dict.fromkeys(ratings, "98"), {}])
    supplies = settle(engine, illinois, made.extract, tmp_path)
    shown = ", ".join(ratings)
    found = engine.rows(f"select {shown} from early_childhood_outcomes order by _row")
    assert found == [(None,) * 6, ("98",) * 6, (None,) * 6]
    assert supplies["early_childhood_outcomes"].columns == frozenset(
        illinois.tables["early_childhood_outcomes"].columns
    )


def test_the_teacher_exit_completes_the_entry(engine: Engine, illinois: Rulebook, maker: Make, tmp_path: Path) -> None:
    entry = ("course_end_date", "exit_reason_code", "actual_attendance", "total_attendance")
    made = maker().add(
        "teacher_course_assignment",
        [{"iein": "1", "submitted_date": "2018-08-20"}, {"iein": "2"}],
        "batch",
        "teacher_course_assignment_entry",
        entry,
    )
    leaves = ("local_course_id", "course_start_date", "teacher_commitment")
    made.add(
        "teacher_course_assignment",
        [
            {
                "iein": "1",
                "course_end_date": "2018-11-20",
                "exit_reason_code": "01",
                "submitted_date": "2018-11-21",
            },
            {"iein": "3", "course_end_date": "2018-11-20"},
        ],
        "batch",
        "teacher_course_assignment_exit",
        leaves,
    )
    supply = settle(engine, illinois, made.extract, tmp_path)["teacher_course_assignment"]
    found = engine.rows("select iein, local_course_id, exit_reason_code from teacher_course_assignment order by 1")
    assert found == [("1", "ALG1", "01"), ("2", "ALG1", None), ("3", None, None)]
    assert engine.one("select submitted_date from teacher_course_assignment where iein = '1'") == dt.date(2018, 8, 20)
    # an exit without its entry says nothing of the columns of the entry
    assert supply.lacking == dict.fromkeys(leaves, frozenset({2}))


def test_a_named_teacher_table_is_not_completed(
    engine: Engine, illinois: Rulebook, maker: Make, tmp_path: Path
) -> None:
    made = maker().add("teacher_course_assignment", [{}], lacks=("exit_reason_code",))
    supply = settle(engine, illinois, made.extract, tmp_path)["teacher_course_assignment"]
    assert supply.columns is not None and "exit_reason_code" not in supply.columns


def test_the_service_provider_file_updates_enrollments(
    engine: Engine, illinois: Rulebook, maker: Make, tmp_path: Path
) -> None:
    made = maker().add("enrollment", [{"sid": "s1"}, {"sid": "s2"}], kind="batch")
    sent = pl.DataFrame(
        {
            "sid": ["s1"],
            "home_rcdts": ["010010010260001"],
            "serving_rcdts": ["010010010260001"],
            "service_provider_rcdts": ["020020020260001"],
            "submitted_date": [dt.date(2018, 10, 1)],
            "_file": [2],
            "_line": [2],
        },
        schema_overrides={"_file": pl.Int32, "_line": pl.UInt32},
    )
    path = tmp_path / "provider.parquet"
    sent.write_parquet(path)
    from audit.store import Part

    made.extract.parts["service_provider"] = [Part("service_provider", 2, path, 1)]
    settle(engine, illinois, made.extract, tmp_path)
    assert dict(engine.rows("select sid, service_provider_rcdts from enrollment")) == {
        "s1": "020020020260001",
        "s2": None,
    }


def test_a_base_counts_where_the_extract_has_no_row_with_the_key(
    engine: Engine, illinois: Rulebook, maker: Make, tmp_path: Path
) -> None:
    base = maker("base").add("student", [{"sid": "s1", "legal_first_name": "Old"}, {"sid": "s9"}])
    made = maker().add("student", [{"sid": "s1", "legal_first_name": "New"}])
    made.extract.files[0].number = 2
    made.extract.parts["student"] = [p.__class__(p.table, 2, p.path, p.rows) for p in made.extract.parts["student"]]
    settle(engine, illinois, made.extract, tmp_path, base=base.extract)
    assert engine.rows("select sid, legal_first_name from student order by 1") == [("s1", "New"), ("s9", "Ada")]


def test_absent_is_not_null(engine: Engine, illinois: Rulebook, maker: Make, tmp_path: Path) -> None:
    made = maker().add("student", [{"sid": "s1"}]).add("student", [{"sid": "s2"}], lacks=("ses_indicator",))
    supplies = settle(engine, illinois, made.extract, tmp_path)
    assert supplies["student"].lacking["ses_indicator"] == frozenset({2})
    assert "ses_indicator" in (supplies["student"].columns or ())
    assert supplies["address"].columns is None


def test_the_submitter_of_rows_without_a_header(
    engine: Engine, illinois: Rulebook, maker: Make, tmp_path: Path
) -> None:
    made = maker().add("enrollment", [{}], lacks=("submitter_rcdt",))
    supplies = settle(engine, illinois, made.extract, tmp_path, submitter="01001001026")
    assert engine.one("select submitter_rcdt from enrollment") == "01001001026"
    assert "submitter_rcdt" not in supplies["enrollment"].lacking
