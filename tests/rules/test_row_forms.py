"""The two forms of a row rule, pandera's and the harvested one that judges extracts, find the same rows."""

from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

import numpy as np
import pandera.polars as pa
import polars as pl
import polars.selectors as cs
import pytest
from pandera.errors import SchemaErrors

from audit import rows
from audit.distinct import Batch
from audit.outcome import Readiness
from audit.read import parquet
from audit.read.coded import Coded, Column, joined
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


Counts = dict[str, tuple[int, int, list[int]]]


def counted(judged: Iterable[rows._Judged]) -> Counts:
    """Population, undetermined and failing rows of the rules that judge any."""
    found = {j.harvest.name: (j.population, j.undetermined, sorted(j.failing["_row"].to_list())) for j in judged}
    return {name: counts for name, counts in found.items() if counts[0]}


def test_a_long_batch_is_judged_like_a_short_one(rulebook: Rulebook, tmp_path: Path) -> None:
    """By the distinct values of columns, as parts hold them, and of columns that come row by row."""
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
        long = rows._Long(harvests, {c: pl.lit(frame[c][0], frame.schema[c]) for c in (AS_OF, SCHOOL_YEAR)})
        short = counted(rows._short(batch, harvests))
        assert any(failing for _, _, failing in short.values()), table
        for column in (batch.get_column, as_in_parts(batch, tmp_path / table)):
            assert counted(long.judged(Batch(batch.height, column, long.simple))) == short


def as_in_parts(batch: pl.DataFrame, path: Path) -> Callable[[str], Column]:
    """Columns as the files of two parts give them, some of them with a dictionary in each."""
    columns = batch.drop("_row", AS_OF, SCHOOL_YEAR)
    halves = [columns[: batch.height // 2], columns[batch.height // 2 :]]
    for number, half in enumerate(halves):
        texts = half.select(cs.string() | cs.date())
        coded = {c.name: Coded(np.arange(len(c), dtype=np.uint32), c) for c in texts}
        parquet.write(path.with_suffix(f".{number}"), half.height, half.to_dict() | coded)
    files = [parquet.File(path.with_suffix(f".{number}")) for number in (0, 1)]

    def column(name: str) -> Column:
        found = [] if name == "_row" else [file.column(name, batch.schema[name]) for file in files]
        own = [c for c in found if c is not None]
        return joined(own) if len(own) == len(files) else batch[name]

    return column


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
