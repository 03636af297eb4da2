"""PARCC Pre-ID file."""

from audit.rulebook import Reference, Table, integer, rcdt, rcdts, text, yes_no

TABLE = Table(
    "preid_parcc",
    __doc__,
    key=("sid", "school_year", "subject_code"),
    columns={
        "sid": text("State student id."),
        "home_rcdts": rcdts(),
        "school_year": integer(),
        "subject_code": text(),
        "iep_accommodation": yes_no("Yes when any IEP accommodation is selected."),
        "lep_accommodation": yes_no("Yes when any LEP (EL) accommodation is selected."),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
    },
    references=(Reference(("sid",), "student"),),
)
