"""Which files of a folder are inputs.

A batch file is known by its first line, a table's file by its name: ``<table>.csv``, ``<table>-*.csv``, any file in a
folder ``<table>/``; endings ``.csv``, ``.csv.gz``, ``.parquet``. A DuckDB file (as the extract itself) holds tables.
Everything else is left alone and counted.
"""

from __future__ import annotations

import csv
import os
import re
import stat
import zlib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import chain, count
from pathlib import Path, PurePosixPath
from typing import Literal

from audit.read.batch import looks_like_batch, plain_name
from audit.rulebook import Rulebook

#: Bytes of a file in which its first line must end to be recognised.
HEAD = 1 << 16
_ENDINGS = (".csv.gz", ".csv", ".parquet")
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tar.gz", ".tgz")
_DUCKDB_MAGIC, _GZIP_MAGIC = b"DUCK", b"\x1f\x8b"
_GZIP_WINDOW = 31
_NO_FILE = "It is not a regular file but a pipe, a socket or a device."
#: How vendors name batch files: district, day sent, sequence.
_BATCH_NAME = re.compile(r".*_\d{8}_\d{3}\.(csv|txt)(\.gz)?", re.IGNORECASE)


@dataclass(frozen=True)
class Input:
    """One input file. ``name``: path relative to the extract with ``/``, as findings show it.

    ``table``: the declared table that its name says, None for a batch file. ``header``: the fields of a batch file's
    first line. ``inner``: the table inside a DuckDB file. ``problem``: why it can't even be opened.
    """

    path: Path
    name: str
    form: Literal["csv", "parquet", "duckdb"]
    table: str | None = None
    header: tuple[str, ...] = ()
    inner: str = ""
    problem: str | None = None


@dataclass
class Found:
    inputs: list[Input] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def find(root: Path, rulebook: Rulebook, ignore: Path | None = None) -> Found:
    """The inputs of an extract: a folder, one file, or a DuckDB file. ``ignore``: a folder that is passed over."""
    tables = rulebook.tables.keys()
    types = frozenset(plain_name(t.name, rulebook.prefix) for t in rulebook.file_types)
    if root.is_file() and _is_duckdb(root):
        return _tables_within(root, tables)
    found, others, doubled, seen = Found(), Counter[str](), 0, set[tuple[int, int]]()
    near: list[str] = []
    taken: set[str] = set()
    for path, name, problem in _walk(root, ignore):
        mark = _identity(path)
        if mark in seen:
            doubled += 1
            continue
        seen.update({mark} if mark else ())
        item = _classify(path, name, problem, tables, types, rulebook.prefix)
        if item:
            found.inputs.append(replace(item, name=_free(name, taken)))
        else:
            others[_ending(name)] += 1
            near += _near_miss(name, tables)
    _tell(found, others, doubled, near)
    return found


def _free(name: str, taken: set[str]) -> str:
    """The name with a number behind it where another file is shown by the same: findings tell files by their names."""
    free = next(n for n in chain([name], (f"{name} ({k})" for k in count(2))) if n not in taken)
    taken.add(free)
    return free


def _tell(found: Found, others: Counter[str], doubled: int, near: list[str]) -> None:
    total = sum(others.values())
    kinds = ", ".join(f"{n} {ending}" for ending, n in sorted(others.items(), key=lambda o: (-o[1], o[0]))[:8])
    if not found.inputs:
        seen = f"Seen: {kinds}." if total else "It is empty."
        found.notices.append(f"Nothing to check: no batch file and no file that has a table's name. {seen}")
    elif total:
        found.notices.append(f"Left alone, neither batch file nor table: {total} file{'s' * (total > 1)} ({kinds}).")
    if doubled:
        found.notices.append(f"Reached on several ways and read once: {doubled} file{'s' * (doubled > 1)}.")
    found.notices += near[:5]


# ---------------------------------------------------------------------------------------------------------------------
# Walking


def _walk(root: Path, ignore: Path | None) -> Iterator[tuple[Path, str, str | None]]:
    """Path, shown name and problem of everything but folders, in order of name; no folder is entered twice."""
    if not root.is_dir():
        yield root, shown(root.name), None if root.is_file() else _NO_FILE
        return
    skipped = {_identity(ignore)} if ignore and ignore.exists() else set()
    entered = set(skipped)
    stack = [root]
    while stack:
        folder = stack.pop()
        mark = _identity(folder)
        if mark in entered:
            continue
        entered.add(mark)
        try:
            entries = sorted(os.scandir(folder), key=lambda e: e.name)
        except OSError as error:
            yield folder, _name(folder, root), f"The folder can't be opened ({_why(error)})."
            continue
        folders = []
        for entry in entries:
            path = Path(entry.path)
            if entry.name.startswith("."):
                continue
            try:
                mode = entry.stat().st_mode
            except OSError as error:
                yield path, _name(path, root), f"The file can't be opened ({_why(error)})."
                continue
            if stat.S_ISDIR(mode):
                folders.append(path)
            else:
                # to open a pipe would wait for whoever writes into it
                yield path, _name(path, root), None if stat.S_ISREG(mode) else _NO_FILE
        stack += reversed(folders)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _why(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _name(path: Path, root: Path) -> str:
    return shown(path.relative_to(root).as_posix())


def shown(name: str) -> str:
    """A file or column name that is safe to print: one line, no control characters, valid text."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


# ---------------------------------------------------------------------------------------------------------------------
# What a file is


def _classify(
    path: Path, name: str, problem: str | None, tables: Collection[str], types: Collection[str], prefix: str
) -> Input | None:
    table, ending = _named(name, tables), _ending(name)
    form: Literal["csv", "parquet"] = "parquet" if ending == ".parquet" else "csv"
    text = ending in (".csv", ".csv.gz", ".txt", ".txt.gz")
    if problem is None and ending != ".parquet":
        try:
            head = _head(path)
        except OSError as error:
            problem = f"The file can't be opened ({_why(error)})."
        else:
            fields = _first_fields(head)
            if looks_like_batch(fields, types, prefix):
                return Input(path, name, "csv", header=tuple(fields))
            if not head and (ending in (".csv", ".csv.gz") or _BATCH_NAME.fullmatch(name)):
                return Input(path, name, "csv", table=table)
    if problem is not None and (table or text or path.is_dir()):
        return Input(path, name, form, table=table, problem=problem)
    return Input(path, name, form, table=table) if table else None


def _named(name: str, tables: Collection[str]) -> str | None:
    """The declared table that a file's name, else the nearest folder's name, says."""
    path = PurePosixPath(name.lower())
    ending = next((e for e in _ENDINGS if path.name.endswith(e)), None)
    if ending is None:
        return None
    stem = path.name.removesuffix(ending)
    candidates = [stem, stem.partition("-")[0], *reversed(path.parts[:-1])]
    return next((c for c in candidates if c in tables), None)


def _ending(name: str) -> str:
    suffixes = PurePosixPath(name.lower()).suffixes
    if suffixes[-1:] == [".gz"] and len(suffixes) > 1:
        return "".join(suffixes[-2:])
    return suffixes[-1] if suffixes else "without ending"


def _head(path: Path) -> bytes:
    """The first bytes of a file, unpacked; nothing if they can't be unpacked. Raises OSError."""
    with path.open("rb") as raw:
        head = raw.read(HEAD)
    if not head.startswith(_GZIP_MAGIC):
        return head
    try:
        return zlib.decompressobj(_GZIP_WINDOW).decompress(head, HEAD)
    except zlib.error:
        return b""


def _first_fields(head: bytes) -> list[str]:
    """The fields of the first line that is not blank, as far as they can be made out."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = head.decode("utf-16", "replace")
    else:
        # without NULs, UTF-16 that does not say so is recognised, and then reported
        text = head.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").decode("latin-1")
    lines = text.split("\n" if "\n" in text else "\r")
    line = next((x for x in lines if x.strip("\r")), "")
    try:
        return next(csv.reader([line.replace("\r", "")]), [])
    except csv.Error:
        return []


def _near_miss(name: str, tables: Collection[str]) -> list[str]:
    """A hint for an archive, and for a file whose name is nearly that of a table or has another ending."""
    file = PurePosixPath(name.lower()).name
    if file.endswith(_ARCHIVES):
        return [f"{name} was not read: unpack it first."]
    ending = next((e for e in _ENDINGS if file.endswith(e)), None)
    if ending is None:
        known = file.partition(".")[0] in tables
        return [f"{name} was not read: tables come as {', '.join(_ENDINGS)}."] if known else []
    near = get_close_matches(file.removesuffix(ending), tables, 1, 0.85)
    return [f"{name} was not read; did you mean {near[0]}{ending}?"] if near else []


# ---------------------------------------------------------------------------------------------------------------------
# DuckDB


def _is_duckdb(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(12)[8:12] == _DUCKDB_MAGIC
    except OSError:
        return False


def _tables_within(root: Path, tables: Collection[str]) -> Found:
    from audit.read.typed import tables_of

    found = Found()
    try:
        names = tables_of(root)
    except OSError as error:
        found.inputs.append(Input(root, shown(root.name), "duckdb", problem=str(error)))
        return found
    for name in names:
        if name.lower() in tables:
            shown_name = shown(f"{root.name}/{name}")
            found.inputs.append(Input(root, shown_name, "duckdb", table=name.lower(), inner=name))
    others = len(names) - len(found.inputs)
    if not found.inputs:
        found.notices.append(f"Nothing to check: none of the file's {others} tables has the name of a known table.")
    elif others:
        found.notices.append(f"Left alone, as no table of these names is known: {others}.")
    return found
