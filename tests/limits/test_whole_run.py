"""Whole runs of the command: what they leave behind, where, who may read it, and that nothing goes out."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import fixtures
from audit import findings
from audit.errors import FINDINGS, INTERNAL, USAGE
from tests.history.nights import sids, write
from tests.history.test_safe_runs import until
from tests.hostile.world import tree
from tests.limits import seccomp, watch
from tests.test_cli import run

#: A process whose files everyone may read unless it takes care; watched, and killed for a socket of the internet.
_CHILD = """
import os, sys
from pathlib import Path
from tests.limits import seccomp, watch
os.umask(0)
watch.begin(Path(sys.argv.pop(1)))
if seccomp.SUPPORTED:
    seccomp.no_internet()
from audit.cli import main
main()
"""


@dataclass
class Run:
    """A run of ``check`` with all that it can do. ``folder`` holds the extract, and all other places of the process."""

    folder: Path
    options: tuple[str, ...] = ()
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        for name in ("home", "cwd", "tmp", "made"):
            (self.folder / name).mkdir(mode=0o700)
        words = [
            "check",
            "../in",
            "--out",
            "../made/deeper/out",
            "--workspace",
            "../made/space",
            "--by-district",
            "--xlsx",
        ]
        places = {"HOME": "home", "TMPDIR": "tmp", "XDG_CACHE_HOME": "home", "XDG_CONFIG_HOME": "home"}
        environ = {**os.environ, **{k: str(self.folder / v) for k, v in places.items()}}
        environ["PYTHONPATH"] = str(Path(__file__).parents[2])
        self.before = [tree(self.folder / name) for name in ("in", "home", "cwd")]
        self.process = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(self.folder / "log"), *words, "--state", "illinois", *self.options],
            cwd=self.folder / "cwd", env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    @property
    def made(self) -> Path:
        return self.folder / "made"

    def is_as_before(self) -> bool:
        return [tree(self.folder / name) for name in ("in", "home", "cwd")] == self.before


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The demo: batch files, courses for the metrics, several districts."""
    folder = tmp_path_factory.mktemp("whole")
    fixtures.write_demo(folder / "in")
    made = Run(folder)
    told = made.process.communicate(timeout=300)
    assert made.process.returncode == FINDINGS, told
    yield made


def test_no_socket_of_the_internet_is_opened_nor_any_program_run(whole: Run) -> None:
    """The kernel would have killed the process, whatever in it opens the socket; Python's own are noted besides."""
    families = {int(f) if f.lstrip("-").isdigit() else f for f in watch.seen(whole.folder / "log", "socket")}
    assert families <= {int(socket.AF_UNIX), -1}
    assert watch.seen(whole.folder / "log", "program") == []
    assert (whole.made / "deeper" / "out" / "metrics" / "fot.html").exists()


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6"])
def test_the_watch_sees_what_it_should(tmp_path: Path, family: str) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.limits import seccomp, watch\n"
        "watch.begin(Path(sys.argv[1]))\nopen(sys.argv[2], 'w').close()\n"
        "if seccomp.SUPPORTED: seccomp.no_internet()\n"
        f"import socket; socket.socketpair(); socket.socket(socket.{family})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "log", tmp_path / "file"], cwd=Path(__file__).parents[2]
    )
    assert done.returncode == (-signal.SIGSYS if seccomp.SUPPORTED else 0)
    assert str(tmp_path / "file") in watch.seen(tmp_path / "log", "write")
    assert int(getattr(socket, family)) in map(int, watch.seen(tmp_path / "log", "socket"))


def test_nothing_is_written_elsewhere(whole: Run) -> None:
    """But for what Python, numba and the catalogue keep beside the program, which is no student's."""
    assert whole.is_as_before()
    assert list((whole.folder / "tmp").iterdir()) == []
    places = [str(whole.folder / name) for name in ("made", "tmp")]
    written = watch.seen(whole.folder / "log", "write")
    assert any(path.startswith(places[0]) for path in written)
    outside = [p for p in written if not p.startswith(tuple(places)) and "__pycache__" not in Path(p).parts]
    assert set(outside) <= {os.devnull, str(whole.folder / "log")}


def _shared(folder: Path) -> list[str]:
    """What others than the owner may read or enter."""
    return [str(p) for p in (folder, *folder.rglob("*")) if not p.is_symlink() and p.stat().st_mode & 0o077]


def test_all_that_is_made_is_the_users_alone_whatever_the_umask(whole: Run) -> None:
    assert len([p for p in whole.made.rglob("*") if p.is_file()]) > 100
    assert _shared(whole.made) == []


def test_what_a_killed_run_leaves_is_the_users_alone_too(tmp_path: Path) -> None:
    write(tmp_path / "in", {"IL-ENR-010": sids()[:3]})
    killed = Run(tmp_path)
    out = killed.made / "deeper" / "out"
    assert until(killed.process, lambda: any(out.glob(".writing-*/audit.duckdb")))
    killed.process.kill()
    killed.process.communicate(timeout=60)
    assert any((tmp_path / "tmp").glob("sis-audit-run-*/*"))
    assert [p for place in ("tmp", "made") for p in _shared(tmp_path / place) if p != str(tmp_path / "tmp")] == []
    assert killed.is_as_before()


# ---------------------------------------------------------------------------------------------------------------------
# Runs that end badly


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an extract, an empty working directory and an empty folder for temporary files."""
    write(tmp_path / "in", {"IL-ENR-010": sids()[:3]})
    for name in ("tmp", "cwd"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.chdir(tmp_path / "cwd")
    return tmp_path


def test_a_usage_error_leaves_nothing(place: Path) -> None:
    run("check", place / "in", "--out", place / "out", "--select", "NOTHING", status=USAGE)
    run("check", place / "in", "--out", place / "out", "--viewer", "x", "--role", "home", status=USAGE)
    assert sorted(p.name for p in place.iterdir()) == ["cwd", "in", "tmp"]
    assert [*(place / "tmp").iterdir(), *(place / "cwd").iterdir()] == []


def test_an_internal_error_leaves_its_own_file_alone(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError(str(918_273_000 + 645))  # the line itself is told

    monkeypatch.setattr(findings.Findings, "add_formats", broken)
    (place / "out").mkdir()
    (place / "mine").write_text("mine")
    (place / "out" / "internal-error.txt").symlink_to(place / "mine")
    told = run("check", place / "in", "--out", place / "out", "--workspace", place / "space", status=INTERNAL)
    assert "918273645" not in told.stdout + told.stderr
    left = list((place / "out").rglob("*"))
    assert [p.name for p in left] == ["internal-error.txt"]
    assert stat.S_IMODE(left[0].lstat().st_mode) == 0o600
    assert "918273645" not in left[0].read_text("utf-8")
    assert (place / "mine").read_text() == "mine"
    assert [p.name for p in (place / "space").iterdir()] == ["lock"]
    assert [*(place / "tmp").iterdir(), *(place / "cwd").iterdir()] == []


@pytest.mark.parametrize("words", [("explain", "ENR-010", "in"), ("doctor", "in/enrollment.csv"), ("metrics", "in")])
def test_other_commands_leave_no_temporary_file(place: Path, words: tuple[str, ...]) -> None:
    (place / "cwd" / "in").symlink_to(place / "in")
    run(*words, *(("--out", place / "out") if words[0] == "metrics" else ()), status=5 if words[0] == "metrics" else 0)
    assert list((place / "tmp").iterdir()) == []
    assert [p.name for p in (place / "cwd").iterdir()] == ["in"]


def test_names_of_folders_that_would_break_a_query_or_a_page(place: Path) -> None:
    odd = place / 'it\'s "odd"; drop table x --\n<script>alert(1)</script> ${HOME} %s {{7*7}} é\u202e'.replace("/", "")
    odd.mkdir()
    (place / "in").rename(odd / "in")
    words = ("check", odd / "in", "--out", odd / "out", "--workspace", odd / "space", "--by-district", "--xlsx")
    run(*words, status=FINDINGS)
    run(*words, status=FINDINGS)
    run("report", odd / "out")
    run("query", "from rule_results", "--out", odd / "out")
    run("diff", "previous", "last", "--workspace", odd / "space", "--out", odd / "list.csv")
    assert sorted(p.name for p in odd.iterdir()) == ["in", "list.csv", "out", "space"]
    pages = [p.read_text("utf-8") for p in (odd / "out").rglob("*.html")]
    assert not [page for page in pages if "<script>alert(1)" in page]


def test_results_of_before_name_no_file_elsewhere(place: Path) -> None:
    """run.json says which lists are outdated; it may have come with the extract."""
    (place / "out").mkdir()
    (place / "victim.csv").write_text("mine")
    (place / "out" / "old.csv").write_text("old")
    (place / "out" / "run.json").write_text(f'{{"lists": ["../victim", "{place}/victim", "old", "..", ""]}}')
    run("check", place / "in", "--out", place / "out", status=FINDINGS)
    assert (place / "victim.csv").read_text() == "mine"
    assert not (place / "out" / "old.csv").exists()


def test_results_do_not_follow_links_that_lie_in_their_place(place: Path) -> None:
    (place / "out").mkdir()
    (place / "theirs").mkdir()
    (place / "mine").write_text("mine")
    for name in ("exceptions.csv", "run.json", "audit.duckdb"):
        (place / "out" / name).symlink_to(place / "mine")
    for name in ("report", "metrics"):
        (place / "out" / name).symlink_to(place / "theirs")
    run("check", place / "in", "--out", place / "out", status=FINDINGS)
    assert (place / "mine").read_text() == "mine"
    assert list((place / "theirs").iterdir()) == []
    assert [p for p in (place / "out").rglob("*") if p.is_symlink()] == []
    shutil.rmtree(place / "out")
