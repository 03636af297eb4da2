"""The 20 rules as others say them, and rows that break them.

The rules are those of ``checks/illinois/tables``: all nine of ``enrollment``, the first eleven of ``student``. Programs
that take polars expressions get those of our own checks (``harvested``), those that take SQL get ``SQL``.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

AS_OF, SCHOOL_YEAR = dt.date(2018, 11, 30), 2019

RULES = {
    "enrollment": [f"IL-ENR-{n:03}" for n in (4, 10, 11, 14, 15, 22, 27, 40, 41)],
    "student": [f"IL-DEMO-{n:03}" for n in (6, 7, 8, 9, 10, 16, 17, 18, 28, 29, 30)],
}

_COUNTS = "exit_type_code is distinct from '99'"
_NAME = r"^(?:\p{L}\p{M}*|[ -])+$"
_PREFIX = r"(?:^|[ -])(?:O|M[Cc]|M[Aa][Cc])[ ''’`]\p{Lu}"


def _name(column: str) -> tuple[str, str]:
    return f"{column} is not null", f"regexp_matches(trim({column}), '{_NAME}')"


def _apart(column: str) -> str:
    return f"not coalesce(regexp_matches(trim({column}), '{_PREFIX}'), false)"


def _private(column: str) -> tuple[str, str]:
    return "private_school_student = '01'", f"coalesce({column} = '02', false)"


_LAST, _MAIDEN = "lower(trim(legal_last_name))", "lower(trim(mothers_maiden_name))"
_HALF = f"trim(split_part({_LAST}, '-', %d))"

#: Rule -> which rows it judges, and what must be true of them (null: can't be told).
SQL = {
    "IL-ENR-004": (_COUNTS, "coalesce(substr(home_rcdts, 12, 4) <> '0000', true)"),
    "IL-ENR-010": (_COUNTS, "coalesce(percent_day_attended > 0 and percent_day_attended <= 1, false)"),
    "IL-ENR-011": (f"{_COUNTS} and exit_date is null", f"coalesce(school_year = {SCHOOL_YEAR}, false)"),
    "IL-ENR-014": (_COUNTS, f"coalesce(enrollment_date <= date '{AS_OF}', false)"),
    "IL-ENR-015": (_COUNTS, "coalesce(substr(home_rcdts, 12, 2) not in ('90', '92', '93'), true)"),
    "IL-ENR-022": (_COUNTS, "coalesce(substr(serving_rcdts, 12, 4) <> '9000', true)"),
    "IL-ENR-027": (
        f"{_COUNTS} and entry_grade_level = '14' and source_template is not null",
        "source_template = 'demographics_early_childhood'",
    ),
    "IL-ENR-040": (
        f"{_COUNTS} and school_year >= 2019 and entry_grade_level in ('22', '00', '14')",
        "coalesce(tuition_in_indicator = '02', false)",
    ),
    "IL-ENR-041": (f"{_COUNTS} and dual_language_code in ('01', '02')", "language_of_instruction_code is not null"),
    "IL-DEMO-006": _name("legal_first_name"),
    "IL-DEMO-007": (
        "legal_middle_name is not null",
        f"{_name('legal_middle_name')[1]} or trim(legal_middle_name) = '*'",
    ),
    "IL-DEMO-008": _name("legal_last_name"),
    "IL-DEMO-009": _name("mothers_maiden_name"),
    "IL-DEMO-010": _name("birth_place_name"),
    "IL-DEMO-016": (
        "legal_last_name is not null or mothers_maiden_name is not null",
        f"{_apart('legal_last_name')} and {_apart('mothers_maiden_name')}",
    ),
    "IL-DEMO-017": (
        f"length({_LAST}) - length(replace({_LAST}, '-', '')) = 1 and mothers_maiden_name is not null",
        f"not ({_HALF % 2} = {_MAIDEN} and {_HALF % 1} <> {_MAIDEN})",
    ),
    "IL-DEMO-018": ("el_indicator = '01'", "coalesce(native_language_code <> '000', true)"),
    "IL-DEMO-028": _private("ses_indicator"),
    "IL-DEMO-029": _private("frl_indicator"),
    "IL-DEMO-030": _private("century_21_indicator"),
}


def fails(rule: str) -> str:
    """SQL that is true for the rows that break a rule."""
    when, holds = SQL[rule]
    return f"(({when}) and not ({holds}))"


#: Rows that are spoiled, each once in a thousand: columns -> what is put there ({} stands for what was there). Empty
#: cells are among them, since programs differ in what they make of these.
SPOILED: dict[str, list[dict[str, Any]]] = {
    "enrollment": [
        {"home_rcdts": "{:.11}0000"},
        {"percent_day_attended": None},
        {"percent_day_attended": 50},
        {"percent_day_attended": 0},
        {"exit_date": None, "exit_type_code": None, "school_year": 2018},
        {"exit_date": None, "exit_type_code": None, "school_year": None},
        {"enrollment_date": dt.date(2018, 12, 24)},
        {"enrollment_date": None},
        {"home_rcdts": "{:.11}9201"},
        {"home_rcdts": None, "serving_rcdts": None},
        {"serving_rcdts": "{:.11}9000"},
        {"entry_grade_level": "14", "source_template": "demographic_enrollment"},
        {"entry_grade_level": "14", "source_template": None},
        {"entry_grade_level": "00", "tuition_in_indicator": "01"},
        {"entry_grade_level": "22", "tuition_in_indicator": None},
        {"dual_language_code": "01", "language_of_instruction_code": None},
        {"exit_type_code": "99", "percent_day_attended": None, "home_rcdts": "{:.11}9000"},
    ],
    "student": [
        {"legal_first_name": "{}3"},
        {"legal_first_name": "José María"},
        {"legal_middle_name": "*"},
        {"legal_middle_name": "Ann*."},
        {"legal_last_name": "{}, Jr."},
        {"mothers_maiden_name": "D'Arcy", "birth_place_name": "St. Louis"},
        {"legal_last_name": "Mc Donald", "mothers_maiden_name": None},
        {"legal_last_name": "O'Neill", "mothers_maiden_name": "Mac Intosh"},
        {"legal_last_name": "Moreno-Pérez", "mothers_maiden_name": "PÉREZ"},
        {"legal_last_name": "Pérez-Moreno", "mothers_maiden_name": "Pérez"},
        {"el_indicator": "01", "native_language_code": "000"},
        {"el_indicator": "01", "native_language_code": None},
        {"private_school_student": "01", "ses_indicator": "01", "frl_indicator": None, "century_21_indicator": "02"},
        {"private_school_student": "01", "ses_indicator": None, "frl_indicator": "02", "century_21_indicator": "01"},
    ],
}
