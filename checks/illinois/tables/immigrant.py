"""Immigrant collection."""

from audit.rulebook import Reference, Table, date, integer, rcdt, rcdts, text, yes_no

TABLE = Table(
    "immigrant",
    __doc__,
    key=("sid", "school_year"),
    columns={
        "sid": text("State student id."),
        "home_rcdts": rcdts(),
        "school_year": integer(),
        "eligible_immigrant_indicator": yes_no(),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(Reference(("sid",), "student"),),
)
