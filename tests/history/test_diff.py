"""``sis-audit diff`` and ``sis-audit runs`` on a story that is known."""

from __future__ import annotations

import csv
import json
import stat
from collections import Counter
from pathlib import Path

import pytest

from audit.diff import CHANGES
from tests.history import nights
from tests.history.nights import check, exceptions, query, sids, write
from tests.test_cli import run

WHO = sids()
A, B, C = WHO[0:6], WHO[6:10], WHO[10:13]
STORY = [A + B, B, B + C, A + C]
RULE = "IL-ENR-010"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four nights in ``w``, the results of each in ``out0`` to ``out3``."""
    folder = tmp_path_factory.mktemp("diff")
    for n, who in enumerate(STORY):
        check(write(folder / f"in{n}", {RULE: who}), folder / f"out{n}", n, workspace=folder / "w")
    return folder


def wanted(old: int, new: int) -> dict[str, set[str]]:
    before, now = set(STORY[old]), set(STORY[new])
    ever = set().union(*map(set, STORY[: old + 1]))
    return {
        "new": now - ever, "came_back": (now - before) & ever, "open": now & before, "resolved": before - now,
        "not_judged": set(),
    }  # fmt: skip


def of_rule(printed: str, rule: str = RULE) -> dict[str, int]:
    (row,) = [r for r in json.loads(printed)["rules"] if r["rule_id"] == rule]
    return {name: row[name] for name in CHANGES}


@pytest.mark.parametrize(("old", "new"), [(0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3)])
def test_runs_of_a_workspace(story: Path, tmp_path: Path, old: int, new: int) -> None:
    numbers = [str(old + 1), str(new + 1)]
    printed = run(
        "diff", *numbers, "--workspace", story / "w", "--format", "json", "--out", tmp_path / "list.csv"
    ).stdout
    sets = wanted(old, new)
    assert of_rule(printed) == {name: len(who) for name, who in sets.items()}
    with (tmp_path / "list.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["rule_id"] == RULE]
    assert {n: {r["sid"] for r in rows if r["change"] == n} for n in CHANGES} == sets
    assert stat.S_IMODE((tmp_path / "list.csv").stat().st_mode) == 0o600
    told = json.loads(printed)
    everything = [exceptions(story / f"out{n}") for n in (old, new)]
    totals = told["totals"]
    assert totals["new"] + totals["came_back"] + totals["open"] == len(everything[1])
    assert totals["open"] + totals["resolved"] + totals["not_judged"] == len(everything[0])
    for part in ("rules", "districts"):
        assert {n: sum(row[n] for row in told[part]) for n in CHANGES} == totals


def test_results_of_two_nights(story: Path) -> None:
    printed = run("diff", story / "out0", story / "out1", "--format", "json").stdout
    assert of_rule(printed) == {name: len(who) for name, who in wanted(0, 1).items()}
    printed = run("diff", story / "out2", story / "out3", "--format", "json").stdout
    assert of_rule(printed) == {name: len(who) for name, who in wanted(2, 3).items()}


def test_by_district_and_words(story: Path) -> None:
    printed = run("diff", "previous", "last", "--workspace", story / "w", "--by", "district", "--format", "csv").stdout
    rows = {r["rcdt"]: r for r in csv.DictReader(printed.splitlines())}
    back = Counter(r["home_rcdts"][:11] for r in exceptions(story / "out3") if r["state"] == "came_back")
    assert {d: int(r["came_back"]) for d, r in rows.items() if r["came_back"] != "0"} == back
    assert set(back) >= {nights.district(s) for s in A}


def test_text_shows_counts_and_no_value(story: Path) -> None:
    printed = run("diff", story / "out0", story / "out1").stdout
    assert printed.startswith("2018-11-30 -> 2018-12-01\n")
    gone = len(exceptions(story / "out0")) - len(exceptions(story / "out1"))
    assert f"{gone} resolved" in printed
    assert gone > len(A)
    assert not any(sid in printed for sid in WHO)


def test_a_rule_that_was_not_run_resolves_nothing(story: Path, tmp_path: Path) -> None:
    check(story / "in1", tmp_path / "out", 1, ignore=("ENR-010",))
    printed = run("diff", story / "out0", tmp_path / "out", "--format", "json").stdout
    assert of_rule(printed) == {"new": 0, "came_back": 0, "open": 0, "resolved": 0, "not_judged": len(A + B)}


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["diff", "nowhere", "elsewhere"], "there is no folder nowhere"),
        (["diff", "1", "9", "--workspace", "{w}"], "there is no run 9 in the workspace. It has 1 to 4"),
        (["diff", "1", "2", "--workspace", "{empty}"], "there is no history in"),
        (["runs", "list"], "which workspace?"),
        (["runs", "show", "7", "--workspace", "{w}"], "there is no run 7"),
        (["diff", "1", "2", "--workspace", "{w}", "--by", "school"], "Known: rule, district"),
    ],
)
def test_usage(story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], says: str) -> None:
    monkeypatch.chdir(tmp_path)
    filled = [a.format(w=story / "w", empty=tmp_path) for a in args]
    assert says in run(*filled, status=2).stderr


def test_runs_are_listed_and_shown(story: Path) -> None:
    rows = json.loads(run("runs", "list", "--workspace", story / "w", "--format", "json").stdout)
    assert [(r["run"], r["as_of"]) for r in rows] == [
        (4, "2018-12-03"),
        (3, "2018-12-02"),
        (2, "2018-12-01"),
        (1, "2018-11-30"),
    ]
    shown = json.loads(run("runs", "show", "2", "--workspace", story / "w", "--format", "json").stdout)
    assert {i["path"] for i in shown["inputs"]} == {"enrollment.csv", "entity.csv", "student.csv"}
    (rule,) = [r for r in shown["rules"] if r["rule_id"] == RULE]
    assert (rule["findings"], rule["resolved"]) == (len(B), len(A))
    text = run("runs", "show", "--workspace", story / "w").stdout
    assert text.startswith("Run 4 as of 2018-12-03")
    assert not any(sid in text for sid in WHO)


def test_query_asks_the_workspace(story: Path) -> None:
    sql = f"select count(*) as n from history where rule_id = '{RULE}' and state = 'came_back'"
    assert run("query", sql, "--workspace", story / "w", "--format", "csv").stdout == f"n\n{len(A)}\n"


def test_prune(tmp_path: Path) -> None:
    for n, who in enumerate((A, B, B)):
        check(write(tmp_path / f"in{n}", {RULE: who}), tmp_path / "out", n, workspace=tmp_path / "w", select=(RULE,))
    assert run("runs", "prune", "--keep", "1", "--workspace", tmp_path / "w").stdout == "2 runs forgotten, 1 left.\n"
    rows = query(tmp_path / "w" / "history.duckdb", "select sid, first_seen::varchar, state from history")
    assert {r[0] for r in rows} == set(B)
    assert {r[1:] for r in rows} == {("2018-12-01", "open")}
    check(tmp_path / "in2", tmp_path / "out", 3, workspace=tmp_path / "w", select=(RULE,))
    assert set(nights.found(tmp_path / "out", RULE).values()) == {("open", "2018-12-01")}
