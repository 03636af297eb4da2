"""Historical special education and program documents."""

from audit.rulebook import Reference, Table, date, text

TABLE = Table(
    "al_history_record",
    __doc__,
    key=("record_id",),
    columns={
        "record_id": text(),
        "student_id": text("Student id of the profile that holds the document."),
        "record_type": text(),
        "record_date": date(),
    },
    references=(Reference(("student_id",), "al_sp_profile"),),
    student="student_id",
)
