"""Runs that nobody watches: settings and their origin, notices, the command at the end, the examples."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tomllib
import types
from pathlib import Path
from typing import Any

import pytest

from audit import settings
from tests.history.nights import check, sids, write
from tests.test_cli import command, run

EXAMPLES = Path(__file__).parents[2] / "fixtures" / "examples"
WHO = sids()
RULE = "IL-ENR-010"
ONE = ("--select", RULE, "--as-of", "2018-11-30", "--state", "illinois")


# ---------------------------------------------------------------------------------------------------------------------
# config show


def test_every_setting_is_shown_with_its_origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    extract = write(tmp_path / "extract", {}, only=("entity",))
    (extract / "sis-audit.toml").write_text('workspace = "../history"\nnames = "initials"\nwaive_errors = true\n')
    monkeypatch.setenv("SIS_AUDIT_NAMES", "full")
    found = json.loads(run("config", "show", "extract", "--format", "json").stdout)
    assert set(found) == set(settings.KEYS)
    assert found["names"] == {"value": "full", "origin": "environment SIS_AUDIT_NAMES"}
    assert found["workspace"] == {"value": "extract/../history", "origin": "file extract/sis-audit.toml"}
    assert found["fail_on"] == {"value": "error", "origin": "default"}
    text = run("config", "show", "extract").stdout.splitlines()
    assert text[0].split() == ["setting", "value", "origin"]
    (line,) = [row for row in text if row.startswith("waive_errors")]
    assert line.split(maxsplit=2)[1:] == ["true", "file extract/sis-audit.toml"]
    assert "(from the extract, else today)" in next(row for row in text if row.startswith("as_of"))


def test_unknown_keys_are_refused_with_the_nearest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sis-audit.toml").write_text('workspce = "w"\n')
    assert "Nearest: workspace." in run("config", "show", status=2).stderr


# ---------------------------------------------------------------------------------------------------------------------
# Notices and on_finish


def test_the_notice_has_numbers_and_paths_and_no_student(tmp_path: Path) -> None:
    out, space = tmp_path / "out", tmp_path / "space"
    check(write(tmp_path / "a", {RULE: WHO[:3]}), out, 0, workspace=space)
    first = json.loads((out / "notice.json").read_text("utf-8"))
    assert first["workspace"]["since_last_run"] is None
    result = check(write(tmp_path / "b", {RULE: WHO[2:9]}), out, 1, workspace=space)
    text, told = (out / "notice.txt").read_text("utf-8"), json.loads((out / "notice.json").read_text("utf-8"))
    assert told["counts"] == result.counts
    assert (told["verdict"], told["exit_status"]) == ("not_ready", 1)
    since = told["workspace"]["since_last_run"]
    assert f"Since 2018-11-30: {since['resolved']} resolved, {since['new']} new, 0 came back." in text
    assert told["worse"]
    assert all(w["worse"] > w["better"] and w["rcdt"] in text for w in told["worse"])
    assert str(out / "report" / "index.html") in text
    assert Path(told["report"]).is_file()
    for name in ("notice.txt", "notice.json"):
        content = (out / name).read_text("utf-8")
        assert not any(sid in content for sid in WHO)
        assert stat.S_IMODE((out / name).stat().st_mode) == 0o600


def test_the_command_at_the_end_gets_the_notice(tmp_path: Path) -> None:
    extract = write(tmp_path / "in", {RULE: WHO[:3]})
    config = tmp_path / "sis-audit.toml"
    got = tmp_path / "got"
    config.write_text(
        f'on_finish = "cat > {got}; echo $AUDIT_EXIT_STATUS $AUDIT_OUT >> {got}; cat $AUDIT_NOTICE >> {got}; echo hi"\n'
    )
    done = subprocess.run(
        command("check", extract, "--out", tmp_path / "out", "--config", config, "--format", "json", *ONE),
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert json.loads(done.stdout)["verdict"] == "not_ready"
    assert "hi" in done.stderr.splitlines()
    notice = (tmp_path / "out" / "notice.txt").read_text("utf-8")
    assert got.read_text("utf-8") == f"{notice}1 {tmp_path / 'out'}\n{notice}"


def test_the_command_is_told_of_a_run_that_failed(tmp_path: Path) -> None:
    extract = write(tmp_path / "in", {RULE: WHO[:3]})
    got = tmp_path / "got"
    config = tmp_path / "sis-audit.toml"
    config.write_text(
        f'rules = "norules"\non_finish = "cat > {got}; echo \\" $AUDIT_EXIT_STATUS <$AUDIT_NOTICE>\\" >> {got}"\n'
    )
    (tmp_path / "norules").mkdir()
    done = subprocess.run(
        command("check", extract, "--out", tmp_path / "out", "--config", config, *ONE), capture_output=True, text=True
    )
    assert done.returncode == 3
    text = got.read_text("utf-8")
    assert "there is no rule in" in text
    assert text.endswith(" 3 <>\n")


def test_a_command_that_fails_is_told_and_changes_nothing(tmp_path: Path) -> None:
    extract = write(tmp_path / "in", {RULE: WHO[:3]})
    done = subprocess.run(
        command("check", extract, "--out", tmp_path / "out", *ONE), capture_output=True, text=True,
        env={**os.environ, "SIS_AUDIT_ON_FINISH": "exit 7"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "sis-audit: on_finish: ended with 7" in done.stderr


def test_the_log_has_counts_and_no_student(tmp_path: Path) -> None:
    extract = write(tmp_path / "in", {RULE: WHO[:3], "IL-DEMO-009": WHO[:3]})
    done = subprocess.run(
        command("check", extract, "--out", tmp_path / "out", "--workspace", tmp_path / "w", "-v", *ONE[2:]),
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert not any(sid in done.stdout + done.stderr for sid in WHO)
    assert "Moss" not in done.stdout + done.stderr


# ---------------------------------------------------------------------------------------------------------------------
# Examples


@pytest.fixture
def placed(tmp_path: Path) -> Path:
    """A machine as the examples describe it, below one folder: extract, settings, the command on the path."""
    for name in ("extract", "extract-last-night"):
        write(tmp_path / "srv" / "sis" / name, {RULE: WHO[:3]})
    (tmp_path / "etc").mkdir()
    text = (EXAMPLES / "sis-audit.toml").read_text("utf-8")
    assert "on_finish" in text
    (tmp_path / "etc" / "sis-audit.toml").write_text(moved(text, tmp_path))
    (tmp_path / "bin").mkdir()
    command_ = tmp_path / "bin" / "sis-audit"
    command_.write_text(f'#!/bin/sh\nexec {sys.executable} -m audit "$@"\n')
    command_.chmod(0o755)
    return tmp_path


def moved(text: str, root: Path) -> str:
    return text.replace("/srv/", f"{root}/srv/").replace("/etc/", f"{root}/etc/")


def sh(words: str, root: Path) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "HOME": str(root), "PATH": f"{root / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(words, shell=True, env=environ, capture_output=True, text=True)


def is_done(root: Path) -> None:
    told = json.loads((root / "srv" / "sis" / "audit" / "notice.json").read_text("utf-8"))
    assert (told["verdict"], told["exit_status"], told["workspace"]["run"]) == ("not_ready", 0, 1)


def test_the_settings_are_known() -> None:
    keys = tomllib.loads((EXAMPLES / "sis-audit.toml").read_text("utf-8").replace("# on_finish", "on_finish"))
    assert set(keys) <= set(settings.KEYS)


def test_cron(placed: Path) -> None:
    (line,) = [x for x in (EXAMPLES / "crontab").read_text("utf-8").splitlines() if x and not x.startswith("#")]
    *when, words = line.split(maxsplit=5)
    assert len(when) == 5
    assert "%" not in words  # cron would end the line there
    done = sh(moved(words, placed), placed)
    assert done.returncode == 0, done.stderr
    is_done(placed)


def test_systemd(placed: Path) -> None:
    text = (EXAMPLES / "sis-audit.service").read_text("utf-8")
    (line,) = [x.removeprefix("ExecStart=") for x in text.splitlines() if x.startswith("ExecStart=")]
    done = sh(moved(line.replace("/usr/local/bin/", ""), placed), placed)
    assert done.returncode == 0, done.stderr
    is_done(placed)
    if verify := shutil.which("systemd-analyze"):
        for name in ("sis-audit.service", "sis-audit.timer"):
            unit = (EXAMPLES / name).read_text("utf-8").replace("/usr/local/bin/sis-audit", "/bin/true")
            (placed / name).write_text(unit)
        words = [verify, "verify", "--man=no", placed / "sis-audit.timer", placed / "sis-audit.service"]
        checked = subprocess.run(words, capture_output=True, text=True)
        assert "sis-audit" not in checked.stderr, checked.stderr


def module(name: str, **members: Any) -> types.ModuleType:
    made = types.ModuleType(name)
    vars(made).update(members)
    return made


def test_airflow(placed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command of the task, as Airflow would hand it to a shell."""
    tasks: dict[str, str] = {}

    class Dag:
        def __init__(self, name: str, **_: Any) -> None:
            self.name = name

        def __enter__(self) -> None:
            pass

        def __exit__(self, *_: object) -> None:
            pass

    bash = module(
        "airflow.providers.standard.operators.bash",
        BashOperator=lambda task_id, bash_command: tasks.update({task_id: bash_command}),
    )
    monkeypatch.setitem(sys.modules, "airflow", module("airflow"))
    monkeypatch.setitem(sys.modules, "airflow.sdk", module("airflow.sdk", DAG=Dag))
    monkeypatch.setitem(sys.modules, bash.__name__, bash)
    exec(compile((EXAMPLES / "airflow_dag.py").read_text("utf-8"), "airflow_dag.py", "exec"), {})
    done = sh(moved(tasks["check"], placed), placed)
    assert done.returncode == 0, done.stderr
    is_done(placed)


def test_dagster(placed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The body of the check, without Dagster around it."""
    fake = module(
        "dagster", asset=lambda f: f, asset_check=lambda asset: lambda f: f, AssetCheckResult=dict,
        AssetCheckSeverity=types.SimpleNamespace(ERROR="error", WARN="warn"),
    )  # fmt: skip
    monkeypatch.setitem(sys.modules, "dagster", fake)
    monkeypatch.setenv("PATH", f"{placed / 'bin'}{os.pathsep}{os.environ['PATH']}")
    names: dict[str, Any] = {}
    text = moved((EXAMPLES / "dagster_check.py").read_text("utf-8"), placed)
    exec(compile(text, "dagster_check.py", "exec"), names)
    result = names["sis_audit"]()
    assert (result["passed"], result["severity"]) == (False, "error")
    assert result["metadata"]["error"] > 0
    is_done(placed)
