"""Row rules: the checks of a table's pandera schema, harvested and evaluated together, batch by batch.

``schema.validate`` would do for small frames; on a state's files its failure reporting explodes. So each check's
condition and verdict are taken as expressions and all rules of a table go into one select per batch.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from audit.copies import Copies
from audit.engines.embedded import Engine, quoted
from audit.outcome import Gathered, Outcome, Readiness
from audit.rulebook import AS_OF, FILE, LINE, POLARS_TYPE, SCHOOL_YEAR, Rule
from audit.settle import FILE_FACTOR, Supply

#: Verdicts of a rule on a row.
OUTSIDE, HOLDS, UNDETERMINED, FAILS = 0, 1, 2, 3


@dataclass(frozen=True)
class Harvest:
    """A row rule as expressions: ``state`` gives OUTSIDE .. FAILS; ``parts`` where it judges several columns."""

    rule: Rule
    number: int
    state: pl.Expr
    parts: Mapping[str, pl.Expr]


def harvest(rule: Rule, number: int, ready: Readiness) -> Harvest:
    """Takes the expressions out of a rule's pandera check; leaves out files and optional columns that do not apply."""
    assert rule.check is not None
    parts = dict(rule.check.holds)
    if "any" in rule.optional:
        parts = {c: e for c, e in parts.items() if c in ready.columns}
    when = rule.check.when
    condition = pl.lit(True) if when is None else when.fill_null(False)
    if ready.skip:
        condition = condition & ~(pl.col("_row") // FILE_FACTOR).is_in(sorted(ready.skip))
    # Kleene logic: false if one part is false, else undetermined if one is null
    holds = pl.all_horizontal(parts.values())
    verdict = pl.when(holds.is_null()).then(UNDETERMINED).when(holds).then(HOLDS).otherwise(FAILS)
    state = pl.when(condition).then(verdict).otherwise(OUTSIDE).cast(pl.UInt8)
    return Harvest(rule, number, state.alias(f"_r{number}"), parts if "" not in parts else {})


def evaluate(
    engine: Engine, supply: Supply, rules: Sequence[tuple[Rule, int, Readiness]], parameters: Mapping[str, object]
) -> list[Outcome]:
    """Judges all rows of a table by its row rules. Failing rows go to ``hits``; findings are counted later."""
    started = time.perf_counter()
    harvests = [harvest(rule, number, ready) for rule, number, ready in rules]
    population = dict.fromkeys((h.number for h in harvests), 0)
    undetermined = dict(population)
    constants = [
        pl.lit(parameters[AS_OF], pl.Date).alias(AS_OF),
        pl.lit(parameters[SCHOOL_YEAR], pl.Int32).alias(SCHOOL_YEAR),
    ]
    states = [h.state for h in harvests]
    failing, copies = Gathered(engine), Copies(engine, supply)
    for batch in _batches(engine, supply, _needed(harvests, supply)):
        judged = supply.shown(batch).with_columns(constants).with_columns(states)
        copies.keep(judged, *(h.state.meta.output_name() for h in harvests))
        sums = judged.select(
            *((pl.col(h.state.meta.output_name()) != OUTSIDE).sum().alias(f"p{h.number}") for h in harvests),
            *((pl.col(h.state.meta.output_name()) == UNDETERMINED).sum().alias(f"u{h.number}") for h in harvests),
        ).row(0, named=True)
        for h in harvests:
            population[h.number] += sums[f"p{h.number}"]
            undetermined[h.number] += sums[f"u{h.number}"]
        _keep_failing(failing, judged, harvests)
    failing.hand_over()
    for h in harvests:
        state = pl.col(h.state.meta.output_name())
        population[h.number] -= copies.surplus(state != OUTSIDE)
        undetermined[h.number] -= copies.surplus(state == UNDETERMINED)
    seconds = (time.perf_counter() - started) / max(len(harvests), 1)
    return [
        replace(
            Outcome(h.rule.id, "passed", population[h.number], 0, undetermined[h.number], seconds),
            reason=left_out(h.rule, ready),
        )
        for h, (_, _, ready) in zip(harvests, rules, strict=True)
    ]


def left_out(rule: Rule, ready: Readiness) -> str:
    """What a reader must know about rows that the rule did not see."""
    if not ready.skip:
        return ""
    return f"rows of {len(ready.skip)} file(s) without a column that the rule reads are left out"


def _needed(harvests: Sequence[Harvest], supply: Supply) -> list[str]:
    used = {c for h in harvests for e in (h.state, *h.parts.values()) for c in e.meta.root_names()}
    return [c for c in supply.table.columns if c in used]


def _batches(engine: Engine, supply: Supply, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """``_row`` and the columns of a table, batch by batch.

    Straight from the Parquet files where these are the table: that costs a third of the way through the engine.
    """
    if not supply.parts:
        listed = ["_row", *map(quoted, columns)]
        yield from engine.batches(f"select {', '.join(listed)} from {quoted(supply.table.name)}")
        return
    row = (pl.col(FILE).cast(pl.Int64) * FILE_FACTOR + pl.col(LINE)).alias("_row")
    for part in supply.parts:
        there = [c for c in columns if c in pl.read_parquet_schema(part.path)]
        frame = pl.read_parquet(part.path, columns=[FILE, LINE, *there])
        kinds = supply.table.columns
        absent = [pl.lit(None, POLARS_TYPE[kinds[c].kind]).alias(c) for c in columns if c not in there]
        yield frame.select(row, *there, *absent)


def _keep_failing(hits: Gathered, judged: pl.DataFrame, harvests: Sequence[Harvest]) -> None:
    for h in harvests:
        name = h.state.meta.output_name()
        failing = judged.filter(pl.col(name) == FAILS)
        if failing.is_empty():
            continue
        columns: list[pl.Expr] = [pl.lit(h.number, pl.Int32).alias("rule"), pl.col("_row")]
        if h.parts:
            failed = [pl.when(~part).then(pl.lit(column)) for column, part in h.parts.items()]
            columns.append(pl.concat_str(failed, separator=";", ignore_nulls=True).alias("failing"))
        hits.add(failing.select(columns))
