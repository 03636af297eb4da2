"""Every input of the corpus, end to end: it crashes nothing, is told for what it is, and takes nothing else with it."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from audit import doctor
from audit.cli_rules import books_of
from audit.errors import CLEAN, FINDINGS, NO_VERDICT, NOTHING
from audit.spreadsheet import RUNS
from tests.hostile import bytes_and_encodings, cells, folders, headers, heavy, lines_and_quotes, names, tables, typed
from tests.hostile.entries import FAULT, Entry, fault, lines, row
from tests.hostile.world import World, read_back

_MODULES = (lines_and_quotes, bytes_and_encodings, headers, cells, names, typed, folders, tables, heavy)
CORPUS = dict(enumerate((entry for module in _MODULES for entry in module.ENTRIES), 1))
#: What stands beside the files that can't be read is judged all the same.
_BESIDE = Entry("a good file", lines(row(2), fault(3)), [(FAULT, 3)], [2, 3])
#: Parts of a line in run.json: each line is in one of them.
_PARTS = ("header_lines", "blank_lines", "embedded_newlines", "rows_checked", "rows_rejected")
_STUDENT = re.compile(r"\b\d{3}0000\d\d\b|Zwick", re.ASCII | re.IGNORECASE)
#: What would move the cursor, colour, reorder or hide text on a terminal.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module", params=[CLEAN, FINDINGS, NO_VERDICT], ids=["clean", "findings", "no verdict"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    """All entries that end with one status, in one extract: one that ended worse would show in the status of all."""
    entries = {n: e for n, e in CORPUS.items() if e.status == request.param}
    if request.param == NO_VERDICT:
        entries[0] = _BESIDE
    made = World.make(tmp_path_factory.mktemp("hostile"), entries)
    made.run("--by-district", "--xlsx", "--workspace", str(made.folder / "space"))
    assert made.status == request.param, made.printed
    return made


def test_each_entry_is_found_and_nothing_else(world: World) -> None:
    """The findings are those that are written in the corpus: their rule, line and value; and so is what is said."""
    wrong = []
    for number, entry in world.entries.items():
        found = world.found(number)
        if entry.found is None:
            continue
        rules = Counter((rule, line) for rule, line, *_ in found)
        values = Counter((rule, line, value) for rule, line, value, *_ in found)
        wanted = Counter(f[:2] for f in entry.found)
        if rules != wanted or Counter(f for f in entry.found if len(f) > 2) - values:
            wrong.append((entry.name, found, entry.found))
        if len(world.inputs(number)) != entry.inputs or not re.search(entry.says, world.said(number)):
            wrong.append((entry.name, world.inputs(number), world.said(number)))
    assert wrong == []


def test_files_that_could_not_be_read_are_those_that_the_corpus_says(world: World) -> None:
    for number, entry in world.entries.items():
        unread = {"FMT-FILE", "FMT-HEADER"} & {f[0] for f in entry.found or ()}
        assert {i["readable"] for i in world.inputs(number)} <= {not unread}, entry.name
        assert (entry.status == NO_VERDICT) == bool(unread), entry.name


def test_lines_balance(world: World) -> None:
    assert world.told["inputs"]
    for each in world.told["inputs"]:
        assert each["lines"] == sum(each[part] for part in _PARTS), each
        assert each["rows_read"] == each["rows_checked"] + each["rows_rejected"], each


def test_no_row_is_lost_moved_or_changed(world: World, tmp_path: Path) -> None:
    """Each row says in its student id to which entry and line it belongs."""
    back: Callable[[int], dict[int, str]] = read_back(world, tmp_path)
    for number, entry in world.entries.items():
        if entry.checked is not None:
            assert back(number) == {line: f"{number:03}{line:06}" for line in entry.checked}, entry.name


def test_no_packaged_rule_fails(world: World) -> None:
    with (world.out / "rule_results.csv").open(encoding="utf-8", newline="") as file:
        assert [r for r in csv.DictReader(file) if r["status"] == "error"] == []


def test_the_terminal_shows_no_value_and_nothing_that_steers_it(world: World) -> None:
    assert world.printed.count("\n") > 5
    assert not _STUDENT.search(world.printed)
    assert not _UNPRINTABLE.search(world.printed)


def test_nothing_that_is_published_tells_a_student(world: World) -> None:
    published = ("run.json", "notice.txt", "notice.json", "junit.xml", "rule_results.csv", "report/index.html")
    for name in published:
        assert not _STUDENT.search((world.out / name).read_text("utf-8")), name


def test_pages_hold_no_markup_of_the_extract(world: World) -> None:
    pages = list(world.out.rglob("*.html"))
    assert pages
    for page in pages:
        text = page.read_text("utf-8")
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_no_cell_of_a_csv_runs_in_a_spreadsheet(world: World) -> None:
    for path in world.out.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for line in csv.reader(file):
                for cell in line:
                    assert not re.match(RUNS, cell) or re.fullmatch(r"[+-]?[0-9.;+-]*", cell), (path.name, cell)


def test_no_file_or_folder_is_named_by_the_extract(world: World) -> None:
    """Names of what is written are ours, or codes of districts in their form."""
    for path in (*world.out.rglob("*"), *(world.folder / "space").rglob("*")):
        assert re.fullmatch(r"[A-Za-z0-9._-]+", path.name), path.name


def test_doctor_looks_at_each_file_and_shows_no_value(world: World) -> None:
    books = books_of(None, None)
    looked = 0
    for path in sorted(world.extract.rglob("*")):
        if path.is_file() and path.stat().st_size < 1_000_000:
            text, status = doctor.examine(path, books, show_values=False)
            assert status in (CLEAN, NO_VERDICT, NOTHING), path
            assert text and len(text) < 20_000, path
            assert not _STUDENT.search(text), path
            assert not _UNPRINTABLE.search(text), path
            looked += 1
    assert looked


def test_the_corpus_is_large_and_names_each_entry_once() -> None:
    assert len(CORPUS) >= 60
    assert [name for name, n in Counter(e.name for e in CORPUS.values()).items() if n > 1] == []
    assert all(isinstance(e, Entry) for e in CORPUS.values())
