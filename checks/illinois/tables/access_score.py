"""ACCESS for ELLs scores."""

from audit.rulebook import Reference, Table, date, decimal, integer, text

TABLE = Table(
    "access_score",
    __doc__,
    key=("sid", "school_year"),
    columns={
        "sid": text("State student id."),
        "school_year": integer("Year of the test."),
        "overall_proficiency_level": decimal("Published as decimal(3,1)."),
        "test_date": date("Optional."),
    },
    references=(Reference(("sid",), "student"),),
)
