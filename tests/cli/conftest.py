import pytest

from audit import rulebook_load
from audit.rulebook import Rulebook


@pytest.fixture(scope="session")
def illinois() -> Rulebook:
    return rulebook_load.load("illinois")
