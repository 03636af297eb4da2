"""Coverage-guided fuzzing of the first look at a file, by hand: python -m tests.read.fuzz_preflight --seconds 60

Inputs that reach new lines of the preflight, of recoding and of the header are kept and changed further. Of each it is
asked that nothing is raised, that the account of lines is that of the text which is then read, that this text is the
same in chunks of any size, and that the first record is found. What breaks that is written to the folder --out.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any
from unittest.mock import patch

from audit.read import batch, preflight, recode
from audit.read.preflight import first_lines, inspect_file, open_bytes

WATCHED = {str(Path(str(module.__file__))) for module in (preflight, recode, batch)}
SEEDS = [
    b"", b"\n", b"\r", b"\r\n", b"sid,name\n1,x\n", b"sid,name\r1,x\r", b'sid,"na\nme"\n1,"x"\n', "sid\né\n".encode(),
    b"sid\n\xe9\x80\n", b"\xef\xbb\xbfsid\n1\n", "sid\n\u20ac\U0001f600\n".encode("utf-16"), b"\xfe\xff\x00s\x00\n",
    b"\xff\xfes\x00", gzip.compress(b"sid\n1\n"), gzip.compress(b"a\n") + gzip.compress(b"b\n"), b"\x1f\x8b",
    b"PK\x03\x04",    b"PAR1", b"\0\0\0\0", b"a\0b\n", b"Student Demographics,1,a.csv,11/30/2018,15016299025\n1,2,3\n",
    b"Exit Student Enrollment V2,,,11/30/2018,150162990250012,,,\n", b"\xd8\x00\xdc\x00", b"\xf0\x9f\x98\x80",
]  # fmt: skip
#: Bytes of a chunk: enough to tell UTF-16, few enough that most characters and line ends are cut somewhere.
SIZES = (16, 17, 61)
PIECES = [
    *SEEDS,
    b'"',
    b'""',
    b",",
    b"\xc3",
    b"\x81",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\x00\xd8",
    b"\x1a",
    b"11/30/2018",
]


class Coverage:
    """Which steps from line to line of the watched modules were taken, and about how often."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, int, int, int]] = set()
        self._own = Counter[tuple[str, int, int]]()
        self._before = 0

    def _trace(self, frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename not in WATCHED:
            return None
        if event == "line":
            self._own[frame.f_code.co_filename, self._before, frame.f_lineno] += 1
            self._before = frame.f_lineno
        return self._trace

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        self._own.clear()
        sys.settrace(self._trace)
        try:
            yield
        finally:
            sys.settrace(None)

    def grew(self) -> bool:
        """Whether the last run took a step that none had taken, or one twice as often."""
        own = {(*step, times.bit_length()) for step, times in self._own.items()}
        new = not own <= self.seen
        self.seen |= own
        return new


def judge(path: Path, data: bytes) -> None:
    """Raises AssertionError if what is said of a file does not fit together."""
    path.write_bytes(data)
    seen = inspect_file(path)
    assert seen.size == len(data)
    assert len(seen.sha256) == 64
    if seen.problem:
        assert seen.lines == 0
        return
    with open_bytes(seen) as stream:
        text = stream.read()
    assert seen.lines == text.count(b"\n") + (text[-1:] not in (b"", b"\n")), "lines"
    for size in SIZES:
        with patch.object(recode, "CHUNK", size), patch.object(preflight, "CHUNK", size):
            again = inspect_file(path)
            # whether a file is text is told by its first chunk
            if not again.problem:
                with open_bytes(again) as stream:
                    assert (again.lines, stream.read()) == (seen.lines, text), f"chunks of {size}"
    records = first_lines(seen, 3)
    assert all(1 <= r.line <= (r.line if r.problem else r.last) <= seen.lines for r in records), "places of records"
    for record in records:
        batch.read_header(record.fields)


def changed(chance: random.Random, data: bytes) -> bytes:
    for _ in range(chance.choice([1, 1, 2, 4])):
        at, kind = chance.randrange(len(data) + 1), chance.random()
        if kind < 0.4:
            data = data[:at] + chance.choice(PIECES) + data[at:]
        elif kind < 0.55:
            data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
        elif kind < 0.7:
            data = data[:at] + data[at + chance.randint(1, 8) :]
        elif kind < 0.85:
            data = data[:at] + data[max(0, at - 16) : at] * chance.choice([1, 1, 3, 40]) + data[at:]
        elif kind < 0.9 and data[:2] == gzip.compress(b"")[:2]:
            with contextlib.suppress(Exception):
                data = gzip.compress(changed(chance, gzip.decompress(data)), mtime=0)
        else:
            data = data[:at]
    return data[:4096]


def fuzz(seconds: float, seed: int, out: Path) -> int:
    """Returns how many inputs broke something."""
    chance, coverage, kept, broken, tried = random.Random(seed), Coverage(), list(SEEDS), 0, 0
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        while time.monotonic() < end:
            data = SEEDS[tried] if tried < len(SEEDS) else changed(chance, chance.choice(kept))
            tried += 1
            try:
                with coverage.watched():
                    judge(path, data)
            except Exception as error:
                broken += 1
                out.mkdir(parents=True, exist_ok=True)
                (out / f"broken-{broken}.bin").write_bytes(data)
                print(f"{type(error).__name__}: {error}: {data[:200]!r}")
            if coverage.grew():
                kept.append(data)
    print(f"{tried} inputs, {len(kept)} kept, {len(coverage.seen)} steps of code, {broken} broken")
    return broken


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    parser.add_argument("--out", type=Path, default=Path("build/fuzz"))
    given = parser.parse_args()
    print(f"seed {given.seed}")
    sys.exit(bool(fuzz(given.seconds, given.seed, given.out)))


if __name__ == "__main__":
    main()
