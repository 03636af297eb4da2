"""Student course rows."""

import polars as pl

from audit.rulebook import Reference, Table, code, date, decimal, integer, rcdt, rcdts, text, yes_no

TABLE = Table(
    "student_course_assignment",
    __doc__,
    key=(
        "sid",
        "home_rcdts",
        "serving_rcdts",
        "school_year",
        "state_course_code",
        "local_course_id",
        "section_number",
        "term_code",
    ),
    columns={
        "sid": text("State student id."),
        "home_rcdts": rcdts("Home school."),
        "serving_rcdts": rcdts("Serving school."),
        "school_year": integer("Ending year: 2019 = 2018-07-01..2019-06-30 (G1)"),
        "state_course_code": text("2-digit subject area first."),
        "local_course_id": text("District course id."),
        "section_number": text("Class section."),
        "term_code": code("term_code"),
        "course_start_date": date(),
        "course_end_date": date(),
        "final_letter_grade_code": code("final_letter_grade_code"),
        "course_credit": decimal("Published as decimal(6,3)."),
        "course_level_code": code("course_level"),
        "articulated_credit": yes_no(),
        "dual_credit": yes_no(),
        "course_setting_code": code("course_setting_code"),
        "single_parent": yes_no(),
        "displaced_homemaker": yes_no(),
        "course_numeric_grade": decimal(),
        "max_numeric_grade": decimal(),
        "actual_attendance": decimal(),
        "total_attendance": decimal(),
        "ipeds_number": text("College id, dual credit only."),
        "service_provider_rcdts": rcdts("Optional."),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(
        Reference(("sid", "home_rcdts", "serving_rcdts", "school_year"), "enrollment", tested_by="IL-SCA-002"),
        Reference(("state_course_code",), "state_course"),
    ),
    marked=pl.col("final_letter_grade_code") == "99",
    marked_sql="final_letter_grade_code = '99'",
)
