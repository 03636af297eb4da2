"""Preschool course rows; union of the preschool file and the student_course_assignment rows whose code is in
preschool_course_code."""

import polars as pl

from audit.rulebook import Reference, Table, code, date, integer, must_be, rcdt, rcdts, row_rule, text

TABLE = Table(
    "preschool_course_assignment",
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
        "service_provider_rcdts": rcdts("Optional."),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(
        Reference(("sid", "home_rcdts", "serving_rcdts", "school_year"), "enrollment", tested_by="IL-PSCA-002"),
        Reference(("sid", "home_rcdts", "serving_rcdts", "school_year"), "early_childhood", tested_by="IL-PSCA-006"),
    ),
    marked=pl.col("final_letter_grade_code") == "99",
    marked_sql="final_letter_grade_code = '99'",
    rules=(
        row_rule(
            "IL-PSCA-014",
            "Preschool course with another term than Y1",
            source="Preschool Student Course Assignment | The Term Code must be Y1",
            effective="2018-08-07 (added), updated 2018-09-05",
            years="2019-",
            columns=("term_code",),
            holds=must_be("term_code", "Y1"),
            message="The Term of the preschool course is not Y1.",
            expected="Y1",
            fix="Set the Term of the course row to Y1.",
            note="Preschool courses that came in the course file are judged too.",
        ),
    ),
)
