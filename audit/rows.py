"""Row rules: the checks of a table's pandera schema, harvested and evaluated together, batch by batch.

``schema.validate`` would do for small frames; on a state's files its failure reporting explodes. So each check's
condition and verdict are taken as expressions: all rules of a table go into one select per short batch, and a long one
is judged by distinct values (``audit.distinct``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from audit.copies import Copies
from audit.distinct import Batch, Simple
from audit.engines.embedded import BATCH, Engine, quoted
from audit.outcome import Gathered, Outcome, Readiness
from audit.read import parquet
from audit.read.coded import Column, as_series, joined
from audit.rulebook import AS_OF, FILE, LINE, POLARS_TYPE, SCHOOL_YEAR, Rule, parts_of
from audit.settle import FILE_FACTOR, Supply
from audit.store import Part, scan

#: Verdicts of a rule on a row.
OUTSIDE, HOLDS, UNDETERMINED, FAILS = 0, 1, 2, 3
#: Rows of a batch that is worth judging by distinct values.
WORTH = 50_000
ROW = "_row"


@dataclass(frozen=True)
class Harvest:
    """A row rule as expressions: which rows it judges, and what must hold of these, for several columns each.

    ``holds``: under an empty name where it does not judge columns one by one.
    """

    rule: Rule
    number: int
    condition: pl.Expr
    holds: Mapping[str, pl.Expr]

    @property
    def name(self) -> str:
        """The column of its states."""
        return f"_r{self.number}"

    @property
    def state(self) -> pl.Expr:
        """OUTSIDE .. FAILS for every row."""
        # Kleene logic: false if one part is false, else undetermined if one is null
        holds = pl.all_horizontal(self.holds.values())
        verdict = pl.when(holds.is_null()).then(UNDETERMINED).when(holds).then(HOLDS).otherwise(FAILS)
        return pl.when(self.condition).then(verdict).otherwise(OUTSIDE).cast(pl.UInt8).alias(self.name)

    @property
    def parts(self) -> Mapping[str, pl.Expr]:
        """What must hold of each column, where it judges several."""
        return {} if "" in self.holds else self.holds

    @property
    def columns(self) -> set[str]:
        return {c for e in (self.condition, *self.holds.values()) for c in e.meta.root_names()}


def harvest(rule: Rule, number: int, ready: Readiness) -> Harvest:
    """Takes the expressions out of a rule's pandera check; leaves out files and optional columns that do not apply."""
    assert rule.check is not None
    statistics = parts_of(rule.check)
    parts = dict(statistics["holds"])
    if "any" in rule.optional:
        parts = {c: e for c, e in parts.items() if c in ready.columns}
    condition = pl.lit(True) if statistics["when"] is None else statistics["when"]
    if ready.skip:
        condition = condition & ~(pl.col(ROW) // FILE_FACTOR).is_in(sorted(ready.skip))
    return Harvest(rule, number, condition, parts)


def evaluate(
    engine: Engine, supply: Supply, rules: Sequence[tuple[Rule, int, Readiness]], parameters: Mapping[str, object]
) -> list[Outcome]:
    """Judges all rows of a table by its row rules. Failing rows go to ``hits``; findings are counted later."""
    started = time.perf_counter()
    harvests = [harvest(rule, number, ready) for rule, number, ready in rules]
    population = dict.fromkeys((h.number for h in harvests), 0)
    undetermined = dict(population)
    constants = {AS_OF: pl.lit(parameters[AS_OF], pl.Date), SCHOOL_YEAR: pl.lit(parameters[SCHOOL_YEAR], pl.Int32)}
    long = _Long(harvests, constants)
    columns = set[str]().union(*(h.columns for h in harvests))
    failing, copies = Gathered(engine), Copies(engine, supply)
    for height, column in _batches(engine, supply, columns):
        batch = Batch(height, column, long.simple)
        if copies.rows.height:
            doubled = batch.rows({ROW, *columns}, copies.among(batch.rows({ROW})[ROW]))
            copies.keep(doubled.with_columns(h.state for h in harvests), *(h.name for h in harvests))
        for judged in long.judged(batch) if height >= WORTH else _short(batch.rows({ROW, *columns}), harvests):
            population[judged.harvest.number] += judged.population
            undetermined[judged.harvest.number] += judged.undetermined
            _keep_failing(failing, judged)
    failing.hand_over()
    for h in harvests:
        population[h.number] -= copies.surplus(pl.col(h.name) != OUTSIDE)
        undetermined[h.number] -= copies.surplus(pl.col(h.name) == UNDETERMINED)
    seconds = (time.perf_counter() - started) / max(len(harvests), 1)
    return [
        replace(
            Outcome(h.rule.id, "passed", population[h.number], 0, undetermined[h.number], seconds),
            reason=left_out(h.rule, ready),
        )
        for h, (_, _, ready) in zip(harvests, rules, strict=True)
    ]


@dataclass(frozen=True)
class _Judged:
    """What a rule says of a batch: how many rows it judges, and leaves undetermined; the rows that fail."""

    harvest: Harvest
    population: int
    undetermined: int
    failing: pl.DataFrame


def _short(rows: pl.DataFrame, harvests: Sequence[Harvest]) -> Iterator[_Judged]:
    """All rules at once, row by row."""
    judged = rows.with_columns(h.state for h in harvests)
    for h in harvests:
        rows_of = np.bincount(judged[h.name].to_numpy(), minlength=4).tolist()
        failing = judged.filter(pl.col(h.name) == FAILS) if rows_of[FAILS] else judged.clear()
        yield _Judged(h, judged.height - rows_of[OUTSIDE], rows_of[UNDETERMINED], failing)


class _Long:
    """Judges long batches: what depends on one column by its distinct values, what a rule demands on its rows alone."""

    def __init__(self, harvests: Sequence[Harvest], constants: Mapping[str, pl.Expr]) -> None:
        self._harvests, self.simple = harvests, Simple(constants)

    @cached_property
    def _inside(self) -> dict[str, pl.Expr]:
        return {h.name: self.simple.within(h.condition).fill_null(False) for h in self._harvests}

    @cached_property
    def _verdicts(self) -> dict[str, dict[str, pl.Expr]]:
        return {h.name: self._verdict(h) for h in self._harvests}

    def _verdict(self, h: Harvest) -> dict[str, pl.Expr]:
        holds = pl.all_horizontal([self.simple.within(e) for e in h.holds.values()])
        return {"undetermined": holds.is_null(), "fails": (~holds).fill_null(False)}

    def judged(self, batch: Batch) -> Iterator[_Judged]:
        inside = batch.holding(self._inside)
        for h in self._harvests:
            rows = np.flatnonzero(inside[h.name].to_numpy())
            if len(rows):
                verdict = batch.holding(self._verdicts[h.name], rows)
                failing = rows[verdict["fails"].to_numpy()]
                found = batch.rows({ROW, *(h.columns if h.parts else ())}, failing)
                yield _Judged(h, len(rows), int(verdict["undetermined"].sum()), found)


def left_out(rule: Rule, ready: Readiness) -> str:
    """What a reader must know about rows that the rule did not see."""
    if not ready.skip:
        return ""
    return f"rows of {len(ready.skip)} file(s) without a column that the rule reads are left out"


def _batches(engine: Engine, supply: Supply, used: Collection[str]) -> Iterator[tuple[int, Callable[[str], Column]]]:
    """How many rows the batches of a table have, and what gives a column of one by its name.

    Straight from the Parquet files where these are the table: that costs a third of the way through the engine.
    """
    columns = [c for c in supply.table.columns if c in used]
    if not supply.parts:
        listed = [ROW, *map(quoted, columns)]
        for batch in engine.batches(f"select {', '.join(listed)} from {quoted(supply.table.name)}"):
            shown = supply.shown(batch)
            yield shown.height, shown.get_column
    for parts in _together(supply.parts):
        height = sum(part.rows for part in parts)
        if height >= WORTH and supply.seen is None:
            yield height, _stored(parts, supply)
        else:
            shown = supply.shown(_of_parts(parts, supply, [ROW, *columns]))
            yield shown.height, shown.get_column


def _together(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Parts one after the other; small ones several at a time."""
    group = list[Part]()
    for part in parts:
        if group and sum(p.rows for p in group) + part.rows > BATCH:
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _types(supply: Supply) -> dict[str, Any]:
    return {FILE: pl.Int32, LINE: pl.UInt32, **{c.name: POLARS_TYPE[c.kind] for c in supply.table.columns.values()}}


def _of_parts(parts: Sequence[Part], supply: Supply, columns: Iterable[str]) -> pl.DataFrame:
    """Columns of parts, in their order; nulls where one does not have a column."""
    paths = [part.path for part in parts]
    rows = scan(paths, schema=_types(supply), missing_columns="insert", extra_columns="ignore")
    row = (pl.col(FILE).cast(pl.Int64) * FILE_FACTOR + pl.col(LINE)).alias(ROW)
    return rows.select(row if c == ROW else c for c in columns).collect()


def _stored(parts: Sequence[Part], supply: Supply) -> Callable[[str], Column]:
    """Gives columns of parts as their files have them."""
    files, types = [parquet.File(part.path) for part in parts], _types(supply)

    def column(name: str) -> Column:
        own = LINE if name == ROW else name
        found = [c for file in files if (c := file.column(own, types[own])) is not None]
        if len(found) < len(files):
            return _of_parts(parts, supply, [name])[name]
        if name == ROW:
            numbers = (np.int64(part.file * FILE_FACTOR) for part in parts)
            return pl.Series(np.concatenate([as_series(c).to_numpy() + n for c, n in zip(found, numbers, strict=True)]))
        return joined(found)

    return column


def _keep_failing(hits: Gathered, judged: _Judged) -> None:
    if judged.failing.is_empty():
        return
    h = judged.harvest
    columns: list[pl.Expr] = [pl.lit(h.number, pl.Int32).alias("rule"), pl.col(ROW)]
    if h.parts:
        failed = [pl.when(~part).then(pl.lit(column)) for column, part in h.parts.items()]
        columns.append(pl.concat_str(failed, separator=";", ignore_nulls=True).alias("failing"))
    hits.add(judged.failing.select(columns))
