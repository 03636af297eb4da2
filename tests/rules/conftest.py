from random import Random

import pytest

from audit import rulebook_load
from audit.cross import make_models
from audit.rulebook import Rulebook
from tests.rules import worlds
from tests.rules.harness import PARAMETERS, Bench, cases


@pytest.fixture(scope="session")
def illinois() -> Rulebook:
    return rulebook_load.load("illinois")


@pytest.fixture(scope="session")
def bench(illinois: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(illinois, tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="session")
def full_bench(illinois: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A bench with the rows of all cases at once, with empty cells; its models are made once. For reading."""
    made = Bench(illinois, tmp_path_factory.mktemp("full"))
    made.pour(worlds.world(illinois, cases("checks.illinois"), Random(2)))
    for model in illinois.models.values():
        made.engine.run(f"drop view if exists {model.name}")
    make_models(made.engine, illinois.models, PARAMETERS, (), also=illinois.models)
    return made
