"""The state's answer: its returned files against what a run has predicted, record by record.

The state returns the rows of a batch file with two more columns, the result code (F: failed) and message codes. A
returned row is about the row that was sent with the same cells, else with the same key. What was predicted for it are
the errors found at its line.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit import moves, own_rules, scratch, spreadsheet
from audit.errors import NOTHING, UserError
from audit.query import ask, database
from audit.read import read_extract
from audit.read.cells import cells, records, rejected_lines, text_of, unquoted
from audit.read.preflight import first_lines, inspect_file
from audit.rulebook import Layout, Rulebook
from audit.settings import check_out
from audit.store import SourceFile

FAILED = "F"
#: What may become of a record. ``agreed``: neither we nor the state found anything.
VERDICTS = ("confirmed", "missed", "false_alarm", "agreed")
RECORD_COLUMNS = (
    "verdict", "file_name", "line_number", "returned_file", "returned_line", "predicted", "result_code",
    "message_codes",
)  # fmt: skip
RULE_COLUMNS = ("rule_id", "predicted", "confirmed", "false_alarm")
MISSED_COLUMNS = ("message_code", "missed", "confirmed")

Place = tuple[str, int]


@dataclass(frozen=True)
class Row:
    """A row of a batch file: where it stands, its layout, its cells without blanks around them."""

    place: Place
    layout: Layout
    cells: tuple[str, ...]

    @property
    def sent(self) -> tuple[str, tuple[str, ...]]:
        return self.layout.id, self.cells[: self.layout.width]

    def key(self, rulebook: Rulebook) -> tuple[str, tuple[str, ...]] | None:
        """The cells of the first table's key; None where the layout lacks one or the student has no id yet."""
        table = rulebook.tables.get(self.layout.tables[0])
        places = {c.column: c.position for c in self.layout.columns if table and c.table == table.name}
        if table is None or any(column not in places for column in table.key):
            return None
        found = tuple(self.cells[places[column] - 1] for column in table.key)
        return (self.layout.id, found) if all(found) else None


@dataclass(frozen=True)
class Answer:
    """``records``: rows of RECORD_COLUMNS; ``rules``, ``messages``: of RULE_COLUMNS and MISSED_COLUMNS.

    ``unknown``: returned rows that were not sent; ``unanswered``: rows sent in the layouts returned, without an answer.
    """

    records: list[tuple[Any, ...]]
    rules: list[tuple[str, int, int, int]]
    messages: list[tuple[str, int, int]]
    unknown: int
    unanswered: int

    @property
    def totals(self) -> dict[str, int]:
        counts = Counter(record[0] for record in self.records)
        return {verdict: counts[verdict] for verdict in VERDICTS}


def compare(run: Path, returned: Path, extract: Path | None, out: Path) -> Answer:
    """Holds the returned files against the run in ``run`` and writes records.csv, rules.csv, messages.csv to ``out``.

    ``extract``: what was checked, if it is not where it was. Raises UserError.
    """
    stored = database(run)
    try:
        document = json.loads((run / "run.json").read_text("utf-8"))
    except (OSError, ValueError):
        raise UserError(f"{run}: run.json is missing or damaged. Check again: sis-audit check EXTRACT.") from None
    source = extract or Path(document["options"]["extract"])
    if not source.exists():
        raise UserError(f"the extract that was checked is not at {source}. Say where it is: --extract FOLDER")
    check_out(out, {"RETURNED": returned, "EXTRACT": source})
    rulebook = own_rules.rulebook(document["rulebook"], None)
    checksums = {i["path"]: i["sha256"] for i in document["inputs"]}
    sent = list(_rows(source, rulebook, run, checksums))
    answers = [row for row in _rows(returned, rulebook, out) if len(row.cells) > row.layout.width]
    if not answers:
        raise UserError(f"RETURNED: no file in {returned} has the state's two result columns.", NOTHING)
    _, errors = ask(stored, "select file_name, line_number, rule_id from exceptions where severity = 'error'")
    predicted: dict[Place, set[str]] = defaultdict(set)
    for file, line, rule in errors:
        predicted[file, line].add(rule)
    answer = _joined(sent, answers, predicted, rulebook)
    with moves.staged(out) as stage:
        for name, columns, rows in (
            ("records", RECORD_COLUMNS, answer.records),
            ("rules", RULE_COLUMNS, answer.rules),
            ("messages", MISSED_COLUMNS, answer.messages),
        ):
            _write(stage / f"{name}.csv", columns, rows)
    return answer


def _rows(folder: Path, rulebook: Rulebook, ignore: Path, checksums: dict[str, str] | None = None) -> Iterator[Row]:
    """The rows of all batch files that could be read. ``checksums``: those that the files must have."""
    with scratch.folder() as work:
        read = read_extract(folder, rulebook, work, ignore=ignore)
        rejected = rejected_lines([str(p) for p in read.formats])
    for file in read.files:
        if checksums is not None and checksums.get(file.path) != file.sha256:
            raise UserError(f"EXTRACT: {file.path} is not the file that was checked. Check again, or say --extract.")
        if file.kind == "batch" and file.readable and file.layout_id:
            path = folder / file.path if folder.is_dir() else folder
            yield from _of_file(path, file, rulebook, rejected.get(file.number, frozenset()))


def _of_file(path: Path, file: SourceFile, rulebook: Rulebook, rejected: frozenset[int]) -> Iterator[Row]:
    seen = inspect_file(path)
    if seen.encoding not in ("utf-8", "windows-1252") or seen.line_end == "CR":
        raise UserError(f"{file.path}: can be compared in UTF-8 or Windows-1252 only, in lines that end in LF or CRLF.")
    content, encoding = text_of(path, seen)
    layout = rulebook.layouts[file.layout_id]
    for line, start, end in records(content, layout, next(iter(first_lines(seen, 1))).line, rejected):
        texts = (unquoted(content[a:b]).decode(encoding).strip() for a, b in cells(content, start, end))
        yield Row((file.path, line), layout, tuple(texts))


def _joined(sent: list[Row], answers: list[Row], predicted: dict[Place, set[str]], rulebook: Rulebook) -> Answer:
    """Each answer with the row that it is about; of equal rows the first answer is that to the first row."""
    same: dict[Any, list[Row]] = defaultdict(list)
    by_key: dict[Any, list[Row]] = defaultdict(list)
    for row in reversed(sent):
        same[row.sent].append(row)
        if key := row.key(rulebook):
            by_key[key].append(row)
    layouts = {row.layout.id for row in answers}
    left = {row.place for row in sent if row.layout.id in layouts}
    found: list[tuple[Any, ...]] = []
    rules: dict[str, Counter[str]] = defaultdict(Counter)
    messages: dict[str, Counter[str]] = defaultdict(Counter)
    unknown = 0
    for row in answers:
        match = _first(same[row.sent], left) or _first(by_key[row.key(rulebook)], left)
        if match is None:
            unknown += 1
            continue
        left.discard(match.place)
        code, told = row.cells[row.layout.width : row.layout.width + 2]
        ours, theirs = sorted(predicted.get(match.place, ())), code.upper() == FAILED
        verdict = ("confirmed" if theirs else "false_alarm") if ours else ("missed" if theirs else "agreed")
        found.append((verdict, *match.place, *row.place, ";".join(ours), code, told))
        for rule in ours:
            rules[rule].update(("predicted", verdict))
        for message in re.findall(r"[^\s,;|]+", told) or [""]:
            if theirs:
                messages[message][verdict] += 1
    return Answer(
        sorted(found, key=lambda r: (VERDICTS.index(r[0]), *r[1:])),
        [(rule, n["predicted"], n["confirmed"], n["false_alarm"]) for rule, n in sorted(rules.items())],
        [(message, n["missed"], n["confirmed"]) for message, n in sorted(messages.items())],
        unknown,
        len(left),
    )


def _first(rows: list[Row], left: set[Place]) -> Row | None:
    while rows:
        if (row := rows.pop()).place in left:
            return row
    return None


def _write(path: Path, columns: tuple[str, ...], rows: list[Any]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([spreadsheet.guarded_text(v) if isinstance(v, str) else v for v in row] for row in rows)
    path.write_text(text.getvalue(), "utf-8")
