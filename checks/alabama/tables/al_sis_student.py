"""Students of the SIS (PowerSchool)."""

from audit.rulebook import Table, code, date, integer, name, text

TABLE = Table(
    "al_sis_student",
    __doc__,
    key=("state_id",),
    columns={
        "state_id": text("Alabama State ID."),
        "legal_first_name": name(),
        "legal_last_name": name(),
        "birth_date": date(),
        "enrollment_status": code("al_enrollment_status"),
        "enrollment_date": date("Day on which the enrollment was completed."),
        "provisional_id": text("Given before there is a State ID."),
        "age_years": integer(),
    },
)
