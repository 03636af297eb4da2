"""Judging what changed since the last run, and no more.

Most rules judge a student's record by records of that student alone. For such a rule the verdicts on students of whom
no file has changed stand as they were; the others are judged twice, as they were and as they are: population and
undetermined rows are those of the last run, less those before, plus those now. All other rules are judged as ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from audit import cross, macro, places
from audit import kept as kept_files
from audit.changed import Change, Local
from audit.engines.embedded import Engine, quoted, text
from audit.judging import Judged, Judging, Numbered
from audit.kept import CHECKED, HITS, PROFILE, Kept, KeptRule
from audit.outcome import Outcome, Readiness, make_hits, readiness
from audit.parameters import Parameters
from audit.profile import Clock
from audit.progress import Silent
from audit.read.parts import write
from audit.rows import left_out
from audit.rulebook import Rule
from audit.session import Session
from audit.settle import FILE_FACTOR, Supply, settle
from audit.store import Extract

#: Rows of an extract below which judging all of it is as fast.
WORTH = 250_000
#: The share of the rows in changed files from which on everything is judged.
MOST = 0.25
_BEFORE, _NOW = "before_change", "after_change"


@dataclass(frozen=True)
class Taken:
    """What was taken over. ``rules``: how many of them; None of the others: not known.

    ``profile``: counts of tonight's tables (``macro.profile``); ``checked``: rows by school (``places.make_checked``).
    """

    rules: int = 0
    profile: pl.DataFrame | None = None
    checked: pl.DataFrame | None = None


def take_over(
    run: Session, extract: Extract, judged: Judged, parameters: Parameters, before: Mapping[str, Supply] | None
) -> Taken:
    """Adds the outcomes of those rules whose last verdicts stand for most rows; their failing rows go to ``hits``.

    ``extract``: as it was read; ``before``: the previous snapshot, which is not kept.
    """
    kept = run.kept
    if kept is None or run.leaves is None:
        return Taken()
    change = Change(kept.extract, extract, run.rulebook)
    rows = sum(f.rows_read for f in extract.files)
    if rows < WORTH or change.rows > MOST * rows:
        return Taken()
    local = Local(run.rulebook, change, kept.parameters, parameters, snapshot=before is not None)
    keys, ready = judged.keys, judged.ready
    known = {n: keys[n] for n, r in judged.left.items() if local.holds(r) and _stood(kept, keys[n], ready[n])}
    rules = {n: judged.rules[n] for n in known}
    was, now = change.cut(run.work)
    with run.engine.on_one_thread():
        old = _Side(run, _BEFORE, was, rules, parameters, before)
        new = _Side(run, _NOW, now, rules, parameters, before)
        profile, checked = _profile(run, kept, old, new), _checked(run, kept, old, new, parameters)
    known = {n: key for n, key in known.items() if old.judged(n, ready[n]) and new.judged(n, ready[n])}
    hits = _Hits(run.engine, kept, known, rules, change)
    for number in hits.contradicted():
        del known[number]
    hits.take_over(known)
    for n, key in known.items():
        judged.outcomes[n] = _outcome(rules[n], ready[n], kept.rules[key], old.outcomes[n], new.outcomes[n])
    run.clock.ends("reuse")
    return Taken(len(known), profile, checked)


def keep_hits(run: Session, judged: Judged) -> None:
    """Leaves in the workspace which rows the rules found, before anything is taken out of them again."""
    if run.leaves:
        keys = judged.keys
        run.engine.put("_keys", pl.DataFrame({"number": list(keys), "key": list(keys.values())}))
        run.engine.run(
            "copy (select key as rule, _row, failing, evidence from hits join _keys on number = hits.rule) "
            f"to {text(str(run.leaves / HITS))} (format parquet)"
        )


def keep(run: Session, extract: Extract, judged: Judged, parameters: Parameters, profile: pl.DataFrame | None) -> None:
    """Completes what the next run can take over: what was read, what the rules came to, counts."""
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
    kept_files.save(folder, run.program, extract, parameters, rules)


def _checked(run: Session, kept: Kept, old: _Side, new: _Side, parameters: Parameters) -> pl.DataFrame:
    counted = []
    for schema, side in ((_BEFORE, old), (_NOW, new)):
        with run.engine.within(schema):
            if "student_home" in run.rulebook.models:
                cross.make_model(run.engine, run.rulebook.models, "student_home", parameters, side.made)
            places.make_checked(run.engine, run.rulebook, side.supplies, None)
            counted.append(run.engine.frame("select * from checked_by_school"))
    was, now = counted
    moved = _moved(pl.read_parquet(kept.checked), was, now, "rows")
    return moved.filter(pl.col("rows") > 0).sort("rcdts", "table_name", "file_name")


def _profile(run: Session, kept: Kept, old: _Side, new: _Side) -> pl.DataFrame | None:
    """The profile of tonight's tables, where the last one was kept and the same columns are supplied."""
    columns = [{name: s.columns for name, s in side.supplies.items()} for side in (old, new)]
    if columns[0] != columns[1] or not kept.profile.is_file():
        return None
    before = macro.profile(run.engine, run.rulebook, old.supplies, _BEFORE)
    now = macro.profile(run.engine, run.rulebook, new.supplies, _NOW)
    return macro.standing(_moved(pl.read_parquet(kept.profile), before, now, "n"))


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

    def __init__(
        self,
        run: Session,
        schema: str,
        extract: Extract,
        rules: Numbered,
        parameters: Parameters,
        before: Mapping[str, Supply] | None,
    ) -> None:
        with run.engine.within(schema):
            self.supplies = settle(
                run.engine, run.rulebook, extract, run.work, submitter=run.options.submitter, report=False
            )
            make_hits(run.engine)
            self.made: set[str] = set()
            self._ready = {n: readiness(rule, self.supplies, before) for n, rule in rules.items()}
            able = {n: rule for n, rule in rules.items() if self._ready[n].can_run}
            judging = Judging(run.engine, run.rulebook.models, self.supplies, parameters, Silent(), Clock(), self.made)
            self.outcomes = judging.judge(able, self._ready)

    def judged(self, number: int, ready: Readiness) -> bool:
        """Whether the rule was judged, by the same inputs as the whole extract supplies."""
        found = self.outcomes.get(number)
        return found is not None and found.status == "passed" and rests_on(self._ready[number]) == rests_on(ready)


class _Hits:
    """The failing rows of the last run, and which of them are of students whom a changed file is about."""

    def __init__(self, engine: Engine, kept: Kept, known: Mapping[int, str], rules: Numbered, change: Change) -> None:
        self._engine = engine
        shift = {old: (new - old) * FILE_FACTOR for old, new in change.numbers.items()}
        schema = {"number": pl.Int32, "key": pl.String, "table_name": pl.String}
        listed = [(n, key, rules[n].table) for n, key in known.items()]
        engine.put("_stood_rules", pl.DataFrame(listed, schema=schema, orient="row"))
        engine.put(
            "_stood_files", pl.DataFrame(list(shift.items()), {"file": pl.Int64, "shift": pl.Int64}, orient="row")
        )
        tables = sorted({table for _, _, table in listed})
        judged = " union all ".join(f"select {text(t)} as table_name, _row from {_BEFORE}.{quoted(t)}" for t in tables)
        nothing = "select null::varchar as table_name, null::bigint as _row where false"
        engine.run(f"create or replace table _judged_again as {judged or nothing}")
        engine.run(
            "create or replace view _stood as select r.number as rule, r.table_name, h._row, h.failing, h.evidence "
            f"from read_parquet({text(str(kept.hits))}) h join _stood_rules r on r.key = h.rule"
        )

    def contradicted(self) -> list[int]:
        """Rules that find, in what was, something else than they found then: they depend on more than they say."""
        found = self._engine.rows(
            "with found as (select rule, _row from _stood semi join _judged_again using (table_name, _row)), "
            f"again as (select rule, _row from {_BEFORE}.hits where rule in (select number from _stood_rules)) "
            "select distinct rule from "
            "((from found except all from again) union all (from again except all from found))"
        )
        return [number for (number,) in found]

    def take_over(self, known: Iterable[int]) -> None:
        listed = ", ".join(str(n) for n in known) or "-1"
        self._engine.run(
            "insert into hits by name select rule, _row + shift as _row, failing, evidence "
            f"from _stood anti join _judged_again using (table_name, _row) "
            f"join _stood_files on file = _row // {FILE_FACTOR} where rule in ({listed}) "
            f"union all by name select rule, _row, failing, evidence from {_NOW}.hits where rule in ({listed})"
        )
        for schema in (_BEFORE, _NOW):
            self._engine.run(f"drop schema {schema} cascade")
