"""Preschool course rows; union of the preschool file and the student_course_assignment rows whose code is in
preschool_course_code."""

import polars as pl

from audit.rulebook import Reference, Table, code, date, integer, rcdt, rcdts, text

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
)
