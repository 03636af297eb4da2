"""The README's way to a new rule, followed to the letter."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMANDS = ("sis-audit", "pytest")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the working tree, as a clone of it would be."""
    for name in ("audit", "checks", "reports", "fixtures", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    commands = tmp_path / "bin"
    commands.mkdir()
    for name, module in zip(COMMANDS, ("audit", "pytest"), strict=True):
        (commands / name).write_text(f'#!/bin/sh\nexec {sys.executable} -m {module} "$@"\n')
        (commands / name).chmod(0o755)
    return tmp_path


def steps() -> list[tuple[str, str, str]]:
    """The blocks of the section: language, file (empty for commands), text."""
    text = (ROOT / "README.md").read_text("utf-8")
    section = text.partition("### Add a rule in ten minutes\n")[2].partition("\n## ")[0]
    return re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def test_the_way_to_a_new_rule(checkout: Path) -> None:
    environ = {**os.environ, "PATH": f"{checkout / 'bin'}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(checkout)}
    said = {}
    written = []
    for language, file, text in steps():
        if language != "sh":
            assert (checkout / file).is_file(), f"{file}: edited, but no command has written it"
            (checkout / file).write_text(text, "utf-8")
            written.append(file)
            continue
        for line in text.splitlines():
            done = subprocess.run(line, shell=True, cwd=checkout, env=environ, capture_output=True, text=True)
            assert done.returncode == 0, (line, done.stdout, done.stderr)
            said[line] = done.stdout
    assert written == ["my-rules/MY-ENR-001.sql", "my-rules/MY-ENR-001.cases.yaml"]
    tests, alone, everything = (said[line] for line in list(said)[-3:])
    assert re.search(r"\b5 passed", tests)
    assert re.search(r"^(findings|passed): findings \d+, records judged [1-9]", alone, re.MULTILINE)
    assert "Report " in everything
    assert "MY-ENR-001,error" not in (checkout / "sis-audit-out" / "rule_results.csv").read_text("utf-8")
