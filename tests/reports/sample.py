"""An invented ``audit.duckdb`` of any size: Prairie Bend, six schools, nobody real.

    python tests/reports/sample.py FOLDER [FINDINGS]     writes FOLDER/audit.duckdb and FOLDER/report/index.html
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl

RCDT = "99998401026"
SCHOOLS = {
    f"{RCDT}0001": "Prairie Bend High School",
    f"{RCDT}0002": "River Bend Middle School",
    f"{RCDT}2003": "Cottonwood Elementary",
    f"{RCDT}2004": "Blazing Star Elementary",
    f"{RCDT}2005": "Lead Plant Elementary",
    f"{RCDT}3001": "Little Bluestem Preschool",
}
DISTRICT = {f"{RCDT}0000": "Prairie Bend CUSD 401"}
FILES = {
    "student": "99998401026_11302018_001.csv",
    "enrollment": "99998401026_11302018_001.csv",
    "student_course_assignment": "99998401026_11302018_002.csv",
    "teacher_course_assignment": "99998401026_11302018_003.csv",
    "discipline": "discipline.csv",
    "homeless": "homeless.csv",
}
TITLE = "Illinois ISBE SIS, System Validations of November 30, 2018"

EXCEPTIONS = {
    "rule_id": pl.String,
    "severity": pl.String,
    "table_name": pl.String,
    "exception_key": pl.String,
    "sid": pl.String,
    "home_rcdts": pl.String,
    "serving_rcdts": pl.String,
    "file_name": pl.String,
    "line_number": pl.UInt32,
    "column_name": pl.String,
    "value": pl.String,
    "expected": pl.String,
    "message": pl.String,
    "fingerprint": pl.String,
    "state": pl.String,
    "first_seen": pl.Date,
}


@dataclass(frozen=True)
class Fault:
    """One rule with findings: ``weight`` decides how many, ``values`` how often each (None: no value)."""

    rule_id: str
    title: str
    table: str
    columns: str
    message: str
    expected: str
    fix: str
    weight: int
    values: dict[str | None, int]
    severity: str = "error"
    kind: str = "row"
    note: str = ""
    executable: str = "full"
    source: str = "The record must be sent in the form the state gives"
    section: str = "Student Course Assignment"
    school: int | None = None  # index of the only school that has it
    effective: str = ""


FAULTS = (
    Fault(
        "IL-SCA-021", "Course has no teacher", "student_course_assignment", "section_number",
        "No teacher is assigned to this section.", "a teacher course assignment for the same school, course, section",
        "Open the section in the student system and check that a teacher is attached for the whole term. Send the "
        "Teacher Course Assignment file first, then this file again.", 34, {"ALG1-03": 5, "ENG9-01": 3, "BIO-02": 1},
        kind="cross", source="A Teacher Course Assignment must exist before", effective="2018-08-07 (added)",
        note="A teacher whose assignment ended before the student's course began does not count.",
    ),
    Fault(
        "IL-SCA-017", "Credit is not an allowed value", "student_course_assignment", "course_credit",
        "The credit is not one of the values the state accepts.", "one of 0.000, 0.250, 0.500, 1.000 ...",
        "Correct the credit on the course in the course catalogue, not on each student. Export again.",
        18, {"0.333": 5, "1.3": 2, "0.3": 1},
    ),
    Fault(
        "IL-ENR-006", "Enrolled in two districts at the same time", "enrollment", "enrollment_date;exit_date",
        "The student is enrolled in two home districts on the same days.", "enrollments that do not share a day",
        "Ask the other district to exit the student, or move your enrollment date behind that exit.",
        9, {"2018-08-20;": 3, "2018-08-22;2018-12-21": 1}, kind="group", section="Enrollment",
        source="The system does not allow a student to be enrolled in",
        note="The later enrollment is reported. The day of exit and the day of entry are both full days.",
    ),
    Fault(
        "IL-ENR-017", "Grade does not fit the age", "enrollment", "entry_grade_level",
        "The student is too young or too old for the grade.", "an age that fits the grade", "Check the birth date "
        "against the birth certificate, then the grade.", 4, {"01": 3, "14": 2, "12": 1}, section="Enrollment",
    ),
    Fault(
        "IL-TCA-004", "Educator number is not known", "teacher_course_assignment", "educator_id",
        "The educator number is not in the state's list.", "an educator number (IEIN) of seven digits",
        "Look the educator up in the licensure system and correct the number.", 3, {"0": 1},
        section="Teacher Course Assignment Entry", executable="partly: the state's educator list is not public",
    ),
    Fault(
        "IL-DISC-006", "Incident type is missing", "discipline", "incident_type_code",
        "The incident has no type.", "a code of the list incident_type_code", "Choose the type in the incident.",
        2, {None: 1}, section="Student Discipline", school=1,
    ),
    Fault(
        "KEY-student", "Doubled or empty key", "student", "sid", "This student stands twice in the file.",
        "each student once", "Delete the second line.", 1, {None: 1}, section="", source="",
    ),
    Fault(
        "FMT-DATE", "Not a date", "enrollment", "enrollment_date", "This is not a date.", "MM/DD/YYYY or YYYY-MM-DD",
        "Write the date as MM/DD/YYYY.", 1, {"13/45/2018": 2, "yesterday": 1}, section="", source="",
    ),
    Fault(
        "IL-HOME-005", "Address should be checked", "homeless", "nighttime_residence_code",
        "The residence code does not fit the program.", "a code that fits", "Check with the liaison.",
        3, {"09": 1}, severity="warning", section="Homeless",
    ),
    Fault(
        "IL-SCA-030", "Course starts before the enrollment", "student_course_assignment", "course_start_date",
        "The course starts before the student is enrolled.", "a start on or after the enrollment date",
        "Correct the start of the course.", 8, {"2018-08-15": 2, "2018-08-16": 1}, severity="warning", kind="cross",
    ),
    Fault(
        "SA-GPA-001", "Unusual number of courses", "student_course_assignment", "sid",
        "More than 14 courses in one term.", "up to 14 courses", "Look whether courses were sent twice.",
        6, {None: 1}, severity="info", section="", source="",
    ),
)

#: Rules without findings: id, title, status, population, undetermined, reason.
OTHER = (
    ("IL-ENR-001", "Home and serving school are filled", "passed", 6240, 0, ""),
    ("IL-ENR-002", "Enrollment date is not in the future", "passed", 6240, 3, ""),
    ("IL-SCA-002", "Course row has an enrollment", "passed", 98211, 0, ""),
    ("IL-504-001", "Plan dates are in order", "not_run", 0, 0, "not supplied: table plan_504"),
    ("IL-504-002", "Plan has a reason", "not_run", 0, 0, "not supplied: table plan_504"),
    ("IL-EXIT-012", "Exit was changed", "not_run", 0, 0, "no previous snapshot (--previous)"),
    ("IL-CARE-002", "Caregiver id is unique", "not_applicable", 0, 0, ""),
    ("IL-SCA-015", "Term of preschool courses", "reported_elsewhere", 0, 0, "IL-PSCA-014"),
    ("IL-GEN-001", "All records are judged alike", "not_executable", 0, 0, "process"),
    ("IL-ENR-040", "Removed in 2017", "retired", 0, 0, ""),
)


@dataclass
class Sample:
    """What to invent. ``spoil``: one of "", "unreadable", "unbalanced", "rule_error", "empty" (nothing was read)."""

    findings: int = 4812
    seed: int = 7
    faults: tuple[Fault, ...] = FAULTS
    history: bool = False
    spoil: str = ""
    verdict: str = ""
    notices: tuple[str, ...] = (
        "exits not supplied: every enrollment counts as active",
        "judged as a whole: what is not in the extract does not exist (--base completes it)",
        "discipline.csv: not UTF-8, read as Windows-1252",
    )
    extra: list[dict[str, Any]] = field(default_factory=list)

    def write(self, path: Path) -> Path:
        """Writes ``path`` (an audit.duckdb) and returns it."""
        frame = self.exceptions()
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as con:
            for name, data in {
                "exceptions": frame,
                "rules": self._rules(),
                "rule_results": self._results(frame),
                "inputs": self._inputs(),
                "checked_tables": self._tables(),
                "notices": pl.DataFrame({"text": list(self.notices)}, schema={"text": pl.String}),
                "entities": pl.DataFrame(
                    list((SCHOOLS | DISTRICT).items()), schema=["rcdts", "entity_name"], orient="row"
                ),
                "run": self._run(frame),
            }.items():
                con.register("data", data.to_arrow())
                con.execute(f"create table {name} as select * from data")
                con.unregister("data")
        return path

    # -----------------------------------------------------------------------------------------------------------------

    def exceptions(self) -> pl.DataFrame:
        """The findings, sorted as the contract says."""
        rows = self.findings if self.spoil != "empty" else 0
        weights = np.array([f.weight for f in self.faults], dtype=float)
        numbers = np.floor(rows * weights / weights.sum()).astype(int)
        numbers[0] += rows - numbers.sum()
        rng = np.random.default_rng(self.seed)
        parts = [self._findings(f, int(n), rng, rows) for f, n in zip(self.faults, numbers, strict=True) if n]
        if self.extra:
            blank = dict.fromkeys(EXCEPTIONS) | {"state": "new", "exception_key": "{}", "severity": "error"}
            parts.append(pl.DataFrame([blank | e for e in self.extra], schema=EXCEPTIONS))
        frame = pl.concat(parts) if parts else pl.DataFrame(schema=EXCEPTIONS)
        return frame.sort("rule_id", "exception_key", "file_name", "line_number", nulls_last=False)

    def _findings(self, fault: Fault, n: int, rng: np.random.Generator, rows: int) -> pl.DataFrame:
        students = max(20, rows * 2 // 3)
        who = np.sort(rng.integers(0, students, n))
        schools = np.array(list(SCHOOLS))
        home = schools[(who * 7919 % 100 * len(schools)) // 100] if fault.school is None else [schools[fault.school]] * n
        values = list(fault.values)
        shares = np.array(list(fault.values.values()), dtype=float)
        value = [values[i] for i in rng.choice(len(values), n, p=shares / shares.sum())]
        sid = [f"{900_000_000 + s * 3 + s % 7:09d}" for s in who]
        line = 2 + who * 5 + rng.integers(0, 5, n)
        course = [f"{c:05d}A000" for c in rng.integers(1001, 1200, n)]
        section = rng.integers(1, 20, n)
        keys = [
            self._key(fault.table, s, h, c, int(x)) for s, h, c, x in zip(sid, home, course, section, strict=True)
        ]
        state = rng.choice(["new", "open", "came_back"], n, p=[0.06, 0.92, 0.02]) if self.history else ["new"] * n
        return pl.DataFrame(
            {
                "rule_id": [fault.rule_id] * n,
                "severity": [fault.severity] * n,
                "table_name": [fault.table] * n,
                "exception_key": keys,
                "sid": sid if fault.table != "teacher_course_assignment" else [""] * n,
                "home_rcdts": list(home),
                "serving_rcdts": list(home),
                "file_name": [FILES[fault.table]] * n,
                "line_number": line,
                "column_name": [fault.columns] * n,
                "value": value,
                "expected": [fault.expected] * n,
                "message": [fault.message] * n,
                "fingerprint": [_fingerprint(fault, k) for k in keys],
                "state": list(state),
                "first_seen": [dt.date(2018, 11, 30) if s == "new" else dt.date(2018, 11, 12) for s in state],
            },
            schema=EXCEPTIONS,
        )

    @staticmethod
    def _key(table: str, sid: str, home: str, course: str, section: int) -> str:
        key: dict[str, str] = {"home_rcdts": home, "sid": sid}
        if table in ("student", "discipline", "homeless"):
            key = {"sid": sid}
        elif table == "student_course_assignment":
            key |= {
                "local_course_id": f"L{course[:5]}", "school_year": "2019", "section_number": str(section),
                "serving_rcdts": home, "state_course_code": course, "term_code": "S1",
            }
        elif table == "teacher_course_assignment":
            key = {"educator_id": f"{section:07d}", "state_course_code": course, "teaching_location": home}
        else:
            key |= {"enrollment_date": f"2018-08-{section:02d}", "school_year": "2019", "serving_rcdts": home}
        return json.dumps(key, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def _rules(self) -> pl.DataFrame:
        rows = [
            {
                "rule_id": f.rule_id, "title": f.title, "severity": f.severity, "kind": f.kind, "section": f.section,
                "source": f.source, "table_name": f.table, "columns": f.columns, "message": f.message,
                "expected": f.expected, "fix": f.fix, "years": "2019-" if f.kind == "cross" else "",
                "effective": f.effective, "executable": f.executable, "note": f.note,
            }
            for f in self.faults
        ]
        blank = dict.fromkeys(rows[0], "")
        rows += [blank | {"rule_id": r[0], "title": r[1], "severity": "error", "section": "Enrollment"} for r in OTHER]
        return pl.DataFrame(rows)

    def _results(self, frame: pl.DataFrame) -> pl.DataFrame:
        found = dict(frame.group_by("rule_id").len().iter_rows())
        rows = [
            (f.rule_id, "findings" if found.get(f.rule_id) else "passed", found.get(f.rule_id, 0) * 9 + 40,
             found.get(f.rule_id, 0), 12 if f.kind == "cross" else 0, 0.01, "")
            for f in self.faults
        ]
        rows += [(i, s, p, 0, u, 0.01, why) for i, _, s, p, u, why in OTHER]
        if self.spoil == "rule_error":
            rows.append(("IL-ENR-050", "error", 0, 0, 0, 0.0, "query failed: BinderException"))
        if self.spoil == "empty":
            rows = [(r[0], "not_run", 0, 0, 0, 0.0, "not supplied: table " + "enrollment") for r in rows]
        names = ["rule_id", "status", "population", "findings", "undetermined", "seconds", "reason"]
        return pl.DataFrame(rows, schema=names, orient="row")

    def _inputs(self) -> pl.DataFrame:
        rows = []
        for path in sorted(set(FILES.values())) if self.spoil != "empty" else []:
            tables = sorted(t for t, f in FILES.items() if f == path)
            checked = sum(self.table_rows()[t] for t in tables) // len(tables)
            rows.append(
                {
                    "path": path, "sha256": hashlib.sha256(path.encode()).hexdigest(),
                    "kind": "table" if path[0].isalpha() else "batch",
                    "layout_id": "" if path[0].isalpha() else f"{tables[-1]}_2018", "tables": tables,
                    "lines": checked + 8, "header_lines": 1, "blank_lines": 2, "embedded_newlines": 1,
                    "rows_read": checked + 4, "rows_checked": checked, "rows_rejected": 4, "readable": True,
                }
            )
        if self.spoil == "unreadable":
            rows.append(rows[-1] | {"path": "broken.csv", "readable": False, "lines": 0, "header_lines": 0,
                                    "blank_lines": 0, "embedded_newlines": 0, "rows_read": 0, "rows_checked": 0,
                                    "rows_rejected": 0, "tables": []})
        if self.spoil == "unbalanced":
            rows[0]["lines"] += 3
        schema = {"path": pl.String, "sha256": pl.String, "kind": pl.String, "layout_id": pl.String,
                  "tables": pl.List(pl.String)} | dict.fromkeys(
            ("lines", "header_lines", "blank_lines", "embedded_newlines", "rows_read", "rows_checked",
             "rows_rejected"), pl.Int64) | {"readable": pl.Boolean}  # fmt: skip
        return pl.DataFrame(rows, schema=schema)

    def table_rows(self) -> dict[str, int]:
        """Rows checked of each table."""
        if self.spoil == "empty":
            return {}
        students = max(20, self.findings * 2 // 3)
        per = {"student": 1, "enrollment": 1, "student_course_assignment": 14}
        return {t: max(6, students * per.get(t, 0) or students // 20) for t in FILES}

    def _tables(self) -> pl.DataFrame:
        rows = [(t, n, 1) for t, n in self.table_rows().items()]
        return pl.DataFrame(rows, schema={"table_name": pl.String, "rows": pl.Int64, "files": pl.Int64}, orient="row")

    def _run(self, frame: pl.DataFrame) -> pl.DataFrame:
        errors = frame.filter(pl.col("severity") == "error").height
        status = {"": 1 if errors else 0, "rule_error": 4, "empty": 5}.get(self.spoil, 3)
        verdict = self.verdict or ("could_not_judge" if self.spoil else "not_ready" if errors else "ready")
        return pl.DataFrame(
            [
                {
                    "as_of": dt.date(2018, 11, 30), "as_of_origin": "line 1 of the batch files", "school_year": 2019,
                    "rulebook": "illinois", "rulebook_title": TITLE, "rulebook_version": "7f3a91c2d0e4",
                    "started": dt.datetime(2018, 12, 1, 5, 10, 3), "seconds": 8.4, "verdict": verdict,
                    "exit_status": status,
                }
            ]
        )


def _fingerprint(fault: Fault, key: str) -> str:
    return hashlib.sha256(f"{fault.rule_id}|{fault.table}|{key}".encode()).hexdigest()[:32]


if __name__ == "__main__":
    import reports

    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 4812
    database = Sample(findings=number, history=True).write(folder / "audit.duckdb")
    print(reports.build(database, folder / "report"))
