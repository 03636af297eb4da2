"""One row per enrollment spell at one serving school."""

import polars as pl

from audit.rulebook import Reference, Table, code, date, decimal, integer, rcdt, rcdts, row_rule, text, yes_no

TABLE = Table(
    "enrollment",
    __doc__,
    key=("sid", "home_rcdts", "serving_rcdts", "school_year", "enrollment_date"),
    columns={
        "sid": text("State student id."),
        "home_rcdts": rcdts("Home school."),
        "serving_rcdts": rcdts("Serving school."),
        "school_year": integer("Ending year: 2019 = 2018-07-01..2019-06-30 (G1)"),
        "enrollment_date": date("First full day."),
        "entry_type_code": code("entry_type_code", "Enrollment Entry Type Code."),
        "entry_grade_level": code("entry_grade_level"),
        "percent_day_attended": decimal("PDA; exact decimal (G11) Published as decimal(4,2).", aliases=["fte"]),
        "exit_date": date("Last full day; null = not exited."),
        "exit_type_code": code("exit_type_code"),
        "tuition_in_indicator": yes_no(),
        "dual_language_code": code("dual_language_code"),
        "language_of_instruction_code": code("language_code"),
        "military_connected_indicator": yes_no(),
        "service_provider_rcdts": rcdts("Optional."),
        "source_template": code("source_template"),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(
        Reference(("sid",), "student"),
        Reference(("home_rcdts",), "entity", ("rcdts",)),
        Reference(("serving_rcdts",), "entity", ("rcdts",)),
        Reference(("service_provider_rcdts",), "entity", ("rcdts",)),
    ),
    marked=pl.col("exit_type_code") == "99",
    marked_sql="exit_type_code = '99'",
    rules=(
        row_rule(
            "IL-ENR-010",
            "Percent of Day Attended is not above 0 and at most 1.00",
            source="Enrollment | The PDA is greater than ‘0’ and less than or equal",
            columns=("percent_day_attended",),
            holds=pl.col("percent_day_attended").is_between(0, 1, closed="right").fill_null(False),
            message="Percent of Day Attended is missing, 0 or less, or above 1.00.",
            expected="above 0, at most 1.00",
            fix="Enter the share of the day that the student attends this school, as 0.50; a whole day is 1.00, not 100.",
        ),
    ),
)
