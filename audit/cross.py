"""SQL rules: queries over tables and shared models that select a rule's population and whether it holds.

A rule's query gives ``_row`` (the judged source row), ``holds`` (true, false, null) and any evidence columns. Rules of
the simple form over the same model are counted together in one scan; only failing rows are kept.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from audit.engines.embedded import Engine, quoted, text
from audit.outcome import Gathered, Outcome, Readiness, drop_hits
from audit.rows import FAILS, HOLDS, OUTSIDE, UNDETERMINED, left_out
from audit.rule_files import simple_form
from audit.rulebook import Model, Rule
from audit.settle import FILE_FACTOR, Supply

#: Rules evaluated in one scan: bounds the size of the query.
TOGETHER = 40


@dataclass(frozen=True)
class Task:
    """A rule ready to be run, and its number in ``hits``."""

    rule: Rule
    number: int
    ready: Readiness


def fill(sql: str, parameters: Mapping[str, object]) -> str:
    """Replaces ``:name`` by the run's parameters as literals."""

    def literal(match: re.Match[str]) -> str:
        value = parameters.get(match[1])
        if isinstance(value, dt.date):
            return f"date '{value}'"
        if isinstance(value, int):
            return str(value)
        return "null::varchar" if value is None else text(str(value))

    return re.sub(r"(?<![:\w]):([a-z_][a-z_0-9]*)\b", literal, sql)


def make_models(
    engine: Engine,
    models: Mapping[str, Model],
    parameters: Mapping[str, object],
    rules: Iterable[Rule],
    materialize: bool = True,
    also: Iterable[str] = (),
    made: set[str] | None = None,
) -> dict[str, str]:
    """Creates the models that the rules select from (and those named), after those that they stand on.

    ``made``: those that are there already; those created are added. Returns those that could not be made, and why.
    """
    made = set() if made is None else made
    broken: dict[str, str] = {}

    def make(sql: str) -> None:
        for name in sorted(_words(sql) & set(models)):
            if name in made:  # it may be by now: one of the others stands on it
                continue
            model = models[name]
            made.add(name)
            make(model.sql)
            kind = "table" if model.materialize and materialize else "view"
            try:
                engine.run(f"create or replace {kind} {quoted(name)} as {fill(model.sql, parameters)}")
            except Exception as error:
                broken[name] = first_line(error)

    for sql in (*(rule.sql or "" for rule in rules), *also):
        make(sql)
    return broken


def _words(sql: str) -> set[str]:
    """The words of a query, without its comments."""
    return set(re.findall(r"\w+", re.sub(r"--[^\n]*", "", sql)))


def failed(task: Task, broken: Mapping[str, str]) -> Outcome | None:
    """The outcome of a rule that selects from a model that could not be made; None for all others."""
    named = sorted(_words(task.rule.sql or "") & set(broken))
    if not named:
        return None
    return Outcome(task.rule.id, "error", reason=f"model {named[0]}: {broken[named[0]]}")


def make_model(
    engine: Engine, models: Mapping[str, Model], name: str, parameters: Mapping[str, object], made: set[str]
) -> None:
    """One model and what it stands on, for a use outside the rules. ``made``: as for ``make_models``."""
    need_models(engine, models, parameters, (name,), made)


def need_models(
    engine: Engine,
    models: Mapping[str, Model],
    parameters: Mapping[str, object],
    queries: Iterable[str],
    made: set[str],
) -> None:
    """The models that these queries select from, ``made`` as for ``make_models``. RuntimeError if one can't be made."""
    if broken := make_models(engine, models, parameters, (), also=queries, made=made):
        made.difference_update(broken)
        raise RuntimeError("; ".join(f"model {model}: {why}" for model, why in broken.items()))


def groups(tasks: Iterable[Task]) -> list[tuple[str, list[Task]]]:
    """Tasks that share a scan, with the name of what they scan; a rule of its own query stands alone under its id."""
    shared: dict[str, list[Task]] = {}
    alone: list[tuple[str, list[Task]]] = []
    for task in tasks:
        form = simple_form(task.rule.sql or "")
        if form is None:
            alone.append((task.rule.id, [task]))
        else:
            shared.setdefault(form.model, []).append(task)
    cut = [
        (model, together[i : i + TOGETHER])
        for model, together in shared.items()
        for i in range(0, len(together), TOGETHER)
    ]
    return cut + alone


def evaluate(
    engine: Engine, tasks: Sequence[Task], supplies: Mapping[str, Supply], parameters: Mapping[str, object]
) -> list[Outcome]:
    """Runs the rules of one group. A group that fails is run rule by rule, so that one bad query harms itself alone."""
    try:
        return _evaluate(engine, tasks, supplies, parameters)
    except Exception as error:
        drop_hits(engine, [t.number for t in tasks])
        if len(tasks) > 1:
            return [outcome for task in tasks for outcome in evaluate(engine, [task], supplies, parameters)]
        return [Outcome(tasks[0].rule.id, "error", reason=f"{tasks[0].rule.origin}: {first_line(error)}")]


def first_line(error: Exception) -> str:
    """What is wrong, without a value from the data: the message of SQL that does not bind, else the kind of error."""
    kind = type(error).__name__
    if kind in ("ParserException", "BinderException", "CatalogException"):
        return str(error).splitlines()[0]
    return f"{kind} while it ran (the message is left out, it may hold a student's value)"


def _evaluate(
    engine: Engine, tasks: Sequence[Task], supplies: Mapping[str, Supply], parameters: Mapping[str, object]
) -> list[Outcome]:
    started = time.perf_counter()
    population = dict.fromkeys((t.number for t in tasks), 0)
    undetermined = dict(population)
    earlier = {t.number: _earlier_copies(engine, t.rule, supplies) for t in tasks}
    failing = Gathered(engine)
    for found in _batches(engine, tasks, parameters):
        for task in tasks:
            batch = supplies[task.rule.table].shown(found)
            state, n = batch[f"s{task.number}"], task.number
            copies = earlier[n]
            seen = state if copies is None else state.filter(~batch["_row"].is_in(copies))
            population[n] += int((seen != OUTSIDE).sum())
            undetermined[n] += int((seen == UNDETERMINED).sum())
            _keep_failing(failing, batch, task)
    failing.hand_over()
    seconds = (time.perf_counter() - started) / len(tasks)
    return [
        Outcome(
            t.rule.id, "passed", population[t.number], 0, undetermined[t.number], seconds, left_out(t.rule, t.ready)
        )
        for t in tasks
    ]


def _earlier_copies(engine: Engine, rule: Rule, supplies: Mapping[str, Supply]) -> list[int] | None:
    """Rows that do not count for the population, because a later row has the same key (None: there are none).

    A rule of grain key gives one row for each key as it is, the first.
    """
    supply = supplies[rule.table]
    if not supply.doubled or rule.key != supply.table.key or rule.grain == "key":
        return None
    doubled = quoted(f"_doubled_{rule.table}")
    return [row for (row,) in engine.rows(f"select _row from {doubled} where not is_last")]


def _batches(engine: Engine, tasks: Sequence[Task], parameters: Mapping[str, object]) -> Iterator[pl.DataFrame]:
    """Frames of ``_row``, a state ``s<n>`` and evidence ``e<n>`` for each rule of the group."""
    forms = [(t, simple_form(_filled(t, parameters))) for t in tasks]
    together = [(t, form) for t, form in forms if form]
    if len(tasks) == 1 or len(together) < len(tasks):
        return engine.batches(_filled(tasks[0], parameters), lambda names: _alone(tasks[0], names))
    columns = [c for t, f in together for c in _judgement(t, f.when, f.holds, dict(f.evidence))]
    anywhere = " or ".join(f"({f.when})" for _, f in together)
    return engine.batches(f"select _row, {', '.join(columns)} from {together[0][1].model} where {anywhere}")


def _filled(task: Task, parameters: Mapping[str, object]) -> str:
    """A rule's query with its parameters; ``:lacks_<input>`` is 1 if an optional input is not supplied, else null.

    The point of ``table.column`` is written as ``_``.
    """
    lacks = {f"lacks_{name.replace('.', '_')}": 1 for name in task.ready.lacks}
    return fill(task.rule.sql or "", {**parameters, **lacks})


def _alone(task: Task, names: Sequence[str]) -> str:
    """What is selected from the rule's own query, whose columns are ``names``."""
    evidence = {c: quoted(c) for c in names if c not in ("_row", "holds")}
    return ", ".join(["_row", *_judgement(task, "true", "holds", evidence)])


def _judgement(task: Task, when: str, holds: str, evidence: Mapping[str, str]) -> list[str]:
    """The columns that one rule adds to a query: its state, and its evidence if it has any."""
    state = [_state(when, holds, task)]
    return [*state, _evidence(evidence, task, when, holds)] if evidence else state


def _state(when: str, holds: str, task: Task) -> str:
    condition = f"({when})"
    if task.ready.skip:
        numbers = ", ".join(str(n) for n in sorted(task.ready.skip))
        condition += f" and (_row // {FILE_FACTOR}) not in ({numbers})"
    return (
        f"(case when {condition} then case when ({holds}) is null then {UNDETERMINED} "
        f"when ({holds}) then {HOLDS} else {FAILS} end else {OUTSIDE} end)::utinyint as s{task.number}"
    )


def _evidence(columns: Mapping[str, str], task: Task, when: str, holds: str) -> str:
    pairs = ", ".join(f"{text(name)}: ({expression})::varchar" for name, expression in columns.items())
    return f"case when ({when}) and not ({holds}) then to_json({{{pairs}}})::varchar end as e{task.number}"


def _keep_failing(hits: Gathered, batch: pl.DataFrame, task: Task) -> None:
    failing = batch.filter(pl.col(f"s{task.number}") == FAILS)
    if failing.height:
        given = [pl.col(e).alias("evidence") for e in [f"e{task.number}"] if e in batch.columns]
        hits.add(failing.select(pl.lit(task.number, pl.Int32).alias("rule"), "_row", *given))
