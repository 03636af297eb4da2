"""Small faults planted in rules: the cases of a rule must tell each of them from the rule itself.

A rule's answer is a state per judged row (outside, holds, undetermined, fails). Faults of the verdict change that
answer; faults of the text change a comparison in the rule's own query or expression, or leave out its condition, a
part of it, or a member of a list.
"""

from __future__ import annotations

import copy
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pandera.polars as pa
import polars as pl
import sqlglot
from sqlglot import exp

from audit import rows
from audit.cross import fill
from audit.engines.embedded import quoted
from audit.outcome import Readiness
from audit.rows import FAILS, HOLDS, OUTSIDE, UNDETERMINED
from audit.rulebook import AS_OF, SCHOOL_YEAR, Rule, parts_of
from tests.rules.harness import PARAMETERS, Bench, Case, differs

#: State of each judged row: (locator, state).
Answer = list[tuple[int, int]]

VERDICTS: Mapping[str, Mapping[int, int]] = {
    "holds negated": {HOLDS: FAILS, FAILS: HOLDS},
    "always true": {FAILS: HOLDS, UNDETERMINED: HOLDS},
    "always false": {HOLDS: FAILS, UNDETERMINED: FAILS},
    "null taken as true": {UNDETERMINED: HOLDS},
    "null taken as false": {UNDETERMINED: FAILS},
}
NULLS = ("null taken as true", "null taken as false")

OTHER_SIGN = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<>", "<>": "="}
_SIGN = re.compile(r"'[^']*'|--[^\n]*|<=|>=|<>|<|>|=")
OTHER_OPERATOR = {"Lt": "LtEq", "LtEq": "Lt", "Gt": "GtEq", "GtEq": "Gt", "Eq": "NotEq", "NotEq": "Eq"}
#: is_between with one of its bounds opened or closed.
OTHER_BOUNDS = {
    "Both": ("Left", "Right"),
    "Left": ("Both", "None"),
    "Right": ("Both", "None"),
    "None": ("Left", "Right"),
}


@dataclass(frozen=True)
class Mutant:
    """A rule with one fault: ``verdict`` changes the answer of the part at ``place``, else ``part`` takes its place."""

    name: str
    place: int
    part: Rule
    verdict: Mapping[int, int] | None = None


def mutants(rule: Rule, nulls: bool) -> list[Mutant]:
    """All faults of a rule; ``nulls``: also those that only an undetermined record shows."""
    out = []
    for place, part in enumerate(rule.parts):
        label = f"{part.table}: " if rule.also else ""
        out += [
            Mutant(label + name, place, part, verdict)
            for name, verdict in VERDICTS.items()
            if nulls or name not in NULLS
        ]
        changed = _changed_sql(part) if part.sql else _changed_checks(part)
        out += [Mutant(label + name, place, other) for name, other in changed]
    return out


# ---------------------------------------------------------------------------------------------------------------------
# Faults of the text


def _changed_sql(rule: Rule) -> Iterator[tuple[str, Rule]]:
    sql = fill(rule.sql or "", PARAMETERS)
    for found in _SIGN.finditer(sql):
        sign = found[0]
        if sign in OTHER_SIGN:
            around = " ".join(sql[max(0, found.start() - 30) : found.end() + 20].split())
            changed = sql[: found.start()] + OTHER_SIGN[sign] + sql[found.end() :]
            yield f"{OTHER_SIGN[sign]} in: {around}", replace(rule, sql=changed)
    for name, changed_tree in _changed_trees(sqlglot.parse_one(sql, dialect="duckdb")):
        yield name, replace(rule, sql=changed_tree.sql("duckdb"))


def _changed_trees(tree: exp.Expr) -> Iterator[tuple[str, exp.Expr]]:
    """The query without its condition, without one part of it, and without one member of a list."""
    if where := tree.args.get("where"):
        changed = tree.copy()
        changed.args.pop("where")
        yield "condition dropped", changed
        terms = list(where.this.flatten()) if isinstance(where.this, exp.And) else []
        for n, term in enumerate(terms):
            changed = tree.copy()
            changed.set("where", exp.Where(this=exp.and_(*terms[:n], *terms[n + 1 :], copy=True)))
            yield f"without the condition {term.sql('duckdb')}", changed
    for n, members in enumerate(_lists(tree)):
        for k, member in enumerate(members if len(members) > 1 else ()):
            changed = tree.copy()
            _lists(changed)[n].pop(k)
            yield f"without {member.sql('duckdb')} in list {n + 1}", changed


def _lists(tree: exp.Expr) -> list[list[exp.Expr]]:
    """The members of each ``in (...)``."""
    return [found.expressions for found in tree.find_all(exp.In) if found.expressions]


def _changed_checks(rule: Rule) -> Iterator[tuple[str, Rule]]:
    assert rule.check is not None
    statistics = parts_of(rule.check)
    when, holds = statistics["when"], statistics["holds"]
    if when is not None:
        yield "condition dropped", _with(rule, None, holds)
        for name, other in _terms(when):
            yield name, _with(rule, other, holds)
        for name, other in _changed_expressions(when):
            yield f"condition: {name}", _with(rule, other, holds)
    for column, expression in holds.items():
        for name, other in _changed_expressions(expression):
            yield f"{column} {name}".strip(), _with(rule, when, holds | {column: other})


def _with(rule: Rule, when: pl.Expr | None, holds: Mapping[str, pl.Expr]) -> Rule:
    return replace(rule, check=pa.Check(lambda data: data, statistics={"when": when, "holds": dict(holds)}))


def _terms(when: pl.Expr) -> Iterator[tuple[str, pl.Expr]]:
    """One side of an outermost ``&`` alone."""
    whole = json.loads(when.meta.serialize(format="json"))
    if isinstance(whole, dict) and whole.get("BinaryExpr", {}).get("op") == "And":
        for side in ("left", "right"):
            yield f"condition: {side} side alone", _expression(whole["BinaryExpr"][side])


def _expression(serialised: Any) -> pl.Expr:
    return pl.Expr.deserialize(io.StringIO(json.dumps(serialised)), format="json")


def _changed_expressions(expression: pl.Expr) -> Iterator[tuple[str, pl.Expr]]:
    """The expression with one comparison changed, for each of them."""
    whole = json.loads(expression.meta.serialize(format="json"))
    for number, (path, name, other) in enumerate(_comparisons(whole), start=1):
        changed = copy.deepcopy(whole)
        node = changed
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = other
        yield f"{other} for {name}, comparison {number}", _expression(changed)


def _comparisons(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str, str]]:
    """Where the comparisons stand in a serialised expression, what they are, and what to put in their place."""
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(node, dict):
        inner = node.items()
        if node.get("op") in OTHER_OPERATOR:
            yield (*path, "op"), node["op"], OTHER_OPERATOR[node["op"]]
        if "closed" in node:
            yield from (((*path, "closed"), node["closed"], other) for other in OTHER_BOUNDS[node["closed"]])
    elif isinstance(node, list):
        inner = enumerate(node)
    for step, child in inner:
        yield from _comparisons(child, (*path, step))


# ---------------------------------------------------------------------------------------------------------------------
# Answers


def answer(bench: Bench, rule: Rule) -> Answer:
    """What a rule (one part) says of the rows on the bench."""
    if rule.sql:
        found = bench.engine.rows(f"select _row, holds from ({fill(rule.sql, PARAMETERS)})")
        return [(row, UNDETERMINED if holds is None else HOLDS if holds else FAILS) for row, holds in found]
    frame = bench.engine.frame(f"select * from {quoted(rule.table)}").with_columns(
        pl.lit(PARAMETERS[AS_OF]).alias(AS_OF), pl.lit(PARAMETERS[SCHOOL_YEAR], pl.Int32).alias(SCHOOL_YEAR)
    )
    ready = Readiness(True, columns=frozenset(bench.rulebook.tables[rule.table].columns))
    states = frame.select("_row", rows.harvest(rule, 1, ready).state)
    return [(row, state) for row, state in states.rows() if state != OUTSIDE]


def survivors(bench: Bench, rule: Rule, cases: Iterable[Case], nulls: bool) -> list[str]:
    """Faults that all cases let pass."""
    alive = mutants(rule, nulls)
    for case in cases:
        bench.fill(case.tables)
        with _computed_once(bench, rule):
            right = [answer(bench, part) for part in rule.parts]
            keys = [_keys(bench, part) for part in rule.parts]
            alive = [mutant for mutant in alive if not _told_apart(bench, mutant, case, right, keys)]
    return [mutant.name for mutant in alive]


@contextmanager
def _computed_once(bench: Bench, rule: Rule) -> Iterator[None]:
    """The models that a rule selects from as temporary tables, which DuckDB finds before the views of the same name."""
    words = {word for part in rule.parts for word in re.findall(r"\w+", part.sql or "")}
    models = sorted(words & set(bench.rulebook.models))
    for name in models:
        bench.engine.run(f"create temp table {name} as select * from main.{name}")
    try:
        yield
    finally:
        for name in models:
            bench.engine.run(f"drop table temp.{name}")


def _told_apart(bench: Bench, mutant: Mutant, case: Case, right: list[Answer], keys: list[dict[int, Any]]) -> bool:
    answers = list(right)
    if mutant.verdict is None:
        answers[mutant.place] = answer(bench, mutant.part)
    else:
        changes = mutant.verdict
        answers[mutant.place] = [(row, changes.get(state, state)) for row, state in right[mutant.place]]
        if answers == right:
            return False
    found = [keys[n][row] for n, own in enumerate(answers) for row, state in own if state == FAILS]
    undetermined = sum(state == UNDETERMINED for own in answers for _, state in own)
    return bool(differs(case, found, undetermined, sum(map(len, answers))))


def _keys(bench: Bench, rule: Rule) -> dict[int, dict[str, Any]]:
    """Exception key of each row of the judged table."""
    own = [k for k in rule.key if k in bench.rulebook.tables[rule.table].columns]
    found = bench.engine.rows(f"select _row, {', '.join(map(quoted, own))} from {quoted(rule.table)}")
    return {row: dict(zip(own, values, strict=True)) for row, *values in found}
