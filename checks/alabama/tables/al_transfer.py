"""Transfer envelopes that Special Programs received."""

from audit.rulebook import Reference, Table, date, text

TABLE = Table(
    "al_transfer",
    __doc__,
    key=("student_id", "received_date"),
    columns={"student_id": text("Student id of the profile."), "received_date": date()},
    references=(Reference(("student_id",), "al_sp_profile"),),
    student="student_id",
)
