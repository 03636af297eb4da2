"""DLM-AA Pre-ID file."""

from audit.rulebook import Reference, Table, integer, rcdt, rcdts, text

TABLE = Table(
    "preid_dlm",
    __doc__,
    key=("sid", "school_year"),
    columns={
        "sid": text("State student id."),
        "home_rcdts": rcdts(),
        "school_year": integer(),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
    },
    references=(Reference(("sid",), "student"),),
)
