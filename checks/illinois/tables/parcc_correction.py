"""PARCC corrections."""

from audit.rulebook import Reference, Table, integer, rcdt, rcdts, text, yes_no

TABLE = Table(
    "parcc_correction",
    __doc__,
    key=("sid", "component_code", "subject_code", "attempt_number"),
    columns={
        "sid": text("State student id."),
        "home_rcdts": rcdts(),
        "school_year": integer(),
        "component_code": text(),
        "subject_code": text(),
        "attempt_number": integer(),
        "attempt_voided": yes_no(),
        "no_valid_attempt_reason": text("Reason for No Valid Test Attempt."),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
    },
    references=(Reference(("sid",), "student"),),
)
