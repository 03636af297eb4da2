"""Random worlds of three districts, and a slow plain judge of who may see which of their rows.

The judge is written from the convention itself and shares nothing with the program: no SQL, no ``visibility.csv``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DISTRICTS = ("01001001026", "02002002026", "07003003A26")
SCHOOLS = tuple(f"{d}{s:04}" for d in DISTRICTS for s in (0, 1, 2))
COURSES = ("student_course_assignment", "preschool_course_assignment", "college_course", "outside_course")
ROLES = ("home", "serving", "service_provider")

_PLACE = ("home_rcdts", "serving_rcdts", "school_year")
_COURSE = (*_PLACE, "state_course_code", "local_course_id", "section_number", "term_code", "final_letter_grade_code")
#: Columns of the tables that a world holds; each file may lack some of ``_MAY_LACK``.
COLUMNS = {
    "student": ("sid", "legal_first_name", "legal_last_name", "birth_date", "el_indicator", "idea_services_indicator",
                "submitter_rcdt"),
    "enrollment": ("sid", *_PLACE, "enrollment_date", "entry_grade_level", "percent_day_attended", "exit_date",
                   "exit_type_code", "service_provider_rcdts", "submitter_rcdt"),
    "student_course_assignment": ("sid", *_COURSE, "course_start_date", "service_provider_rcdts", "submitter_rcdt"),
    "preschool_course_assignment": ("sid", *_COURSE, "service_provider_rcdts", "submitter_rcdt"),
    "college_course": ("sid", *_COURSE, "submitter_rcdt"),
    "outside_course": ("sid", *_COURSE, "submitter_rcdt"),
    "homeless": ("sid", *_PLACE, "nighttime_residence_code", "submitter_rcdt"),
    "discipline": ("sid", *_PLACE, "incident_number", "incident_date", "submitter_rcdt"),
    "rssp": ("sid", *_PLACE, "submitter_rcdt"),
    "el": ("sid", "home_rcdts", "school_year", "el_services_start_date", "el_services_end_date", "submitter_rcdt"),
    "address": ("sid", "home_rcdts", "address_status", "address_line", "submitter_rcdt"),
    "access_score": ("sid", "school_year", "overall_proficiency_level"),
    "adjusted_cohort": ("sid", "cohort_exit_type_code", "submitter_rcdt"),
    "multiple_sid": ("sid_keep", "sid_delete", "submitter_rcdt"),
    "prenatal": ("prenatal_id", "home_rcdt", "fiscal_year", "exit_date", "exit_reason", "submitter_rcdt"),
    "prenatal_match": ("sid", "prenatal_id", "submitter_rcdt"),
    "teacher_course_assignment": ("iein", "teaching_location_rcdts", "employer_rcdts", "school_year",
                                  "state_course_code", "term_code", "teacher_commitment", "submitter_rcdt"),
}  # fmt: skip
_MAY_LACK = ("submitter_rcdt", "home_rcdts", "service_provider_rcdts")
#: Tables whose rows must name their home school in every file, so that a key can be built.
_KEYED_BY_HOME = {t for t, c in COLUMNS.items() if "serving_rcdts" in c}


@dataclass(frozen=True)
class Row:
    """A line of a file. ``values`` has the columns that the file supplies, None for an empty one."""

    table: str
    file: str
    line: int
    values: dict[str, str | None]

    def __getitem__(self, column: str) -> str | None:
        return self.values.get(column)

    @property
    def student(self) -> str | None:
        return self["sid_keep"] if self.table == "multiple_sid" else self["sid"]


@dataclass(frozen=True)
class World:
    rows: list[Row]

    def write(self, folder: Path) -> Path:
        """One CSV file for each ``file`` of the rows."""
        folder.mkdir()
        for file in sorted({r.file for r in self.rows}):
            own = [r for r in self.rows if r.file == file]
            lines = [",".join(own[0].values), *(",".join(v or "" for v in r.values.values()) for r in own)]
            (folder / file).write_text("\n".join(lines) + "\n", "utf-8")
        return folder


def world(seed: int) -> World:
    """About 150 rows in which much is wrong. Student ids are ten digits that occur nowhere else."""
    chance = random.Random(seed)
    students = [f"7{seed:03}{chance.randrange(10**3):03}{n:03}" for n in range(30)]
    return World([row for table in COLUMNS for row in _rows(chance, table, students)])


def _rows(chance: random.Random, table: str, students: list[str]) -> Iterator[Row]:
    many = 24 if table == "enrollment" else 16 if table == "student" else 8
    drawn: list[dict[str, str | None]] = []
    for n in range(many):
        drawn.append({c: _value(chance, c, students) for c in COLUMNS[table]})
        if table == "student":
            drawn[-1]["sid"] = students[n]
    if table in ("enrollment", "homeless"):  # a key that comes again, the later row with another exit
        drawn.append(drawn[0] | {c: _value(chance, c, students) for c in ("exit_date", "submitter_rcdt")})
        drawn[-1] = {c: drawn[-1].get(c) for c in COLUMNS[table]}
    for number, part in enumerate((drawn[: many // 2], drawn[many // 2 :]), 1):
        lacks = {c for c in _MAY_LACK if chance.random() < 0.3 and not (c == "home_rcdts" and table in _KEYED_BY_HOME)}
        for line, values in enumerate(part, 2):
            given = {c: v for c, v in values.items() if c not in lacks}
            yield Row(table, f"{table}-{number}.csv", line, given)


def _value(chance: random.Random, column: str, students: list[str]) -> str | None:
    if column in ("sid", "sid_keep", "sid_delete"):
        return chance.choice(students)
    if column in ("home_rcdts", "serving_rcdts", "teaching_location_rcdts", "employer_rcdts"):
        return chance.choice(SCHOOLS)
    if column == "service_provider_rcdts":
        return chance.choice([None, *SCHOOLS])
    if column == "submitter_rcdt":
        return chance.choice([*[None] * 12, *DISTRICTS])
    if column == "home_rcdt":
        return chance.choice(DISTRICTS)
    return chance.choice(_CHOICES[column])


_DAY = ["2017-09-04", "2018-08-20", "2018-09-10", "2018-11-01"]
_CHOICES: dict[str, list[Any]] = {
    "school_year": ["2018", "2019", "2019"], "fiscal_year": ["2018", "2019"],
    "enrollment_date": _DAY, "exit_date": [None, None, *_DAY], "exit_type_code": [None, None, "01", "06", "99"],
    "entry_grade_level": ["05", "09", "14", "31", None], "percent_day_attended": ["1.00", "0.50", "1.50", "half"],
    "state_course_code": ["02052A000", "99999A999"], "local_course_id": ["A", "B"], "section_number": ["1"],
    "term_code": ["S1", "Y1"], "final_letter_grade_code": ["01", "99", None], "course_start_date": _DAY,
    "legal_first_name": ["Ada", "A1"], "legal_last_name": ["Moss", None], "birth_date": ["2008-05-05", "1990-01-01"],
    "el_indicator": ["01", "02"], "idea_services_indicator": ["01", "02"], "nighttime_residence_code": ["02", None],
    "incident_number": ["01", "02"], "incident_date": _DAY, "el_services_start_date": _DAY,
    "el_services_end_date": [None, *_DAY], "address_status": ["active", "former"], "address_line": ["1 Elm", "2 Elm"],
    "overall_proficiency_level": ["5.0", "3.1"], "cohort_exit_type_code": ["06", None],
    "prenatal_id": ["p1", "p2", "p3"], "exit_reason": ["birth", None], "iein": ["900001", "900002"],
    "teacher_commitment": ["1.00", "3.00"],
}  # fmt: skip


# ---------------------------------------------------------------------------------------------------------------------
# The judge


class Judge:
    """Who may see which row of a world."""

    def __init__(self, world: World) -> None:
        latest: dict[tuple[str | None, ...], Row] = {}
        for row in world.rows:  # of a key that comes again the later row counts; files are in the order of their names
            if row.table == "enrollment":
                key = tuple(row[c] for c in ("sid", *_PLACE, "enrollment_date"))
                latest[key] = row
        self.enrollments: dict[str, list[Row]] = {}
        for row in latest.values():
            if row["exit_type_code"] != "99":
                self.enrollments.setdefault(row["sid"] or "", []).append(row)

    def sees(self, viewer: str, role: str, row: Row, as_table: str = "") -> bool:
        """``as_table``: the row as a row of a table that was made from its own."""
        table = as_table or row.table
        if row["submitter_rcdt"] and row["submitter_rcdt"][:11] == viewer[:11]:
            return True
        if role == "serving":
            return _is(viewer, row["serving_rcdts"])
        if role == "service_provider":
            return table in ("enrollment", *COURSES) and _is(viewer, row["service_provider_rcdts"])
        if table == "teacher_course_assignment":
            return _is(viewer, row["teaching_location_rcdts"])
        if table == "prenatal":
            return _is(viewer, f"{row['home_rcdt']}0000")
        if "home_rcdts" in row.values:
            if _is(viewer, row["home_rcdts"]):
                return True
            return table in COURSES and any(_is(viewer, e["home_rcdts"]) for e in self.active(row.student))
        active = self.active(row.student)
        return any(_is(viewer, e["home_rcdts"]) for e in active or self.last(row.student))

    def active(self, student: str | None) -> list[Row]:
        return [e for e in self.enrollments.get(student or "", []) if e["exit_date"] is None]

    def last(self, student: str | None) -> list[Row]:
        """The last enrollment of a student, or none."""
        found = self.enrollments.get(student or "", [])
        for column in ("home_rcdts", "serving_rcdts"):  # the least important of what they are sorted by comes first
            found = sorted(found, key=lambda e: e[column] or "")
        for column in ("percent_day_attended", "enrollment_date"):
            found = sorted(found, key=lambda e: _number(e[column]), reverse=True)
        return sorted(found, key=lambda e: e["exit_date"] or "9999", reverse=True)[:1]


def _number(value: str | None) -> str:
    """``half`` can't be read and is null, which is last."""
    return "" if value in (None, "half") else str(value)


def _is(viewer: str, school: str | None) -> bool:
    if school is None:
        return False
    return school[:11] == viewer[:11] if viewer.endswith("0000") else school == viewer
