"""Teacher course rows: entry fields and exit fields."""

from decimal import Decimal

import polars as pl

from audit.rulebook import (
    AS_OF,
    Reference,
    Table,
    code,
    date,
    decimal,
    filled,
    integer,
    must_be,
    rcdt,
    rcdts,
    row_rule,
    text,
)
from checks.illinois.tables.student_course_assignment import PRESCHOOL

ENTRY = "Teacher Course Assignment Entry | "
EXIT = "Teacher Course Assignment Exit | "
#: A row is an exit if one of these is filled.
IS_EXIT = filled("course_end_date") | filled("exit_reason_code")
#: July 1 becomes January 1: the calendar year of the result is the school year.
STARTS_IN_YEAR = pl.col("course_start_date").dt.offset_by("6mo").dt.year()


def district(column: str) -> pl.Expr:
    """RCDT of an RCDTS or RCDT."""
    return pl.col(column).str.slice(0, 11)


TABLE = Table(
    "teacher_course_assignment",
    __doc__,
    key=(
        "iein",
        "teaching_location_rcdts",
        "school_year",
        "state_course_code",
        "local_course_id",
        "section_number",
        "term_code",
        "course_start_date",
    ),
    columns={
        "iein": text("Teacher id."),
        "teaching_location_rcdts": rcdts(),
        "employer_rcdts": rcdts("Teacher employer."),
        "school_year": integer(),
        "state_course_code": text("2-digit subject area first."),
        "local_course_id": text("District course id."),
        "section_number": text("Class section."),
        "term_code": code("term_code"),
        "course_start_date": date(),
        "course_end_date": date(),
        "teacher_commitment": decimal("FTE in this course. Published as decimal(4,2)."),
        "exit_reason_code": code("teacher_exit_reason", "Exit field."),
        "actual_attendance": decimal("Exit field."),
        "total_attendance": decimal("Exit field."),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(
        Reference(("teaching_location_rcdts",), "entity", ("rcdts",)),
        Reference(("employer_rcdts",), "entity", ("rcdts",)),
    ),
    marked=pl.col("exit_reason_code") == "07",
    marked_sql="exit_reason_code = '07'",
    home="teaching_location_rcdts",
    rules=(
        row_rule(
            "IL-TCAE-001",
            "Teacher course without a valid IEIN",
            source=ENTRY + "Teacher must have an IEIN Number",
            columns=("iein",),
            holds=pl.col("iein").str.contains(r"^[0-9]+$").fill_null(False),
            message="The IEIN of the teacher is missing or holds something else than digits.",
            expected="an IEIN, digits only",
            fix="Enter the Illinois Educator Identification Number of the teacher.",
        ),
        row_rule(
            "IL-TCAE-002",
            "Teacher course sent by another district than that of the teaching location",
            source=ENTRY + "Only the Teaching Location RCDTS can submit the SIS teacher’s information",
            columns=("teaching_location_rcdts", "submitter_rcdt"),
            when=~IS_EXIT & filled("submitter_rcdt"),
            holds=district("submitter_rcdt") == district("teaching_location_rcdts"),
            # a row marked erroneous has an exit reason
            skips_marked=False,
            message="The district that sent this teacher course is not the district of the Teaching Location RCDTS.",
            expected="the first 11 characters of the Teaching Location RCDTS",
            fix="Let the district of the teaching location send the row, or correct the Teaching Location RCDTS.",
            note="Rows without an end date and exit reason; exits may come from the employer too. A row that does not "
            "say who sent it is not judged.",
        ),
        row_rule(
            "IL-TCAE-003",
            "Teacher Commitment is not between 0.01 and 1.00",
            source=ENTRY + "Teacher Commitment should be a decimal value between 0.01 and 1.00",
            columns=("teacher_commitment",),
            holds=pl.col("teacher_commitment")
            .is_between(pl.lit(Decimal("0.01")), pl.lit(Decimal("1")))
            .fill_null(False),
            message="The Teacher Commitment of this course is missing, below 0.01 or above 1.00.",
            expected="0.01 to 1.00",
            fix="Enter the share of a full-time position that this course takes, as 0.20.",
            note="Each course is judged by itself: the courses of a teacher together may be more than 1.00.",
        ),
        row_rule(
            "IL-TCAE-004",
            "Teacher course starts in the future",
            source=ENTRY + "Course Start Date cannot be a future date and must be",
            columns=("course_start_date",),
            holds=pl.col("course_start_date") <= pl.col(AS_OF),
            message="The Course Start Date of the teacher lies after the day of this check.",
            expected="today or earlier",
            fix="Correct the Course Start Date, or send the row when the course has begun.",
        ),
        row_rule(
            "IL-TCAE-005",
            "Teacher course starts outside its school year",
            source=ENTRY + "and must be during the current school year",
            columns=("course_start_date", "school_year"),
            holds=pl.col("school_year") == STARTS_IN_YEAR,
            message="The Course Start Date of the teacher is not between July 1 and June 30 of the row's school year.",
            expected="a date in the school year of the row",
            fix="Correct the Course Start Date or the School Year (the year in which the school year ends).",
            note="Each row is judged by its own school year.",
        ),
        row_rule(
            "IL-TCAE-010",
            "Teacher of a preschool course with another term than Y1",
            source=ENTRY + "When State Course Code is 73028AEXP, 73028AHSE, 73028APFA, 73028APLD, 73028ASPE, "
            "73028ATBP,",
            columns=("state_course_code", "term_code"),
            when=must_be("state_course_code", *PRESCHOOL),
            holds=must_be("term_code", "Y1"),
            message="The teacher course has a preschool course code, but its Term is not Y1.",
            expected="Y1",
            fix="Set the Term to Y1, or correct the State Course Code if it is not a preschool course.",
        ),
        row_rule(
            "IL-TCAX-002",
            "Teacher exit sent by neither the teaching location nor the employer",
            source=EXIT + "Only the Teaching Location RCDTS or Teacher Employer RCDTS can submit",
            columns=("teaching_location_rcdts", "employer_rcdts", "submitter_rcdt"),
            when=IS_EXIT & filled("submitter_rcdt"),
            holds=(district("submitter_rcdt") == district("teaching_location_rcdts"))
            | (district("submitter_rcdt") == district("employer_rcdts")),
            message="The district that sent this teacher exit is neither that of the Teaching Location RCDTS nor that "
            "of the Employer RCDTS.",
            expected="the first 11 characters of the Teaching Location or Employer RCDTS",
            fix="Let the district of the teaching location or the employer send the exit, or correct the RCDTS that is "
            "wrong.",
            note="Rows with an end date or an exit reason. A row that does not say who sent it is not judged.",
        ),
        row_rule(
            "IL-TCAX-003",
            "Teacher course ends before it starts or in the future",
            source=EXIT + "Course End Date should be between Course Start Date and current",
            columns=("course_start_date", "course_end_date"),
            when=filled("course_end_date"),
            holds=pl.col("course_end_date").is_between(pl.col("course_start_date"), pl.col(AS_OF)),
            message="The Course End Date of the teacher is before the Course Start Date or after the day of this "
            "check.",
            expected="from the Course Start Date to today",
            fix="Correct the Course End Date, or the Course Start Date if that is wrong.",
        ),
    ),
)
