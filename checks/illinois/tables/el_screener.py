"""Screener tests."""

import polars as pl

from audit.rulebook import Reference, Table, code, date, filled, integer, rcdt, rcdts, row_rule, text

TABLE = Table(
    "el_screener",
    __doc__,
    key=("sid", "screener_date", "screener_code"),
    columns={
        "sid": text("State student id."),
        "home_rcdts": rcdts(),
        "school_year": integer(),
        "screener_date": date(),
        "screener_code": code("el_screener"),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(Reference(("sid",), "student"),),
    marked=pl.col("screener_code") == "99",
    marked_sql="screener_code = '99'",
    rules=(
        row_rule(
            "IL-ELS-003",
            "Date of the EL screener test is in the future",
            source="EL Screener | and is not a future date",
            columns=("screener_date",),
            when=filled("screener_date"),
            holds=pl.col("screener_date") <= pl.col("_as_of_date"),
            message="The date of the EL screener test is later than the day of this check.",
            expected="a date not later than the day of the check",
            fix="Correct the date, or submit the record once the test has been taken.",
        ),
    ),
)
