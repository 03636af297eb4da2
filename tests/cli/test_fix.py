"""``sis-audit fix``: planted mechanical faults are put right, every other byte stays, and all of it is told."""

from __future__ import annotations

import csv
import gzip
import re
import stat
from collections import Counter
from pathlib import Path

import pytest

from fixtures.batch import BatchWriter
from fixtures.world import Plan, make_world
from tests.history.nights import check, exceptions
from tests.test_cli import run

ROW = 4  # line of the row that is spoiled, in each file
#: What a person or a spreadsheet does to a cell, what is done about it, and what comes out (None: what was there).
FAULTS: list[tuple[str, str, str | None]] = [
    ("O'Brien", "apostrophe left out", "OBrien"),
    ("O’Brien", "apostrophe left out", "OBrien"),
    ("St. Moss", "space for a period", "St Moss"),
    ("Moss Jr.", "space for a period", "Moss Jr"),
    ('"Moss, Rowan"', "comma left out", '"Moss Rowan"'),
    ('"O\'Moss, ""Rowan"" Jr."', "apostrophe left out; space for a period; comma left out", '"OMoss ""Rowan"" Jr"'),
    ("  {}", "blanks around it left out", None),
    ("{}\t ", "blanks around it left out", None),
]
NAMES = (3, 4, 5, 7)  # positions of names that rules judge


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Batch files without a fault."""
    folder = tmp_path_factory.mktemp("clean") / "batch"
    writer = BatchWriter(folder)
    writer.write(make_world(Plan(students=150, districts=1, history=0.1)))
    writer.finish()
    return folder


def batches(folder: Path) -> list[Path]:
    return sorted(p for p in folder.glob("*_*_*.csv") if p.name[0] == "9")


def cells(line: bytes) -> list[bytes]:
    """Of a line without quotes."""
    assert b'"' not in line
    return line.rstrip(b"\r\n").split(b",")


def spoiled(path: Path, position: int, written: str, line: int = ROW) -> str:
    """Puts ``written`` in place of a cell; ``{}`` in it is what was there, which is returned."""
    lines = path.read_bytes().splitlines(keepends=True)
    row = cells(lines[line - 1])
    before = row[position - 1].decode()
    row[position - 1] = written.format(before).encode()
    end = re.search(rb"\r?\n$", lines[line - 1])
    lines[line - 1] = b",".join(row) + (end[0] if end else b"")
    path.write_bytes(b"".join(lines))
    return before


def copied(clean: Path, folder: Path) -> Path:
    folder.mkdir()
    for path in clean.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def log(folder: Path) -> list[tuple[str, int, int, str, str, str]]:
    with (folder / "changes.csv").open(encoding="utf-8", newline="") as file:
        return [
            (r["file_name"], int(r["line_number"]), int(r["position"]), r["repair"], r["before"], r["after"])
            for r in csv.DictReader(file)
        ]


def test_clean_files_are_copied_byte_for_byte(clean: Path, tmp_path: Path) -> None:
    printed = run("fix", clean, "--out", tmp_path / "out").stdout
    assert f"0 cells changed in {len(batches(clean))} files." in printed
    for path in batches(clean):
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes()
    assert log(tmp_path / "out") == []
    assert {p.name for p in (tmp_path / "out").iterdir()} == {*(p.name for p in batches(clean)), "changes.csv"}


def demographics(folder: Path) -> Path:
    """The file of demographics with most rows."""
    files = [p for p in batches(folder) if p.read_bytes().startswith(b"Student Demographics")]
    return max(files, key=lambda p: p.stat().st_size)


@pytest.mark.parametrize(("written", "repair", "wanted"), FAULTS)
def test_one_fault_in_a_name(clean: Path, tmp_path: Path, written: str, repair: str, wanted: str | None) -> None:
    folder = copied(clean, tmp_path / "in")
    name = demographics(folder)
    original = name.read_bytes()
    before = spoiled(name, 3, written)
    input_bytes = name.read_bytes()
    run("fix", folder, "--out", tmp_path / "out")
    shown = wanted if wanted is not None else before
    assert (tmp_path / "out" / name.name).read_bytes() == original.replace(
        b"," + before.encode() + b",", b"," + shown.encode() + b",", 1
    ) or _only_the_cell_differs((tmp_path / "out" / name.name).read_bytes(), original, shown)
    assert name.read_bytes() == input_bytes
    plain = [t.strip('"').replace('""', '"') if t.startswith('"') else t for t in (written.format(before), shown)]
    assert log(tmp_path / "out") == [(name.name, ROW, 3, repair, *plain)]
    assert stat.S_IMODE((tmp_path / "out" / "changes.csv").stat().st_mode) == 0o600


def _only_the_cell_differs(found: bytes, original: bytes, shown: str) -> bool:
    lines, before = found.splitlines(keepends=True), original.splitlines(keepends=True)
    others = [n for n, (a, b) in enumerate(zip(lines, before, strict=True)) if a != b]
    first, rest = before[ROW - 1].split(b",", 2)[:2], before[ROW - 1].split(b",", 3)[3]
    return others == [ROW - 1] and lines[ROW - 1] == b",".join([*first, shown.encode(), rest])


def test_everything_at_once_in_every_file(clean: Path, tmp_path: Path) -> None:
    """Zeros lost, blanks added and dates rewritten in each cell where that can be: what comes out is what was there."""
    folder = copied(clean, tmp_path / "in")
    planted: Counter[str] = Counter()
    for path in batches(folder):
        lines = path.read_bytes().splitlines(keepends=True)
        for n, line in enumerate(lines[1:], 1):
            row = cells(line)
            end = line[len(line.rstrip(b"\r\n")) :]
            for i, cell in enumerate(row):
                text = cell.decode()
                if match := re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", text):
                    forms = (f"{match[3]}-{match[1]}-{match[2]}", f"{text} 00:00:00", f" {text}")
                    row[i] = forms[(n + i) % 3].encode()
                    planted[path.name] += 1
                elif (n + i) % 7 == 0 and text:
                    row[i] = f"{text} ".encode()
                    planted[path.name] += 1
            lines[n] = b",".join(row) + end
        path.write_bytes(b"".join(lines))
    run("fix", folder, "--out", tmp_path / "out")
    for path in batches(clean):
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes(), path.name
    assert Counter(entry[0] for entry in log(tmp_path / "out")) == planted


def test_lost_zeros_come_back(clean: Path, tmp_path: Path) -> None:
    """As a spreadsheet loses them, in the columns in which reading restores them too."""
    folder = copied(clean, tmp_path / "in")
    path = demographics(folder)
    original = path.read_bytes()
    positions = [15, 18, 19, 20]  # yes/no and code columns of demographics
    lost = 0
    lines = original.splitlines(keepends=True)
    for n, line in enumerate(lines[1:], 1):
        row = cells(line)
        for i in positions:
            if re.fullmatch(rb"0[1-9]", row[i - 1]):
                row[i - 1] = row[i - 1][1:]
                lost += 1
        lines[n] = b",".join(row) + line[len(line.rstrip(b"\r\n")) :]
    assert lost > 50
    path.write_bytes(b"".join(lines))
    check(folder, tmp_path / "before")
    assert "FMT-PADDED" in {r["rule_id"] for r in exceptions(tmp_path / "before")}
    run("fix", folder, "--out", tmp_path / "out")
    assert (tmp_path / "out" / path.name).read_bytes() == original
    told = log(tmp_path / "out")
    assert len(told) == lost
    assert {entry[3] for entry in told} == {"leading zeros put back"}


def test_the_rules_pass_on_the_copies(clean: Path, tmp_path: Path) -> None:
    folder = copied(clean, tmp_path / "in")
    path = demographics(folder)
    for position, written in zip(NAMES, ("O'Brien", "St. Ada", "A.", '"Moss, Ada"'), strict=True):
        lines = path.read_bytes().splitlines(keepends=True)
        row = next(csv.reader([lines[ROW - 1].decode()]))
        row[position - 1] = written.strip('"')
        lines[ROW - 1] = (",".join(f'"{c}"' if "," in c else c for c in row) + "\r\n").encode()
        path.write_bytes(b"".join(lines))
    rules = {f"IL-DEMO-{n:03}" for n in (6, 7, 8, 9)}
    check(folder, tmp_path / "before")
    assert {r["rule_id"] for r in exceptions(tmp_path / "before")} >= rules
    run("fix", folder, "--out", tmp_path / "fixed")
    for name in ("entity.csv", "state_course.csv"):
        (tmp_path / "fixed" / name).write_bytes((clean / name).read_bytes())
    check(tmp_path / "fixed", tmp_path / "after")
    assert not {r["rule_id"] for r in exceptions(tmp_path / "after")} & {*rules, "IL-DEMO-016", "FMT-PADDED"}


@pytest.mark.parametrize(
    ("position", "written"),
    [(3, "M0ss"), (3, "Moss?"), (3, "Moss-Ada"), (10, "1/13/09"), (10, "31.12.2018"), (10, "13/31/2018"), (15, "9"),
     (15, "no idea"), (3, '"Moss'), (3, "O'Br,ien")],
)  # fmt: skip
def test_what_is_not_mechanical_is_not_touched(clean: Path, tmp_path: Path, position: int, written: str) -> None:
    """Also rows that reading rejects: too many fields, an open quote."""
    folder = copied(clean, tmp_path / "in")
    path = demographics(folder)
    spoiled(path, position, written)
    run("fix", folder, "--out", tmp_path / "out")
    assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes()
    assert log(tmp_path / "out") == []


def test_encodings_line_ends_and_packed_files(clean: Path, tmp_path: Path) -> None:
    """Windows-1252 stays so, LF stays LF, a missing last line end stays missing, gzip stays gzip."""
    folder = tmp_path / "in"
    folder.mkdir()
    name = demographics(clean).name
    lines = demographics(clean).read_bytes().decode().splitlines()[:6]
    row = lines[ROW - 1].split(",")
    row[2] = "D'Ibáñez"
    text = "\n".join([*lines[: ROW - 1], ",".join(row), *lines[ROW:]])
    text = text.replace(lines[0], re.sub(r",\d+,", ",5,", lines[0], count=1))
    wanted = text.replace("D'Ibáñez", "DIbáñez")
    others = "".join(c for c in text if ord(c) < 256 or c == "\n")
    for file, content, result in (
        ("a.csv", others.encode("cp1252"), others.replace("D'", "D").encode("cp1252")),
        ("b.csv", b"\xef\xbb\xbf" + text.encode(), b"\xef\xbb\xbf" + wanted.encode()),
    ):
        (folder / file).write_bytes(content)
        run("fix", folder / file, "--out", tmp_path / file)
        assert (tmp_path / file / file).read_bytes() == result
    (folder / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
    run("fix", folder / f"{name}.gz", "--out", tmp_path / "packed")
    assert gzip.decompress((tmp_path / "packed" / f"{name}.gz").read_bytes()) == wanted.encode()


def test_usage(clean: Path, tmp_path: Path) -> None:
    assert "there is no file or folder nowhere" in run("fix", "nowhere", status=2).stderr
    assert "is the same as EXTRACT" in run("fix", clean, "--out", clean, status=2).stderr
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "enrollment.csv").write_text("sid\n1\n")
    assert "there is no batch file" in run("fix", tmp_path / "in", "--out", tmp_path / "out", status=5).stderr
    assert not (tmp_path / "out").exists()
