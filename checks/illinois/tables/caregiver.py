"""Caregiver Demographic."""

from audit.rulebook import Reference, Table, code, date, name, rcdt, rcdts, text

TABLE = Table(
    "caregiver",
    __doc__,
    key=("sid", "relationship_code"),
    columns={
        "sid": text("The child."),
        "home_rcdts": rcdts(),
        "relationship_code": code("caregiver_relationship"),
        "caregiver_sid": text("Optional."),
        "caregiver_last_name": name(),
        "caregiver_first_name": name(),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(
        Reference(("sid",), "birth_to_3"),
        Reference(("caregiver_sid",), "student", ("sid",), tested_by="IL-CARE-005"),
    ),
    key_tested_by="IL-CARE-002",
)
