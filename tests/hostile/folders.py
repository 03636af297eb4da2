"""Folders with what is no plain file in them."""

import os
import socket
from pathlib import Path

from audit.errors import CLEAN, NO_VERDICT
from tests.hostile.entries import FAULT, Entry, fault, lines, row, stamped


def _put(path: Path, number: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(stamped(lines(row(2), fault(3)).encode(), number))
    return path


def _with(change: object) -> object:
    def make(folder: Path, number: int) -> None:
        change(folder, _put(folder / "enrollment.csv", number))  # type: ignore[operator]

    return make


def _loop(folder: Path, file: Path) -> None:
    (folder / "round").symlink_to(folder)
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")


def _again(folder: Path, file: Path) -> None:
    (folder / "enrollment-again.csv").symlink_to(file)
    os.link(file, folder / "enrollment-hard.csv")


def _outside(folder: Path, number: int) -> None:
    outside = folder.parent.parent / "outside"
    (folder / "enrollment.csv").symlink_to(_put(outside / "somewhere.csv", number))


def _bind(folder: Path, number: int) -> None:
    before = Path.cwd()
    os.chdir(folder)  # the path of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("enrollment.csv")
    finally:
        os.chdir(before)


def _one(name: str, make: object, says: str = "") -> Entry:
    return Entry(name, make, [("FMT-FILE", None)], status=NO_VERDICT, says=says)  # type: ignore[arg-type]


ENTRIES = [
    Entry("links that go round", _with(_loop), [(FAULT, 3)], [2, 3]),
    Entry("a file reached on three ways", _with(_again), [(FAULT, 3)], [2, 3], says="read once"),
    Entry("a link that leads out of the extract", _outside, [(FAULT, 3)], [2, 3]),
    _one("a link to nowhere", lambda folder, number: (folder / "enrollment.csv").symlink_to("gone")),
    _one("a link to itself", lambda folder, number: (folder / "enrollment.csv").symlink_to("enrollment.csv")),
    _one("a pipe", lambda folder, number: os.mkfifo(folder / "enrollment.csv"), "regular file"),
    _one("a socket", _bind, "regular file"),
    _one("a device", lambda folder, number: (folder / "enrollment.csv").symlink_to("/dev/zero"), "regular file"),
    Entry(
        "a folder called as a file", lambda folder, number: (folder / "enrollment.csv").mkdir(), status=CLEAN, inputs=0
    ),
    Entry(
        "files in a folder called as a file",
        lambda folder, number: _put(folder / "enrollment.csv" / "enrollment.csv", number),
        [(FAULT, 3)],
        [2, 3],
    ),
    Entry(
        "a path of 100 folders",
        lambda folder, number: _put(folder.joinpath(*"x" * 100, "enrollment.csv"), number),
        [(FAULT, 3)],
        [2, 3],
    ),
    Entry("hidden files", lambda folder, number: _put(folder / ".enrollment.csv", number), status=CLEAN, inputs=0),
]
