"""Rules that nobody writes: KEY-<table> and REF-<table>-<column>, from the declarations of the tables."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

import polars as pl

from audit.copies import Copies
from audit.engines.embedded import Engine, quoted
from audit.outcome import Gathered, Outcome
from audit.rulebook import Reference, Rule, Rulebook, Table
from audit.settle import Supply


def all_rules(rulebook: Rulebook) -> dict[str, Rule]:
    """The rules of a rulebook and those generated from its tables, by id."""
    return dict(sorted({**rulebook.rules, **rules(rulebook)}.items()))


def rules(rulebook: Rulebook) -> dict[str, Rule]:
    """The generated rules, by id."""
    found = [key_rule(t) for t in rulebook.tables.values() if not t.key_tested_by]
    for table in rulebook.tables.values():
        found += [reference_rule(table, r, rulebook.tables[r.table]) for r in table.references if not r.tested_by]
    return {rule.id: rule for rule in found}


def key_rule(table: Table) -> Rule:
    """The primary key of a table is filled and occurs once: one finding for each doubled key, at its first row."""
    named = ", ".join(table.key)
    return Rule(
        id=f"KEY-{table.name}",
        title=f"Key of {table.name} is empty or occurs twice",
        table=table.name,
        key=table.key,
        columns=table.key,
        message="A column of the key is empty, or a later row has the same key.",
        expected=f"one row for each {named}",
        fix="Fill the empty column, or remove or correct the row that was sent twice.",
        source="primary key of the table",
        section="Keys",
        kind="key",
        reach="student" if table.student in table.key else "all",
        reads=tuple((table.name, column) for column in table.key),
        origin="generated",
    )


def reference_rule(table: Table, reference: Reference, target: Table) -> Rule:
    """What a row names exists in the table that it points to."""
    named = ", ".join(reference.columns)
    own = (table.student, target.student) in zip(reference.columns, reference.target, strict=True)
    return Rule(
        id=f"REF-{table.name}-{reference.columns[0]}",
        title=f"{named} of {table.name} points to nothing in {reference.table}",
        severity="warning",
        table=table.name,
        key=table.key,
        columns=reference.columns,
        message=f"There is no row in {reference.table} with this {named}.",
        expected=f"a {named} that exists in {reference.table}",
        fix=f"Correct the {named}, or send the missing {reference.table} row.",
        source="foreign key of the table",
        section="References",
        kind="reference",
        reach="student" if own or not target.student else "all",
        reads=tuple((table.name, c) for c in reference.columns) + tuple((reference.table, c) for c in reference.target),
        sql=_reference_sql(table, reference),
        origin="generated",
    )


def _reference_sql(table: Table, reference: Reference) -> str:
    named, judged = quoted(reference.columns[0]), _judged(table, reference)
    return (
        f"with unknown as ({_unknown(table, reference)}) select t._row, u.{named} is null as holds "
        f"from {quoted(table.name)} t left join unknown u on {_same(reference)} where {judged}"
    )


def _unknown(table: Table, reference: Reference) -> str:
    """What points to nothing, each value once.

    Values are looked up when they are distinct, which are much fewer than the rows; but for students.
    """
    named = ", ".join(quoted(c) for c in reference.columns)
    unknown = _points_nowhere(reference)
    rows = f"{quoted(table.name)} t where {_judged(table, reference)}"
    if table.student in reference.columns:
        return f"select distinct {named} from {rows} and {unknown}"
    return f"select {named} from (select distinct {named} from {rows}) t where {unknown}"


def _points_nowhere(reference: Reference) -> str:
    """Condition on a row ``t``."""
    pairs = zip(reference.columns, reference.target, strict=True)
    there = " and ".join(f"r.{quoted(to)} = t.{quoted(c)}" for c, to in pairs)
    return f"not exists (select 1 from {quoted(reference.table)} r where {there})"


def _judged(table: Table, reference: Reference) -> str:
    """Which rows ``t`` name something and are not marked erroneous."""
    filled = " and ".join(f"t.{quoted(c)} is not null" for c in reference.columns)
    return f"{filled} and not coalesce({table.marked_sql}, false)" if table.marked_sql else filled


def _same(reference: Reference) -> str:
    return " and ".join(f"u.{quoted(c)} = t.{quoted(c)}" for c in reference.columns)


def judge_reference(engine: Engine, supply: Supply, rule: Rule, number: int, skip: Collection[int]) -> Outcome:
    """The same as the rule's query says, without looking at each row: only those that fail are told one by one.

    ``skip``: numbers of the files whose rows are left out.
    """
    started = time.perf_counter()
    table = supply.table
    (reference,) = (r for r in table.references if r.columns == rule.columns)
    judged = f"from {quoted(table.name)} t where {_judged(table, reference)}"
    if skip:
        judged += f" and _file not in ({', '.join(str(n) for n in sorted(skip))})"
    population = _find_unknown(engine, table, reference, judged)
    hits, copies = Gathered(engine), Copies(engine, supply)
    if engine.one("select count(*) from _unknown"):
        for batch in engine.batches(f"select _row {judged} and exists (from _unknown u where {_same(reference)})"):
            hits.add(batch.select(pl.lit(number, pl.Int32).alias("rule"), "_row"))
        hits.hand_over()
    engine.run("drop table _unknown")
    if supply.doubled:
        copies.keep(
            engine.frame(f"select _row {judged} and _row in (select _row from {quoted('_doubled_' + table.name)})")
        )
    population -= copies.surplus(pl.lit(True))
    return Outcome(rule.id, "passed", population, seconds=time.perf_counter() - started)


def _find_unknown(engine: Engine, table: Table, reference: Reference, judged: str) -> int:
    """What points to nothing, into ``_unknown``. How many rows are judged: but for students, each value tells."""
    make = "create or replace table _unknown as "
    if table.student in reference.columns:
        engine.run(make + _unknown(table, reference))
        return int(engine.one(f"select count(*) {judged}"))
    named = ", ".join(quoted(c) for c in reference.columns)
    engine.run(f"create or replace table _named as select {named}, count(*) as rows {judged} group by all")
    engine.run(f"{make} select {named} from _named t where {_points_nowhere(reference)}")
    rows = engine.one("select coalesce(sum(rows), 0) from _named")
    engine.run("drop table _named")
    return int(rows)


def judge_key(engine: Engine, supply: Supply, rule: Rule, number: int) -> Outcome:
    """The rows with an empty key column, and the first row of each doubled key that settling found."""
    started = time.perf_counter()
    name = supply.table.name
    failing = _rows_where_any([_is_empty(c, supply) for c in rule.key], supply)
    if supply.doubled:
        failing += f" union all select _row from {quoted('_doubled_' + name)} where is_first"
    hits = Gathered(engine)
    for batch in engine.batches(failing):
        hits.add(supply.shown(batch).select(pl.lit(number, pl.Int32).alias("rule"), "_row"))
    hits.hand_over()
    copies = Copies(engine, supply)
    copies.keep(supply.shown(copies.rows.select("_row")))
    records = supply.rows_shown - copies.surplus(pl.lit(True))
    return Outcome(rule.id, "passed", records, seconds=time.perf_counter() - started)


def _rows_where_any(conditions: Sequence[str], supply: Supply) -> str:
    """Of Parquet files a query by itself for each condition: those that know to have no empty value are not read."""
    rows = f"select _row from {quoted(supply.table.name)} where "
    if supply.copied:
        return rows + "(" + ") or (".join(conditions) + ")"
    return "(" + " union ".join(rows + condition for condition in conditions) + ")"


def _is_empty(column: str, supply: Supply) -> str:
    """A column that the layout of a row does not have is absent, not empty, even where it could not be worked out."""
    absent = ", ".join(str(n) for n in sorted(supply.absent.get(column, ())))
    return f"{quoted(column)} is null" + (f" and _file not in ({absent})" if absent else "")
