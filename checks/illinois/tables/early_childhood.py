"""One row per Pre-K enrollment."""

from collections.abc import Iterable, Sequence

import polars as pl

from audit.rulebook import Reference, Table, code, date, filled, integer, must_be, rcdt, rcdts, row_rule, text, yes_no

FUNDING = (
    "preschool_for_all_funding",
    "preschool_for_all_expansion",
    "head_start_funding",
    "title_1_funding",
    "idea_funding",
    "local_funding",
    "tuition_funding",
)
#: What follows the answer on Early Intervention, in the order of the form.
TRANSITION = (
    "referral_by_cfc",
    "ei_number",
    "eligibility_determination_date",
    "reason_for_delay_code",
    "iep_completion_date",
    "services_began_date",
)


def _empty(columns: Iterable[str]) -> dict[str, pl.Expr]:
    return {c: pl.col(c).is_null() for c in columns}


def _funded(columns: Sequence[str]) -> pl.Expr:
    """At least one of the fundings is other than none."""
    return pl.any_horizontal((pl.col(c) != "none").fill_null(False) for c in columns)


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
    resent=True,
    rules=(
        row_rule(
            "IL-EC-003",
            "Early Childhood record without any funding",
            source="Early Childhood | All enrollments must be in at least one of the funding",
            effective="2018-07-16 (change history: EC funding updated)",
            columns=FUNDING,
            holds=_funded(FUNDING),
            message="None of the seven fundings is selected.",
            expected="at least one funding other than none",
            fix="Enter the length of the funding that pays for the child's place: Preschool for All, Expansion, Head "
            "Start, Title I, IDEA, local or tuition.",
            note="An empty funding is none.",
        ),
        row_rule(
            "IL-EC-015",
            "Early Intervention without an answer on the Referral by CFC",
            source="Early Childhood | Referral by CFC must be entered",
            columns=("early_intervention", "referral_by_cfc"),
            when=pl.col("early_intervention") == "01",
            holds=must_be("referral_by_cfc", "01", "02"),
            message="Early Intervention is 01 (Yes), but Referral by CFC is neither 01 nor 02.",
            expected="01 or 02",
            fix="Enter whether the Child and Family Connections office referred the child, or correct Early "
            "Intervention.",
        ),
        row_rule(
            "IL-EC-016",
            "Transition data of a child without Early Intervention",
            source="Early Childhood | If Early Intervention is 02 ‘No’, the remaining fields should",
            columns=TRANSITION,
            when=pl.col("early_intervention") == "02",
            holds=_empty(TRANSITION),
            optional=("any",),
            message="Early Intervention is 02 (No), but a field of the transition from it is filled.",
            expected="empty",
            fix="Clear the named fields, or set Early Intervention to 01 if the child was in it.",
            note="The fields from Referral by CFC to Date Services Began; funding, income and the others stay.",
        ),
        row_rule(
            "IL-EC-017",
            "Referred child without EI number, eligibility date or reason for delay",
            source="Early Childhood | EI Number, Eligibility Determination Date, and Reason for Delay in Transition",
            columns=TRANSITION[1:4],
            when=(pl.col("early_intervention") == "01") & (pl.col("referral_by_cfc") == "01"),
            holds={c: filled(c) for c in TRANSITION[1:4]},
            message="Early Intervention and Referral by CFC are 01 (Yes), but the EI number, the Eligibility "
            "Determination Date or the Reason for Delay in Transition is empty.",
            expected="filled",
            fix="Enter the named fields as the Child and Family Connections office gives them; a transition in time "
            "has the reason No Delay. Or correct Early Intervention or Referral by CFC.",
        ),
        row_rule(
            "IL-EC-018",
            "Transition data of a child who was not referred",
            source="Early Childhood | If Referral by CFC is 02 ‘No’, the remaining fields should",
            columns=TRANSITION[1:],
            when=(pl.col("early_intervention") == "01") & (pl.col("referral_by_cfc") == "02"),
            holds=_empty(TRANSITION[1:]),
            message="Referral by CFC is 02 (No), but a field that follows it is filled.",
            expected="empty",
            fix="Clear the named fields, or set Referral by CFC to 01 if the child was referred.",
        ),
        row_rule(
            "IL-EC-024",
            "IEP Completion Date before the Eligibility Determination Date",
            source="Early Childhood | The IEP Completion Date must be equal to or greater than",
            columns=("iep_completion_date", "eligibility_determination_date"),
            when=filled("iep_completion_date") & filled("eligibility_determination_date"),
            holds=pl.col("iep_completion_date") >= pl.col("eligibility_determination_date"),
            message="The IEP was completed before the day on which the child was found eligible.",
            expected="an IEP Completion Date on or after the Eligibility Determination Date",
            fix="Correct the date that is wrong.",
        ),
        row_rule(
            "IL-EC-025",
            "Date Services Began before the IEP Completion Date",
            source="Early Childhood | The Date Services Began must be equal to or greater than",
            columns=("services_began_date", "iep_completion_date"),
            when=filled("services_began_date") & filled("iep_completion_date"),
            holds=pl.col("services_began_date") >= pl.col("iep_completion_date"),
            message="The services began before the IEP was completed.",
            expected="a Date Services Began on or after the IEP Completion Date",
            fix="Correct the date that is wrong.",
        ),
        row_rule(
            "IL-EC-027",
            "No earlier early childhood program, but one is named",
            source="Early Childhood | If Previous enrollment in an early childhood program is “no”, then",
            columns=("early_head_start", "prevention_initiative", "early_intervention"),
            when=pl.col("previous_ec_enrollment") == "02",
            holds={c: must_be(c, "02") for c in ("early_head_start", "prevention_initiative", "early_intervention")},
            optional=("any",),
            message="Previous Enrollment in an early childhood program is 02 (No), but Early Head Start, Prevention "
            "Initiative or Early Intervention is not 02.",
            expected="02",
            fix="Set the named fields to 02, or Previous Enrollment to 01 if the child was in one of these programs.",
        ),
        row_rule(
            "IL-EC-030",
            "Federal expansion funding with a household income that it does not allow",
            source="Early Childhood | If Preschool For All Expansion is “Federal-Preschool Full Day Expansion”, "
            "“Federal-Preschool",
            effective="2018-08-30, updated 2018-09-05",
            years="2019-",
            columns=("preschool_for_all_expansion", "household_income_criteria"),
            when=pl.col("preschool_for_all_expansion").is_in(
                ["fed_full_day", "fed_pfa_enhanced", "fed_head_start_enhanced"]
            ),
            holds=~pl.col("household_income_criteria")
            .is_in(["at_or_below_400_fpl", "above_400_fpl", "07"])
            .fill_null(False),
            message="The child is in a federal Preschool Expansion program, but the household income is near or above "
            "400 % of the poverty level, or was not collected.",
            expected="an income level of 200 % of the poverty level or below",
            fix="Enter the income level of the household, or correct the Expansion funding.",
            note="The level that ends at 400 % is taken as not allowed. An empty income is not reported here.",
        ),
        row_rule(
            "IL-EC-031",
            "State expansion funding, but household income not collected",
            source="Early Childhood | If Preschool For All Expansion is “State – Preschool Full Day",
            effective="2018-08-30, updated 2018-09-05",
            years="2019-",
            columns=("preschool_for_all_expansion", "household_income_criteria"),
            when=pl.col("preschool_for_all_expansion").is_in(
                ["state_full_day", "state_pfa_enhanced", "state_head_start_enhanced"]
            ),
            holds=(pl.col("household_income_criteria") != "07").fill_null(True),
            message="The child is in a state Preschool Expansion program, but the Household Income Criteria say 07 "
            "(Did Not Collect).",
            expected="an income level",
            fix="Ask the family for the household income and enter its level, or correct the Expansion funding.",
            note="An empty income is not reported here.",
        ),
    ),
)
