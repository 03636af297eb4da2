"""Alabama from end to end: invented worlds, clean and spoiled, with and without the snapshot of the night before."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from audit import run
from audit.macro import MACROS
from audit.progress import Silent
from audit.rulebook_load import load
from audit.settings import Options
from fixtures.alabama import KINDS, make_world
from fixtures.alabama_faults import FAULTS
from fixtures.generate import main

#: Faults that only the snapshot shows.
BY_SNAPSHOT = {"AL-SP-011 unknown source", "AL-SP-024 lost"}


def written(folder: Path, faults: str) -> tuple[Path, Path]:
    """A world and its snapshot."""
    world, before = folder / "world", folder / "before"
    arguments = [world, "--state", "alabama", "--students", "600", "--previous", before, "--faults", faults]
    assert main([str(a) for a in arguments]) == 0
    return world, before


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return written(tmp_path_factory.mktemp("clean"), "none")


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return written(tmp_path_factory.mktemp("spoiled"), "each")


def checked(extract: Path, out: Path, previous: Path | None = None, **options: Any) -> run.Result:
    return run.check(Options(extract=extract, out=out, previous=previous, **options), Silent())


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def keys(found: list[dict[str, str]]) -> list[tuple[str, ...]]:
    return sorted((f["rule_id"], f["table_name"], f["exception_key"]) for f in found)


# -- worlds -----------------------------------------------------------------------------------------------------------


def test_the_same_numbers_give_the_same_world() -> None:
    one, again, other = make_world(300, 1), make_world(300, 1), make_world(300, 2)
    assert all(frame.equals(again.tables[name]) for name, frame in one.tables.items())
    assert all(frame.equals(again.previous[name]) for name, frame in one.previous.items())
    assert not one.tables["al_sis_student"].equals(other.tables["al_sis_student"])
    assert set(one.students["kind"]) == set(KINDS)


def test_columns_and_codes_are_those_of_the_rulebook() -> None:
    book, world = load("alabama"), make_world(300, 1)
    assert set(world.tables) == set(book.tables)
    for name, frame in (*world.tables.items(), *world.previous.items()):
        columns = book.tables[name].columns
        assert set(frame.columns) <= set(columns), name
        for column in frame.columns:
            if codes := book.codes.get(columns[column].codes or ""):
                assert set(frame[column].drop_nulls()) <= set(codes.canonical), (name, column)
        assert not frame.select(book.tables[name].key).is_duplicated().any(), name


# -- findings ---------------------------------------------------------------------------------------------------------


def test_a_clean_world_gives_no_finding(clean: tuple[Path, Path], tmp_path: Path) -> None:
    world, before = clean
    result = checked(world, tmp_path, before)
    assert (result.exit_status, result.run["verdict"], result.run["rulebook"]) == (0, "ready", "alabama")
    assert rows(tmp_path / "exceptions.csv") == []
    judged = {r["rule_id"]: r["status"] for r in result.rules if r["rule_id"].startswith("AL-")}
    silent = dict.fromkeys(("AL-SP-001", "AL-SP-009", "AL-SP-010"), "not_executable")
    assert judged == dict.fromkeys(load("alabama").rules, "passed") | silent


def test_without_a_snapshot_the_history_is_not_judged(clean: tuple[Path, Path], tmp_path: Path) -> None:
    result = checked(clean[0], tmp_path)
    assert result.exit_status == 0
    not_run = {r["rule_id"]: r["reason"] for r in result.rules if r["status"] == "not_run"}
    assert {rule: why for rule, why in not_run.items() if rule not in MACROS} == {
        "AL-SP-024": "no previous snapshot (--previous)"
    }
    assert set(MACROS) < set(not_run)


def test_each_fault_is_found_and_nothing_else(spoiled: tuple[Path, Path], tmp_path: Path) -> None:
    world, before = spoiled
    assert checked(world, tmp_path, before).exit_status == 1
    assert keys(rows(tmp_path / "exceptions.csv")) == keys(rows(world / "TRUTH.csv"))


def test_faults_that_need_no_snapshot_are_found_without(spoiled: tuple[Path, Path], tmp_path: Path) -> None:
    checked(spoiled[0], tmp_path)
    expected = [t for t in rows(spoiled[0] / "TRUTH.csv") if t["fault"] not in BY_SNAPSHOT]
    assert keys(rows(tmp_path / "exceptions.csv")) == keys(expected)


def test_every_rule_has_a_fault() -> None:
    assert {name.split(" ")[0] for name in FAULTS} == set(load("alabama").rules)


def test_whose_finding_it_is(spoiled: tuple[Path, Path], tmp_path: Path) -> None:
    """The student is the profile's; of a merge, that of the target; the SIS knows no student id."""
    checked(spoiled[0], tmp_path)
    for found in rows(tmp_path / "exceptions.csv"):
        key = json.loads(found["exception_key"])
        assert found["sid"] == key.get("student_id", key.get("target_student_id", ""))
        assert (found["home_rcdts"], found["serving_rcdts"]) == ("", "")


@pytest.mark.parametrize(
    "received, cause",
    [
        ("2018-08-05", "before the enrollment in the SIS was complete"),
        ("2018-08-06", "when the enrollment in the SIS was already complete"),
        ("2018-08-07", "when the enrollment in the SIS was already complete"),
        ("", "while the SIS has no completed enrollment"),
    ],
)
def test_a_transfer_tells_the_cause(tmp_path: Path, received: str, cause: str) -> None:
    extract = tmp_path / "extract"
    extract.mkdir()
    enrolled = "2018-08-06" if received else ""
    (extract / "al_sp_profile.csv").write_text("student_id,state_id,integration_idt\n100,1900000001,\n")
    (extract / "al_sis_student.csv").write_text(f"state_id,enrollment_date\n1900000001,{enrolled}\n")
    (extract / "al_transfer.csv").write_text(f"student_id,received_date\n100,{received or '2018-08-01'}\n")
    checked(extract, tmp_path / "out", select=("AL-SP-004",))
    (found,) = rows(tmp_path / "out" / "exceptions.csv")
    assert found["message"] == f"The profile has no IntegrationIDT. Its transfer envelope was received {cause}."


# -- the work list ----------------------------------------------------------------------------------------------------


def test_the_work_list_of_a_clean_world_is_what_is_under_way(clean: tuple[Path, Path], tmp_path: Path) -> None:
    result = checked(clean[0], tmp_path)
    lines = rows(tmp_path / "worklist.csv")
    assert result.run["lists"] == {"worklist": len(lines)}
    marked = set(make_world(600, 1).students.filter(pl.col("kind") == "marked")["student_id"])
    kept = set(make_world(600, 1).students.filter(pl.col("kind") == "kept")["student_id"])
    assert {(x["student_id"], x["status"]) for x in lines} == {
        *(("D9" + s, "marked") for s in marked),
        *(("D9" + s, "reintegrated") for s in kept),
    }
    assert {x["next_step"] for x in lines if x["status"] == "marked"} == {
        "Import the student from the General Student Table"
    }
    places = {x["student_id"]: (x["file_name"], int(x["line_number"])) for x in lines}
    profiles = rows(clean[0] / "al_sp_profile.csv")
    assert all(profiles[line - 2]["student_id"] == student for student, (_, line) in places.items())


@pytest.mark.parametrize("names", ["none", "full"])
def test_names_are_in_the_work_list_only_if_asked_for(clean: tuple[Path, Path], tmp_path: Path, names: Any) -> None:
    checked(clean[0], tmp_path, names=names)
    (first, *_) = rows(tmp_path / "worklist.csv")
    (profile,) = (p for p in rows(clean[0] / "al_sp_profile.csv") if p["student_id"] == first["student_id"])
    shown = first["legal_last_name"]
    assert shown[0] == profile["legal_last_name"][0] and len(shown) == len(profile["legal_last_name"])
    assert (shown == profile["legal_last_name"]) == (names == "full")
    html = (tmp_path / "report" / "index.html").read_text("utf-8")
    assert (profile["legal_last_name"] in html) == (names == "full")


def test_the_report_shows_the_work_list(clean: tuple[Path, Path], tmp_path: Path) -> None:
    checked(clean[0], tmp_path)
    html = (tmp_path / "report" / "index.html").read_text("utf-8")
    lines = rows(tmp_path / "worklist.csv")
    assert '<section id="list-worklist"' in html and f'href="#list-worklist">Work list <b>{len(lines)}</b>' in html
    assert all(f"<td>{x['student_id']}</td>" in html for x in lines)


def test_a_run_that_makes_no_list_leaves_none(clean: tuple[Path, Path], tmp_path: Path) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    checked(clean[0], out)
    assert (out / "worklist.csv").exists()
    other.mkdir()
    (other / "al_sis_student.csv").write_text("state_id\n1900000001\n")
    assert checked(other, out).run["lists"] == {}
    assert not (out / "worklist.csv").exists()


# -- the rulebook -----------------------------------------------------------------------------------------------------


def test_the_version_is_the_same_in_every_process() -> None:
    program = "from audit.rulebook_load import load; print(load('alabama').version, load('illinois').version)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told.split() == [load("alabama").version, load("illinois").version]
