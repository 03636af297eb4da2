"""Runs that are killed, interrupted, or find the disk full or the workspace taken: what was there is whole."""

from __future__ import annotations

import itertools
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from audit import locks, moves
from tests.history import nights
from tests.history.nights import check, query, sids, write
from tests.test_cli import command, run

WHO = sids()
RULE = "IL-ENR-010"
OPTIONS = ("--state", "illinois", "-q")


class Place:
    """A workspace after one night, the extract of the second, and what an undisturbed second night gives."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start, self.out, self.space, self.tmp = (folder / n for n in ("start", "out", "space", "tmp"))
        self.tmp.mkdir()
        check(write(folder / "in0", {RULE: WHO[:9]}), self.start / "out", 0, workspace=self.start / "space")
        self.extract = write(folder / "in1", {RULE: WHO[4:12], "IL-DEMO-009": WHO[:3]})
        self.reset()
        check(self.extract, self.out, 1, workspace=self.space)
        self.wanted = self.results()
        self.reset()
        self.before = self.results()
        assert self.before != self.wanted

    def reset(self) -> None:
        for name in ("out", "space"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            shutil.copytree(self.start / name, self.folder / name)
        shutil.rmtree(self.tmp)
        self.tmp.mkdir()

    def results(self) -> dict[str, bytes]:
        moves.finish(self.out)
        return {name: (self.out / name).read_bytes() for name in ("exceptions.csv", "exceptions.parquet")}

    def runs(self) -> int:
        return int(query(self.space / "history.duckdb", "select max(run) from runs")[0][0])

    def process(self, limit: int | None = None) -> subprocess.Popen[str]:
        words = command("check", self.extract, "--out", self.out, "--workspace", self.space, "--as-of", "2018-12-01",
                        *OPTIONS)  # fmt: skip
        limited = (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) if limit else None
        return subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limited,
            env={**os.environ, "TMPDIR": str(self.tmp)},
        )  # fmt: skip

    def is_whole(self) -> None:
        """The history can be read and has one run or two, and the results are those of the one or the other night."""
        assert self.results() in (self.before, self.wanted)
        if self.runs() == 2:
            assert self.results() == self.wanted
            return
        check(self.extract, self.out, 1, workspace=self.space)
        assert self.results() == self.wanted
        assert self.runs() == 2
        left = [p.name for p in (*self.out.iterdir(), *self.space.iterdir()) if p.name.startswith(".")]
        assert left == []


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("safe"))


def until(process: subprocess.Popen[str], reached: Callable[[], bool]) -> bool:
    """Waits without pause; False when the process has ended before."""
    while process.poll() is None:
        if reached():
            return True
    return False


STAGES = {
    "loading": lambda p: any(p.space.glob(".kept-next/read-*")),
    "checking": lambda p: (p.space / ".history-next.duckdb").exists(),
    "keeping": lambda p: (p.space / ".kept-next" / "hits.parquet").exists(),
    "writing": lambda p: any(p.out.glob(".writing-*/exceptions.csv")),
    "history": lambda p: any(p.out.glob(".writing-*/rule_results.csv")),
    "database": lambda p: any(p.out.glob(".writing-*/audit.duckdb")),
    "report": lambda p: any(p.out.glob(".writing-*/report")),
    "moving": lambda p: (p.out / ".moving").exists(),
    "moved": lambda p: (p.out / "run.json").stat().st_mtime > (p.start / "out" / "run.json").stat().st_mtime + 1,
}


@pytest.mark.parametrize(
    ("number", "stage"),
    [*((signal.SIGKILL, stage) for stage in STAGES), (signal.SIGINT, "checking"), (signal.SIGINT, "report"),
     (signal.SIGINT, "moving"), (signal.SIGTERM, "database")],
)  # fmt: skip
def test_cut_short_at_each_stage(place: Place, stage: str, number: signal.Signals) -> None:
    place.reset()
    process = place.process()
    caught = until(process, lambda: STAGES[stage](place))
    process.send_signal(number)
    _, err = process.communicate(timeout=300)
    if number != signal.SIGKILL and process.returncode == 130:
        assert err == "sis-audit: interrupted. A result that was there before is as it was.\n"
        assert place.runs() == 1
        assert [p.name for p in (*place.out.iterdir(), *place.space.iterdir(), *place.tmp.iterdir())
                if p.name.startswith((".history", ".kept", ".writing", "sis-audit-run"))] == []  # fmt: skip
    if stage not in ("moving", "moved"):
        assert caught
        assert process.returncode == {signal.SIGKILL: -9}.get(number, 130)
        assert place.results() == place.before
    place.is_whole()


def test_twelve_kills_at_random_moments(place: Place) -> None:
    place.reset()
    started = time.monotonic()
    process = place.process()
    process.communicate(timeout=300)
    whole = time.monotonic() - started
    killed = tried = 0
    moments = random.Random(6)
    # on a busy machine the undisturbed run may have been slow, and more runs end before the blow
    while tried < 12 or (killed <= 6 and tried < 36):
        place.reset()
        process = place.process()
        time.sleep(moments.uniform(0.2, 1) * whole)
        process.kill()
        process.communicate(timeout=300)
        tried += 1
        killed += process.returncode == -9
        place.is_whole()
    assert killed > 6


def test_what_a_killed_run_left_in_the_temporary_folder_goes(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    place.reset()
    process = place.process()
    assert until(process, lambda: STAGES["loading"](place))
    process.kill()
    process.wait()
    left = list(place.tmp.glob("sis-audit-run-*"))
    assert left
    monkeypatch.setattr(tempfile, "tempdir", str(place.tmp))
    with locks.held(left[0], wait=False):
        os.utime(left[0], (1, 1))
        check(place.extract, place.out, 1)
        assert left[0].exists()  # as if that run were still at work
    os.utime(left[0], (1, 1))
    check(place.extract, place.out, 1)
    assert not left[0].exists()


@pytest.mark.parametrize("limit", [4_000, 80_000, 300_000])
def test_a_full_disk_is_said_and_harms_nothing(place: Place, limit: int) -> None:
    """A limit on the size of files stands for the full disk: it is met at another place each time."""
    place.reset()
    process = place.process(limit)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 2, err
    assert err.startswith("sis-audit: a disk is full")
    assert out == ""
    assert place.results() == place.before
    place.is_whole()


def test_the_second_run_is_told_who_holds_the_workspace(place: Place, tmp_path: Path) -> None:
    place.reset()
    held = subprocess.Popen(
        [sys.executable, "-c", "import sys\nfrom pathlib import Path\nfrom audit import workspace\n"
         "with workspace.held(Path(sys.argv[1])):\n    print('held', flush=True)\n    input()", str(place.space)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert held.stdout is not None
    assert held.stdout.readline() == "held\n"
    second = run("check", place.extract, "--out", tmp_path / "out", "--workspace", place.space, status=2)
    assert f"another run (process {held.pid}) is at work in {place.space}" in second.stderr
    assert not (tmp_path / "out").exists()
    assert "another run" in run("runs", "prune", "--keep", "1", "--workspace", place.space, status=2).stderr
    run("runs", "list", "--workspace", place.space)
    held.kill()
    held.wait()
    place.is_whole()


def test_two_runs_to_one_folder_do_not_mix(place: Place, tmp_path: Path) -> None:
    place.reset()
    words = command("check", place.extract, "--out", tmp_path / "out", "--as-of", "2018-12-01", *OPTIONS)
    both = [subprocess.Popen(words, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [p.wait() for p in both] == [1, 1]
    assert not [p.name for p in (tmp_path / "out").iterdir() if p.name.startswith(".")]
    check(place.extract, tmp_path / "alone", 1)
    for name in ("exceptions.csv", "exceptions.parquet"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "alone" / name).read_bytes()


def test_a_move_that_was_cut_short_is_ended_by_the_next_command(tmp_path: Path) -> None:
    """Whatever of it was done before."""
    names = ("a.csv", "report", "run.json")
    for done in range(len(names) + 1):
        out = tmp_path / str(done)
        for folder, text in ((out, "old"), (out / ".moving", "new")):
            (folder / "report").mkdir(parents=True)
            for path in (folder / "a.csv", folder / "report" / "index.html", folder / "run.json"):
                path.write_text(text)
        (out / "gone").write_text("old")
        (out / ".moving" / ".outdated").write_text('["gone"]')
        for name in itertools.islice(names, done):
            moves._replace(out / ".moving" / name, out / name)
        moves.finish(out)
        found = {str(p.relative_to(out)): p.read_text() for p in out.rglob("*") if p.is_file()}
        assert found == {"a.csv": "new", "report/index.html": "new", "run.json": "new"}


def test_a_history_that_is_none_is_refused(place: Place, tmp_path: Path) -> None:
    space = tmp_path / "space"
    space.mkdir()
    (space / "history.duckdb").write_bytes(b"no database" * 1000)
    told = run("check", place.extract, "--out", tmp_path / "out", "--workspace", space, status=2)
    assert "is no history of sis-audit, or is damaged" in told.stderr
    assert (space / "history.duckdb").read_bytes() == b"no database" * 1000
    assert nights.FIRST


def test_a_folder_of_results_that_came_from_elsewhere_harms_nothing_outside_of_it(tmp_path: Path) -> None:
    """What an unfinished move names is removed within the folder only, and links in it are not followed."""
    out, other = tmp_path / "out", tmp_path / "other"
    for folder in (out / ".moving" / "report", other / "sub"):
        folder.mkdir(parents=True)
    (other / "file").write_text("mine")
    (out / "gone").write_text("old")
    (out / ".moving" / ".outdated").write_text(f'["../other", "{other}", "..", ".", "", 7, "gone"]')
    (out / ".moving" / "a.csv").write_text("new")
    (out / "a.csv").symlink_to(other / "file")
    (out / "report").symlink_to(other / "sub")
    moves.finish(out)
    assert sorted(p.name for p in out.iterdir()) == ["a.csv", "report"]
    assert ((out / "a.csv").read_text(), (other / "file").read_text()) == ("new", "mine")
    assert not (out / "report").is_symlink() and (other / "sub").is_dir()
    (out / ".moving").symlink_to(other)
    moves.finish(out)
    assert (other / "file").exists()
