"""English Learner services record."""

import polars as pl

from audit.rulebook import Reference, Table, code, date, filled, integer, must_be, rcdt, rcdts, row_rule, text, yes_no

_REFUSED = pl.col("el_entry_status_code") == "14"
_INDICATORS = ("tbe_indicator", "tpi_indicator", "title_iii_indicator")

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
    rules=(
        row_rule(
            "IL-EL-005",
            "Only one of Date EL Services Ended and its reason",
            source="EL (English Learners) | If Date EL Services Ended is not null, a Reason for",
            columns=("el_services_end_date", "el_services_end_reason_code"),
            holds=filled("el_services_end_date") == filled("el_services_end_reason_code"),
            message="One of Date EL Services Ended and Reason for Ending EL Services is filled, the other is empty.",
            expected="both or none",
            fix="Enter the missing one if the services have ended; else empty both.",
        ),
        row_rule(
            "IL-EL-010",
            "EL services started before the Date First Enrolled in District",
            source="EL (English Learners) | Date Student Enrolled or Re-Entered to Receive EL Services must be",
            columns=("el_services_start_date", "district_first_enrolled_date"),
            when=filled("el_services_start_date") & filled("district_first_enrolled_date"),
            holds=pl.col("el_services_start_date") >= pl.col("district_first_enrolled_date"),
            message="The EL services started before the day on which the student first enrolled in the district.",
            expected="a start of services on or after the Date First Enrolled in District",
            fix="Correct the date that is wrong.",
        ),
        row_rule(
            "IL-EL-011",
            "EL services ended before they started",
            source="EL (English Learners) | Date EL Services Ended must be equal to or greater than",
            columns=("el_services_end_date", "el_services_start_date"),
            when=filled("el_services_end_date") & filled("el_services_start_date"),
            holds=pl.col("el_services_end_date") >= pl.col("el_services_start_date"),
            message="The Date EL Services Ended is before the day on which the services started.",
            expected="an end on or after the start of services",
            fix="Correct the date that is wrong.",
        ),
        row_rule(
            "IL-EL-012",
            "Date EL Services Ended is in the future",
            source="EL (English Learners) | and cannot be a future date",
            columns=("el_services_end_date",),
            when=filled("el_services_end_date"),
            holds=pl.col("el_services_end_date") <= pl.col("_as_of_date"),
            message="The Date EL Services Ended is later than the day of this check.",
            expected="a date not later than the day of the check",
            fix="Correct the date, or empty date and reason until the services have ended.",
        ),
        row_rule(
            "IL-EL-013",
            "Parents refused the EL services and withdrew the student from them",
            source="EL (English Learners) | A student cannot be both Parents Refused and Parents Withdrawn.",
            columns=("el_entry_status_code", "el_services_end_reason_code"),
            when=_REFUSED,
            holds=(pl.col("el_services_end_reason_code") != "parent_withdrawn").fill_null(True),
            message="The Entry Status is 14 (Parents Refused), and the services ended because the parents withdrew the "
            "student.",
            expected="one of the two",
            fix="If the student received services until the parents withdrew the student, correct the Entry Status; "
            "else correct the reason.",
            note="Of one and the same record. Records of different years may differ.",
        ),
        row_rule(
            "IL-EL-014",
            "Date EL Services Ended is outside the school year of the record",
            source="EL (English Learners) | The Date EL Services Ended must be during current school year.",
            columns=("el_services_end_date", "school_year"),
            when=filled("el_services_end_date"),
            holds=pl.col("el_services_end_date").is_between(
                pl.date(pl.col("school_year") - 1, 7, 1), pl.date(pl.col("school_year"), 6, 30)
            ),
            message="The Date EL Services Ended is not between July 1 and June 30 of the record's school year.",
            expected="a date in the school year of the record",
            fix="Correct the date; or end the record of the school year in which the services ended.",
            note="Each record is compared with its own school year, so that those of past years stand.",
        ),
        row_rule(
            "IL-EL-017",
            "Class periods of a student whose parents refused the EL services",
            source="EL (English Learners) | If Entry Status = “14” (Parents Refused), Class Periods Provided per",
            columns=("el_entry_status_code", "class_periods_per_week_code"),
            when=_REFUSED,
            holds=must_be("class_periods_per_week_code", "00"),
            message="The Entry Status is 14 (Parents Refused), but Class Periods Provided per Week is not 00.",
            expected="00",
            fix="Set Class Periods Provided per Week to 00, or correct the Entry Status.",
        ),
        row_rule(
            "IL-EL-018",
            "Program indicators of a student whose parents refused the EL services",
            source="EL (English Learners) | and all indicators to “No”",
            columns=_INDICATORS,
            when=_REFUSED,
            holds={c: must_be(c, "02") for c in _INDICATORS},
            optional=("any",),
            message="The Entry Status is 14 (Parents Refused), but an indicator of this EL record is not 02 (No).",
            expected="02",
            fix="Set the named indicators to 02, or correct the Entry Status.",
            note="The indicators of the EL record itself; the EL indicator of the student stays 01.",
        ),
    ),
)
