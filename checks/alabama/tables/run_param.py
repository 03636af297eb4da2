"""One row: parameters of the run."""

from audit.rulebook import Table, date, integer

TABLE = Table(
    "run_param",
    __doc__,
    key=("as_of_date",),
    columns={"as_of_date": date(), "current_school_year": integer()},
    reference_data=True,
)
