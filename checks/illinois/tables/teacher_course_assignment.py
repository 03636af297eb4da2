"""Teacher course rows: entry fields and exit fields."""

import polars as pl

from audit.rulebook import Reference, Table, code, date, decimal, integer, rcdt, rcdts, text

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
)
