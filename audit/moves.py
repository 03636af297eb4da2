"""Puts new results in place of old ones so that a killed run leaves either the old or the new ones whole.

New results are written to a folder of their own within OUT. When they are complete it is renamed to ``.moving``; its
files are then renamed one by one. If that is cut short, whoever comes next to OUT ends it. Light on imports.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from audit import locks
from audit.errors import UserError

_WRITING, _MOVING, _OUTDATED = ".writing-", ".moving", ".outdated"
#: While it is the old one, the old result is what counts.
_LAST = "run.json"


@contextmanager
def staged(out: Path, outdated: Collection[str] = ()) -> Iterator[Path]:
    """A private folder for the new results, moved into ``out`` when the block ends without error.

    ``outdated``: files and folders of the run before that go, unless the new results have them too. Waits for another
    run that is writing to the same ``out``.
    """
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        out.chmod(0o700)
    except PermissionError:
        raise UserError(f"--out: {out} is another user's folder, who could read the results. Name another.") from None
    with locks.held(out, wait=True):
        _finish(out)
        for left in out.glob(f"{_WRITING}*"):  # of runs that were killed
            shutil.rmtree(left, ignore_errors=True)
        stage = Path(tempfile.mkdtemp(prefix=_WRITING, dir=out))
        try:
            yield stage
            _private(stage)
            gone = sorted(set(outdated) - {entry.name for entry in stage.iterdir()})
            (stage / _OUTDATED).write_text(json.dumps(gone), "utf-8")
            stage.rename(out / _MOVING)
            _finish(out)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def finish(out: Path) -> None:
    """Ends the move of a run that was killed in the middle of it, if there is one and nobody else is at work."""
    if (out / _MOVING).is_dir():
        with contextlib.suppress(locks.BusyError, OSError), locks.held(out, wait=False):
            _finish(out)


def _finish(out: Path) -> None:
    moving = out / _MOVING
    if not moving.is_dir() or moving.is_symlink():
        return
    entries = [entry for entry in moving.iterdir() if entry.name != _OUTDATED]
    for entry in sorted(entries, key=lambda p: (p.name == _LAST, p.name)):
        _replace(entry, out / entry.name)
    for name in _outdated(moving):
        _remove(out / name)
    shutil.rmtree(moving)


def _outdated(moving: Path) -> list[str]:
    """Names in OUT of what goes. OUT may have come with an extract: what leads elsewhere is left out."""
    try:
        names = json.loads((moving / _OUTDATED).read_text("utf-8"))
    except (OSError, ValueError):
        return []
    plain = [n for n in names if isinstance(n, str) and Path(n).name == n] if isinstance(names, list) else []
    return [n for n in plain if n not in ("", "..")]


def _replace(entry: Path, target: Path) -> None:
    if target.is_dir() and not target.is_symlink():
        old = target.with_name(f".{target.name}-old")
        _remove(old)
        target.rename(old)
        entry.rename(target)
        _remove(old)
    else:
        if target.is_symlink():  # else a folder could not take its place
            target.unlink()
        entry.replace(target)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _private(folder: Path) -> None:
    """Files 0600, folders 0700."""
    for name, _, files in os.walk(folder):
        within = Path(name)
        within.chmod(0o700)
        for path in map(within.joinpath, files):
            if not path.is_symlink():
                path.chmod(0o600)
