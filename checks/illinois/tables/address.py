"""Student Address."""

from audit.rulebook import Reference, Table, code, date, rcdt, rcdts, text

TABLE = Table(
    "address",
    __doc__,
    key=("sid", "address_status", "address_line"),
    columns={
        "sid": text("State student id."),
        "home_rcdts": rcdts(),
        "address_status": code("address_status"),
        "address_line": text(),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(Reference(("sid",), "student"),),
)
