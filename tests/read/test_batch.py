"""Line 1 of batch files, the choice of the layout, and what the rows give to the tables."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from audit.read.batch import Header, fit, looks_like_batch, plain_name, read_header
from tests.read.samples import DISTRICT, HOME, SERVING, batch, book, demographics, read, row, write

TYPES = frozenset(plain_name(t.name, "IL") for t in book().file_types)
LINE_1 = ["Student Demographics", "888", "a.csv", "10/01/2021", "992550902260000"]


# ---------------------------------------------------------------------------------------------------------------------
# Line 1


@pytest.mark.parametrize(
    "line",
    [
        LINE_1,
        [*LINE_1, "", "", ""],
        ["Student Demografics", *LINE_1[1:]],
        ["IL Student Demographics", *LINE_1[1:]],
        ["Student Demographics", "many", "a.csv", "10/01/2021", "992550902260000"],
        ["Student Demographics", "888", "a.csv", "", ""],
        ["Student Demographics", "8", "88", "a.csv", "10/01/2021", "992550902260000"],
    ],
)
def test_line_1_of_a_batch_file_is_recognised(line: list[str]) -> None:
    assert looks_like_batch(line, TYPES, "IL")


@pytest.mark.parametrize(
    "line",
    [
        ["sid", "home_rcdts", "serving_rcdts", "school_year", "enrollment_date"],
        ["Homeless", "Address", "EL", "Immigrant", "Caregiver"],
        ["705675", "992550902260107", "992550902260107", "2022", "2021-08-23"],
        ["Jones", "12", "x", "2021-08-23", "Chicago"],
        ["Student Demographics"],
        [],
        ["Roster", *LINE_1[1:], "", "something"],
    ],
)
def test_other_first_lines_are_not_taken_for_it(line: list[str]) -> None:
    assert not looks_like_batch(line, TYPES, "IL")


def test_line_1_is_read() -> None:
    header = read_header([" Student Demographics ", "888", "a.csv", "7/1/2018", "992550902260000", "", ""])
    assert isinstance(header, Header)
    assert (header.type_name, header.count, header.rcdt) == ("Student Demographics", 888, "99255090226")
    assert (header.date, header.school_year) == (dt.date(2018, 7, 1), 2019)


@pytest.mark.parametrize(
    ("position", "value", "said"),
    [(1, "many", "number of records"), (3, "tomorrow", "date sent"), (4, "9925509022", "RCDT"), (4, "", "five fields")],
)
def test_line_1_that_makes_no_sense_says_what_is_wrong(position: int, value: str, said: str) -> None:
    line = [*LINE_1]
    line[position] = value
    problem = read_header(line)
    assert isinstance(problem, str)
    assert said in problem


def test_case_blanks_and_il_do_not_count_in_names() -> None:
    assert plain_name("IL student  demographics", "IL") == plain_name("Student Demographics", "IL")
    assert plain_name("Illness", "IL") != plain_name("lness", "IL")


# ---------------------------------------------------------------------------------------------------------------------
# Which layout


def layout_of(tmp_path: Path, text: str) -> str:
    found = read(write(tmp_path / "x", any_txt=text)).extract.files
    assert len(found) == 1
    return found[0].layout_id if found[0].readable else "none"


def result(line: str) -> str:
    return f"{line},F,SID is required"


def test_the_number_of_columns_decides(tmp_path: Path) -> None:
    old = row("student_demographics_2018", sid="1", birth_date="05/04/2004", home_rcdts=HOME)
    assert layout_of(tmp_path, batch("Student Demographics", old)) == "student_demographics_2018"
    assert layout_of(tmp_path, batch("IL STUDENT  DEMOGRAPHICS", demographics())) == "student_demographics_2021"
    returned = result(demographics())
    assert layout_of(tmp_path, batch("Student Demographics", returned)) == "student_demographics_2021"


def test_every_layout_is_found_by_a_row_of_its_own(tmp_path: Path) -> None:
    examples = {"date": "10/01/2018", "rcdts": HOME, "integer": "2019", "yes_no": "01", "decimal": "1", "text": "x"}
    for file_type in book().file_types:
        layout = book().layouts[file_type.layout]
        cells = {c.position: examples.get(c.kind, "") for c in layout.columns}
        line = ",".join(cells[i + 1] for i in range(layout.width))
        for text in (line, result(line)):
            assert layout_of(tmp_path, batch(file_type.name, text)) == layout.id, (file_type.name, text == line)


def test_college_or_outside_course_of_30_columns(tmp_path: Path) -> None:
    college = row("college_course_assignment", sid="1", home_rcdts=HOME, serving_rcdts=SERVING, school_year="2019")
    outside = row("outside_course_assignment", sid="1", home_rcdts=HOME, course_school_year="2019")
    assert layout_of(tmp_path, batch("College Course Assignment", result(college))) == "college_course_assignment"
    assert layout_of(tmp_path, batch("College Course Assignment", outside)) == "outside_course_assignment"


def test_old_combined_file_or_a_later_one_with_results(tmp_path: Path) -> None:
    cells = {"sid": "1", "home_rcdts": HOME, "serving_rcdts": SERVING, "enrollment_date": "08/20/2018"}
    old = row("demographics_early_childhood_2017", **cells)
    late = row("demographics_early_childhood_2021", **cells)
    name = "Demographics and Early Childhood"
    assert layout_of(tmp_path, batch(name, old)) == "demographics_early_childhood_2017"
    assert layout_of(tmp_path, batch(name, result(late))) == "demographics_early_childhood_2021"


def test_rows_that_do_not_hold_what_the_layout_says_are_refused(tmp_path: Path) -> None:
    everywhere_a_school = ",".join([HOME] * 69)
    got = read(write(tmp_path / "x", a_csv=batch("Demographics and Early Childhood V2", everywhere_a_school)))
    assert got.found("rule_id", "_line") == [("FMT-HEADER", 1)]
    assert not got.file("a.csv").readable


def test_half_of_the_filled_positions_must_fit() -> None:
    layout = book().layouts["exit_enrollment"]
    cells = [[""] * 13]
    cells[0][5] = cells[0][6] = HOME
    cells[0][4] = cells[0][10] = "20181001"
    rows = pl.DataFrame(cells, schema=[f"c{i}" for i in range(13)], orient="row")
    assert fit(layout, rows) == 0.5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (batch("Student Demographix", demographics()), "not known"),
        (batch("Student Demographics", "1,2,3"), "36 or 37"),
        (batch("Student Demographics", demographics(), date="13/45/2018"), "date sent"),
        (batch("Student Demographics", demographics(), count="x"), "number of records"),
    ],
)
def test_a_file_that_can_not_be_placed_is_rejected_as_a_whole(tmp_path: Path, text: str, said: str) -> None:
    got = read(write(tmp_path / "x", a_csv=text))
    [(rule, line, message)] = got.found("rule_id", "_line", "message")
    assert (rule, line) == ("FMT-HEADER", 1)
    assert said in message
    file = got.file("a.csv")
    assert (file.kind, file.readable, file.lines, file.header_lines, file.rows_rejected) == ("batch", False, 2, 1, 1)
    assert file.balanced
    assert got.extract.parts == {}


def test_an_empty_batch_file_supplies_its_tables(tmp_path: Path) -> None:
    got = read(write(tmp_path / "x", a_csv=batch("Homeless")))
    assert got.table("homeless").height == 0
    assert got.findings.height == 0
    assert "nighttime_residence_code" in got.file("a.csv").supplied["homeless"]


def test_a_lost_row_shows_in_the_count(tmp_path: Path) -> None:
    got = read(write(tmp_path / "x", a_csv=batch("Student Demographics", demographics(), count=2)))
    assert got.found("rule_id", "_line", "value", "expected") == [("FMT-COUNT", 1, "2", "1")]
    assert got.file("a.csv").readable


def test_the_layout_and_a_strange_file_name_are_told(tmp_path: Path) -> None:
    got = read(write(tmp_path / "x", a_csv=batch("Student Demographics", demographics(), name="b.csv")))
    assert "Student Demographics with 37 columns: read as student_demographics_2021 (a.csv)" in got.notices
    assert "another file name" in got.notices
    same = read(write(tmp_path / "y", a_csv=batch("Student Demographics", demographics(), name="A.CSV")))
    assert "another file name" not in same.notices


def test_result_columns_are_kept_beside_the_first_table(tmp_path: Path) -> None:
    got = read(write(tmp_path / "x", a_csv=batch("Student Demographics", result(demographics()))))
    assert got.values("student", "result_code") == ["F"]
    assert got.values("student", "result_message_codes") == ["SID is required"]
    assert "result_code" not in got.table("enrollment").columns


# ---------------------------------------------------------------------------------------------------------------------
# What the rows give


def load_one(tmp_path: Path, type_name: str, *rows: str, **line_1: str):  # type: ignore[no-untyped-def]
    return read(write(tmp_path / "x", a_csv=batch(type_name, *rows, **line_1)))


def test_one_row_feeds_student_and_enrollment(tmp_path: Path) -> None:
    got = load_one(tmp_path, "Student Demographics", demographics(last_name="O'Neil", title1="12"))
    student, enrollment = got.table("student"), got.table("enrollment")
    assert student["legal_last_name"].to_list() == ["O'Neil"]
    assert student["title_1_indicator"].to_list() == ["01"]
    assert student["title_1_code"].to_list() == ["12"]
    assert enrollment["enrollment_date"].to_list() == [dt.date(2018, 8, 20)]
    assert enrollment["source_template"].to_list() == ["demographic_enrollment"]
    for table in (student, enrollment):
        assert table.select("sid", "submitter_rcdt", "submitted_date", "_file", "_line").row(0) == (
            "123456789", DISTRICT, dt.date(2018, 11, 30), 1, 2,
        )  # fmt: skip


def test_a_row_without_enrollment_updates_the_student_only(tmp_path: Path) -> None:
    rows = [
        demographics(sid="1", enrollment_date=""),
        demographics(sid="2", enrollment_date="", school_year=""),
        demographics(sid="3", enrollment_date="", serving_rcdts=""),
        demographics(sid="4", enrollment_date="00/00/0000", serving_rcdts=""),
        demographics(sid="5", school_year="", serving_rcdts=""),
        demographics(sid="6", enrollment_date="soon", school_year="", serving_rcdts=""),
    ]
    got = load_one(tmp_path, "Student Demographics", *rows)
    assert got.values("student", "sid") == ["1", "2", "3", "4", "5", "6"]
    assert got.values("enrollment", "sid") == ["1", "5", "6"]
    assert got.found("rule_id", "table_name", "_line", "sid", "column_name", "value") == [
        ("FMT-DATE", "enrollment", 7, "6", "enrollment_date", "soon")
    ]


def test_only_preschool_rows_feed_early_childhood(tmp_path: Path) -> None:
    cells = {"home_rcdts": HOME, "serving_rcdts": SERVING, "enrollment_date": "08/20/2018", "early_head_start": "9"}
    rows = [row("demographics_early_childhood_2021", sid=g, grade_level=g, **cells) for g in ("14", "15", "09")]
    got = load_one(tmp_path, "Demographics and Early Childhood", *rows)
    assert got.values("enrollment", "sid") == ["14", "15", "09"]
    assert got.values("early_childhood", "sid") == ["14"]
    # what is not loaded is not judged either
    assert got.found("rule_id", "table_name", "_line", "column_name") == [
        ("FMT-CODE", "early_childhood", 2, "early_head_start")
    ]


def test_a_cell_that_feeds_two_tables_is_reported_once(tmp_path: Path) -> None:
    line = row(
        "demographics_early_childhood_2021", sid="1", home_rcdts="15", serving_rcdts=SERVING, grade_level="14",
        enrollment_date="08/20/2018",
    )  # fmt: skip
    got = load_one(tmp_path, "Demographics and Early Childhood", line)
    assert got.found("rule_id", "table_name", "column_name", "value") == [
        ("FMT-RCDTS", "enrollment", "home_rcdts", "15")
    ]
    assert got.values("early_childhood", "home_rcdts") == [None]


def test_an_empty_sid_becomes_a_working_id_in_every_table(tmp_path: Path) -> None:
    got = load_one(tmp_path, "Student Demographics", demographics(sid=""), demographics(sid="  "))
    assert got.values("student", "sid") == ["~a.csv:2", "~a.csv:3"]
    assert got.values("enrollment", "sid") == ["~a.csv:2", "~a.csv:3"]


@pytest.mark.parametrize(
    ("name", "line", "table", "column", "value"),
    [
        ("EL", row("el", sid="1", home_rcdts=HOME), "el", "school_year", 2019),
        ("ELL Screener", row("el_screener", sid="1", date_taken="06/30/2018"), "el_screener", "school_year", 2018),
        ("ELL Screener", row("el_screener", sid="1", date_taken="07/01/2018"), "el_screener", "school_year", 2019),
        ("ELL Screener", row("el_screener", sid="1"), "el_screener", "school_year", None),
        ("Early Childhood Outcomes", row("early_childhood_outcomes", sid="1"), "early_childhood_outcomes",
         "school_year", 2019),
        ("Early Childhood", row("early_childhood_2017", sid="1"), "early_childhood", "school_year", 2019),
        ("Immigrant", row("immigrant", sid="1"), "immigrant", "school_year", 2019),
        ("Birth to 3", row("birth_to_3", sid="1"), "birth_to_3", "school_year", 2019),
        ("SAT Pre-ID", row("sat_pre_id", sid="1"), "preid_psat_sat", "school_year", 2019),
        ("Homeless", row("homeless", sid="1", nighttime_residence="99"), "homeless", "erroneous_indicator", "01"),
        ("Homeless", row("homeless", sid="1", nighttime_residence="1"), "homeless", "erroneous_indicator", "02"),
        ("Homeless", row("homeless", sid="1"), "homeless", "school_year", 2019),
        ("Student Discipline Groups", row("student_discipline_groups", sid="1", disciplinary_action="99"), "discipline",
         "erroneous_indicator", "01"),
        ("Student Discipline Groups", row("student_discipline_groups", sid="1", incident_type="8"), "discipline",
         "erroneous_indicator", "02"),
    ],
)  # fmt: skip
def test_columns_without_a_position_are_derived(
    tmp_path: Path, name: str, line: str, table: str, column: str, value: object
) -> None:
    got = load_one(tmp_path, name, line)
    assert got.values(table, column) == [value]
    assert column in got.file("a.csv").supplied[table]


def test_columns_that_are_derived_later_count_as_supplied(tmp_path: Path) -> None:
    supplied = load_one(tmp_path, "Student Demographics", demographics()).file("a.csv").supplied
    assert {"exit_date", "exit_type_code"} <= supplied["enrollment"]
    assert "sid_created_date" not in supplied["student"]


def test_a_service_provider_row_is_no_enrollment(tmp_path: Path) -> None:
    line = row("service_provider", sid="1", home_rcdts=HOME, serving_rcdts=SERVING, service_provider_rcdts=HOME)
    got = load_one(tmp_path, "Service Provider", line)
    assert list(got.extract.parts) == ["service_provider"]
    assert got.values("service_provider", "service_provider_rcdts") == [HOME]
    assert got.values("service_provider", "submitted_date") == [dt.date(2018, 11, 30)]
    assert got.extract.supplied("enrollment") is None


def test_tables_that_no_rule_reads_are_kept(tmp_path: Path) -> None:
    line = row("student_attendance_v4", sid="1", home_rcdts=HOME, month="08")
    got = load_one(tmp_path, "Student Attendance V4", line)
    assert got.table("student_attendance").select("sid", "home_rcdts", "month").rows() == [("1", HOME, "08")]


def test_extra_columns_are_kept_as_they_stand(tmp_path: Path) -> None:
    cells = {"sid": "1", "home_rcdts": HOME, "last_name": " O'Neil ", "birth_date": "5/4/04", "new_arrival": "7"}
    got = load_one(tmp_path, "EL", row("el", **cells))
    [kept] = got.table("el").select("legal_last_name", "birth_date", "new_arrival_indicator").rows()
    assert kept == ("O'Neil", "5/4/04", "7")
    assert got.findings.height == 0


# ---------------------------------------------------------------------------------------------------------------------
# Codings of the files


def funding(tmp_path: Path, *values: str) -> tuple[list[object], list[tuple[object, ...]]]:
    """What becomes of values of the Title I column of the old combined file."""
    rows = [
        row(
            "demographics_early_childhood_2017", sid=str(i), home_rcdts=HOME, serving_rcdts=SERVING, grade_level=grade,
            enrollment_date="08/20/2016", prek_title1=value, head_start="01",
        )
        for i, (value, grade) in enumerate(zip(values, ["14"] * (len(values) - 1) + ["01"], strict=True))
    ]  # fmt: skip
    got = load_one(tmp_path, "Demographics and Early Childhood", *rows)
    assert set(got.values("early_childhood", "head_start_funding")) == {"selected"}
    return got.values("early_childhood", "title_1_funding"), got.found("rule_id", "column_name", "value")


def test_title_1_funding_of_old_files_is_yes_or_no(tmp_path: Path) -> None:
    assert funding(tmp_path, "01", "02", "", "01") == (["selected", "none", None], [])


@pytest.mark.parametrize("length", ["00", "03", "04"])
def test_unless_a_length_occurs_in_the_column_of_that_file(tmp_path: Path, length: str) -> None:
    # in the last row, which does not even feed the table
    assert funding(tmp_path, "01", "02", length) == (["half_day", "full_day"], [])


def test_a_column_read_again_is_told_and_leaves_nothing_of_the_first_reading(tmp_path: Path) -> None:
    values, findings = funding(tmp_path, "01", "3", "7", "02")
    assert values == ["half_day", "partial_day", None]
    assert findings == [("FMT-CODE", "title_1_funding", "7"), ("FMT-PADDED", "title_1_funding", "1")]


def test_services_received_are_translated(tmp_path: Path) -> None:
    codes = ["00", "01", "02", "03", "0"]
    rows = [
        row("demographics_early_childhood_v3", sid=str(i), home_rcdts=HOME, serving_rcdts=SERVING, school_year="2019",
            grade_level="14", idea_services_received=code)
        for i, code in enumerate(codes)
    ]  # fmt: skip
    got = load_one(tmp_path, "Demographics and Early Childhood V3", *rows)
    assert got.values("early_childhood", "idea_services_received") == ["02", "01", "01", "01", "02"]
    assert got.values("early_childhood", "idea_services_received_code") == codes
    assert got.found("rule_id", "column_name", "value") == [("FMT-PADDED", "idea_services_received", "1")]
