"""Hand-worked cohorts: one student for each decision of a definition, and what a person says of that student.

A case file stands beside its definition. ``defaults`` fills what the cases leave out. A case gives rows of its tables
and what is expected: ``in`` (none, denominator, numerator), and where it matters ``reason``, ``school`` (responsible;
null: none), ``undetermined`` (default false), ``near`` and ``repairs``. A case with ``grades`` is one student for each
grade code: ``alone`` with the default course, ``beside`` with the default course passed and a core course of that
grade. One with ``courses`` is one student for each course code.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from audit import metrics
from audit.engines.embedded import Engine
from audit.parameters import Parameters
from audit.rulebook import Definition, Rulebook
from tests.rules.harness import Bench

SCHOOL_YEAR = 2019
AS_OF = dt.date(2019, 8, 31)
PRIVATE = "030030030030001"
ENTITIES = [
    *({"rcdts": code, "entity_type": "public_district"} for code in ("A1", "A2", "B1")),
    {"rcdts": PRIVATE, "entity_type": "private"},
]
COURSE = "student_course_assignment"
CORE_COURSE = "03051A000"
TABLES = ("student", "enrollment", COURSE)


@dataclass(frozen=True)
class Case:
    sid: str
    name: str
    tables: dict[str, list[dict[str, Any]]]
    expected: dict[str, Any]


def read(definition: Definition) -> list[Case]:
    file = resources.files("checks.illinois") / "metrics" / f"{definition.metric}-{definition.year}.cohort.yaml"
    given = yaml.load(file.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    single = [s for case in given["cases"] for s in _spread(case, given["defaults"][COURSE])]
    return [_case(f"s{n:03d}", case, given["defaults"]) for n, case in enumerate(single, 1)]


def _spread(case: dict[str, Any], course: dict[str, Any]) -> list[dict[str, Any]]:
    out = []
    for code in case.get("courses", []):
        row = {"state_course_code": code, "final_letter_grade_code": case["final_letter_grade_code"]}
        out.append({"case": f"course {code}", COURSE: [row], "in": case["in"]})
    for code in case.get("grades", []):
        graded = {"final_letter_grade_code": code}
        out.append({"case": f"grade {code} alone", COURSE: [graded], "in": case["alone"]} | case.get("also", {}))
        if "beside" in case:
            core = graded | {"state_course_code": CORE_COURSE}
            out.append(
                {"case": f"grade {code} beside", COURSE: [course, core], "in": case["beside"]} | case.get("also", {})
            )
    return out or [case]


def _case(sid: str, case: dict[str, Any], defaults: dict[str, Any]) -> Case:
    tables = {}
    for table in TABLES:
        rows = case.get(table, [{}])
        valid = {"section_number": "0"} if table == COURSE else {}
        tables[table] = [
            {"sid": sid} | valid | ({"section_number": str(n)} if table == COURSE else {}) | defaults.get(table, {})
            | {k: PRIVATE if v == "P1" else v for k, v in (row or {}).items()}
            for n, row in enumerate(rows)
        ]  # fmt: skip
    return Case(sid, case["case"], tables, {k: v for k, v in case.items() if k not in (*TABLES, "case")})


def parameters(**settings: object) -> Parameters:
    return Parameters((AS_OF, "option"), (SCHOOL_YEAR + 1, "option"), None, SCHOOL_YEAR, settings)


def measured(rulebook: Rulebook, definition: Definition, cases: list[Case], folder: Path, **settings: object) -> Engine:
    """An engine in which the cases have been measured together, as one cohort."""
    bench = Bench(rulebook, folder)
    bench.fill({"entity": ENTITIES} | {t: [row for case in cases for row in case.tables[t]] for t in TABLES})
    metrics.measure(bench.engine, rulebook, metrics.plan(definition, parameters(**settings)), set(bench.made))
    return bench.engine
