"""One row per student id: demographics and current programme indicators."""

from audit.rulebook import Table, code, date, name, rcdt, text, yes_no

TABLE = Table(
    "student",
    __doc__,
    key=("sid",),
    columns={
        "sid": text("State student id."),
        "sid_created_date": date("Day the SID was issued."),
        "legal_first_name": name(),
        "legal_middle_name": name("'*' alone = no middle name."),
        "legal_last_name": name(),
        "mothers_maiden_name": name(),
        "birth_place_name": name(),
        "birth_date": date(),
        "native_language_code": code("language_code", "000 = English."),
        "home_language_code": code("language_code", "000 = English."),
        "el_indicator": yes_no(aliases=["ell", "ell_indicator"]),
        "idea_services_indicator": yes_no(aliases=["iep_indicator", "idea_eligible"]),
        "private_school_student": yes_no(),
        "frl_indicator": yes_no("FRL / Low Income."),
        "ses_indicator": yes_no(),
        "title_1_indicator": yes_no(),
        "century_21_indicator": yes_no(),
        "homeless_indicator": yes_no(),
        "migrant_indicator": yes_no("Fed from NGS."),
        "immigrant_indicator": yes_no("Fed from the Immigrant file."),
        "birth_to_3_indicator": yes_no(),
        "youth_in_care_indicator": yes_no(),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    resent=True,
)
