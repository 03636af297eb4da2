"""What a query can reach: its tables, and no other file, whoever wrote it."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from audit.engines.embedded import Engine
from tests.history.nights import check, sids, write
from tests.test_cli import run

SECRET = "424242424"

RULE = """\
-- id: MY-001
-- title: Mine
-- source: Own | mine
-- table: enrollment
-- columns: sid
-- reads: enrollment(sid)
-- message: m
-- expected: e
-- fix: f

select _row, {expression} as holds from enrollments
"""


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an extract, its results, and a secret beside them."""
    folder = tmp_path_factory.mktemp("night")
    (folder / "secret.csv").write_text(f"sid\n{SECRET}\n")
    extract = write(folder / "in", {"IL-ENR-010": sids()[:3]})
    check(extract, folder / "out", 0, workspace=folder / "space")
    return folder


@pytest.mark.parametrize(
    "expression",
    [
        "(select content from read_text('{secret}')) is null",
        "exists (from '{secret}' where sid = '1')",
        "exists (from glob('{folder}/*'))",
        "exists (from read_text('{extract}/enrollment.csv'))",
    ],
)
def test_a_rule_of_ones_own_reaches_the_tables_only(night: Path, tmp_path: Path, expression: str) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    places = {"secret": night / "secret.csv", "folder": tmp_path, "extract": night / "in"}
    (rules / "MY-001.sql").write_text(RULE.format(expression=expression.format(**places)))
    told = run(
        "check", night / "in", "--out", tmp_path / "out", "--rules", rules, "--select", "MY", "--state", "illinois",
        status=3,
    )  # fmt: skip
    assert "MY-001" in told.stdout
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "rules"]
    everything = b"".join(p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file())
    assert SECRET.encode() not in everything


@pytest.mark.parametrize("more", ["copy (select 1) to 'written.csv'", "attach 'made.duckdb' as made", "install httpfs"])
def test_a_rule_of_ones_own_is_one_query(night: Path, tmp_path: Path, more: str) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "MY-001.sql").write_text(RULE.format(expression=f"true from enrollments; {more}; select _row, true"))
    words = (
        "check",
        night / "in",
        "--out",
        tmp_path / "out",
        "--rules",
        rules,
        "--select",
        "MY",
        "--state",
        "illinois",
    )
    assert "should be one select" in run(*words, status=3).stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["rules"]


def test_the_engine_reaches_its_own_folders_only(tmp_path: Path) -> None:
    for name in ("work", "out", "other"):
        (tmp_path / name).mkdir()
    engine = Engine(tmp_path / "work" / "spill", 500_000_000, 1, [tmp_path / "out"])
    try:
        for name in ("work", "out"):
            engine.run(f"copy (select 1 as a) to '{tmp_path / name / 'a.parquet'}' (format parquet)")
            assert engine.one(f"select a from read_parquet('{tmp_path / name / 'a.parquet'}')") == 1
        for path in (tmp_path / "other" / "a.csv", tmp_path / "out" / ".." / "a.csv", Path("a.csv")):
            with pytest.raises(duckdb.PermissionException):
                engine.run(f"copy (select 1 as a) to '{path}' (format csv)")
        for statement in ("install httpfs", "load httpfs", "set enable_external_access = true",
                          "set allowed_directories = ['/']", "set temp_directory = '/'"):  # fmt: skip
            with pytest.raises(duckdb.Error):
                engine.run(statement)
        for setting in ("autoinstall_known_extensions", "autoload_known_extensions"):
            assert engine.one(f"select current_setting('{setting}')") is False
    finally:
        engine.close()


@pytest.mark.parametrize("damage", ["none", "cut", "other tables"])
def test_damaged_results_are_said(night: Path, tmp_path: Path, damage: str) -> None:
    shutil.copytree(night / "out", tmp_path / "out")
    path = tmp_path / "out" / "audit.duckdb"
    if damage == "other tables":
        with duckdb.connect(str(path)) as con:
            con.execute("alter table rules rename to others")
    else:
        path.write_bytes(path.read_bytes()[:20_000] if damage == "cut" else b"no database" * 1000)
    for words in ((), ("--by", "district")):
        told = run("report", tmp_path / "out", *words, status=2)
        assert "audit.duckdb can't be read: it is damaged" in told.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("report", "{out}"),
        ("report", "{out}", "--by", "district"),
        ("diff", "{out}", "{good}"),
        ("query", "from rules", "--out", "{out}"),
        ("query", "from read_text('{secret}')", "--out", "{good}"),
        ("query", "set enable_external_access = true", "--out", "{good}"),
        ("query", "copy (select 1) to '{folder}/a.csv'", "--out", "{good}"),
        ("query", "attach '{folder}/a.duckdb' as a", "--out", "{good}"),
    ],
    ids=" ".join,
)
def test_results_that_came_from_elsewhere_reach_nothing_but_themselves(
    night: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """A view in them may be anyone's query."""
    shutil.copytree(night / "out", tmp_path / "out")
    with duckdb.connect(str(tmp_path / "out" / "audit.duckdb")) as con:
        for name in ("rules", "exceptions"):
            columns = con.execute(f"select column_name from (describe {name})").fetchall()
            con.execute(f"alter table {name} rename to {name}_before")
            secret = f"(select any_value(content) from read_text('{night / 'secret.csv'}'))"
            first = f"select {secret} as {columns[0][0]}, * exclude ({columns[0][0]}) from {name}_before"
            con.execute(f"create view {name} as {first}")
    places = {
        "out": tmp_path / "out", "good": night / "out", "secret": night / "secret.csv", "folder": tmp_path,
    }  # fmt: skip
    from typer.testing import CliRunner

    from audit.cli import app

    told = CliRunner().invoke(app, [word.format(**places) for word in words])
    assert told.exit_code == 2, told.output
    assert SECRET not in told.output
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    pages = [p for p in (tmp_path / "out").rglob("*") if p.is_file() and p.suffix in (".html", ".csv")]
    assert SECRET.encode() not in b"".join(p.read_bytes() for p in pages)
