"""One row: parameters of the run."""

from audit.rulebook import Table, date, integer, text

TABLE = Table(
    "run_param",
    __doc__,
    key=("as_of_date",),
    columns={
        "as_of_date": date(),
        "current_school_year": integer(),
        "metric_school_year": integer("Default current_school_year - 1."),
        "metric_window_start": date("Default 30 September of metric_school_year - 1."),
        "metric_window_end": date("Default 1 May of metric_school_year."),
        "first_semester_end": text("MM-DD, default 01-31."),
    },
    reference_data=True,
)
