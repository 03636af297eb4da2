"""Screener tests."""

import polars as pl

from audit.rulebook import Reference, Table, code, date, integer, rcdt, rcdts, text

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
)
