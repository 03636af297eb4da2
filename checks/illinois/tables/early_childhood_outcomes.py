"""Ratings in three areas (positive social relationships; acquire and use knowledge and skills; appropriate
action to meet own needs)."""

import pandera.polars as pa
import polars as pl

from audit.rulebook import Reference, Table, code, date, filled, integer, rcdt, rcdts, row_rule, text, yes_no

ENTRY_RATING = ("entry_rating_date", "entry_rating_social", "entry_rating_knowledge", "entry_rating_action")
EXIT_RATING = (
    "progress_rating_date",
    "progress_rating_social",
    "progress_rating_knowledge",
    "progress_rating_action",
    "made_progress_social",
    "made_progress_knowledge",
    "made_progress_action",
)


def number(column: str) -> pl.Expr:
    """A rating as a number; null where there is none, as for 98 (private school)."""
    rating = pl.col(column)
    return pl.when(rating != "98").then(rating.cast(pl.Int32, strict=False))


def progress_rule(rule_id: str, area: str, label: str, sentence: str) -> pa.Check:
    """Progress in one of the three areas needs a progress rating that is at least the entry rating."""
    made, progress, entry = f"made_progress_{area}", f"progress_rating_{area}", f"entry_rating_{area}"
    return row_rule(
        rule_id,
        f"Progress in {label} without a rating that shows it",
        source=f"Early Childhood Outcomes | {sentence}",
        effective="2018-05-14 (change history: Made Progress and Entry rating validation updated)",
        columns=(made, progress, entry),
        when=pl.col(made) == "01",
        holds=(number(progress) >= number(entry)).fill_null(False),
        message=f"Made Progress is Yes in {label}, but the progress rating is lower than the entry rating, or one of "
        "them is 98 or empty (99 counts as empty).",
        expected="a progress rating that is not lower than the entry rating",
        fix="Correct the two ratings, or set Made Progress to 02.",
    )


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
    rules=(
        row_rule(
            "IL-ECO-006",
            "Entry Home RCDTS without a whole entry rating",
            source="Early Childhood Outcomes | If Entry Home RCDTS is included, all Entry Rating fields must",
            columns=ENTRY_RATING,
            when=filled("entry_home_rcdts"),
            holds={column: filled(column) for column in ENTRY_RATING},
            message="The Entry Home RCDTS is filled, but the entry rating is not whole (99 counts as empty).",
            expected="entry rating date and three entry ratings",
            fix="Fill the named fields of the entry rating.",
            note="Ratings without Entry Home RCDTS are not reported.",
        ),
        row_rule(
            "IL-ECO-007",
            "Exit Home RCDTS without a whole exit rating",
            source="Early Childhood Outcomes | If Exit Home RCDTS is included, all Exit Rating fields must",
            columns=EXIT_RATING,
            optional=("any",),
            when=filled("exit_home_rcdts"),
            holds={column: filled(column) for column in EXIT_RATING},
            message="The Exit Home RCDTS is filled, but the exit rating is not whole (99 counts as empty).",
            expected="progress rating date, three progress ratings, and Made Progress for each",
            fix="Fill the named fields of the progress rating.",
            note="The exit rating is the progress rating together with Made Progress.",
        ),
        progress_rule(
            "IL-ECO-009", "social", "Positive Social Relationships", "Made Progress on Positive Social Relationships"
        ),
        progress_rule("IL-ECO-010", "knowledge", "Knowledge and Skills", "Acquire Use and Knowledge Skills"),
        progress_rule("IL-ECO-011", "action", "Action to Meet Own Needs", "Take Appropriate Action to Meet Own Needs"),
    ),
)
