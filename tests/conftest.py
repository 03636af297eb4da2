"""``pytest tests/rules --rules DIR`` runs the cases of a folder of one's own rules, and nothing else."""

from pathlib import Path

import pytest

OWN_CASES = "test_own_cases.py"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rules", metavar="DIR", help="Run the cases of the rules in this folder, and nothing else.")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if not collection_path.name.startswith("test_"):
        return None
    wanted = (collection_path.name == OWN_CASES) == (config.getoption("--rules") is not None)
    return None if wanted else True
