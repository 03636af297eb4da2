"""Prenatal XREF: child to prenatal record."""

from audit.rulebook import Reference, Table, date, rcdt, text

TABLE = Table(
    "prenatal_match",
    __doc__,
    key=("sid", "prenatal_id"),
    columns={
        "sid": text("The child."),
        "prenatal_id": text(),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(
        Reference(("sid",), "student", tested_by="IL-PXREF-001"),
        Reference(("prenatal_id",), "prenatal", tested_by="IL-PXREF-001"),
    ),
)
