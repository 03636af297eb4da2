import pytest

from audit import rulebook_load
from audit.rulebook import Rulebook
from tests.rules.harness import Bench


@pytest.fixture(scope="session")
def illinois() -> Rulebook:
    return rulebook_load.load("illinois")


@pytest.fixture(scope="session")
def bench(illinois: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(illinois, tmp_path_factory.mktemp("bench"))
