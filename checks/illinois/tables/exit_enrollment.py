"""The exit file; when no exit file is given it is built from the enrollment rows with exit_date or
exit_type_code filled. Conversely, empty exit columns of enrollment are filled from the exit row with the same
key."""

import polars as pl

from audit.rulebook import Reference, Table, code, date, decimal, integer, rcdt, rcdts, row_rule, text

TABLE = Table(
    "exit_enrollment",
    __doc__,
    key=("sid", "home_rcdts", "serving_rcdts", "school_year", "enrollment_date"),
    columns={
        "sid": text("State student id."),
        "home_rcdts": rcdts("Home school."),
        "serving_rcdts": rcdts("Serving school."),
        "school_year": integer("Ending year: 2019 = 2018-07-01..2019-06-30 (G1)"),
        "enrollment_date": date(),
        "exit_date": date(),
        "exit_type_code": code("exit_type_code"),
        "days_present": decimal("No longer validated."),
        "excused_absences": decimal("No longer validated."),
        "unexcused_absences": decimal("No longer validated."),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(
        Reference(
            ("sid", "home_rcdts", "serving_rcdts", "school_year", "enrollment_date"),
            "enrollment",
            tested_by="IL-EXIT-003",
        ),
    ),
    marked=pl.col("exit_type_code") == "99",
    marked_sql="exit_type_code = '99'",
    rules=(
        row_rule(
            "IL-EXIT-008",
            "Exit Date is in the future",
            source="Exit Enrollment | Exit Enrollment Date cannot be a future date.",
            columns=("exit_date",),
            holds=pl.col("exit_date") <= pl.col("_as_of_date"),
            message="The Exit Date is after the day of this check.",
            expected="the day of the check or earlier",
            fix="Correct the Exit Date; a student who will leave later is exited on or after the last day.",
        ),
    ),
)
