"""What the last run found on records of students whom no changed file is about: failing rows, and findings as written.

A finding says nothing but what stands in its record, in those of its student, and in the rule. So it stands as it was
written where the verdict stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from audit.changed import Change
from audit.engines.embedded import Engine, quoted, text
from audit.exceptions import COLUMNS
from audit.judging import Numbered
from audit.kept import BACK, DOUBLED, FOUND, Kept
from audit.kept import HITS as FAILING
from audit.outcome import HITS
from audit.rulebook import Rule, Rulebook, Table
from audit.settle import FILE_FACTOR, Supply


class Stood:
    """``before``, ``now``: the schemas with the changed students' records as they were, and as they are."""

    def __init__(self, engine: Engine, rulebook: Rulebook, kept: Kept, change: Change, before: str, now: str) -> None:
        self._engine, self._rulebook, self._kept = engine, rulebook, kept
        self._before, self._now = before, now
        paths = {f.number: f.path for f in kept.extract.files}
        files = [(paths[old], old, (new - old) * FILE_FACTOR) for old, new in change.numbers.items()]
        named = {"path": pl.String, "file": pl.Int64, "shift": pl.Int64}
        engine.put("_stood_files", pl.DataFrame(files, schema=named, orient="row"))
        judged = (
            f"select {text(t.name)} as table_name, _row from {before}.{quoted(t.name)}" for t in self._of_students
        )
        engine.run(f"create or replace table _judged_again as {' union all '.join(judged)}")

    @property
    def _of_students(self) -> list[Table]:
        return [t for t in self._rulebook.tables.values() if t.student]

    def doubled(self, now: Mapping[str, Supply]) -> dict[str, pl.DataFrame]:
        """Tables whose rows with doubled keys are known, with these rows: where a key is one of one student.

        ``now``: what the records of the changed students supply.
        """
        stood = self._engine.frame(
            "select table_name, _row + f.shift as _row, is_first, last_row + l.shift as last_row, is_last "
            f"from read_parquet({text(str(self._kept.folder / DOUBLED))}) "
            "anti join _judged_again using (table_name, _row) "
            f"join _stood_files f on f.file = _row // {FILE_FACTOR} "
            f"join _stood_files l on l.file = last_row // {FILE_FACTOR}"
        )
        found = {}
        for table in self._of_students:
            if table.student in table.key and table.name in self._kept.keyed:
                own = [stood.filter(table_name=table.name).drop("table_name")]
                if now[table.name].doubled:
                    own.append(self._engine.frame(f"from {self._now}.{quoted(f'_doubled_{table.name}')}"))
                found[table.name] = pl.concat(own)
        return found

    def contradicted(self, known: Mapping[int, str], rules: Numbered) -> list[int]:
        """Rules that find, in what was, something else than they found then: they depend on more than they say.

        ``known``: rules whose verdicts may stand, with their names from run to run.
        """
        schema = {"number": pl.Int32, "key": pl.String, "table_name": pl.String}
        listed = [(n, key, rules[n].table) for n, key in known.items()]
        self._engine.put("_stood_rules", pl.DataFrame(listed, schema=schema, orient="row"))
        for name, file in (("_stood", FAILING), ("_stood_back", BACK)):
            self._engine.run(
                f"create or replace view {name} as select h.* replace (r.number as rule), r.table_name "
                f"from read_parquet({text(str(self._kept.folder / file))}) h join _stood_rules r on r.key = h.rule"
            )
        found = self._engine.rows(
            "with found as (select rule, _row from _stood semi join _judged_again using (table_name, _row)), "
            f"again as (select rule, _row from {self._before}.hits where rule in (select number from _stood_rules)) "
            "select distinct rule from "
            "((from found except all from again) union all (from again except all from found))"
        )
        return [number for (number,) in found]

    def take_over(self, known: Iterable[int], written: Mapping[int, Rule]) -> None:
        """Adds failing rows to ``hits``, those of the changed students as they are now.

        The others of rules whose findings are taken over as written go to ``stood_hits``; these findings are in
        ``stood_exceptions`` then, and in ``stood_back`` which of these rows were taken back.
        """
        engine = self._engine
        listed = ", ".join(str(n) for n in known) or "-1"
        whole = ", ".join(str(n) for n in written) or "-1"
        same = f"anti join _judged_again using (table_name, _row) join _stood_files on file = _row // {FILE_FACTOR}"
        for target, condition in (("hits", "not in"), ("stood_hits", "in")):
            engine.run(
                f"insert into {target} by name select rule, _row + shift as _row, failing, evidence "
                f"from _stood {same} where rule in ({listed}) and rule {condition} ({whole})"
            )
        engine.run(f"insert into hits by name select {', '.join(HITS)} from {self._now}.hits where rule in ({listed})")
        engine.run(
            f"create or replace table stood_back as select rule, _row + shift as _row from _stood_back {same} "
            f"where rule in ({whole})"
        )
        of = {(rule.id, rule.table) for rule in written.values()}
        named = {"rule_id": pl.String, "table_name": pl.String}
        engine.put("_stood_written", pl.DataFrame(sorted(of), schema=named, orient="row"))
        engine.run(
            f"create or replace view stood_exceptions as select {', '.join(COLUMNS)} "
            f"from (select e.*, f.file * {FILE_FACTOR} + line_number as _row "
            f"from read_parquet({text(str(self._kept.folder / FOUND))}) e "
            "semi join _stood_written using (rule_id, table_name) join _stood_files f on f.path = e.file_name) "
            "anti join _judged_again using (table_name, _row)"
        )


def written(rulebook: Rulebook, rules: Numbered, known: Iterable[int]) -> dict[int, Rule]:
    """Those of the known rules whose findings on students of whom nothing changed are as they were.

    Findings tell their rule and table: all parts of it must be known. One for several rows must be for one student.
    """
    known = set(known)
    others = {(rule.id, rule.table) for n, rule in rules.items() if n not in known}

    def alone(rule: Rule) -> bool:
        return rule.grain != "key" or rulebook.tables[rule.table].student in rule.key

    own = {n: rules[n] for n in known}
    return {n: rule for n, rule in own.items() if (rule.id, rule.table) not in others and alone(rule)}
