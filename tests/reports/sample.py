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
from faults import FAULTS, OTHER, Fault

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
LINES = (
    "lines",
    "header_lines",
    "blank_lines",
    "embedded_newlines",
    "rows_read",
    "rows_checked",
    "rows_rejected",
)
ASSUMPTIONS = {
    "name": pl.String,
    "meaning": pl.String,
    "value": pl.String,
    "given": pl.Boolean,
    "rules": pl.String,
}
ASSUMED = ("el_mandatory", "What an EL record must have", "el_entry_status_code", True, "IL-EXIT-005")
MOST_STUDENTS = 2_000
STUDENT_ROWS = {
    "rcdt": pl.String,
    "place": pl.Int32,
    "sid": pl.String,
    "table_name": pl.String,
    "file_name": pl.String,
    "line_number": pl.Int64,
    "cells": pl.List(pl.String),
}
STUDENT_COLUMNS = {"table_name": pl.String, "columns": pl.List(pl.String)}
LISTS = {"name": pl.String, "title": pl.String, "lead": pl.String, "groups": pl.List(pl.String)}
INPUTS = {
    "path": pl.String,
    "sha256": pl.String,
    "kind": pl.String,
    "layout_id": pl.String,
    "tables": pl.List(pl.String),
    **dict.fromkeys(LINES, pl.Int64),
    "readable": pl.Boolean,
}


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
                "inputs": self._inputs(frame),
                "checked_tables": self._tables(),
                "notices": pl.DataFrame({"text": list(self.notices)}, schema={"text": pl.String}),
                "entities": pl.DataFrame(
                    list((SCHOOLS | DISTRICT).items()), schema=["rcdts", "entity_name"], orient="row"
                ),
                "submission": pl.DataFrame(schema={"file_name": pl.String, "submitter_rcdt": pl.String}),
                "checked_by_school": self._by_school(),
                **self._student_rows(frame),
                "lists": pl.DataFrame(schema=LISTS),
                "assumptions": pl.DataFrame([ASSUMED], schema=ASSUMPTIONS, orient="row"),
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
        home = (
            schools[(who * 7919 % 100 * len(schools)) // 100] if fault.school is None else [schools[fault.school]] * n
        )
        values = list(fault.values)
        shares = np.array(list(fault.values.values()), dtype=float)
        value = [values[i] for i in rng.choice(len(values), n, p=shares / shares.sum())]
        sid = [f"{900_000_000 + s * 3 + s % 7:09d}" for s in who]
        line = 2 + who * 5 + rng.integers(0, 5, n)
        course = [f"{c:05d}A000" for c in rng.integers(1001, 1200, n)]
        section = rng.integers(1, 20, n)
        keys = [self._key(fault.table, s, h, c, int(x)) for s, h, c, x in zip(sid, home, course, section, strict=True)]
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
                "local_course_id": f"L{course[:5]}",
                "school_year": "2019",
                "section_number": str(section),
                "serving_rcdts": home,
                "state_course_code": course,
                "term_code": "S1",
            }
        elif table == "teacher_course_assignment":
            key = {"educator_id": f"{section:07d}", "state_course_code": course, "teaching_location": home}
        else:
            key |= {"enrollment_date": f"2018-08-{section:02d}", "school_year": "2019", "serving_rcdts": home}
        return json.dumps(key, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def _rules(self) -> pl.DataFrame:
        rows = [
            {
                "rule_id": f.rule_id,
                "title": f.title,
                "severity": f.severity,
                "kind": f.kind,
                "section": f.section,
                "source": f.source,
                "table_name": f.table,
                "columns": f.columns,
                "message": f.message,
                "expected": f.expected,
                "fix": f.fix,
                "years": "2019-" if f.kind == "cross" else "",
                "effective": f.effective,
                "executable": f.executable,
                "note": f.note,
            }
            for f in self.faults
        ]
        blank = dict.fromkeys(rows[0], "")
        rows += [blank | {"rule_id": r[0], "title": r[1], "severity": "error", "section": "Enrollment"} for r in OTHER]
        return pl.DataFrame(rows)

    def _results(self, frame: pl.DataFrame) -> pl.DataFrame:
        found = dict(frame.group_by("rule_id").len().iter_rows())
        rows = [
            (
                f.rule_id,
                "findings" if found.get(f.rule_id) else "passed",
                found.get(f.rule_id, 0) * 9 + 40,
                found.get(f.rule_id, 0),
                12 if f.kind == "cross" else 0,
                0.01,
                "",
            )
            for f in self.faults
        ]
        rows += [(i, s, p, 0, u, 0.01, why) for i, _, s, p, u, why in OTHER]
        if self.spoil == "rule_error":
            rows.append(("IL-ENR-050", "error", 0, 0, 0, 0.0, "query failed: BinderException"))
        if self.spoil == "empty":
            rows = [(r[0], "not_run", 0, 0, 0, 0.0, "not supplied: table " + "enrollment") for r in rows]
        names = ["rule_id", "status", "population", "findings", "undetermined", "seconds", "reason"]
        return pl.DataFrame(rows, schema=names, orient="row")

    def _inputs(self, frame: pl.DataFrame) -> pl.DataFrame:
        broken = frame.filter(pl.col("rule_id") == "FMT-FIELDS").unique(["file_name", "line_number"])
        rejected = dict(broken.group_by("file_name").len().iter_rows())
        rows = []
        for path in sorted(set(FILES.values())) if self.spoil != "empty" else []:
            tables = sorted(t for t, f in FILES.items() if f == path)
            checked = sum(self.table_rows()[t] for t in tables) // len(tables)
            rows.append(
                {
                    "path": path,
                    "sha256": hashlib.sha256(path.encode()).hexdigest(),
                    "kind": "table" if path[0].isalpha() else "batch",
                    "layout_id": "" if path[0].isalpha() else f"{tables[-1]}_2018",
                    "tables": tables,
                    "lines": checked + rejected.get(path, 0) + 4,
                    "header_lines": 1,
                    "blank_lines": 2,
                    "embedded_newlines": 1,
                    "rows_read": checked + rejected.get(path, 0),
                    "rows_checked": checked,
                    "rows_rejected": rejected.get(path, 0),
                    "readable": True,
                }
            )
        if self.spoil == "unreadable":
            nothing = {"path": "broken.csv", "readable": False, "tables": [], "layout_id": "", "kind": "unread"}
            rows.append(rows[-1] | dict.fromkeys(LINES, 0) | nothing)
        if self.spoil == "unbalanced":
            rows[0]["lines"] += 3
        return pl.DataFrame(rows, schema=INPUTS)

    def table_rows(self) -> dict[str, int]:
        """Rows checked of each table."""
        if self.spoil == "empty":
            return {}
        students = max(20, self.findings * 2 // 3)
        per = {"student": 1, "enrollment": 1, "student_course_assignment": 14}
        return {t: max(6, students * per.get(t, 0) or students // 20) for t in FILES}

    def _tables(self) -> pl.DataFrame:
        steps = {"student": 1, "enrollment": 2, "teacher_course_assignment": 1}
        rows = [(t, n, 1, steps.get(t, 3)) for t, n in self.table_rows().items()]
        schema = {"table_name": pl.String, "rows": pl.Int64, "files": pl.Int64, "step": pl.Int64}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def _by_school(self) -> pl.DataFrame:
        """Rows of each table spread over the schools; the first has what is left over."""
        rows = []
        for table, n in self.table_rows().items():
            each, left = divmod(n, len(SCHOOLS))
            rows += [(s, table, FILES[table], each + (left if not i else 0)) for i, s in enumerate(SCHOOLS)]
        schema = {"rcdts": pl.String, "table_name": pl.String, "file_name": pl.String, "rows": pl.Int64}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def _student_rows(self, frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
        """For each student with findings (up to MOST_STUDENTS): the rows that the findings name, and a student row."""
        found = frame.filter(pl.col("sid") != "", pl.col("severity") != "info")
        order = found.group_by("sid").agg((pl.col("severity") == "error").sum().alias("errors")).sort(
            "errors", "sid", descending=[True, False]
        )  # fmt: skip
        places = {sid: place for place, sid in enumerate(order["sid"].head(MOST_STUDENTS), 1)}
        rows = {}
        for f in found.filter(pl.col("sid").is_in(list(places)), pl.col("table_name") != "").iter_rows(named=True):
            at = (f["table_name"], f["file_name"], f["line_number"])
            cells = json.loads(f["exception_key"]) | {"sid": f["sid"]}
            columns, values = (f["column_name"] or "").split(";"), (f["value"] or "").split(";")
            if len(columns) == len(values):
                cells |= {c: v for c, v in zip(columns, values, strict=True) if c and v}
            rows[(f["sid"], *at)] = rows.get((f["sid"], *at), {}) | cells
        for sid in places:
            rows[sid, "student", FILES["student"], 1_000_000 + places[sid]] = {"sid": sid, "birth_date": "2006-05-14"}
        columns: dict[str, list[str]] = {}
        for (_, table, _, _), cells in rows.items():
            columns[table] = list(dict.fromkeys([*columns.get(table, ()), *cells]))
        listed = [
            (RCDT, places[sid], sid, table, file, line, [cells.get(c) for c in columns[table]])
            for (sid, table, file, line), cells in rows.items()
        ]
        return {
            "student_rows": pl.DataFrame(listed, schema=STUDENT_ROWS, orient="row"),
            "student_columns": pl.DataFrame(list(columns.items()), schema=STUDENT_COLUMNS, orient="row"),
        }

    def _run(self, frame: pl.DataFrame) -> pl.DataFrame:
        errors = frame.filter(pl.col("severity") == "error").height
        status = {"": 1 if errors else 0, "rule_error": 4, "empty": 5}.get(self.spoil, 3)
        verdict = self.verdict or ("could_not_judge" if self.spoil else "not_ready" if errors else "ready")
        return pl.DataFrame(
            [
                {
                    "as_of": dt.date(2018, 11, 30),
                    "as_of_origin": "line 1 of the batch files",
                    "school_year": 2019,
                    "rulebook": "illinois",
                    "rulebook_title": TITLE,
                    "rulebook_version": "7f3a91c2d0e4",
                    "started": dt.datetime(2018, 12, 1, 5, 10, 3),
                    "seconds": 8.4,
                    "verdict": verdict,
                    "exit_status": status,
                }
            ]
        )


def district(number: int) -> str:
    """RCDT of one of the districts that ``spread`` makes."""
    return f"99{number:03d}401026"


def spread(path: Path, districts: int, students: int = MOST_STUDENTS) -> None:
    """Makes of the results of one district those of many: the same again and again, with other codes and ids.

    ``students``: of so many in each district the rows are kept.
    """
    with duckdb.connect(str(path)) as con:
        con.execute(f"create macro other(x, d) as replace(x, '{RCDT}', format('99{{:03d}}401026', d))")
        con.execute("create macro salted(x, d) as replace(x, '9000', (1000 + d)::varchar)")
        key = "salted(other(exception_key, d), d)"
        for table, replaced in {
            "exceptions": f"salted(sid, d) as sid, other(home_rcdts, d) as home_rcdts, "
            f"other(serving_rcdts, d) as serving_rcdts, {key} as exception_key, "
            f"left(sha256(rule_id || table_name || {key}), 32) as fingerprint",
            "checked_by_school": "other(rcdts, d) as rcdts",
            "entities": "other(rcdts, d) as rcdts, entity_name || ' ' || d as entity_name",
            "student_rows": "other(rcdt, d) as rcdt, salted(sid, d) as sid, "
            "list_transform(cells, lambda c: salted(other(c, d), d)) as cells",
        }.items():
            some = f"where place <= {students}" if table == "student_rows" else ""
            con.execute(
                f"create or replace table {table} as "
                f"select t.* replace ({replaced}) from {table} t, range({districts}) r(d) {some}"
            )
        con.execute(f"update checked_tables set rows = rows * {districts}")


def _fingerprint(fault: Fault, key: str) -> str:
    return hashlib.sha256(f"{fault.rule_id}|{fault.table}|{key}".encode()).hexdigest()[:32]


if __name__ == "__main__":
    import reports

    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 4812
    database = Sample(findings=number, history=True).write(folder / "audit.duckdb")
    print(reports.build(database, folder / "report"))
