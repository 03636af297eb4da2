"""One row per Pre-K enrollment."""

from audit.rulebook import Reference, Table, code, date, integer, rcdt, rcdts, text, yes_no

TABLE = Table(
    "early_childhood",
    __doc__,
    key=("sid", "home_rcdts", "serving_rcdts", "school_year"),
    columns={
        "sid": text("State student id."),
        "home_rcdts": rcdts("Home school."),
        "serving_rcdts": rcdts("Serving school."),
        "school_year": integer("Ending year: 2019 = 2018-07-01..2019-06-30 (G1)"),
        "preschool_for_all_funding": code("funding_length"),
        "preschool_for_all_expansion": code("preschool_expansion"),
        "head_start_funding": code("funding_length"),
        "title_1_funding": code("funding_length"),
        "idea_funding": code("funding_length"),
        "local_funding": code("funding_length"),
        "tuition_funding": code("funding_length"),
        "early_intervention": yes_no(),
        "referral_by_cfc": yes_no("Also written 'Referral to CFC'."),
        "ei_number": text(),
        "eligibility_determination_date": date(),
        "reason_for_delay_code": code("reason_for_delay"),
        "iep_completion_date": date(),
        "services_began_date": date(),
        "idea_services_received": yes_no(),
        "in_classroom_idea": yes_no(),
        "previous_ec_enrollment": yes_no(),
        "early_head_start": yes_no(),
        "prevention_initiative": yes_no(),
        "household_income_criteria": code("household_income_criteria"),
        "cps_value_preschool": text("Chicago only."),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(Reference(("sid", "home_rcdts", "serving_rcdts", "school_year"), "enrollment"),),
)
