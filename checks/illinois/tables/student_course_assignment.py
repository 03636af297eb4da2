"""Student course rows."""

from decimal import Decimal

import polars as pl

from audit.rulebook import (
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
    yes_no,
)

#: Code list preschool_course_code.
PRESCHOOL = ("73028AEXP", "73028AHSE", "73028APFA", "73028APLD", "73028ASPE", "73028ATBP", "73028ATIT")
#: Columns that are empty in preschool course rows.
NOT_IN_PRESCHOOL = (
    "course_level_code",
    "course_credit",
    "articulated_credit",
    "dual_credit",
    "course_setting_code",
    "single_parent",
    "displaced_homemaker",
    "course_numeric_grade",
    "max_numeric_grade",
)
TERMS = ("Y1", "Y2", "S1", "S2", "S3", "T1", "T2", "T3", "T4", "Q1", "Q2", "Q3", "Q4", "Q5")

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
    rules=(
        row_rule(
            "IL-SCA-016",
            "Preschool course with fields that must be empty",
            source="Student Course Assignment | Course Level, Course Credit, Articulated Credit, Dual Credit, Course "
            "Setting, Single",
            effective="2018-08-07 (added), updated 2018-09-05",
            years="2019-",
            columns=NOT_IN_PRESCHOOL,
            optional=("any",),
            when=must_be("state_course_code", *PRESCHOOL),
            holds={column: pl.col(column).is_null() for column in NOT_IN_PRESCHOOL},
            message="A course with a preschool code has fields filled that do not apply to preschool.",
            expected="empty",
            fix="Empty the named fields of this course row (0 does not count as empty), or correct its State Course "
            "Code.",
        ),
        row_rule(
            "IL-SCA-019",
            "Course Credit is not between 0.001 and 3.00",
            source="Student Course Assignment | Course Credit for all of Terms (Y1, Y2, S1, S2, S3,",
            effective='2018-06-29 (marked "New"; change history 06/29/2018)',
            years="2019-",
            columns=("course_credit",),
            when=filled("course_credit") & must_be("term_code", *TERMS) & ~must_be("state_course_code", *PRESCHOOL),
            holds=pl.col("course_credit").is_between(pl.lit(Decimal("0.001")), pl.lit(Decimal("3"))),
            message="The Course Credit is below 0.001 or above 3.00.",
            expected="0.001 to 3.00",
            fix="Enter the credit of the course in units, as 0.500.",
            note="The value is taken as sent, with all its decimals. Preschool courses carry no credit and are left "
            "out.",
        ),
        row_rule(
            "IL-CH-020",
            "Secondary course without credit",
            source="Change History | a. Credit for Secondary Courses Subject Area (01-21) must be greater",
            effective="2014-07-23",
            years="2015-",
            columns=("course_credit",),
            when=pl.col("state_course_code").str.contains(r"^(?:0[1-9]|1\d|2[01])"),
            holds=filled("course_credit"),
            message="The course is of subject area 01 to 21, but the Course Credit is empty.",
            expected="a credit above 0",
            fix="Enter the credit of the course, as 0.500, or correct its State Course Code.",
            note="Stated in the change history only. A credit of 0 or less is reported by IL-SCA-019.",
        ),
    ),
)
