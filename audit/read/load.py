"""A folder, a file or a DuckDB file becomes an ``Extract``: which files, in which order, under which numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

from audit.checksum import Checksum
from audit.kept import Kept
from audit.read import batch
from audit.read.again import Again
from audit.read.file import FileReader, Notices
from audit.read.find import Input, find
from audit.read.learned import Memory
from audit.read.parts import FormatWriter
from audit.rulebook import Rulebook
from audit.store import Extract, SourceFile

#: Bytes of text files to be read that are worth the time that it takes to load the compiled reader.
LARGE = 140_000_000
#: Is told what was read: name of the file, bytes that are new, bytes in all.
OnProgress = Callable[[str, int, int], None]


def read_extract(
    root: Path,
    rulebook: Rulebook,
    work: Path,
    *,
    ignore: Path | None = None,
    first_number: int = 1,
    on_progress: OnProgress | None = None,
    kept: Kept | None = None,
) -> Extract:
    """Read everything in ``root`` that a rulebook has a table or a layout for; parts go to a folder in ``work``.

    ``ignore``: a folder inside ``root`` that is not read. ``kept``: what the last run read: a file that is the same is
    not read again. Files are numbered from ``first_number``: a batch file of a
    later day has a greater number, files of tables come first. An extract without files holds nothing to check.
    What can't be read is told in the extract, not raised; OSError only when ``work`` can't be written.
    """
    found = find(root, rulebook, ignore)
    folder = work / f"read-{first_number}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    extract, formats, notices = Extract(root, notices=found.notices), FormatWriter(folder, first_number), Notices()
    sizes = {item.name: _size(item.path) for item in found.inputs}
    sums = dict[Path, Checksum]()
    again = Again(kept, found.inputs, sizes, folder, notices) if kept else None
    read = [i.name for i in found.inputs if i.form == "csv" and not (again and again.has(i.name))]
    memory = Memory(compiled=sum(sizes[name] for name in read) >= LARGE)
    for number, item in enumerate(sorted(found.inputs, key=_order), first_number):
        tell = _teller(on_progress, item.name, sizes)
        file = again.take(number, item.name, extract.parts) if again else None
        if file is None:
            begun = SourceFile(number, item.name, size=sizes[item.name])
            reader = FileReader(begun, item, rulebook, folder, formats, notices, sums, tell, memory)
            file = reader.read(extract.parts)
        extract.files.append(file)
        tell(1.0)
    extract.formats = formats.close()
    if again:
        extract.formats += again.formats()
        extract.unchanged = again.files
    extract.told = notices.names
    extract.notices += [*notices.lines(), *_differing_columns(extract)]
    return extract


def _order(item: Input) -> tuple[dt.date, str]:
    """By the day sent, then by name; files of tables have no day and are the first."""
    header = batch.read_header(item.header)
    return header.date if isinstance(header, batch.Header) else dt.date.min, item.name


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _teller(on_progress: OnProgress | None, name: str, sizes: Mapping[str, int]) -> Callable[[float], None]:
    """Takes the share of a file that is done, passes on the bytes that are new."""
    told, total = 0, sum(sizes.values())

    def tell(share: float) -> None:
        nonlocal told
        done = round(sizes[name] * min(share, 1.0))
        if on_progress and done > told:
            on_progress(name, done - told, total)
        told = max(done, told)

    return tell


def _differing_columns(extract: Extract) -> list[str]:
    """Which tables have files of different columns."""
    notices = []
    for table in sorted({t for f in extract.files if f.kind == "table" for t in f.supplied}):
        supplied = [f.supplied[table] for f in extract.files if f.kind == "table" and table in f.supplied]
        differing = frozenset.union(*supplied) - frozenset.intersection(*supplied)
        if differing:
            columns = ", ".join(sorted(differing))
            notices.append(f"Files of {table} differ in columns, which are absent where a file lacks them: {columns}.")
    return notices
