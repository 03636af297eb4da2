"""What a run leaves in its workspace for the next one: the rows that it read, file by file, and what failed.

The folder ``kept`` holds the typed rows as Parquet parts, the format findings, what rules found, and ``kept.json``,
which is written last: without it the folder holds nothing. It is a help, never a truth: whoever finds it missing,
damaged or made by another program reads and judges everything.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields, replace
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from audit.checksum import Checksum, checksum, stamp
from audit.rulebook import Rulebook
from audit.settings import Options
from audit.store import Extract, Part, SourceFile

#: What decides how values are read and compared, beside this program.
_LIBRARIES = ("polars", "duckdb", "pyarrow")
_FILE = "kept.json"
#: Failing rows: ``rule`` (text), ``_row``, ``failing``, ``evidence``.
HITS = "hits.parquet"
#: Those of them that rest on cells that could not be read: ``rule`` (text), ``_row``.
BACK = "taken-back.parquet"
#: The findings, as they are written for the user.
FOUND = "exceptions.parquet"
#: Rows whose key occurs more than once: ``table_name`` and what ``audit.settle`` finds.
DOUBLED = "doubled.parquet"
#: Rows by school and file (``audit.places``).
CHECKED = "checked.parquet"
#: Counts of tables, schools, columns and codes (``audit.macro``); not there where the run had no use for them.
PROFILE = "profile.parquet"
#: What is always there.
FILES = (HITS, BACK, FOUND, DOUBLED, CHECKED)


@dataclass(frozen=True)
class KeptRule:
    """What one rule (or part of one) came to. ``ready``: what its readiness rested on, as text."""

    population: int
    undetermined: int
    ready: str


@dataclass
class Kept:
    """What the last run left. ``extract``: as it was read; ``parameters``: as text; ``rules``: by what they
    are called from run to run; ``keyed``: tables whose keys were compared; ``models``: those whose tables are there,
    and what made them."""

    folder: Path
    extract: Extract
    parameters: dict[str, str] = field(default_factory=dict)
    rules: dict[str, KeptRule] = field(default_factory=dict)
    keyed: frozenset[str] = frozenset()
    models: dict[str, str] = field(default_factory=dict)

    def same(self, found: Mapping[str, Path], sizes: Mapping[str, int]) -> dict[str, SourceFile]:
        """Those of the files, by name, that have not changed since."""
        known = {name: file for name, file in self._files.items() if name in found and file.size == sizes[name]}
        files = {found[name]: file for name, file in known.items()}
        # hashing frees the interpreter; with three, reading and hashing overlap on two cores
        with ThreadPoolExecutor(3) as pool:
            sums = dict(zip(files, pool.map(_checksum, files, files.values()), strict=True))
        now = {name: sums[found[name]] for name in known}
        return {n: replace(f, stamp=now[n].stamp) for n, f in known.items() if now[n].sha256 == f.sha256}

    def parts(self, file: SourceFile) -> list[Part]:
        return self._parts.get(file.number, [])

    def __post_init__(self) -> None:
        self._files = {f.path: f for f in self.extract.files if f.readable}
        self._parts: dict[int, list[Part]] = {}
        for parts in self.extract.parts.values():
            for part in parts:
                self._parts.setdefault(part.file, []).append(part)


def _checksum(path: Path, known: SourceFile) -> Checksum:
    """The checksum of a file: that which is known, as long as it still holds."""
    try:
        if known.stamp and known.stamp == stamp(path):
            return Checksum(known.sha256, known.stamp)
        return checksum(path)
    except OSError:
        return Checksum("", ())


def program(rulebook: Rulebook, options: Options) -> str:
    """A digest of what decides, beside the files, what is read, what a rule finds and what a finding says of it."""
    given = (rulebook.name, options.submitter, options.names, sorted(options.assumptions.items()))
    digest = hashlib.sha256(repr(given).encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {metadata.version(library)}\n".encode())
    for package in ("audit", "checks"):
        for name, file in _sources(resources.files(package)):
            digest.update(f"{name}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def _sources(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _sources(entry, f"{prefix}{entry.name}/")
        elif not entry.name.endswith((".cases.yaml", ".nbi", ".nbc")):
            yield prefix + entry.name, entry


# ---------------------------------------------------------------------------------------------------------------------
# Writing and reading


def model_path(folder: Path, name: str) -> Path:
    """Where the table of a model is kept."""
    return folder / f"model-{name}.parquet"


def link(source: Path, target: Path) -> None:
    """The same file under another name; a copy where the file system knows no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def save(
    folder: Path,
    made_by: str,
    extract: Extract,
    parameters: Mapping[str, object],
    rules: Mapping[str, KeptRule],
    keyed: Iterable[str],
    models: Mapping[str, str],
) -> None:
    """Completes the folder that all else that a run leaves was written to."""
    parts = [_within(folder, part) for own in extract.parts.values() for part in own]
    found = {
        "program": made_by,
        "parameters": {name: str(value) for name, value in parameters.items()},
        "rules": {key: vars(rule) for key, rule in rules.items()},
        "keyed": list(keyed),
        "models": dict(models),
        "files": [_as_json(f) for f in extract.files],
        "parts": [[part.table, part.file, part.path.relative_to(folder).as_posix(), part.rows] for part in parts],
        "formats": [path.relative_to(folder).as_posix() for path in extract.formats],
        "told": extract.told,
        "sizes": {p.relative_to(folder).as_posix(): p.stat().st_size for p in folder.rglob("*") if p.is_file()},
    }
    whole = folder / f".{_FILE}"
    whole.write_text(json.dumps(found), "utf-8")
    whole.replace(folder / _FILE)


def _within(folder: Path, part: Part) -> Part:
    """The same part in the folder: reference tables are read elsewhere."""
    if part.path.is_relative_to(folder):
        return part
    path = folder / f"reference-{part.path.name}"
    link(part.path, path)
    return replace(part, path=path)


def is_whole(folder: Path) -> bool:
    return (folder / _FILE).is_file()


def load(folder: Path, made_by: str) -> Kept | None:
    """What the last run left, if the same program left it and all of it is there, in the folder itself."""
    folder = folder.resolve()
    try:
        found = json.loads((folder / _FILE).read_text("utf-8"))
        if found["program"] != made_by:
            return None
        extract = Extract(folder, [_from_json(f) for f in found["files"]], told=found["told"])
        for table, file, path, rows in found["parts"]:
            extract.parts.setdefault(table, []).append(Part(table, file, (folder / path).resolve(), rows))
        extract.formats = [(folder / path).resolve() for path in found["formats"]]
        rules = {key: KeptRule(**rule) for key, rule in found["rules"].items()}
        kept = Kept(folder, extract, found["parameters"], rules, frozenset(found["keyed"]), found["models"])
        sizes = {folder / path: size for path, size in found["sizes"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    own = [*(folder / name for name in FILES), *(model_path(folder, name) for name in kept.models)]
    paths = [*own, *extract.formats, *(p.path for parts in extract.parts.values() for p in parts)]
    whole = all(p.is_relative_to(folder) and p.is_file() and p.stat().st_size == sizes.get(p) for p in paths)
    return kept if whole else None


def _as_json(file: SourceFile) -> dict[str, Any]:
    sent = file.submitted_date
    supplied = {table: sorted(columns) for table, columns in file.supplied.items()}
    return {**vars(file), "submitted_date": sent.isoformat() if sent else None, "supplied": supplied}


def _from_json(found: Mapping[str, Any]) -> SourceFile:
    file = SourceFile(**{f.name: found[f.name] for f in fields(SourceFile)})
    return replace(
        file,
        stamp=tuple(file.stamp),
        tables=tuple(file.tables),
        supplied={table: frozenset(columns) for table, columns in file.supplied.items()},
        submitted_date=dt.date.fromisoformat(found["submitted_date"]) if found["submitted_date"] else None,
    )
