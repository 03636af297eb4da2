"""504 Plan."""

import polars as pl

from audit.rulebook import Reference, Table, date, integer, rcdt, rcdts, text

TABLE = Table(
    "plan_504",
    __doc__,
    key=("sid", "home_rcdts", "serving_rcdts", "school_year", "plan_start_date"),
    columns={
        "sid": text("State student id."),
        "home_rcdts": rcdts("Home school."),
        "serving_rcdts": rcdts("Serving school."),
        "school_year": integer("Ending year: 2019 = 2018-07-01..2019-06-30 (G1)"),
        "plan_start_date": date(),
        "plan_end_date": date(),
        "delete_record": text("Null or 99."),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(
        Reference(("sid", "home_rcdts", "serving_rcdts", "school_year"), "enrollment", tested_by="IL-504-002"),
    ),
    marked=pl.col("delete_record") == "99",
    marked_sql="delete_record = '99'",
)
