"""SQL rules: queries over tables and shared models that select a rule's population and whether it holds.

A rule's query gives ``_row`` (the judged source row), ``holds`` (true, false, null) and any evidence columns. Rules of
the simple form over the same model are counted together in one scan; only failing rows are kept.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from audit import generated
from audit.copies import Copies
from audit.engines.embedded import Engine, quoted, text
from audit.outcome import Gathered, Outcome, Readiness, drop_hits
from audit.rows import FAILS, HOLDS, UNDETERMINED, left_out
from audit.rule_files import simple_form
from audit.rulebook import Model, Rule
from audit.settle import FILE_FACTOR, Supply

_PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z_0-9]*)\b")
#: Rules evaluated in one scan: their verdicts, two bits each, fit in one number; those of few in half of one.
TOGETHER, FEW = 31, 16


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

    return _PARAMETER.sub(literal, sql)


def parameters_in(sql: str) -> set[str]:
    """The parameters that a query names."""
    return set(_PARAMETER.findall(sql))


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
    """Tasks that share a scan, with the name of what they scan; a rule of its own query stands alone under its id.

    The tasks of a group judge rows of one table.
    """
    shared: dict[tuple[str, str], list[Task]] = {}
    alone: list[tuple[str, list[Task]]] = []
    for task in tasks:
        form = simple_form(task.rule.sql or "")
        if form is None:
            alone.append((task.rule.id, [task]))
        else:
            shared.setdefault((form.model, task.rule.table), []).append(task)
    cut = [
        (model, together[i : i + TOGETHER])
        for (model, _), together in shared.items()
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
    supply, first = supplies[tasks[0].rule.table], tasks[0]
    if first.rule.kind == "reference" and supply.seen is None:
        found = generated.judge_reference(engine, supply, first.rule, first.number, first.ready.skip)
        return [replace(found, reason=left_out(first.rule, first.ready))]
    counted = Counter[int]()
    failing, copies = Gathered(engine), Copies(engine, supply)
    for rows in _batches(engine, tasks, parameters, _counted(engine, supply, len(tasks))):
        batch = supply.shown(rows)
        verdicts = _verdicts(batch)
        counted.update(verdicts)
        alone = _one_by_one(batch)
        copies.keep(alone, "verdicts")
        _keep_failing(failing, alone, tasks, verdicts)
    failing.hand_over()
    seconds = (time.perf_counter() - started) / len(tasks)
    once = [copies if _counts_once(t.rule, supply) else None for t in tasks]
    counts = [_counts(place, counted, own) for place, own in enumerate(once)]
    return [
        Outcome(t.rule.id, "passed", population, 0, undetermined, seconds, left_out(t.rule, t.ready))
        for t, (population, undetermined) in zip(tasks, counts, strict=True)
    ]


def _counted(engine: Engine, supply: Supply, rules: int) -> str:
    """SQL for the columns by which judged rows are counted before they are handed over; empty: each is handed over.

    ``_row`` only of those that are looked at one by one: rows that fail, and rows of doubled keys. Few rows are not
    worth it, and where not everything may be seen all are looked at.
    """
    if engine.small or supply.seen is not None:
        return ""
    alone = f"verdicts & (verdicts >> 1) & {_lowest(range(rules))} <> 0"
    if supply.doubled:
        alone += f" or _row in (select _row from {quoted('_doubled_' + supply.table.name)})"
    return f"case when {alone} then _row end as _row, verdicts, evidence"


def _one_by_one(batch: pl.DataFrame) -> pl.DataFrame:
    """The rows that are not only counted, each as often as the query gives it."""
    if "rows" not in batch.columns:
        return batch
    rows = batch.filter(pl.col("_row").is_not_null())
    return rows.select(pl.exclude("rows").repeat_by("rows")).explode(pl.selectors.all())


def _verdicts(batch: pl.DataFrame) -> dict[int, int]:
    """How many rows have which verdicts."""
    if "rows" not in batch.columns:
        return dict(batch["verdicts"].value_counts().iter_rows())
    return dict(batch.group_by("verdicts").agg(pl.col("rows").sum()).iter_rows())


def _counts(place: int, counted: Mapping[int, int], copies: Copies | None) -> tuple[int, int]:
    """Population and undetermined records of the rule at a place. ``copies``: None if each row counts."""
    verdict = pl.col("verdicts") // (1 << 2 * place) % 4

    def records(wanted: Sequence[int]) -> int:
        rows = sum(n for verdicts, n in counted.items() if verdicts >> 2 * place & 3 in wanted)
        return rows - (copies.surplus(verdict.is_in(wanted)) if copies else 0)

    return records((HOLDS, UNDETERMINED, FAILS)), records((UNDETERMINED,))


def _counts_once(rule: Rule, supply: Supply) -> bool:
    """Whether the rows of a key count as one record of the rule.

    A rule of grain key gives one row for each key as it is, the first.
    """
    return rule.key == supply.table.key and rule.grain != "key"


def _batches(
    engine: Engine, tasks: Sequence[Task], parameters: Mapping[str, object], counted: str
) -> Iterator[pl.DataFrame]:
    """Frames of ``_row``, ``verdicts`` (two bits a rule, the first rule lowest) and ``evidence``.

    ``counted``: as ``_counted`` says it; if not empty, there are ``rows`` of each. ``evidence``: for a row that fails a
    rule which has something to say, a JSON object of what each such rule says, named by the rule's place; null for all
    other rows.
    """
    forms = [(t, simple_form(_filled(t, parameters))) for t in tasks]
    together = [(t, form) for t, form in forms if form]
    if len(tasks) == 1 or len(together) < len(tasks):
        return engine.batches(_filled(tasks[0], parameters), lambda names: _alone(tasks[0], names), counted)
    verdicts = " + ".join(_verdict(f.when, f.holds, t, place) for place, (t, f) in enumerate(together))
    anywhere = " or ".join(f"({f.when})" for _, f in together)
    number = "uinteger" if len(tasks) <= FEW else "bigint"
    evidence = _evidence({place: dict(f.evidence) for place, (_, f) in enumerate(together) if f.evidence})
    judged = f"select *, ({verdicts})::{number} as verdicts from {together[0][1].model} where {anywhere}"
    return engine.batches(f"select _row, verdicts, {evidence} as evidence from ({judged})", counted=counted)


def _filled(task: Task, parameters: Mapping[str, object]) -> str:
    """A rule's query with its parameters; ``:lacks_<input>`` is 1 if an optional input is not supplied, else null.

    The point of ``table.column`` is written as ``_``.
    """
    lacks = {f"lacks_{name.replace('.', '_')}": 1 for name in task.ready.lacks}
    return fill(task.rule.sql or "", {**parameters, **lacks})


def _alone(task: Task, names: Sequence[str]) -> str:
    """What is selected from the rule's own query, whose columns are ``names``."""
    columns = {c: quoted(c) for c in names if c not in ("_row", "holds")}
    verdict = _verdict("true", "holds", task, 0)
    evidence = f"case when not holds then {_as_json({'0': _as_object(columns)})} end" if columns else "null"
    return f"_row, ({verdict})::bigint as verdicts, ({evidence})::varchar as evidence"


def _verdict(when: str, holds: str, task: Task, place: int) -> str:
    """SQL for the verdict of a rule, in the two bits of its place."""
    condition = f"({when})"
    if task.ready.skip:
        numbers = ", ".join(str(n) for n in sorted(task.ready.skip))
        condition += f" and (_row // {FILE_FACTOR}) not in ({numbers})"
    holding, failing, unknown = (v << 2 * place for v in (HOLDS, FAILS, UNDETERMINED))
    judged = f"case ({holds}) when true then {holding} when false then {failing} else {unknown} end"
    return judged if condition == "(true)" else f"case when {condition} then {judged} else 0 end"


def _evidence(said: Mapping[int, Mapping[str, str]]) -> str:
    """SQL for what rules say of a row that fails them. ``said``: by the place of the rule."""
    if not said:
        return "null::varchar"
    own = {
        str(place): f"case when (verdicts >> {2 * place}) & 3 = {FAILS} then {_as_object(columns)} end"
        for place, columns in said.items()
    }
    return f"case when verdicts & (verdicts >> 1) & {_lowest(said)} <> 0 then {_as_json(own)} end"


def _lowest(places: Iterable[int]) -> int:
    """The lower of the two bits of each place. A verdict is FAILS where both are set."""
    return sum(1 << 2 * place for place in places)


def _as_object(columns: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{text(name)}: ({expression})::varchar" for name, expression in columns.items()) + "}"


def _as_json(objects: Mapping[str, str]) -> str:
    return "to_json({" + ", ".join(f"{text(name)}: {value}" for name, value in objects.items()) + "})::varchar"


def _keep_failing(hits: Gathered, batch: pl.DataFrame, tasks: Sequence[Task], verdicts: Collection[int]) -> None:
    """``verdicts``: those that are in the batch."""
    if not any(verdict & verdict >> 1 & _lowest(range(len(tasks))) for verdict in verdicts):
        return
    own = pl.col("verdicts")
    failing = batch.filter(own & (own // 2) & _lowest(range(len(tasks))) != 0)
    for place, task in enumerate(tasks):
        if any(verdict >> 2 * place & FAILS == FAILS for verdict in verdicts):
            said = pl.col("evidence").str.json_path_match(f"$['{place}']")
            rows = failing.filter(own // (1 << 2 * place) % 4 == FAILS)
            hits.add(rows.select(pl.lit(task.number, pl.Int32).alias("rule"), "_row", said))
