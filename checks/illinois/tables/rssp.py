"""Regional Safe Schools Program."""

from audit.rulebook import Reference, Table, date, integer, rcdt, rcdts, text

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
)
