"""General Student Table: the students that Special Programs can import from the SIS."""

from audit.rulebook import Reference, Table, date, name, text

TABLE = Table(
    "al_general_student",
    __doc__,
    key=("state_id",),
    columns={
        "state_id": text("Alabama State ID."),
        "legal_first_name": name(),
        "legal_last_name": name(),
        "birth_date": date(),
    },
    references=(Reference(("state_id",), "al_sis_student"),),
)
