"""Reference: state course catalogue."""

from audit.rulebook import Table, text

TABLE = Table(
    "state_course",
    __doc__,
    key=("state_course_code",),
    columns={
        "state_course_code": text(),
        "course_title": text(),
        "subject_area": text("First two digits."),
        "course_group": text("Secondary (01-22), prior_to_secondary (51-72) or preschool (73)"),
    },
    reference_data=True,
)
