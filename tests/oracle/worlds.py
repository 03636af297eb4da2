"""Random worlds of a few districts, made so that what is rare in life is common: the same schools, the days before,
of and after a bound, doubled keys, missing partners, empty cells. Each is written as named tables, in many spellings.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.oracle.facts import KEYS, PLACE, SPELL, Row, World, first_day, last_day

HOMES = ["010010010260001", "010010010260002", "020020020260001", "07016113A020001"]
DAYS = ["2018-11-30", "2018-07-01", "2018-06-30", "2019-02-28", "2020-02-29"]
YES_NO = ["01", "02", "02", None]
FUNDING = ["half_day", "full_day", "partial_day", "less_than_half_day", "none", None, None, None]
GRADES = ["14", "14", "00", "15", "01", "02", "03", "09", "11", "12", "12", "22", None]
#: The tables, those that are in two files among them.
TABLES = [*KEYS, "state_course"]
SEVERAL_FILES = {"enrollment", "student_course_assignment"}


class Maker:
    """Makes the rows of one world."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.as_of = dt.date.fromisoformat(self.chance.choice(DAYS))
        self.tables: dict[str, list[Row]] = {table: [] for table in TABLES}
        self.year = self.as_of.year + (self.as_of.month >= 7)
        days = [self.as_of + dt.timedelta(n) for n in (-40, -39, -38, -2, -1, 0, 0, 1)]
        for year in (self.year - 1, self.year, self.year):
            days += [first_day(year), first_day(year) + dt.timedelta(50), first_day(year) + dt.timedelta(51)]
            days += [first_day(year) + dt.timedelta(92), last_day(year - 1), last_day(year)]
        self.days = days

    def add(self, table: str, **values: Any) -> Row:
        row = Row(values)
        self.tables[table].append(row)
        return row

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def one(self, *values: Any) -> Any:
        return self.chance.choice(values)

    def day(self, empty: float = 0.0) -> dt.date | None:
        return None if self.maybe(empty) else self.chance.choice(self.days)

    def school_year(self) -> int:
        return self.year - self.one(0, 0, 0, 0, 1, 2)

    def world(self, students: int) -> World:
        for number in range(students):
            self.student(str(100000000 + number))
        for number in range(students // 2):
            self.teacher(str(1 + number))
        for code, group in (
            ("01001A000", "secondary"),
            ("51001A000", "secondary"),
            ("02052A000", "prior_to_secondary"),
        ):
            if self.maybe(0.5):
                self.add("state_course", state_course_code=code, course_group=group)
        self.double()
        return World(self.as_of, self.tables)

    def student(self, sid: str) -> None:
        spells = self.one(0, 1, 1, 2, 2, 3, 4)
        self.home = self.chance.choice(HOMES)
        for _ in range(spells):
            self.enrollment(sid)
        entries = [e.enrollment_date for e in self.tables["enrollment"] if e.sid == sid] or [self.as_of]
        if self.maybe(0.95):
            self.demographics(sid, entries)
        for _ in range(self.one(0, 0, 1, 2, 3)):
            self.course(sid)
        for _ in range(self.one(0, 0, 0, 1, 2)):
            self.learner(sid)
        places = [e for e in self.tables["enrollment"] if e.sid == sid and self.maybe(0.4)]
        for place in [{c: e[c] for c in PLACE} for e in places] + [self.place(sid)] * self.one(0, 0, 0, 1):
            self.add(
                "early_childhood", **place, **{c: self.one(*FUNDING) for c in FUNDINGS},
                preschool_for_all_expansion=self.one("fed_full_day", "state_full_day", "none", None, None),
                previous_ec_enrollment=self.one(*YES_NO),
            )  # fmt: skip
        for _ in range(self.one(0, 0, 1, 1)):
            self.add(
                "discipline", **self.place(sid), incident_number=self.one("1", "2"), incident_date=self.day(),
                incident_type_code=self.one("50", "56", "57", "05", None),
                erroneous_indicator=self.one("01", "02", "02", None),
            )  # fmt: skip
        if self.maybe(0.5):
            self.add(
                "immigrant", sid=sid, home_rcdts=self.home, school_year=self.school_year(),
                eligible_immigrant_indicator=self.one(*YES_NO),
            )  # fmt: skip
        for _ in range(self.one(0, 1, 2)):
            self.add(
                "access_score", sid=sid, school_year=self.school_year(),
                overall_proficiency_level=self.one(Decimal("4.7"), Decimal("4.8"), Decimal("4.8"), Decimal("5"), None),
            )  # fmt: skip

    def place(self, sid: str) -> dict[str, Any]:
        """Mostly the schools and the year of an enrollment of the student."""
        known = [e for e in self.tables["enrollment"] if e.sid == sid]
        place = {
            "sid": sid, "home_rcdts": self.one(self.home, self.home, *HOMES), "serving_rcdts": self.one(*HOMES),
            "school_year": self.school_year(),
        }  # fmt: skip
        if known and self.maybe(0.8):
            one = self.chance.choice(known)
            # now and then of two enrollments together
            place = {c: (self.chance.choice(known) if self.maybe(0.03) else one)[c] for c in place}
        return place

    def enrollment(self, sid: str) -> None:
        home = self.one(self.home, self.home, self.home, *HOMES)
        entry = self.chance.choice(self.days)
        row = self.add(
            "enrollment", sid=sid, home_rcdts=home, serving_rcdts=self.one(home, home, *HOMES),
            school_year=entry.year + (entry.month >= 7) if self.maybe(0.9) else self.school_year(),
            enrollment_date=entry, entry_grade_level=self.one(*GRADES), exit_date=self.day(0.5),
            percent_day_attended=self.one(*map(Decimal, SHARES), None), exit_type_code=None,
            tuition_in_indicator=self.one(*YES_NO), military_connected_indicator=self.one("01", "02", "02", "02", None),
            dual_language_code=self.one("01", "02", "03", "03", None),
        )  # fmt: skip
        if row.exit_date and self.maybe(0.9):
            # an exit before the entry is rare
            row["exit_date"] = max(row.exit_date, row.enrollment_date)
        if self.maybe(0.9 if row.exit_date else 0.05):
            row["exit_type_code"] = self.one("01", "05", "06", "17", "99", "01")
        if self.maybe(0.15):
            self.exit(row)

    def exit(self, row: Row) -> None:
        """The exit in a file of its own, instead of or beside that of the enrollment."""
        told = self.add("exit_enrollment", **{c: row[c] for c in (*SPELL, "exit_date", "exit_type_code")})
        if self.maybe(0.3):
            told["exit_date"] = self.day(0.2)
        if self.maybe(0.2):
            told["enrollment_date"] = self.day()
        for column in ("exit_date", "exit_type_code"):
            if self.maybe(0.5):
                row[column] = None

    def demographics(self, sid: str, entries: list[dt.date]) -> None:
        entry = self.chance.choice(entries)
        bound = self.one(entry, entry, self.as_of, dt.date(entry.year, 9, 1), dt.date(2016, 2, 29))
        years = self.one(0, 3, 3, 6, 23, 23) if bound.month != 2 else self.one(0, 4, 4, 20)
        born = _years_before(bound, years) + dt.timedelta(self.one(-1, 0, 0, 1))
        created = self.one(None, self.day(), _years_before(self.as_of, 3) + dt.timedelta(self.one(-1, 0, 1)),
                           dt.date(2015, 8, 1), dt.date(2015, 8, 2))  # fmt: skip
        self.add(
            "student", sid=sid, legal_first_name=self.one("Ada", "Anna-Maria", "José", "Jo Ann", "O'Neil", "Al3", None),
            birth_date=None if self.maybe(0.05) else born, sid_created_date=created,
            **{c: self.one(*YES_NO) for c in INDICATORS},
        )  # fmt: skip

    def course(self, sid: str) -> None:
        self.add(
            "student_course_assignment", **self.place(sid),
            state_course_code=self.one("01001A000", "22001A000", "23001A000", "51001A000", "02052A000", "73028APFA"),
            local_course_id=self.one("A", "A", "B"), section_number="1",
            term_code=self.one("Y1", "S1", "T4", "Q5", "S1"),
            course_start_date=self.day(0.3), course_end_date=self.day(0.3),
            final_letter_grade_code=self.one("01", "13", "99", None),
            course_credit=self.one(*map(Decimal, CREDITS), None),
        )  # fmt: skip

    def learner(self, sid: str) -> None:
        start = self.chance.choice(self.days)
        self.add(
            "el", sid=sid, home_rcdts=self.home, school_year=self.school_year(), el_services_start_date=start,
            district_first_enrolled_date=self.one(None, start, start + dt.timedelta(1), self.day()),
            el_services_end_date=self.day(0.6), el_services_end_reason_code=self.one("transitioned", None),
            el_services_provided_code=self.one("00", "03", "06", None),
            submitter_rcdt=self.one(self.home[:11], HOMES[2][:11], None), submitted_date=self.day(0.5),
        )  # fmt: skip

    def teacher(self, iein: str) -> None:
        for _ in range(self.one(1, 1, 2)):
            ended = self.maybe(0.3)
            self.add(
                "teacher_course_assignment", iein=iein, teaching_location_rcdts=self.one(*HOMES[:2]),
                school_year=self.year, state_course_code="02052A000", local_course_id=self.one("A", "A", "B"),
                section_number="1", term_code="S1", course_start_date=self.day(),
                teacher_commitment=self.one(*map(Decimal, ("0", "0.01", "1", "1.00", "1.01")), None),
                course_end_date=self.day() if ended else None,
                exit_reason_code=self.one("01", "07", "02") if ended != self.maybe(0.1) else None,
            )  # fmt: skip

    def double(self) -> None:
        """A few rows are sent twice, the second time with other values in one column."""
        for table, key in KEYS.items():
            rows = self.tables[table]
            for row in list(rows):
                if self.maybe(0.03):
                    other = self.chance.choice(rows)
                    again = Row(row)
                    if values := [c for c in row if c not in key]:
                        column = self.chance.choice(values)
                        again[column] = other[column]
                    rows.append(again)
            self.chance.shuffle(rows)
        for row in self.tables["student"] + self.tables["enrollment"]:
            if self.maybe(0.02):
                row["sid"] = None  # a new student

    def spoil(self) -> None:
        """Some cells, none of a key, can't be read: impossible dates, numbers that are none, codes of no list."""
        for table, key in KEYS.items():
            rows = self.tables[table]
            times = Counter(row.of(key) for row in rows)
            # what a second copy of a row says may stand in for what can't be read
            for row in (r for r in rows if times[r.of(key)] == 1):
                for column in [c for c in row if c not in key]:
                    if column.endswith("_date") or column in NUMBERS or column == "entry_grade_level":
                        row[column] = UNREADABLE if self.maybe(0.02) else row[column]

    def reading(self, rows: list[Row], column: str) -> Any:
        return self.one(None, *(row[column] for row in rows if row[column] is not UNREADABLE))

    def read_somehow(self) -> dict[str, list[Row]]:
        """The tables with a value of another row, or none, in place of each that can't be read."""
        return {
            table: [Row({c: self.reading(rows, c) if v is UNREADABLE else v for c, v in row.items()}) for row in rows]
            for table, rows in self.tables.items()
        }


FUNDINGS = [
    "preschool_for_all_funding", "head_start_funding", "title_1_funding", "idea_funding", "local_funding",
    "tuition_funding",
]  # fmt: skip
INDICATORS = [
    "el_indicator", "private_school_student", "frl_indicator", "ses_indicator", "homeless_indicator",
    "immigrant_indicator",
]  # fmt: skip
#: In place of a value that the file does not give.
UNREADABLE = "unreadable"
NUMBERS = {"percent_day_attended", "course_credit", "overall_proficiency_level", "teacher_commitment"}
YES_OR_NO = {
    *INDICATORS, "tuition_in_indicator", "military_connected_indicator", "previous_ec_enrollment",
    "eligible_immigrant_indicator", "erroneous_indicator",
}  # fmt: skip
PADDED = {
    "entry_grade_level", "exit_type_code", "dual_language_code", "el_services_provided_code",
    "final_letter_grade_code", "incident_type_code", "exit_reason_code",
}  # fmt: skip
SHARES = ["1", "1.00", "0.5", "0.34", "0.33", "0.67", "0.01", "0.00", "0.75", "0.49", "1.01", "50"]
CREDITS = ["0", "0.001", "0.0005", "0.5", "3", "3.00", "3.001", "1.2345"]


def _years_before(day: dt.date, years: int) -> dt.date:
    return day.replace(year=day.year - years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def write(world: World, folder: Path, seed: int) -> None:
    """Writes a world as named tables; its rows then know their place, and those of new students a working id."""
    folder.mkdir()
    chance = random.Random(seed)
    for table, rows in world.tables.items():
        if not rows:
            continue
        cut = chance.randrange(len(rows)) if table in SEVERAL_FILES else 0
        for number, part in enumerate((rows[:cut], rows[cut:])):
            if part:
                _write_file(folder, f"{table}-{number}.csv" if cut else f"{table}.csv", part, chance)


def _write_file(folder: Path, name: str, rows: list[Row], chance: random.Random) -> None:
    columns = list(rows[0])
    chance.shuffle(columns)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator=chance.choice(["\n", "\r\n"]), quoting=chance.choice([0, 0, 1]))
        writer.writerow(columns)
        for line, row in enumerate(rows, 2):
            writer.writerow([spelled(chance, row[c], c) for c in columns])
            row["_file"], row["_line"] = name, line
            row["sid"] = row.get("sid") or f"~{name}:{line}"


def spelled(chance: random.Random, value: Any, column: str) -> str:
    """A value in one of the spellings that are read as the same."""
    if value is UNREADABLE:
        return chance.choice({"e": ["02/30/2018", "x", "2018-13-01"]}.get(column[-1], ["1,5", "x", "--1"]))
    if column in YES_OR_NO and value and chance.random() < 0.2:
        return chance.choice(["1", "Yes", "y", "true"] if value == "01" else ["2", "0", "No", "n", "false"])
    if column in PADDED and value and chance.random() < 0.1:
        return str(value).lstrip("0") or "0"
    if isinstance(value, dt.date):
        forms = ["%Y-%m-%d", "%Y-%m-%d", "%m/%d/%Y", "%Y-%m-%dT00:00:00"]
        text = value.strftime(chance.choice(forms))
        return text.lstrip("0").replace("/0", "/") if "/" in text and chance.random() < 0.3 else text
    if isinstance(value, Decimal) and chance.random() < 0.3:
        return str(value).removeprefix("0") if "." in str(value) else f"{value}.0"
    return "" if value is None else str(value)
