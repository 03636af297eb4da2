"""Shared models: each is made once a run, after those that it stands on."""

from collections import Counter
from pathlib import Path

import pytest

from audit.cross import make_models
from audit.engines.embedded import Engine
from audit.rulebook import Model


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Engine, Counter[str]]:
    """An engine, and how often each table or view was created in it."""
    engine, counted, run = Engine(tmp_path, 500_000_000), Counter[str](), Engine.run

    def counting(self: Engine, sql: str, *values: object) -> None:
        counted[sql.split('"')[1]] += 1
        run(self, sql, *values)

    monkeypatch.setattr(Engine, "run", counting)
    return engine, counted


def models(**queries: str) -> dict[str, Model]:
    return {name: Model(name, "", sql, True) for name, sql in queries.items()}


def test_a_model_that_two_others_stand_on_is_made_once(made: tuple[Engine, Counter[str]]) -> None:
    engine, counted = made
    known = models(a="select * from c", b="select * from a join c using (n)", c="select 1 as n")
    assert make_models(engine, known, {}, (), also=["select * from a, b, c"]) == {}
    assert counted == {"a": 1, "b": 1, "c": 1}
    assert engine.one("select count(*) from b") == 1


def test_what_is_there_is_not_made_again(made: tuple[Engine, Counter[str]]) -> None:
    engine, counted = made
    known, there = models(a="select 1 as n", b="select * from a"), set[str]()
    make_models(engine, known, {}, (), also=["a"], made=there)
    make_models(engine, known, {}, (), also=["b"], made=there)
    assert there == {"a", "b"}
    assert counted == {"a": 1, "b": 1}
