"""504 Plan."""

import polars as pl

from audit.rulebook import Reference, Table, date, integer, rcdt, rcdts, row_rule, text

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
    rules=(
        row_rule(
            "IL-504-009",
            "Delete Record is neither empty nor 99",
            source="504 Plan | To delete the 504 Plan record, send ‘99’ in the ‘Delete",
            columns=("delete_record",),
            holds=(pl.col("delete_record") == "99").fill_null(True),
            message="Delete Record holds something other than 99.",
            expected="empty, or 99",
            fix="Write 99 into Delete Record to delete the 504 Plan, or leave the field empty.",
            note="A row with 99 asks for deletion; the other rules on 504 Plans leave it out.",
            skips_marked=False,
        ),
    ),
)
