"""Student Discipline."""

import polars as pl

from audit.rulebook import Reference, Table, code, date, integer, rcdt, rcdts, text, yes_no

TABLE = Table(
    "discipline",
    __doc__,
    key=("sid", "home_rcdts", "serving_rcdts", "school_year", "incident_date", "incident_number"),
    columns={
        "sid": text("State student id."),
        "home_rcdts": rcdts("Home school."),
        "serving_rcdts": rcdts("Serving school."),
        "school_year": integer("Ending year: 2019 = 2018-07-01..2019-06-30 (G1)"),
        "incident_number": text(),
        "incident_date": date(),
        "incident_type_code": code("incident_type_code"),
        "discipline_action_code": code("discipline_action_code"),
        "erroneous_indicator": yes_no(),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(
        Reference(("sid", "home_rcdts", "serving_rcdts", "school_year"), "enrollment", tested_by="IL-DISC-002"),
    ),
    marked=pl.col("erroneous_indicator") == "01",
    marked_sql="erroneous_indicator = '01'",
    key_tested_by="IL-DISC-009",
)
