"""Multiple SID requests."""

from audit.rulebook import Reference, Table, rcdt, text

TABLE = Table(
    "multiple_sid",
    __doc__,
    key=("sid_keep", "sid_delete"),
    columns={
        "sid_keep": text(),
        "sid_delete": text(),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
    },
    references=(
        Reference(("sid_keep",), "student", ("sid",)),
        Reference(("sid_delete",), "student", ("sid",)),
    ),
    student="sid_keep",
)
