from random import Random

import pytest

from audit.cross import make_models
from audit.rulebook import Rulebook
from tests.rules import worlds
from tests.rules.harness import BOOKS, PARAMETERS, Bench, Benches, book, cases


@pytest.fixture(scope="session", params=BOOKS)
def rulebook(request: pytest.FixtureRequest) -> Rulebook:
    """Each rulebook in turn."""
    return book(request.param)


@pytest.fixture(scope="session")
def illinois() -> Rulebook:
    return book("illinois")


@pytest.fixture(scope="session")
def benches(tmp_path_factory: pytest.TempPathFactory) -> Benches:
    """A bench for each rulebook, by its name."""
    return Benches(lambda name: Bench(book(name), tmp_path_factory.mktemp("bench")))


@pytest.fixture(scope="session")
def full_benches(tmp_path_factory: pytest.TempPathFactory) -> Benches:
    """Benches with the rows of all cases at once, with empty cells; their models are made once. For reading."""

    def make(name: str) -> Bench:
        made = Bench(book(name), tmp_path_factory.mktemp("full"))
        made.pour(worlds.world(made.rulebook, cases(name), Random(2)))
        for model in made.rulebook.models.values():
            made.engine.run(f"drop view if exists {model.name}")
        make_models(made.engine, made.rulebook.models, PARAMETERS, (), also=made.rulebook.models)
        return made

    return Benches(make)


@pytest.fixture(scope="session")
def bench(benches: Benches) -> Bench:
    return benches["illinois"]
