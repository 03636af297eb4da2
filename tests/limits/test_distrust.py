"""What others put in the way: settings, links, parts of a workspace, names that would become paths."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from audit import diff, kept, moves, settings, workspace
from audit.errors import UserError
from audit.rule_files import sql_rules
from audit.rulebook import RulebookError
from audit.rulebook_load import load

RUNS = 'on_finish = "id"\n'


def resolve(extract: Path) -> settings.Options:
    return settings.resolve({}, extract=extract, environ={})


def test_a_link_in_an_extract_is_a_file_of_the_extract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "delivery").mkdir()
    (tmp_path / "evil.toml").write_text(RUNS)
    (tmp_path / "delivery" / settings.FILE_NAME).symlink_to("../evil.toml")
    with pytest.raises(UserError, match="came with EXTRACT"):
        resolve(tmp_path / "delivery")


def test_settings_beside_an_extract_of_one_file_came_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / settings.FILE_NAME).write_text(RUNS)
    (tmp_path / "student.csv").write_text("sid\n1\n")
    with pytest.raises(UserError, match="came with EXTRACT"):
        resolve(tmp_path / "student.csv")
    (tmp_path / "apart").mkdir()
    assert resolve(tmp_path / "apart").on_finish == "id"


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give a file away")
def test_settings_of_another_user_run_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / settings.FILE_NAME).write_text(RUNS)
    (tmp_path / "extract").mkdir()
    os.chown(tmp_path / settings.FILE_NAME, 12345, 12345)
    with pytest.raises(UserError, match="another user"):
        resolve(tmp_path / "extract")


def test_settings_nested_without_end_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / settings.FILE_NAME).write_text("x = " + "[" * 20_000)
    with pytest.raises(UserError):
        resolve(tmp_path)


@pytest.mark.parametrize("name", ["lock", "kept", ".kept-next", "history.duckdb"])
def test_a_workspace_is_not_written_through_a_link(tmp_path: Path, name: str) -> None:
    (tmp_path / "space").mkdir()
    victim = tmp_path / "victim"
    victim.write_text("whole")
    (tmp_path / "space" / name).symlink_to(victim)
    with pytest.raises(UserError, match="is a link"), workspace.held(tmp_path / "space"):
        pass
    assert victim.read_text() == "whole"


@pytest.mark.parametrize("path", ["../forged.parquet", "/etc/hostname"])
def test_kept_parts_lie_in_their_folder(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    for name in (*kept.FILES, "../forged.parquet"):
        (folder / name).write_bytes(b"")
    document = {name: {} for name in ("parameters", "rules", "models", "told")}
    document |= {name: [] for name in ("keyed", "files", "formats", "parts")}
    document |= {"program": "p", "sizes": dict.fromkeys(kept.FILES, 0)}
    (folder / "kept.json").write_text(json.dumps(document))
    assert kept.load(folder, "p")
    document["parts"] = [["student", 1, path, 1]]
    (folder / "kept.json").write_text(json.dumps(document))
    assert kept.load(folder, "p") is None


def test_the_list_of_changes_is_not_written_through_a_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("whole")
    (tmp_path / ".changed.csv.part").symlink_to(victim)
    with diff.connect() as con:
        con.execute(f"create table changed as select {', '.join(f'null::varchar as {c}' for c in diff.LISTED)}")
        diff._write(con, tmp_path / "changed.csv")
    assert victim.read_text() == "whole"
    assert (tmp_path / "changed.csv").is_file()


def test_a_rule_is_one_select(tmp_path: Path) -> None:
    header = "\n".join(
        f"-- {line}"
        for line in (
            "id: X-1", "title: t", "source: S | w", "table: student", "columns: sid", "reads: student(sid)",
            "message: m;", "expected: e", "fix: f",
        )
    )  # fmt: skip
    tables = load("illinois").tables
    (tmp_path / "x.sql").write_text(f"{header}\nselect _row, sid <> ';' as holds from student;\n")
    assert sql_rules(tmp_path, tables, {})
    (tmp_path / "x.sql").write_text(f"{header}\nselect 1 as _row, true as holds; copy student to 'x.csv'\n")
    with pytest.raises(RulebookError, match="one select"):
        sql_rules(tmp_path, tables, {})


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can be someone else")
def test_results_are_not_written_to_another_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Path, mode: int) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", refused)
    with pytest.raises(UserError, match="another user"), moves.staged(tmp_path / "out"):
        pass
    assert list((tmp_path / "out").iterdir()) == []
