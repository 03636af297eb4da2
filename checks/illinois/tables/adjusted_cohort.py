"""Adjusted Cohort Graduation Rate."""

from audit.rulebook import Reference, Table, date, integer, rcdt, text

TABLE = Table(
    "adjusted_cohort",
    __doc__,
    key=("sid",),
    columns={
        "sid": text("State student id."),
        "cohort_exit_type_code": text(),
        "first_year_9th_grade": integer("Not updatable."),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(Reference(("sid",), "student"),),
)
