"""Prenatal record, one per fiscal year."""

import pandera.polars as pa
import polars as pl

from audit.rulebook import AS_OF, Table, code, date, filled, integer, must_be, rcdt, row_rule, text

EFFECTIVE = "2017-06-07, updated 2017-07-10"
TODAY = pl.col(AS_OF)
#: July 1 becomes January 1: the calendar year of the result is the fiscal year.
THIS_FISCAL_YEAR = TODAY.dt.offset_by("6mo").dt.year()
LIVE_BIRTH = must_be("exit_reason", "live_birth")


def counted_at_exit(rule_id: str, column: str, name: str, source: str) -> pa.Check:
    """A number of the year that every exit but an erroneous one states; 0 is a number."""
    return row_rule(
        rule_id,
        f"Prenatal exit without {name}",
        source=f"Prenatal | {source}",
        effective=EFFECTIVE,
        columns=(column,),
        when=pl.col("exit_reason") != "erroneous",
        holds=filled(column),
        message=f"The prenatal record has an exit reason, but {name} is empty.",
        expected="a number, 0 if there were none",
        fix=f"Enter {name}; 0 is allowed.",
        note="Records with any exit reason but Erroneous; a record without an exit reason is still open.",
    )


def told_of_birth(rule_id: str, column: str, name: str) -> pa.Check:
    """What a record that ended in a live birth says of it."""
    return row_rule(
        rule_id,
        f"Live birth without {name}",
        source=f"Prenatal | {name}",
        effective=EFFECTIVE,
        columns=(column,),
        when=LIVE_BIRTH,
        holds=filled(column),
        message=f"The exit reason of the prenatal record is Live Birth, but {name} is empty.",
        expected="filled",
        fix=f"Enter {name}, or correct the exit reason.",
    )


def recent(rule_id: str, column: str, name: str, source: str) -> pa.Check:
    """A date that is not in the future, nor more than two years ago where the record is one of this fiscal year."""
    too_old = (pl.col("fiscal_year") == THIS_FISCAL_YEAR) & (pl.col(column) < TODAY.dt.offset_by("-2y"))
    return row_rule(
        rule_id,
        f"Prenatal {name} is in the future or more than two years ago",
        source=f"Prenatal | {source}",
        effective=EFFECTIVE,
        columns=(column, "fiscal_year"),
        when=filled(column),
        holds=(pl.col(column) <= TODAY) & ~too_old,
        message=f"The {name} of the prenatal record lies in the future, or the record is of this fiscal year and the "
        "date more than two years back.",
        expected="today or earlier, in this fiscal year at most two years back",
        fix=f"Correct the {name}, or the fiscal year of the record.",
        note="Records of earlier fiscal years are held against the future only: two years is a limit for new records.",
    )


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
    rules=(
        row_rule(
            "IL-PRE-001",
            "Prenatal exit without Exit Date",
            source="Prenatal | Exit Date is required when an exit reason is provided",
            effective=EFFECTIVE,
            columns=("exit_reason", "exit_date"),
            when=filled("exit_reason"),
            holds=filled("exit_date"),
            message="The prenatal record has an exit reason, but no Exit Date.",
            expected="a date",
            fix="Enter the Exit Date, or remove the exit reason if the record is still open.",
            note="A date without a reason is not reported.",
        ),
        row_rule(
            "IL-PRE-002",
            "Exit for New Fiscal Year in a record of this fiscal year",
            source="Prenatal | Exit Reason “Exit for New Fiscal Year” can only be used",
            effective=EFFECTIVE,
            columns=("exit_reason", "fiscal_year"),
            when=must_be("exit_reason", "new_fiscal_year"),
            holds=pl.col("fiscal_year") < THIS_FISCAL_YEAR,
            message="The exit reason is Exit for New Fiscal Year, but the record is of the current fiscal year or a "
            "later one.",
            expected="a record of an earlier fiscal year",
            fix="Choose another exit reason, or wait for the new fiscal year (July 1) to carry the record over.",
            note="The current fiscal year is that of the day of the check; older records were right in their time.",
        ),
        counted_at_exit(
            "IL-PRE-005",
            "home_visit_count",
            "Total Number of Home Visits",
            "Total Number of Home Visits During the Year",
        ),
        counted_at_exit(
            "IL-PRE-006",
            "parent_group_count",
            "Total Number of Parent Groups Attended",
            "Total Number of Parent Groups Attended During the Year",
        ),
        row_rule(
            "IL-PRE-008",
            "Live birth without Total Number of Birthed Children",
            source="Prenatal | Total Number of Birthed Children",
            effective=EFFECTIVE,
            columns=("birthed_children_count",),
            when=LIVE_BIRTH,
            holds=(pl.col("birthed_children_count") >= 1).fill_null(False),
            message="The exit reason of the prenatal record is Live Birth, but Total Number of Birthed Children is "
            "empty or below 1.",
            expected="1 or more",
            fix="Enter the number of children born, or correct the exit reason.",
            note="A live birth of no child makes no sense, so we ask for at least 1.",
        ),
        told_of_birth("IL-PRE-009", "place_of_delivery", "Place of Delivery"),
        told_of_birth("IL-PRE-010", "city_of_delivery", "City of Delivery"),
        told_of_birth("IL-PRE-011", "state_of_delivery", "State of Delivery"),
        told_of_birth("IL-PRE-012", "county_of_delivery", "County of Delivery"),
        told_of_birth("IL-PRE-013", "delivery_date", "Delivery Date"),
        row_rule(
            "IL-PRE-014",
            "Prenatal record sent by another district",
            source="Prenatal | Home RCDT of the Prenatal record must match the users IWAS",
            effective=EFFECTIVE,
            columns=("home_rcdt", "submitter_rcdt"),
            when=filled("submitter_rcdt"),
            holds=pl.col("home_rcdt") == pl.col("submitter_rcdt").str.slice(0, 11),
            message="The district that sent the prenatal record is not its Home RCDT.",
            expected="the Home RCDT of the record",
            fix="Let the home district send the record, or correct its Home RCDT.",
            note="A record that does not say who sent it is not judged.",
        ),
        recent("IL-PRE-015", "exit_date", "Exit Date", "Exit Date, Services Start Date, and Delivery Date"),
        recent("IL-PRE-016", "services_start_date", "Services Start Date", "Services Start Date, and Delivery Date"),
        recent("IL-PRE-017", "delivery_date", "Delivery Date", "Delivery Date, cannot have a future date"),
        row_rule(
            "IL-PRE-018",
            "Prenatal Due Date is more than one year ago or two years ahead",
            source="Prenatal | Due Date can go in the future up to 2 years",
            effective=EFFECTIVE,
            columns=("due_date", "fiscal_year"),
            when=filled("due_date") & (pl.col("fiscal_year") == THIS_FISCAL_YEAR),
            holds=pl.col("due_date").is_between(TODAY.dt.offset_by("-1y"), TODAY.dt.offset_by("2y")),
            message="The Due Date of the prenatal record is more than one year back or more than two years ahead.",
            expected="from one year ago to two years ahead",
            fix="Correct the Due Date, or the fiscal year of the record.",
            note="Records of the current fiscal year only.",
        ),
    ),
)
