from random import Random

import pytest
from sqlglot.schema import MappingSchema

from audit.cross import make_models
from audit.rulebook import Rulebook
from tests.rules import worlds
from tests.rules.harness import BOOKS, PARAMETERS, Bench, Benches, book, cases
from tests.rules.portable import known


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


@pytest.fixture(scope="session")
def relations(rulebook: Rulebook, benches: Benches) -> MappingSchema:
    """Columns of every table, model and snapshot table on the bench."""
    bench, models = benches[rulebook.name], rulebook.models
    make_models(bench.engine, models, PARAMETERS, (), materialize=False, also=models)
    found = bench.engine.rows("select table_schema, table_name, column_name, data_type from information_schema.columns")
    schemas: dict[str, dict[str, dict[str, str]]] = {}
    for schema, table, column, kind in found:
        schemas.setdefault(schema, {}).setdefault(table, {})[column] = kind
    return known(schemas)
