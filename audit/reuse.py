"""Judging what changed since the last run, and no more.

Most rules judge a student's record by records of that student alone. For such a rule the verdicts on students of whom
no file has changed stand as they were; the others are judged twice, as they were and as they are: population and
undetermined rows are those of the last run, less those before, plus those now. All other rules are judged as ever.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from audit import cross, macro, places, stood_models
from audit import kept as kept_files
from audit.changed import Change, Local
from audit.engines.embedded import Engine, quoted, text
from audit.judging import Judged, Judging, Numbered
from audit.kept import BACK, CHECKED, DOUBLED, FOUND, HITS, PROFILE, Kept, KeptRule
from audit.outcome import Outcome, Readiness, make_hits, readiness
from audit.parameters import Parameters
from audit.profile import Clock
from audit.progress import Silent
from audit.read.parts import write
from audit.rows import left_out
from audit.rulebook import Rule, Rulebook
from audit.session import Session
from audit.settle import DOUBLED_ROWS, Supply, settle
from audit.stood import Stood, written
from audit.store import Extract, scan

#: Rows of an extract below which judging all of it is as fast.
WORTH = 250_000
#: The share of the rows in changed files from which on everything is judged.
MOST = 0.25
#: Parameters of queries, by name.
Values = Mapping[str, object]
_BEFORE, _NOW = "before_change", "after_change"


@dataclass(frozen=True)
class Taken:
    """What was taken over. ``rules``: how many of them; None of the others: not known.

    ``profile``: counts of tonight's tables (``macro.profile``); ``checked``: rows by school (``places.make_checked``).
    """

    rules: int = 0
    profile: pl.DataFrame | None = None
    checked: pl.DataFrame | None = None


def begin(run: Session, extract: Extract) -> Reuse | None:
    """What of the last run can stand for ``extract``, which was just read; None where there is nothing, or too little.

    Before settling, and where the files changed little: the changed students' records as they were, and as they are.
    """
    if run.kept is None or run.leaves is None:
        return None
    change = Change(run.kept.extract, extract, run.rulebook)
    rows = sum(f.rows_read for f in extract.files)
    if rows < WORTH or change.rows > MOST * rows:
        return None
    was, now = change.cut(run.work)
    with run.engine.small_data():
        old, new = _Side(run, _BEFORE, was), _Side(run, _NOW, now)
    return Reuse(run, run.kept, change, old, new, Stood(run.engine, run.rulebook, run.kept, change, _BEFORE, _NOW))


@dataclass(frozen=True)
class Reuse:
    """The last run, what has changed since, the changed students' records before and now, and what stands of others."""

    run: Session
    kept: Kept
    change: Change
    old: _Side
    new: _Side
    stood: Stood

    def take_over(
        self, judged: Judged, parameters: Parameters, metrics: Sequence[Values], before: Mapping[str, Supply] | None
    ) -> Taken:
        """Adds the outcomes of those rules whose last verdicts stand for most rows; their failing rows go to ``hits``.

        Makes the models that stand. ``metrics``: the parameters of each metric; ``before``: the previous snapshot,
        which is not kept.
        """
        run, kept, old, new = self.run, self.kept, self.old, self.new
        local = Local(run.rulebook, self.change, kept.parameters, parameters, snapshot=before is not None)
        keys, ready = judged.keys, judged.ready
        known = {n: keys[n] for n, r in judged.left.items() if local.holds(r) and _stood(kept, keys[n], ready[n])}
        rules = {n: judged.rules[n] for n in known}
        with run.engine.small_data(), run.engine.beside() as other, ThreadPoolExecutor(1) as beside:
            profiling = beside.submit(_profile, other, run.rulebook, kept, old, new)
            for side in (old, new):
                side.judge(rules, parameters, before)
            checked = _checked(run, kept, old, new, parameters)
            profile = profiling.result()
        every = [parameters, *metrics]
        made = stood_models.digests(run.rulebook, every)
        run.models |= stood_models.take_over(run.engine, local, kept, made, every, _NOW, new.made)
        homes = "student_home" in run.models or "student_home" not in run.rulebook.models
        known = {n: key for n, key in known.items() if old.judged(n, ready[n]) and new.judged(n, ready[n])}
        for number in self.stood.contradicted(known, rules):
            del known[number]
        self.stood.take_over(known, written(run.rulebook, judged.rules, known) if homes else {})
        for schema in (_BEFORE, _NOW):
            run.engine.run(f"drop schema {schema} cascade")
        for n, key in known.items():
            judged.outcomes[n] = _outcome(rules[n], ready[n], kept.rules[key], old.outcomes[n], new.outcomes[n])
        run.clock.ends("reuse")
        return Taken(len(known), profile, checked)


def keep_hits(run: Session, judged: Judged) -> None:
    """Leaves in the workspace which rows the rules found, before anything is taken out of them again."""
    if run.leaves:
        keys = judged.keys
        run.engine.put("_keys", pl.DataFrame({"number": list(keys), "key": list(keys.values())}))
        _keep_rows(run, "(from hits union all by name from stood_hits)", "_row, failing, evidence", run.leaves / HITS)


def _keep_rows(run: Session, source: str, columns: str, path: Path) -> None:
    """Rows of rules by number, with the rules' names from run to run instead."""
    run.engine.run(
        f"copy (select key as rule, {columns} from {source} join _keys on number = rule) to {text(str(path))} "
        "(format parquet)"
    )


def keep_findings(run: Session, stage: Path) -> None:
    """Leaves in the workspace what the findings say, and which rows were taken back."""
    if run.leaves:
        _keep_rows(run, "taken_back", "_row", run.leaves / BACK)
        shutil.copyfile(stage / "exceptions.parquet", run.leaves / FOUND)


def keep_models(run: Session, engine: Engine, parameters: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Leaves in the workspace the tables of models that the next run can take over; returns them with their digests.

    ``engine``: one in which no other thread runs statements.
    """
    if run.leaves is None:
        return {}
    return stood_models.keep(engine, run.leaves, stood_models.digests(run.rulebook, parameters), run.models)


def keep(
    run: Session,
    extract: Extract,
    supplies: Mapping[str, Supply],
    judged: Judged,
    parameters: Parameters,
    models: Mapping[str, str],
    profile: pl.DataFrame | None,
) -> None:
    """Completes what the next run can take over: what was read, what the rules came to, doubled keys, counts."""
    folder = run.leaves
    if folder is None:
        return
    rules = {
        judged.keys[n]: KeptRule(o.population, o.undetermined, rests_on(judged.ready[n]))
        for n, o in judged.outcomes.items()
        if o.status == "passed"
    }
    write(run.engine.frame("select * from checked_by_school"), folder / CHECKED)
    if profile is not None:
        write(profile, folder / PROFILE)
    write(_doubled(run, supplies), folder / DOUBLED)
    keyed = [name for name, s in supplies.items() if s.keyed]
    kept_files.save(folder, run.program, extract, parameters, rules, keyed, models)


def _doubled(run: Session, supplies: Mapping[str, Supply]) -> pl.DataFrame:
    named = {name: quoted(f"_doubled_{name}") for name, supply in supplies.items() if supply.doubled}
    found = [run.engine.frame(f"select {text(name)} as table_name, * from {rows}") for name, rows in named.items()]
    return pl.concat([pl.DataFrame(schema={"table_name": pl.String, **DOUBLED_ROWS}), *found])


def _checked(run: Session, kept: Kept, old: _Side, new: _Side, parameters: Parameters) -> pl.DataFrame:
    counted = []
    for schema, side in ((_BEFORE, old), (_NOW, new)):
        with run.engine.within(schema):
            if "student_home" in run.rulebook.models:
                cross.make_model(run.engine, run.rulebook.models, "student_home", parameters, side.made)
            places.make_checked(run.engine, run.rulebook, side.supplies, None)
            counted.append(run.engine.frame("select * from checked_by_school"))
    was, now = counted
    moved = _moved(scan(kept.folder / CHECKED).collect(), was, now, "rows")
    return moved.filter(pl.col("rows") > 0).sort("rcdts", "table_name", "file_name")


def _profile(engine: Engine, rulebook: Rulebook, kept: Kept, old: _Side, new: _Side) -> pl.DataFrame | None:
    """The profile of tonight's tables, where the last one was kept and the same columns are supplied."""
    columns = [{name: s.columns for name, s in side.supplies.items()} for side in (old, new)]
    if columns[0] != columns[1] or not (kept.folder / PROFILE).is_file():
        return None
    before = macro.profile(engine, rulebook, old.supplies, _BEFORE)
    now = macro.profile(engine, rulebook, new.supplies, _NOW)
    return macro.standing(_moved(scan(kept.folder / PROFILE).collect(), before, now, "n"))


def _moved(stood: pl.DataFrame, before: pl.DataFrame, now: pl.DataFrame, count: str) -> pl.DataFrame:
    """Counts after a change: what was before it is taken out, what is now is added. All three have the same columns."""
    both = pl.concat([stood, before.with_columns(-pl.col(count)), now])
    return both.group_by(pl.exclude(count)).agg(pl.col(count).sum())


def _stood(kept: Kept, key: str, ready: Readiness) -> bool:
    return key in kept.rules and kept.rules[key].ready == rests_on(ready)


def _outcome(rule: Rule, ready: Readiness, stood: KeptRule, old: Outcome, new: Outcome) -> Outcome:
    return Outcome(
        rule.id,
        "passed",
        stood.population - old.population + new.population,
        0,
        stood.undetermined - old.undetermined + new.undetermined,
        old.seconds + new.seconds,
        left_out(rule, ready),
    )


def rests_on(ready: Readiness) -> str:
    """What a verdict on a row depends on, of all that is known of the inputs as a whole."""
    return f"{ready.can_run} {sorted(ready.columns)} {sorted(ready.lacks)}"


# ---------------------------------------------------------------------------------------------------------------------
# Before and now


class _Side:
    """The rules judged over a part of an extract, in a schema of its own."""

    def __init__(self, run: Session, schema: str, extract: Extract) -> None:
        self._run, self._schema = run, schema
        self.made: set[str] = set()
        with run.engine.within(schema):
            self.supplies = settle(
                run.engine, run.rulebook, extract, run.work, submitter=run.options.submitter, report=False
            )

    def judge(self, rules: Numbered, parameters: Parameters, before: Mapping[str, Supply] | None) -> None:
        run = self._run
        with run.engine.within(self._schema):
            make_hits(run.engine)
            self._ready = {n: readiness(rule, self.supplies, before) for n, rule in rules.items()}
            able = {n: rule for n, rule in rules.items() if self._ready[n].can_run}
            judging = Judging(run.engine, run.rulebook.models, self.supplies, parameters, Silent(), Clock(), self.made)
            self.outcomes = judging.judge(able, self._ready)

    def judged(self, number: int, ready: Readiness) -> bool:
        """Whether the rule was judged, by the same inputs as the whole extract supplies."""
        found = self.outcomes.get(number)
        return found is not None and found.status == "passed" and rests_on(self._ready[number]) == rests_on(ready)
