"""``sis-audit answer``: predicted and confirmed, missed, false alarms, on an answer that is known."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from fixtures.batch import BatchWriter
from fixtures.world import Plan, make_world
from tests.cli.test_fix import cells, demographics, spoiled
from tests.history.nights import check, exceptions
from tests.test_cli import run

RULE = "IL-ENR-010"
PDA = 35  # position of Percent of Day Attended in the file of demographics
CONFIRMED, FALSE_ALARM, MISSED, BY_KEY, UNANSWERED = (3, 4, 5), (6, 7), (8, 9, 10), 11, 12


class Sent:
    """An extract with five wrong rows, its run, and the state's answer."""

    def __init__(self, folder: Path) -> None:
        self.extract, self.out, self.returned = (folder / name for name in ("in", "out", "returned"))
        writer = BatchWriter(self.extract)
        writer.write(make_world(Plan(students=150, districts=1, history=0)))
        writer.finish()
        self.file = demographics(self.extract)
        for line in (*CONFIRMED, *FALSE_ALARM):
            spoiled(self.file, PDA, "1.50", line)
        check(self.extract, self.out)
        found = {int(r["line_number"]) for r in exceptions(self.out) if r["rule_id"] == RULE}
        assert found == {*CONFIRMED, *FALSE_ALARM}
        self.returned.mkdir()
        self.answer()

    @property
    def unanswered(self) -> int:
        """The row that was left out, and those of other files of the same kind."""
        files = [p.read_bytes() for p in self.extract.glob("9*.csv") if p != self.file]
        return 1 + sum(f.count(b"\n") - 1 for f in files if f.startswith(b"Student Demographics,"))

    def answer(self) -> None:
        """In another order, with blanks, under another name; one row's name was changed by the state."""
        head, *rows = self.file.read_bytes().splitlines()
        out = []
        for line, row in enumerate(rows, 2):
            code, messages = (b"F", b"PDA1; X2") if line in (*CONFIRMED, *MISSED) else (b"", b"")
            row = row.replace(b",", b", ", 3)
            if line == BY_KEY:
                parts = cells(row)
                row = b",".join([*parts[:2], b"Changed", *parts[3:]])
            if line != UNANSWERED:
                out.append(b",".join([row, code, messages]))
        stranger = b",".join([b"999999999", *cells(rows[0])[1:], b"F", b"Z9"])
        (self.returned / "answer_001.csv").write_bytes(b"\n".join([head, *reversed(out), stranger]) + b"\n")


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    return Sent(tmp_path_factory.mktemp("answer"))


def test_totals_and_rules(sent: Sent) -> None:
    printed = json.loads(run("answer", sent.out, sent.returned, "--format", "json").stdout)
    rows = len(sent.file.read_bytes().splitlines()) - 1
    told = printed["totals"]
    assert (told["unknown"], told["unanswered"]) == (1, sent.unanswered)
    assert (told["missed"], told["confirmed"]) == (len(MISSED), len(CONFIRMED))
    assert sum(told[v] for v in ("confirmed", "missed", "false_alarm", "agreed")) == rows - 1
    (rule,) = [r for r in printed["rules"] if r["rule_id"] == RULE]
    assert rule == {"rule_id": RULE, "predicted": 5, "confirmed": len(CONFIRMED), "false_alarm": len(FALSE_ALARM)}
    assert printed["messages"] == [
        {"message_code": code, "missed": len(MISSED), "confirmed": len(CONFIRMED)} for code in ("PDA1", "X2")
    ]


def test_records_are_those_that_were_sent(sent: Sent) -> None:
    run("answer", sent.out, sent.returned)
    with (sent.out / "answer" / "records.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    verdicts = {int(r["line_number"]): r["verdict"] for r in rows if r["file_name"] == sent.file.name}
    assert {line for line, v in verdicts.items() if v == "confirmed"} == set(CONFIRMED)
    assert {line for line, v in verdicts.items() if v == "missed"} == set(MISSED)
    assert set(FALSE_ALARM) <= {line for line, v in verdicts.items() if v == "false_alarm"}
    assert BY_KEY in verdicts
    assert UNANSWERED not in verdicts
    lines = (sent.returned / "answer_001.csv").read_bytes().splitlines()
    original = sent.file.read_bytes().splitlines()
    for r in rows:
        returned = cells(lines[int(r["returned_line"]) - 1])[0]
        assert returned == cells(original[int(r["line_number"]) - 1])[0]
    assert Counter(r["result_code"] for r in rows) == {"F": len(CONFIRMED + MISSED), "": len(rows) - 6}


def test_the_terminal_shows_counts(sent: Sent) -> None:
    printed = run("answer", sent.out, sent.returned).stdout
    assert "3 confirmed, 3 missed" in printed
    assert f"1 returned rows were not sent; {sent.unanswered} sent rows have no answer." in printed
    assert "999999999" not in printed


def test_usage(sent: Sent, tmp_path: Path) -> None:
    told = run("answer", sent.out, sent.returned, "--extract", tmp_path / "gone", status=2).stderr
    assert "the extract that was checked is not at" in told
    other = tmp_path / "other"
    other.mkdir()
    (other / sent.file.name).write_bytes(sent.file.read_bytes().replace(b"1.50", b"1.40"))
    told = run("answer", sent.out, sent.returned, "--extract", other, status=2).stderr
    assert f"{sent.file.name} is not the file that was checked" in told
    assert (
        "has the state's two result columns"
        in run("answer", sent.out, sent.extract, "--out", tmp_path / "x", status=5).stderr
    )
    assert "there are no results in" in run("answer", tmp_path, sent.returned, status=2).stderr
