"""Prenatal record, one per fiscal year."""

from audit.rulebook import Table, code, date, integer, rcdt, text

TABLE = Table(
    "prenatal",
    __doc__,
    key=("prenatal_id", "fiscal_year"),
    columns={
        "prenatal_id": text(),
        "home_rcdt": rcdt(),
        "fiscal_year": integer("Ending year, July to June."),
        "caregiver_sid": text("The mother, optional."),
        "services_start_date": date(),
        "due_date": date(),
        "exit_date": date(),
        "exit_reason": code("prenatal_exit_reason"),
        "home_visit_count": integer("Total Number of Home Visits During the Year."),
        "parent_group_count": integer("Total Number of Parent Groups Attended During the Year."),
        "birthed_children_count": integer("Total Number of Birthed Children."),
        "place_of_delivery": text(),
        "city_of_delivery": text(),
        "state_of_delivery": text(),
        "county_of_delivery": text(),
        "delivery_date": date(),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    home="home_rcdt || '0000'",
)
