"""ACT file, historic only: its rules are retired."""

from audit.rulebook import Table, text

TABLE = Table(
    "act",
    __doc__,
    key=("sid",),
    columns={
        "sid": text("State student id."),
    },
)
