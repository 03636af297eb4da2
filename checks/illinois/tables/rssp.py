"""Regional Safe Schools Program."""

import polars as pl

from audit.rulebook import Reference, Table, date, filled, integer, rcdt, rcdts, row_rule, text

_SENDER = pl.col("submitter_rcdt").str.slice(0, 11)

TABLE = Table(
    "rssp",
    __doc__,
    key=("sid", "home_rcdts", "serving_rcdts", "school_year"),
    columns={
        "sid": text("State student id."),
        "home_rcdts": rcdts("Home school."),
        "serving_rcdts": rcdts("Serving school."),
        "school_year": integer("Ending year: 2019 = 2018-07-01..2019-06-30 (G1)"),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(Reference(("sid", "home_rcdts", "serving_rcdts", "school_year"), "enrollment"),),
    rules=(
        row_rule(
            "IL-RSSP-001",
            "RSSP record sent by neither home nor serving district",
            source="Regional Safe Schools Program (RSSP) | Both the Home and Serving School can update the RSSP data.",
            effective="2013-06-27 (section added)",
            columns=("submitter_rcdt", "home_rcdts", "serving_rcdts"),
            when=filled("submitter_rcdt"),
            holds=(pl.col("home_rcdts").str.slice(0, 11) == _SENDER)
            | (pl.col("serving_rcdts").str.slice(0, 11) == _SENDER),
            message="The district that sent this record is neither that of the Home nor that of the Serving RCDTS.",
            expected="the first 11 characters of the Home or the Serving RCDTS",
            fix="Let the home or the serving district send the record, or correct its Home and Serving RCDTS.",
            note="A row that does not say who sent it is not judged.",
        ),
    ),
)
