"""One row per student id: demographics and current programme indicators."""

import pandera.polars as pa
import polars as pl

from audit.rulebook import Table, code, date, filled, must_be, name, rcdt, row_rule, text, yes_no

#: Letters of any alphabet, with their combining marks, hyphens and spaces.
NAME_CHARACTERS = r"^(?:\p{L}\p{M}*|[ -])+$"
#: O, Mc or Mac set apart from the rest of a name: O'Brien, Mc Donald.
SPLIT_PREFIX = r"(?:^|[ -])(?:O|M[Cc]|M[Aa][Cc])[ '’`]\p{Lu}"


def trimmed(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars()


def name_rule(rule_id: str, column: str, label: str, sentence: str, asterisk: bool = False) -> pa.Check:
    """Only letters, hyphens and spaces in a name; ``asterisk``: or one asterisk alone."""
    allowed = trimmed(column).str.contains(NAME_CHARACTERS)
    alone = " An asterisk stands alone, for a student without a middle name." if asterisk else ""
    return row_rule(
        rule_id,
        f"{label} has characters that are not accepted",
        source=f"Student Demographics | {sentence}",
        columns=(column,),
        when=filled(column),
        holds=allowed | (trimmed(column) == "*") if asterisk else allowed,
        message=f"{label} has a character other than letters, hyphens and spaces.{alone}",
        expected="letters, hyphens and spaces" + (", or * alone" if asterisk else ""),
        fix=f"Correct {label} in the demographics file: write a space for a period, leave out apostrophes, commas, "
        "digits and other signs.",
        note="Letters of every alphabet are accepted, with accents.",
    )


def private_school_rule(rule_id: str, column: str, label: str, sentence: str) -> pa.Check:
    """An indicator that is No for every private school student."""
    return row_rule(
        rule_id,
        f"{label} of a private school student is not No",
        source=f"Student Demographics | {sentence}",
        effective="2012-08-13, 2012-09-04",
        columns=(column,),
        when=pl.col("private_school_student") == "01",
        holds=must_be(column, "02"),
        message=f"The student is marked as a private school student, but {label} is not No.",
        expected="02 (No)",
        fix=f"Set {label} to 02 in the demographics file; or, if the student attends a public school, set Private "
        "School Student to 02.",
    )


_LAST, _MAIDEN = trimmed("legal_last_name").str.to_lowercase(), trimmed("mothers_maiden_name").str.to_lowercase()
_HALVES = _LAST.str.split_exact("-", 1)

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
        "gender_code": code("gender_code", "No rule of the state reads it."),
        "race_code": code("race_code", "No rule of the state reads it."),
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
    working_id=True,
    rules=(
        name_rule("IL-DEMO-006", "legal_first_name", "Legal First Name", "Legal First Name"),
        name_rule("IL-DEMO-007", "legal_middle_name", "Legal Middle Name", "Legal Middle Name", asterisk=True),
        name_rule("IL-DEMO-008", "legal_last_name", "Legal Last Name", "Legal Last Name"),
        name_rule("IL-DEMO-009", "mothers_maiden_name", "Mother's Maiden Name", "Mother’s Maiden Name, and"),
        name_rule("IL-DEMO-010", "birth_place_name", "Birth Place Name", "Birth Place Name"),
        row_rule(
            "IL-DEMO-016",
            "O, Mc or Mac is set apart from the rest of the name",
            source="Student Demographics | Space or apostrophe in names such as OBrien and McDonald and",
            severity="warning",
            columns=("legal_last_name", "mothers_maiden_name"),
            optional=("any",),
            when=filled("legal_last_name") | filled("mothers_maiden_name"),
            holds={
                column: ~trimmed(column).str.contains(SPLIT_PREFIX).fill_null(False)
                for column in ("legal_last_name", "mothers_maiden_name")
            },
            message="A space or an apostrophe follows O, Mc or Mac in the name; the state's search by sound does not "
            "find the student then.",
            expected="the name in one word, as OBrien, McDonald, MacDonald",
            fix="Join the two parts of the name in the demographics file: leave out the space or the apostrophe.",
        ),
        row_rule(
            "IL-DEMO-017",
            "Double last name begins with the father's name",
            source="Student Demographics | In the case of Hispanic children whose mother’s maiden name may",
            severity="info",
            columns=("legal_last_name", "mothers_maiden_name"),
            when=(pl.col("legal_last_name").str.count_matches("-", literal=True) == 1) & filled("mothers_maiden_name"),
            holds=~(
                (_HALVES.struct[1].str.strip_chars() == _MAIDEN) & (_HALVES.struct[0].str.strip_chars() != _MAIDEN)
            ),
            message="The mother's maiden name stands after the hyphen of the last name; the state recommends to put it "
            "first.",
            expected="mother's maiden name, hyphen, father's last name",
            fix="Compare the birth certificate and the social security card; if the last name joins both parents' "
            "names, send the mother's maiden name first.",
            executable="may over-report: the data do not tell which names stand on the family's papers",
            note="A recommendation. Only the reversed order is listed, since it alone can be seen in the data.",
        ),
        row_rule(
            "IL-DEMO-018",
            "Native language of an English Learner is English",
            source="Student Demographics | If a student’s English Learner’s (EL) is 01 ‘Yes’, the student’s",
            columns=("el_indicator", "native_language_code"),
            when=pl.col("el_indicator") == "01",
            holds=(pl.col("native_language_code") != "000").fill_null(True),
            message="The student is an English Learner, but the native language is English.",
            expected="a native language other than 000 (English)",
            fix="Enter the student's native language, or set the EL indicator to 02, in the demographics file.",
            note="A missing native language is not reported.",
        ),
        private_school_rule("IL-DEMO-028", "ses_indicator", "SES Indicator", "SES Indicator"),
        private_school_rule("IL-DEMO-029", "frl_indicator", "FRL/Low Income Indicator", "FRL/Low Income Indicator"),
        private_school_rule("IL-DEMO-030", "century_21_indicator", "Century 21 Indicator", "Century 21 Indicator"),
        private_school_rule("IL-DEMO-031", "el_indicator", "EL Indicator", "EL Indicator"),
        private_school_rule("IL-DEMO-032", "homeless_indicator", "Homeless Indicator", "Homeless"),
        private_school_rule("IL-DEMO-033", "birth_to_3_indicator", "Birth to 3 Indicator", "Birth to 3"),
    ),
)
