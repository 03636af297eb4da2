"""Valid rows: what a case does not name is filled from here.

Placeholders: DA and DB are RCDTs of two districts; A1, A2 two schools of the first, AZ the district's own code, B1 a
school of the second. The run's day is 2018-11-30, its school year 2019.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl

from audit.rulebook import POLARS_TYPE, Rulebook

AS_OF = dt.date(2018, 11, 30)
SCHOOL_YEAR = 2019
DA, DB = "01001001026", "02002002026"
PLACEHOLDERS = {"DA": DA, "DB": DB, "A1": DA + "0001", "A2": DA + "0002", "AZ": DA + "0000", "B1": DB + "0001"}

_PLACE = {"home_rcdts": "A1", "serving_rcdts": "A1", "school_year": 2019}
_COURSE = {
    **_PLACE,
    "state_course_code": "02052A000",
    "local_course_id": "ALG1",
    "section_number": "1",
    "term_code": "S1",
    "course_start_date": "2018-08-20",
}

VALID: dict[str, dict[str, Any]] = {
    "student": {
        "legal_first_name": "Ada",
        "legal_last_name": "Moss",
        "birth_date": "2008-05-05",
        "native_language_code": "000",
        "home_language_code": "000",
        "el_indicator": "02",
        "idea_services_indicator": "02",
        "private_school_student": "02",
        "frl_indicator": "02",
        "ses_indicator": "02",
        "title_1_indicator": "02",
        "century_21_indicator": "02",
        "homeless_indicator": "02",
        "migrant_indicator": "02",
        "immigrant_indicator": "02",
        "birth_to_3_indicator": "02",
        "youth_in_care_indicator": "02",
    },
    "enrollment": {
        **_PLACE,
        "enrollment_date": "2018-08-20",
        "entry_type_code": "02",
        "entry_grade_level": "05",
        "percent_day_attended": "1.00",
        "tuition_in_indicator": "02",
        "military_connected_indicator": "02",
    },
    "exit_enrollment": {
        **_PLACE,
        "enrollment_date": "2018-08-20",
        "exit_date": "2018-11-01",
        "exit_type_code": "01",
    },
    "student_course_assignment": dict(_COURSE),
    "preschool_course_assignment": {**_COURSE, "state_course_code": "73028APFA", "term_code": "Y1"},
    "college_course": dict(_COURSE),
    "outside_course": dict(_COURSE),
    "teacher_course_assignment": {
        "iein": "900001",
        "teaching_location_rcdts": "A1",
        "employer_rcdts": "A1",
        "school_year": 2019,
        "state_course_code": "02052A000",
        "local_course_id": "ALG1",
        "section_number": "1",
        "term_code": "S1",
        "course_start_date": "2018-08-20",
        "teacher_commitment": "1.00",
    },
    "early_childhood": dict(_PLACE),
    "early_childhood_outcomes": {"school_year": 2019},
    "el": {
        "home_rcdts": "A1",
        "school_year": 2019,
        "district_first_enrolled_date": "2018-08-20",
        "el_services_start_date": "2018-08-27",
        "el_entry_status_code": "10",
        "class_periods_per_week_code": "01",
        "el_services_provided_code": "03",
    },
    "el_screener": {"home_rcdts": "A1", "school_year": 2019, "screener_date": "2018-09-03", "screener_code": "09"},
    "access_score": {"school_year": 2018},
    "homeless": {**_PLACE, "nighttime_residence_code": "02", "unaccompanied_youth_indicator": "02"},
    "immigrant": {"home_rcdts": "A1", "school_year": 2019, "eligible_immigrant_indicator": "01"},
    "birth_to_3": {**_PLACE, "program_start_date": "2018-01-10", "program_type_code": "01"},
    "caregiver": {"home_rcdts": "A1", "relationship_code": "biological_mother"},
    "prenatal": {"prenatal_id": "p1", "home_rcdt": "DA", "fiscal_year": 2019},
    "prenatal_match": {"prenatal_id": "p1"},
    "discipline": {**_PLACE, "incident_number": "01", "incident_date": "2018-10-10", "incident_type_code": "19"},
    "plan_504": {**_PLACE, "plan_start_date": "2018-08-27"},
    "address": {"home_rcdts": "A1", "address_status": "active", "address_line": "1 Elm St"},
    "preid_dlm": {"home_rcdts": "A1", "school_year": 2019},
    "preid_parcc": {"home_rcdts": "A1", "school_year": 2019, "subject_code": "ELA05"},
    "preid_psat_sat": {"home_rcdts": "A1", "school_year": 2019, "assessment_code": "psat_8_9"},
    "parcc_correction": {"home_rcdts": "A1", "component_code": "1", "subject_code": "ELA05", "attempt_number": 1},
    "rssp": dict(_PLACE),
    "adjusted_cohort": {},
    "multiple_sid": {"sid_keep": "s1", "sid_delete": "s2"},
    "entity": {"rcdts": "A1", "entity_name": "Elm School", "entity_type": "public_district"},
    "al_sp_profile": {
        "student_id": "100",
        "state_id": "1900000001",
        "integration_idt": "X1",
        "legal_first_name": "Ada",
        "legal_last_name": "Moss",
        "birth_date": "2008-05-05",
        "profile_source": "sis_import",
        "is_active": "01",
        "reactivated": "02",
        "sets_active": "02",
        "no_show": "02",
        "profile_created_date": "2018-08-15",
    },
    "al_sis_student": {
        "state_id": "1900000001",
        "legal_first_name": "Ada",
        "legal_last_name": "Moss",
        "birth_date": "2008-05-05",
        "enrollment_status": "enrolled",
        "enrollment_date": "2018-08-06",
    },
    "al_general_student": {
        "state_id": "1900000001",
        "legal_first_name": "Ada",
        "legal_last_name": "Moss",
        "birth_date": "2008-05-05",
    },
    "al_transfer": {"student_id": "100", "received_date": "2018-08-10"},
    "al_merge": {
        "source_student_id": "D100",
        "target_student_id": "200",
        "merged_date": "2018-09-03",
        "performed_by": "admin",
        "performed_role": "security_administrator",
        "merge_differences": "01",
        "differences_open": 0,
        "saved": "01",
        "refreshed_date": "2018-09-03",
    },
    "al_history_record": {"record_id": "9", "student_id": "200", "record_type": "iep", "record_date": "2017-05-05"},
    "state_course": {"state_course_code": "02052A000", "subject_area": "02", "course_group": "secondary"},
}


def frame(rulebook: Rulebook, table: str, rows: list[dict[str, Any]], first_line: int = 2) -> pl.DataFrame:
    """The rows of ``typed_rows`` as a frame."""
    declared = rulebook.tables[table].columns
    schema = {"_file": pl.Int32, "_line": pl.UInt32} | {c.name: POLARS_TYPE[c.kind] for c in declared.values()}
    return pl.DataFrame(typed_rows(rulebook, table, rows, first_line), schema=schema)


def typed_rows(rulebook: Rulebook, table: str, rows: list[dict[str, Any]], first_line: int = 2) -> list[dict[str, Any]]:
    """Typed rows of a table with ``_file`` 1 and ``_line`` from ``first_line`` on.

    A column given as null is null; one that is not given is valid; ``_file`` and ``_line`` may be given.
    """
    declared = rulebook.tables[table].columns
    valid = {"sid": "s1"} if "sid" in declared else {}
    valid |= VALID.get(table, {})
    made = []
    for n, given in enumerate(rows):
        unknown = set(given) - set(declared) - {"_file", "_line"}
        assert not unknown, f"{table} has no column {sorted(unknown)}"
        row = {"_file": 1, "_line": first_line + n} | valid | given
        made.append({k: _typed(row.get(k), declared[k].kind if k in declared else "integer") for k in _names(declared)})
    return made


def _names(declared: dict[str, Any]) -> list[str]:
    return ["_file", "_line", *declared]


def _typed(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "date":
        return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
    if kind == "integer":
        return int(value)
    if kind == "decimal":
        return Decimal(str(value))
    text = str(value)
    return PLACEHOLDERS.get(text, text)
