"""The conventions that the oracle's rules share, in plain Python: rows, periods, ages, who is enrolled, what matches.

Written from the text of the rules alone. A rule is a function from a world to its answers: (row, verdict) of each
record that it is about, with the verdict True (holds), False (fails) or None (can't be told).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

#: Columns of the primary key, by table.
PLACE = ("sid", "home_rcdts", "serving_rcdts", "school_year")
SPELL = (*PLACE, "enrollment_date")
COURSE = (*PLACE, "state_course_code", "local_course_id", "section_number", "term_code")
KEYS = {
    "student": ("sid",),
    "enrollment": SPELL,
    "exit_enrollment": SPELL,
    "student_course_assignment": COURSE,
    "early_childhood": PLACE,
    "el": ("sid", "school_year", "el_services_start_date"),
    "access_score": ("sid", "school_year"),
    "immigrant": ("sid", "school_year"),
    "discipline": (*PLACE, "incident_date", "incident_number"),
    "teacher_course_assignment": (
        "iein", "teaching_location_rcdts", "school_year", "state_course_code", "local_course_id", "section_number",
        "term_code", "course_start_date",
    ),
}  # fmt: skip
ERRONEOUS = "99"
NEVER, ALWAYS = dt.date.min, dt.date.max

Verdict = bool | None


class Row(dict[str, Any]):
    """Values by column; ``_file`` and ``_line``: where it stands."""

    def __getattr__(self, name: str) -> Any:
        return self[name]

    def of(self, columns: Iterable[str]) -> tuple[Any, ...]:
        return tuple(self[c] for c in columns)


@dataclass
class World:
    """An extract. ``tables``: rows in the order of file name and line."""

    as_of: dt.date
    tables: dict[str, list[Row]]
    _by: dict[tuple[str, tuple[str, ...]], dict[tuple[Any, ...], list[Row]]] = field(default_factory=dict)

    @property
    def year(self) -> int:
        """The current school year."""
        return self.as_of.year + (self.as_of.month >= 7)

    def rows(self, table: str) -> list[Row]:
        return self.tables.get(table, [])

    def serving(self, table: str) -> list[Row]:
        """The rows that serve in joins: of doubled keys the later one."""
        later: dict[Any, Row] = {}
        for row in self.rows(table):
            key = row.of(KEYS[table])
            later[id(row) if None in key else key] = row
        return list(later.values())

    def joined(self, table: str, columns: tuple[str, ...], values: tuple[Any, ...]) -> list[Row]:
        """The serving rows of a table with these values in these columns."""
        if (table, columns) not in self._by:
            index: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
            for row in self.serving(table):
                index[row.of(columns)].append(row)
            self._by[table, columns] = index
        return [] if None in values else self._by[table, columns].get(values, [])

    def student(self, row: Row) -> Row | None:
        return next(iter(self.joined("student", ("sid",), (row.sid,))), None)

    def enrollments(self, sid: str) -> list[Row]:
        """A student's enrollments, without erroneous ones."""
        return [e for e in self.joined("enrollment", ("sid",), (sid,)) if valid(e)]

    def active(self, sid: str) -> list[Row]:
        return [e for e in self.enrollments(sid) if e.exit_date is None]

    def matching(self, row: Row) -> list[Row]:
        """The enrollments at the same schools in the same year, without erroneous ones."""
        return [e for e in self.joined("enrollment", PLACE, row.of(PLACE)) if valid(e)]

    def valid_enrollments(self) -> list[Row]:
        """Every copy of the enrollments that are judged."""
        return [e for e in self.rows("enrollment") if valid(e)]

    def compared_enrollments(self) -> list[Row]:
        """Those that rules on several enrollments compare: of doubled keys the row that serves in joins."""
        return [e for e in self.serving("enrollment") if valid(e)]

    def students_active(self) -> Iterator[tuple[Row, list[Row]]]:
        """One row and the active enrollments of each student that has some."""
        for sid in {e.sid: e for e in self.rows("enrollment")}:
            if active := self.active(sid):
                yield active[0], active


def settled(world: World) -> World:
    """The same with exits in both of their tables: what one of them lacks is taken from the other."""
    tables = {table: [Row(row) for row in rows] for table, rows in world.tables.items()}
    exits = tables["exit_enrollment"]
    sent = {row.of(SPELL) for row in exits}
    exits += [
        Row(row) for row in tables["enrollment"]
        if (row.exit_date or row.exit_type_code) and row.of(SPELL) not in sent
    ]  # fmt: skip
    later = {row.of(SPELL): row for row in exits}
    for row in tables["enrollment"]:
        if told := later.get(row.of(SPELL)):
            for column in ("exit_date", "exit_type_code"):
                row[column] = told[column] if row[column] is None else row[column]
    return World(world.as_of, tables)


def valid(enrollment: Row) -> bool:
    return enrollment.exit_type_code != ERRONEOUS


def period(enrollment: Row) -> tuple[dt.date, dt.date]:
    """First and last day."""
    return enrollment.enrollment_date, enrollment.exit_date or ALWAYS


def overlap(one: Row, other: Row) -> bool:
    """Whether two spells share a day, both ends included."""
    (a, b), (c, d) = period(one), period(other)
    return max(a, c) <= min(b, d)


def first_day(school_year: int) -> dt.date:
    return dt.date(school_year - 1, 7, 1)


def last_day(school_year: int) -> dt.date:
    return dt.date(school_year, 6, 30)


def birthday(born: dt.date, years: int) -> dt.date:
    """The n-th birthday; that of a 29 February is the 28th in a common year."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return dt.date(born.year + years, 2, 28)


def at_most(one: Any, other: Any) -> Verdict:
    return None if one is None or other is None else one <= other


def before(one: Any, other: Any) -> Verdict:
    return None if one is None or other is None else one < other


def one_is_enough(verdicts: Iterable[Verdict]) -> Verdict:
    found = list(verdicts)
    return True if True in found else None if None in found else False


def every(verdicts: Iterable[Verdict]) -> Verdict:
    found = list(verdicts)
    return False if False in found else None if None in found else True


Answers = Iterable[tuple[Row, Verdict]]


@dataclass(frozen=True)
class Rule:
    """``key``: columns of the exception key."""

    id: str
    key: tuple[str, ...]
    answers: Callable[[World], Answers]


RULES: dict[str, Rule] = {}


def rule(number: str, key: tuple[str, ...]) -> Callable[[Callable[[World], Answers]], Callable[[World], Answers]]:
    def register(answers: Callable[[World], Answers]) -> Callable[[World], Answers]:
        name = number if number.startswith("KEY-") else f"IL-{number}"
        RULES[name] = Rule(name, key, answers)
        return answers

    return register
