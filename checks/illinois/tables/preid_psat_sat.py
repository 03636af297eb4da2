"""PSAT/SAT Pre-ID file."""

from audit.rulebook import Reference, Table, code, integer, rcdt, rcdts, text, yes_no

TABLE = Table(
    "preid_psat_sat",
    __doc__,
    key=("sid", "school_year", "assessment_code"),
    columns={
        "sid": text("State student id."),
        "home_rcdts": rcdts(),
        "school_year": integer(),
        "assessment_code": code("psat_sat_assessment"),
        "isbe_required": yes_no("ISBE requires this grade 12 student to test."),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
    },
    references=(Reference(("sid",), "student"),),
)
