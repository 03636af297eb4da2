"""Notes what a process does outside of itself: files written, sockets, programs. See ``sys.addaudithook``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
#: Event -> places in its arguments of paths that change, each with that of the handle of the folder it starts at.
_CHANGES = {
    "os.mkdir": ((0, 2),),
    "os.remove": ((0, 1),),
    "os.rmdir": ((0, 1),),
    "os.rename": ((0, 2), (1, 3)),
    "os.link": ((1, 3),),
    "os.symlink": ((1, 2),),
    "os.truncate": ((0, -1),),
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.utime": ((0, 3),),
}
_PROGRAMS = {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.startfile"}


def begin(log: Path) -> None:
    """From now on each event is a JSON line in the log: kind (write, socket, program), and what."""
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(kind: str, what: Any) -> None:
        os.write(handle, (json.dumps([kind, str(what)]) + "\n").encode())

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(args[0], str | bytes) and args[2] & _WRITES:
            note("write", _whole(args[0], -1))
        elif event in _CHANGES:
            for path, folder in _CHANGES[event]:
                if not isinstance(args[path], int):
                    note("write", _whole(args[path], args[folder] if folder >= 0 else -1))
        elif event in _PROGRAMS:
            note("program", args[0])
        elif event == "socket.__new__":
            note("socket", int(args[1]))
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            note("socket", args[0])

    sys.addaudithook(hook)


def _whole(path: str | bytes | os.PathLike[str], folder: int) -> str:
    start = f"/proc/self/fd/{folder}" if folder >= 0 else "."
    return os.path.abspath(os.path.join(os.path.realpath(start), os.fsdecode(path)))  # noqa: PTH100, PTH118


def seen(log: Path, kind: str) -> list[str]:
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    return [what for k, what in lines if k == kind]
