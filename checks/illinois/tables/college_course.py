"""College Course Assignment (dual credit)."""

import polars as pl

from audit.rulebook import Reference, Table, code, date, decimal, filled, integer, rcdt, rcdts, row_rule, text, yes_no

TABLE = Table(
    "college_course",
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
        "dual_credit": yes_no(),
        "ipeds_number": text(),
        "course_credit": decimal("Published as decimal(6,3)."),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(
        Reference(("sid", "home_rcdts", "serving_rcdts", "school_year"), "enrollment", tested_by="IL-CCA-003"),
    ),
    marked=pl.col("final_letter_grade_code") == "99",
    marked_sql="final_letter_grade_code = '99'",
    rules=(
        row_rule(
            "IL-CH-014",
            "College course without IPEDS number",
            source="Change History | Courses identified with Dual Credit = “yes” must have an IPEDS",
            severity="warning",
            effective="2016-07-06",
            years="2017-",
            columns=("ipeds_number",),
            holds=filled("ipeds_number"),
            message="The college course does not name the college: the IPEDS number is empty.",
            expected="an IPEDS number",
            fix="Enter the IPEDS number of the college that gives the credit.",
            note="Stated in the change history only, for exits; before the exit a warning. Whether the number exists "
            "is not tested.",
        ),
    ),
)
