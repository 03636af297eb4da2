"""Outside Course Assignment (transfer courses)."""

import datetime as dt

import polars as pl

from audit.rulebook import Reference, Table, code, date, decimal, integer, rcdt, rcdts, row_rule, text

#: Subject areas of secondary courses: the first two digits of the State Course Code.
SECONDARY_AREAS = [f"{area:02d}" for area in range(1, 23)]
#: Final letter grades of kindergarten to grade 8.
ELEMENTARY_GRADES = ["21", "22", "23", "24", "25", "26"]

TABLE = Table(
    "outside_course",
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
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(
        Reference(("sid", "home_rcdts", "serving_rcdts", "school_year"), "enrollment", tested_by="IL-OCA-001"),
    ),
    marked=pl.col("final_letter_grade_code") == "99",
    marked_sql="final_letter_grade_code = '99'",
    rules=(
        row_rule(
            "IL-OCA-007",
            "Outside course before July 1, 2010",
            source="Outside Course Assignment | Course Start Date must be 07/01/2010 or after.",
            columns=("course_start_date",),
            holds=(pl.col("course_start_date") >= dt.date(2010, 7, 1)).fill_null(False),
            message="The Course Start Date of the outside course is missing or before 07/01/2010.",
            expected="07/01/2010 or later",
            fix="Enter the day on which the course began. Courses that began before 07/01/2010 are not sent.",
        ),
        row_rule(
            "IL-OCA-008",
            "Outside course that is not a secondary course",
            source="Outside Course Assignment | Only State Course Codes that start with Subject Areas (01-22) are",
            columns=("state_course_code",),
            holds=pl.col("state_course_code").str.slice(0, 2).is_in(SECONDARY_AREAS).fill_null(False),
            message="The State Course Code of the outside course does not begin with a subject area from 01 to 22.",
            expected="a code that begins with 01 to 22",
            fix="Use the State Course Code of the secondary course. Courses before high school (51 and higher) are not "
            "sent as outside courses; mark such a row with Final Letter Grade 99.",
            note="Codes of courses before secondary school, which the state names in a line of its own, are reported "
            "here.",
        ),
        row_rule(
            "IL-OCA-010",
            "Outside course with an elementary letter grade",
            source="Outside Course Assignment | Final Letter Grades (21-26) are not accepted for Outside Course "
            "Assignments.",
            columns=("final_letter_grade_code",),
            holds=~pl.col("final_letter_grade_code").is_in(ELEMENTARY_GRADES).fill_null(False),
            message="The Final Letter Grade of the outside course is one of those for kindergarten to grade 8.",
            expected="any grade but 21 to 26",
            fix="Enter the grade from the high school scale (01 to 20).",
            note="A missing grade is not reported.",
        ),
    ),
)
