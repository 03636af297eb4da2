"""Puts the rule catalogue of a rulebook into a folder: pages for people, rules.json for programs.

The pages depend on the rulebook alone, so they are made once and kept as Python keeps compiled modules: beside the
package, as long as no file changes that they are made from. A run only links them (or copies, on another disk).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from audit import __version__
from audit.rulebook import Rulebook
from audit.rulebook_load import package_folder

#: Catalogues that are kept: of several rulebooks, own rules and assumptions.
MOST_KEPT = 8


def place(book: Rulebook, own: Path | None, folder: Path) -> None:
    """Writes ``folder`` anew: index.html, a page for each rule, rules.json. ``own``: a user's folder of rules."""
    kept = _kept(book, own)
    try:
        if kept is None:
            raise OSError
        if not kept.is_dir():
            _keep(book, own, kept)
        _begin(folder)
        for page in sorted(kept.iterdir()):
            _link(page, folder / page.name)
    except OSError:  # nothing can be kept, or what is kept is another user's
        _make(book, own, folder)


def _link(page: Path, target: Path) -> None:
    try:
        os.link(page, target)
    except OSError:
        shutil.copyfile(page, target)
        target.chmod(0o600)


def _begin(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)


def _make(book: Rulebook, own: Path | None, folder: Path) -> None:
    from audit import rule_facts
    from reports import catalogue

    _begin(folder)
    for name, content in catalogue.pages(rule_facts.facts(book, own), book.title, book.version).items():
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)


def _keep(book: Rulebook, own: Path | None, kept: Path) -> None:
    """Makes the pages beside the package, and drops the oldest."""
    made = Path(tempfile.mkdtemp(prefix=".making-", dir=kept.parent))
    try:
        _make(book, own, made)
        with contextlib.suppress(OSError):  # another run was faster
            made.rename(kept)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    made_before = sorted(kept.parent.glob("rules-*"), key=lambda p: -p.stat().st_mtime)
    for old in made_before[MOST_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def _kept(book: Rulebook, own: Path | None) -> Path | None:
    """Where the pages are or can be kept; None where that can't be written."""
    import reports

    sources = [package_folder(book.name), Path(reports.__file__).parent, Path(__file__).parent]
    cache = Path(reports.__file__).parent / "__pycache__"
    try:
        cache.mkdir(exist_ok=True)
    except OSError:
        return None
    if not all(isinstance(s, Path) for s in sources) or not os.access(cache, os.W_OK):
        return None
    told = hashlib.sha256(f"{__version__} {book.name} {book.version} {sorted(book.assumptions.items())}".encode())
    for source in (*sources, *([own] if own else ())):
        for path, stat in _files(str(source)):
            told.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return cache / f"rules-{told.hexdigest()[:16]}"


def _files(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """The files below a folder, but for what is compiled."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda e: e.name):
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from _files(entry.path)
            else:
                yield entry.path, entry.stat()
