"""English Learner services record."""

from audit.rulebook import Reference, Table, code, date, integer, rcdt, rcdts, text, yes_no

TABLE = Table(
    "el",
    __doc__,
    key=("sid", "school_year", "el_services_start_date"),
    columns={
        "sid": text("State student id."),
        "home_rcdts": rcdts(),
        "school_year": integer(),
        "district_first_enrolled_date": date("Date First Enrolled in District/LEA."),
        "el_services_start_date": date("Date Student Enrolled or Re-Entered to Receive EL Services."),
        "el_entry_status_code": code("el_entry_status"),
        "class_periods_per_week_code": code("class_periods_per_week"),
        "el_services_provided_code": code("el_services_provided"),
        "tbe_indicator": yes_no(),
        "tpi_indicator": yes_no(),
        "title_iii_indicator": yes_no(),
        "el_services_end_date": date("Date EL Services Ended."),
        "el_services_end_reason_code": code("el_end_reason"),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(Reference(("sid",), "student"),),
)
