"""The two forms of a row rule, pandera's and the harvested one that judges extracts, find the same rows."""

from random import Random

import pandera.polars as pa
import polars as pl
import pytest
from pandera.errors import SchemaErrors

from audit import rows
from audit.outcome import Readiness
from audit.rulebook import AS_OF, SCHOOL_YEAR, Rule, Rulebook
from tests.rules import factory, worlds
from tests.rules.harness import PARAMETERS, Case, cases

MIXED = 60


def judged_frame(rulebook: Rulebook, table: str, given: list[worlds.Row]) -> pl.DataFrame:
    """Typed rows with the run's parameters, as row rules see them."""
    return factory.frame(rulebook, table, given).with_columns(
        pl.lit(PARAMETERS[AS_OF]).alias(AS_OF), pl.lit(PARAMETERS[SCHOOL_YEAR], pl.Int32).alias(SCHOOL_YEAR)
    )


def harvested(rule: Rule, frame: pl.DataFrame | pl.LazyFrame) -> list[int]:
    """Numbers of the rows that fail, by the form that judges extracts."""
    ready = Readiness(True, columns=frozenset(frame.collect_schema().names()))
    state = rows.harvest(rule, 1, ready).state
    states = frame.lazy().select(state).collect().to_series()
    return (states == rows.FAILS).arg_true().to_list()


def validated(rule: Rule, frame: pl.DataFrame) -> list[int]:
    """Numbers of the rows that fail, by pandera."""
    assert rule.check is not None
    schema = pa.DataFrameSchema(checks=[rule.check], strict=False)
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as error:
        found = error.failure_cases
        assert set(found["check"]) <= {rule.check.error, rule.id}, found
        return sorted(set(found["index"].to_list()))
    return []


def rows_of(rule: Rule, all_cases: list[Case]) -> list[worlds.Row]:
    return [row for case in all_cases if case.rule_id == rule.id for row in case.tables.get(rule.table, [])]


def row_rules(rulebook: Rulebook) -> list[Rule]:
    return [part for rule in rulebook.rules.values() for part in rule.parts if part.check is not None]


def test_harvested_and_validated_forms_agree(rulebook: Rulebook) -> None:
    random = Random(1)
    differing = []
    for rule in row_rules(rulebook):
        given = rows_of(rule, cases(rulebook.name))
        frame = judged_frame(rulebook, rule.table, given + worlds.mixed(rulebook, rule.table, given, MIXED, random))
        failing = harvested(rule, frame)
        if not failing or failing != validated(rule, frame):
            differing.append(rule.id)
    assert not differing


def counted(batch: pl.DataFrame, harvests: list[rows.Harvest]) -> dict[str, tuple[int, int, list[int]]]:
    """Population, undetermined and failing rows by rule; at first only what tells which rows are judged is given."""
    telling = {"_row"}.union(*(h.columns if h.only_column else h.judging for h in harvests))
    first = batch if batch.height < rows.WORTH else batch.select(c for c in batch.columns if c in telling)
    found: dict[str, tuple[int, int, list[int]]] = dict.fromkeys((h.name for h in harvests), (0, 0, []))
    for j in rows._Batch.of(first, batch.select, harvests).judged():
        found[j.harvest.name] = (j.population, j.undetermined, sorted(j.failing["_row"].to_list()))
    return found


def test_a_long_batch_is_judged_like_a_short_one(rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """By distinct text, by the rows of the population alone, and by all rows."""
    random = Random(2)
    by_table: dict[str, list[Rule]] = {}
    for rule in row_rules(rulebook):
        by_table.setdefault(rule.table, []).append(rule)
    for table, own in by_table.items():
        given = [row for rule in own for row in rows_of(rule, cases(rulebook.name))]
        frame = judged_frame(rulebook, table, given + worlds.mixed(rulebook, table, given, MIXED, random))
        batch = frame.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias("_row"))
        ready = Readiness(True, columns=frozenset(batch.columns))
        harvests = [rows.harvest(rule, number, ready) for number, rule in enumerate(own)]
        short = counted(batch, harvests)
        assert any(failing for _, _, failing in short.values()), table
        monkeypatch.setattr(rows, "WORTH", 0)
        assert counted(batch, harvests) == short
        monkeypatch.undo()


@pytest.fixture
def nameless(illinois: Rulebook) -> pl.DataFrame:
    """One student whose last name no rule accepts."""
    return judged_frame(illinois, "student", [{"legal_last_name": "Moss!"}])


def test_canary_pandera_passes_a_bad_lazy_frame(illinois: Rulebook, nameless: pl.DataFrame) -> None:
    """If this fails, pandera has begun to judge the data of lazy frames."""
    rule = illinois.rules["IL-DEMO-008"]
    assert rule.check is not None
    pa.DataFrameSchema(checks=[rule.check]).validate(nameless.lazy(), lazy=True).collect()


def test_the_harvested_form_judges_a_lazy_frame(illinois: Rulebook, nameless: pl.DataFrame) -> None:
    assert harvested(illinois.rules["IL-DEMO-008"], nameless.lazy()) == [0]
    assert validated(illinois.rules["IL-DEMO-008"], nameless) == [0]
