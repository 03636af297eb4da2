"""Ratings in three areas (positive social relationships; acquire and use knowledge and skills; appropriate
action to meet own needs)."""

from audit.rulebook import Reference, Table, code, date, integer, rcdt, rcdts, text, yes_no

TABLE = Table(
    "early_childhood_outcomes",
    __doc__,
    key=("sid", "school_year"),
    columns={
        "sid": text("State student id."),
        "school_year": integer(),
        "entry_home_rcdts": rcdts(),
        "entry_rating_date": date(),
        "entry_rating_social": code("outcome_rating", "Number or 98."),
        "entry_rating_knowledge": code("outcome_rating", "Number or 98."),
        "entry_rating_action": code("outcome_rating", "Number or 98."),
        "exit_home_rcdts": rcdts(),
        "progress_rating_date": date(),
        "progress_rating_social": code("outcome_rating", "Exit rating."),
        "progress_rating_knowledge": code("outcome_rating", "Exit rating."),
        "progress_rating_action": code("outcome_rating", "Exit rating."),
        "made_progress_social": yes_no(),
        "made_progress_knowledge": yes_no(),
        "made_progress_action": yes_no(),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(Reference(("sid",), "student"),),
)
