"""Row rules: the checks of a table's pandera schema, harvested and evaluated together, batch by batch.

``schema.validate`` would do for small frames; on a state's files its failure reporting explodes. So each check's
condition and verdict are taken as expressions and all rules of a table go into one select per batch.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import polars as pl

from audit.copies import Copies
from audit.engines.embedded import BATCH, Engine, quoted
from audit.outcome import Gathered, Outcome, Readiness
from audit.rulebook import AS_OF, FILE, LINE, POLARS_TYPE, SCHOOL_YEAR, Rule, parts_of
from audit.settle import FILE_FACTOR, Supply
from audit.store import Part, scan

#: Verdicts of a rule on a row.
OUTSIDE, HOLDS, UNDETERMINED, FAILS = 0, 1, 2, 3
#: A rule is judged on the rows of its population alone where these are so much fewer than those of a batch of so many.
FEWER, WORTH = 4, 50_000
#: Gives columns of a batch by their names.
Rest = Callable[[Collection[str]], pl.DataFrame]


@dataclass(frozen=True)
class Harvest:
    """A row rule as expressions: which rows it judges, and HOLDS .. FAILS for these.

    ``parts``: where it judges several columns.
    """

    rule: Rule
    number: int
    condition: pl.Expr
    verdict: pl.Expr
    parts: Mapping[str, pl.Expr]

    @property
    def name(self) -> str:
        """The column of its states."""
        return f"_r{self.number}"

    @property
    def state(self) -> pl.Expr:
        """OUTSIDE .. FAILS for every row."""
        return self.state_where(self.condition)

    def state_where(self, condition: pl.Expr) -> pl.Expr:
        return pl.when(condition).then(self.verdict).otherwise(OUTSIDE).cast(pl.UInt8).alias(self.name)

    @property
    def columns(self) -> set[str]:
        return {c for e in (self.state, *self.parts.values()) for c in e.meta.root_names()}

    @property
    def judging(self) -> set[str]:
        """The columns that tell whether it judges a row."""
        return set(self.condition.meta.root_names())

    @property
    def only_column(self) -> str | None:
        """The column that its states depend on, if it is one."""
        found = set(self.state.meta.root_names())
        return found.pop() if len(found) == 1 else None


def harvest(rule: Rule, number: int, ready: Readiness) -> Harvest:
    """Takes the expressions out of a rule's pandera check; leaves out files and optional columns that do not apply."""
    assert rule.check is not None
    statistics = parts_of(rule.check)
    parts = dict(statistics["holds"])
    if "any" in rule.optional:
        parts = {c: e for c, e in parts.items() if c in ready.columns}
    when = statistics["when"]
    condition = pl.lit(True) if when is None else when.fill_null(False)
    if ready.skip:
        condition = condition & ~(pl.col("_row") // FILE_FACTOR).is_in(sorted(ready.skip))
    # Kleene logic: false if one part is false, else undetermined if one is null
    holds = pl.all_horizontal(parts.values())
    verdict = pl.when(holds.is_null()).then(UNDETERMINED).when(holds).then(HOLDS).otherwise(FAILS)
    return Harvest(rule, number, condition, verdict, parts if "" not in parts else {})


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
    failing, copies = Gathered(engine), Copies(engine, supply)
    for first, rest in _batches(engine, supply, harvests):
        batch = _Batch.of(supply.shown(first).with_columns(constants), rest, harvests)
        copies.keep(copies.among(batch.rows).with_columns(map(batch.state, harvests)), *(h.name for h in harvests))
        for judged in batch.judged():
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
class _Batch:
    """Rows that are judged together, a long batch by what takes least: a rule on one column of text by distinct text,
    one with a small population on its rows alone, one that judges none of the rows not at all.

    ``rows``: ``_row``, the columns, and in a long batch a column of a rule's name for what it judges, but for rules
    ``by_text``. ``inside``: how many rows that is; nothing is known of the rules of a short batch.
    """

    rows: pl.DataFrame
    rules: Sequence[Harvest]
    by_text: Sequence[Harvest] = ()
    inside: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, first: pl.DataFrame, rest: Rest, rules: Sequence[Harvest]) -> _Batch:
        """``first``: all columns, or of a long batch those that tell which rows are judged; ``rest`` gives others."""
        if first.height < WORTH:
            return cls(first, rules)
        by_text = [h for h in rules if h.only_column and first.schema[h.only_column] == pl.String]
        others = [h for h in rules if h not in by_text]
        rows = first.lazy().with_columns(h.condition.alias(h.name) for h in others).collect()
        inside = {h.name: int(rows[h.name].sum()) for h in others}
        judging = [h for h in others if inside[h.name]]
        more = set[str]().union(*(h.columns for h in judging)) - set(rows.columns)
        return cls(rows.hstack(rest(more)) if more else rows, [*judging, *by_text], by_text, inside)

    def state(self, h: Harvest) -> pl.Expr:
        """OUTSIDE .. FAILS of a rule for every row."""
        return h.state if h in self.rules else pl.lit(OUTSIDE, pl.UInt8).alias(h.name)

    def judged(self) -> Iterator[_Judged]:
        """What each rule says that judges some of the rows."""
        for h in self.by_text:
            yield _Judged.of_texts(h, self.rows)
        narrow = [h for h in self.rules if FEWER * self.inside.get(h.name, self.rows.height) < self.rows.height]
        for h in narrow:
            rows = self.rows.lazy().filter(pl.col(h.name)).select("_row", *(h.columns - {"_row"}))
            yield _Judged.of_rows(h, rows.with_columns(h.verdict.cast(pl.UInt8).alias(h.name)).collect())
        wide = [h for h in self.rules if h not in narrow and h not in self.by_text]
        states = (h.state_where(pl.col(h.name)) if h.name in self.inside else h.state for h in wide)
        judged = self.rows.with_columns(states)
        yield from (_Judged.of_rows(h, judged) for h in wide)


@dataclass(frozen=True)
class _Judged:
    """What a rule says of a batch: how many rows it judges, and leaves undetermined; the rows that fail."""

    harvest: Harvest
    population: int
    undetermined: int
    failing: pl.DataFrame

    @classmethod
    def of_rows(cls, h: Harvest, rows: pl.DataFrame) -> _Judged:
        """``rows``: with their states; those outside may be missing."""
        states = rows[h.name]
        population, undetermined = int((states != OUTSIDE).sum()), int((states == UNDETERMINED).sum())
        return cls(h, population, undetermined, rows.filter(states == FAILS))

    @classmethod
    def of_texts(cls, h: Harvest, batch: pl.DataFrame) -> _Judged:
        column = h.only_column
        assert column is not None
        texts = batch.group_by(column).len("rows").with_columns(h.state)
        rows, state = pl.col("rows"), pl.col(h.name)
        population, undetermined = texts.select(
            a=rows.filter(state != OUTSIDE).sum(), b=rows.filter(state == UNDETERMINED).sum()
        ).row(0)
        failing = texts.filter(state == FAILS)
        return cls(h, population, undetermined, batch.join(failing, on=column, how="semi", nulls_equal=True))


def left_out(rule: Rule, ready: Readiness) -> str:
    """What a reader must know about rows that the rule did not see."""
    if not ready.skip:
        return ""
    return f"rows of {len(ready.skip)} file(s) without a column that the rule reads are left out"


def _batches(engine: Engine, supply: Supply, harvests: Sequence[Harvest]) -> Iterator[tuple[pl.DataFrame, Rest]]:
    """``_row`` and the columns of a table, batch by batch, and how to get at columns that are not among them.

    Straight from the Parquet files where these are the table: that costs a third of the way through the engine. Of a
    long one only those come at first that tell which rows are judged.
    """
    columns = _columns(supply, [h.columns for h in harvests])
    if not supply.parts:
        listed = ["_row", *map(quoted, columns)]
        for batch in engine.batches(f"select {', '.join(listed)} from {quoted(supply.table.name)}"):
            yield batch, pl.DataFrame
        return
    row = (pl.col(FILE).cast(pl.Int64) * FILE_FACTOR + pl.col(LINE)).alias("_row")
    telling = _columns(supply, [h.columns if h.only_column else h.judging for h in harvests])
    for parts in _together(supply.parts):
        at_once = sum(part.rows for part in parts) < WORTH or supply.seen is not None
        first = _of_parts(parts, supply, [FILE, LINE, *(columns if at_once else telling)])
        yield first.select(row, pl.exclude(FILE, LINE)), partial(_of_parts, parts, supply)


def _columns(supply: Supply, used: Iterable[Collection[str]]) -> list[str]:
    found = set[str]().union(*used)
    return [c for c in supply.table.columns if c in found]


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


def _of_parts(parts: Sequence[Part], supply: Supply, columns: Collection[str]) -> pl.DataFrame:
    """Columns of parts, in their order; nulls where one does not have a column."""
    declared = {c.name: POLARS_TYPE[c.kind] for c in supply.table.columns.values()}
    schema = {FILE: pl.Int32, LINE: pl.UInt32, **declared}
    paths = [part.path for part in parts]
    rows = scan(paths, schema=schema, missing_columns="insert", extra_columns="ignore")
    return rows.select(columns).collect()


def _keep_failing(hits: Gathered, judged: _Judged) -> None:
    if judged.failing.is_empty():
        return
    h = judged.harvest
    columns: list[pl.Expr] = [pl.lit(h.number, pl.Int32).alias("rule"), pl.col("_row")]
    if h.parts:
        failed = [pl.when(~part).then(pl.lit(column)) for column, part in h.parts.items()]
        columns.append(pl.concat_str(failed, separator=";", ignore_nulls=True).alias("failing"))
    hits.add(judged.failing.select(columns))
