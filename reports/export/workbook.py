"""exceptions.xlsx: the findings for people who work in a spreadsheet.

Sheets: Read me, Summary, By rule (with the repair), Exceptions, and, with a workspace, Resolved. Every cell is text or
a number, never a formula or a link: ids keep their leading zeros, a value that begins with ``=`` runs nothing. The
same results give the same bytes: the file is dated by the day of the audit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from audit.exceptions import COLUMNS
from reports import sections, verdict, wording
from reports.sections import Heading
from reports.views import RESOLVED, Counts, Results, Run

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

#: Lines that are held in memory, where each text is written once; more are written one by one.
MOST_IN_MEMORY = 20_000
#: A sheet holds 1,048,576 rows.
MOST_ROWS = 1_000_000
#: More characters than this a cell can't hold.
MOST_TEXT = 32_767
_CUT = " … (cut: the whole value is in exceptions.parquet)"
_WIDTHS = {
    "rule_id": 15, "severity": 10, "table_name": 26, "exception_key": 40, "sid": 13, "home_rcdts": 18,
    "serving_rcdts": 18, "file_name": 34, "line_number": 12, "column_name": 26, "value": 22, "expected": 44,
    "message": 60, "fingerprint": 12, "state": 11, "first_seen": 12,
    "last_seen": 12,
}  # fmt: skip
_RULES = (
    ("Rule", 15), ("Severity", 10), ("What is wrong", 46), ("Findings", 10), ("Students", 10), ("Judged", 10),
    ("Could not be told", 10), ("How to repair", 64), ("Expected", 40), ("How the rule is read", 50), ("Source", 50),
)  # fmt: skip
_PRIVATE = "Student data, protected by FERPA. Keep this file on your organization’s own storage."


def write(results: Results, path: Path, heading: Heading, *, names: str) -> None:
    """Writes the workbook, readable by its owner alone; one that is there stays until the new one is whole.

    ``heading``: as of the report; ``names``: what the file says of how names were treated.
    """
    from xlsxwriter import Workbook

    run, counts, gone = results.run(), results.counts(), results.resolved()
    options = {
        "constant_memory": counts.findings + len(gone) > MOST_IN_MEMORY,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    unfinished = path.with_name(f".{path.name}")
    with Workbook(str(unfinished), options) as book:
        created = dt.datetime.fromisoformat(str(run.as_of))
        book.set_properties({"title": f"SIS check: {heading.title}", "comments": _PRIVATE, "created": created})
        sheets = _Sheets(book)
        sheets.read_me(run, heading, names, counts)
        sheets.summary(run, counts, results)
        sheets.rules(results, run)
        sheets.findings(results)
        sheets.resolved(gone)
    unfinished.chmod(0o600)
    unfinished.replace(path)


class _Sheets:
    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.head = book.add_format({"bold": True, "bg_color": "#162E51", "font_color": "#FFFFFF", "valign": "top"})
        self.bold = book.add_format({"bold": True})
        self.large = book.add_format({"bold": True, "font_size": 16})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.top = book.add_format({"valign": "top"})
        self.count = book.add_format({"num_format": "#,##0", "valign": "top"})
        # text: what is typed into the cell later stays text too
        self.text = book.add_format({"num_format": "@"})

    def read_me(self, run: Run, heading: Heading, names: str, counts: Counts) -> None:
        about = {
            "District": "; ".join(heading.districts) or "–",
            "School year": wording.school_year(run.school_year),
            "As of": f"{wording.day(run.as_of)} ({run.as_of_origin})",
            "Rules": f"{run.rulebook_title} ({run.rulebook_version})",
            "Privacy": f"{_PRIVATE} {names}",
            "Summary": "The numbers of the run, by table and by school.",
            "By rule": "Each rule with findings: what it means, how to repair it, where the state says so.",
            "Exceptions": f"Every finding ({counts.findings:,}), one a row. Filter by any column.",
            "Resolved": "What is gone since the last run; there only if the run has a workspace with an earlier one.",
            "Cells": "Ids are text, so leading zeros are kept. Nothing is a formula, whatever it looks like.",
            "Other files": "exceptions.csv and exceptions.parquet hold the same findings; report/index.html shows them "
            "with search, and with all problems of a student side by side.",
            "Who decides": "The state’s own result decides.",
        }
        sheet = self._sheet("Read me", (14, 110))
        _write(sheet, 0, 0, f"SIS check before submission: {heading.title}", self.large)
        for n, (label, said) in enumerate(about.items(), 2):
            _write(sheet, n, 0, label, self.bold)
            _write(sheet, n, 1, said, self.wrapped)

    def summary(self, run: Run, counts: Counts, results: Results) -> None:
        judged = verdict.judge(run, counts, results.inputs(), results.rule_results())
        numbers: list[Sequence[Any]] = [
            ("Verdict", judged.title),
            ("Errors (the state would reject)", counts.errors),
            ("Warnings (accepted, look again)", counts.warnings),
            ("Information", counts.infos),
            ("Students touched", counts.students),
            ("Records read", counts.records),
            ("Records that pass", counts.passed),
        ]
        if counts.new is not None:
            numbers += [("New", counts.new), ("Came back", counts.came_back), ("Still open", counts.open)]
        schools = results.school_names()
        by_table = [(wording.table(r.name), *r.numbers) for r in results.count_by("table_name")]
        by_school = [
            (f"{schools[r.name]} ({r.name})" if r.name in schools else r.name or "No school in the record", *r.numbers)
            for r in results.count_by("school")
        ]
        kinds = ("Errors", "Warnings", "Information")
        sheet = self._sheet("Summary", (60, 16, 16, 16))
        row = self._block(sheet, 0, ("What", "Number"), numbers)
        row = self._block(sheet, row, ("Table", *kinds), by_table)
        self._block(sheet, row, ("School", *kinds), by_school)

    def _block(self, sheet: Worksheet, row: int, head: Sequence[str], lines: Iterable[Sequence[Any]]) -> int:
        """A small table; returns the row where the next one may begin."""
        for column, label in enumerate(head):
            sheet.write_string(row, column, label, self.head)
        for line in lines:
            row += 1
            for column, value in enumerate(line):
                _write(sheet, row, column, value, self.count if isinstance(value, int) else self.top)
        return row + 2

    def rules(self, results: Results, run: Run) -> None:
        rules = results.rules_with_findings()
        sheet = self._table("By rule", _RULES, len(rules))
        for row, rule in enumerate(rules, 1):
            for column, value in enumerate(_rule(rule, run)):
                _write(sheet, row, column, value, self.count if isinstance(value, int) else self.wrapped)

    def findings(self, results: Results) -> None:
        self._long("Exceptions", COLUMNS, results.exceptions(), results.counts().findings)

    def resolved(self, rows: Sequence[Sequence[Any]]) -> None:
        """What is gone since the last run, if the run knows one."""
        if rows:
            self._long("Resolved", RESOLVED, iter(rows), len(rows))

    def _long(self, name: str, columns: Sequence[str], rows: Iterator[Sequence[Any]], number: int) -> None:
        """A table of any length: a sheet that is full goes on in the next."""
        head = [(column, _WIDTHS[column]) for column in columns]
        for first in range(0, max(1, number), MOST_ROWS):
            part, here = first // MOST_ROWS + 1, min(MOST_ROWS, number - first)
            sheet = self._table(name if part == 1 else f"{name} {part}", head, here, self.text)
            for row, finding in zip(range(1, here + 1), rows, strict=False):
                for column, value in enumerate(finding):
                    _write(sheet, row, column, value, None if isinstance(value, int) else self.text)

    def _table(self, name: str, head: Sequence[tuple[str, int]], rows: int, form: Any = None) -> Worksheet:
        """A sheet with one table: its head stays in view and filters."""
        sheet = self._sheet(name, [width for _, width in head], form)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, max(1, rows), len(head) - 1)
        for column, (label, _) in enumerate(head):
            sheet.write_string(0, column, label, self.head)
        return sheet

    def _sheet(self, name: str, widths: Sequence[int], form: Any = None) -> Worksheet:
        sheet = self.book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width, form)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L" + _PRIVATE + "&R&P of &N")
        return sheet


def _rule(rule: SimpleNamespace, run: Run) -> Iterator[str | int]:
    yield from (rule.rule_id, rule.severity, rule.title, rule.n, rule.students, rule.population, rule.undetermined)
    yield from (rule.fix, wording.sentence(wording.general(rule.expected)), rule.note)
    rule.quoted = sections.is_quoted(rule)
    yield sections.cite(rule, run.rulebook_title) + (f": “{rule.source} …”" if rule.quoted and rule.source else "")


def _write(sheet: Worksheet, row: int, column: int, value: str | int | None, form: Any) -> None:
    """A number as number, all else as text."""
    if value is None or value == "":
        return
    if isinstance(value, int):
        sheet.write_number(row, column, value, form)
        return
    if len(value) > MOST_TEXT:
        value = value[: MOST_TEXT - len(_CUT)] + _CUT
    if value.startswith("<r>") and value.endswith("</r>"):
        # the library would take this for markup of its own
        sheet.write_rich_string(row, column, form, value[:1], value[1:], form)
    else:
        sheet.write_string(row, column, value, form)
