"""Participant Demographic file, historic only: its rules are gone."""

from audit.rulebook import Table, text

TABLE = Table(
    "participant",
    __doc__,
    key=("sid",),
    columns={
        "sid": text("State student id."),
    },
)
