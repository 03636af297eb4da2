"""Whether a file is the same as in the last run, with and without reading it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import polars as pl
import pytest

from audit import checksum, kept
from audit.checksum import Checksum, Stamp
from audit.kept import Kept
from audit.store import SourceFile
from tests.read.samples import HOME, read, write

NAMES = ("student.csv", "address.csv", "entity.parquet")


@pytest.fixture
def extract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files that count as settled: one that is read at once, one that is read twice, one of a typed table."""
    monkeypatch.setattr(checksum, "SETTLED", 0)
    folder = write(tmp_path / "x", student_csv="sid,legal_first_name\n123456789,Ada\n")
    (folder / "address.csv").write_bytes(b"sid,city\n123456789,Bront\xeb\n")
    pl.DataFrame({"rcdts": [HOME]}).write_parquet(folder / "entity.parquet")
    return folder


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that are read for their checksum."""
    names = list[str]()

    def counted(path: Path) -> Checksum:
        names.append(path.name)
        return checksum.checksum(path)

    monkeypatch.setattr(kept, "checksum", counted)
    return names


def read_once(folder: Path) -> Kept:
    found = read(folder).extract
    assert [f.readable for f in found.files] == [True] * len(NAMES)
    again = [kept._from_json(json.loads(json.dumps(kept._as_json(f)))) for f in found.files]
    assert again == found.files
    found.files = again
    return Kept(folder, found)


def same(of: Kept, folder: Path) -> dict[str, SourceFile]:
    paths = {name: folder / name for name in NAMES}
    return of.same(paths, {name: path.stat().st_size for name, path in paths.items()})


def test_files_that_nobody_touched_are_not_hashed_again(extract: Path, hashed: list[str]) -> None:
    known = read_once(extract)
    assert {f.path: bool(f.stamp) for f in known.extract.files} == dict.fromkeys(NAMES, True)
    assert same(known, extract).keys() == set(NAMES)
    assert hashed == []


@pytest.mark.parametrize("name", NAMES)
def test_a_change_whose_traces_are_wiped_is_found(extract: Path, hashed: list[str], name: str) -> None:
    known, path = read_once(extract), extract / name
    before, content = path.stat(), bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (before.st_ino, before.st_size, before.st_mtime_ns) == (after.st_ino, after.st_size, after.st_mtime_ns)
    assert same(known, extract).keys() == set(NAMES) - {name}
    assert hashed == [name]


def test_a_file_that_was_only_touched_is_the_same_and_known_from_then_on(extract: Path, hashed: list[str]) -> None:
    known, path = read_once(extract), extract / NAMES[0]
    path.rename(extract / "moved")
    path.write_bytes((extract / "moved").read_bytes())
    found = same(known, extract)
    assert (found.keys(), hashed) == (set(NAMES), [NAMES[0]])
    known.extract.files = list(found.values())
    assert same(Kept(extract, known.extract), extract).keys() == set(NAMES)
    assert hashed == [NAMES[0]]


def test_what_was_changed_a_moment_before_is_hashed_again(
    extract: Path, hashed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checksum, "SETTLED", 10**15)
    known = read_once(extract)
    monkeypatch.setattr(checksum, "SETTLED", 0)
    assert same(known, extract).keys() == set(NAMES)
    assert sorted(hashed) == sorted(NAMES)


def test_a_file_that_changes_while_it_is_read_has_no_stamp(extract: Path) -> None:
    path = extract / NAMES[0]
    before = checksum.stamp(path)
    assert checksum.lasting(path, before) == before != ()
    path.write_bytes(path.read_bytes())
    assert checksum.lasting(path, before) == ()
    assert checksum.lasting(path, ()) == ()


def test_coarse_times_tell_nothing(extract: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, coarse = extract / NAMES[0], 1_500_000_000 * 10**9
    found = path.stat()

    class Coarse:
        st_dev, st_ino, st_size, st_mtime_ns, st_ctime_ns = found.st_dev, found.st_ino, found.st_size, coarse, coarse

    def stamps() -> Stamp:
        return checksum.stamp(path)

    assert stamps()
    monkeypatch.setattr(Path, "stat", lambda path: Coarse())
    assert stamps() == ()
