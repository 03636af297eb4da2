"""Who may see what: cuts the results of a run down to the records that one viewer may see.

The rules are judged on everything, because a record may be wrong for what another district has sent. What is written
and counted afterwards are the rows that the rulebook's ``visibility.csv`` grants to the viewer, and nothing else; what
a finding tells of another record is left out unless the viewer sees that student's records too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import cast

import polars as pl

from audit import cross
from audit.engines.embedded import Engine, quoted, text
from audit.errors import UserError
from audit.rulebook import Grant, Rule, Rulebook
from audit.settings import Options, Role
from audit.settle import FILE_FACTOR, Supply
from audit.store import Extract, SourceFile, scan, schema_of

#: What stands in place of a value that the viewer may not see.
HIDDEN = "not shown"
#: The table of an extract that says who its report is for.
SCOPE_TABLE = "report_scope"
#: How a role is called in a sentence.
_ROLES = {"home": "home school", "serving": "serving school", "service_provider": "service provider"}


def narrowed(options: Options, rulebook: Rulebook, extract: Extract) -> Options:
    """The options with the viewer that the extract itself names, unless one was given. Raises UserError."""
    if options.viewer:
        if not rulebook.grants:
            raise UserError(f"--viewer: the rulebook {rulebook.name} does not say who may see what.")
        return options
    named = _named_in(extract)
    if not named:
        return options
    where = f"table {SCOPE_TABLE}"
    if len(named) > 1:
        raise UserError(f"{where}: it names {len(named)} viewers. Say which: --viewer RCDTS --role ROLE.")
    ((viewer, role),) = named
    if role == "state":
        return options
    if not viewer or role not in _ROLES:
        raise UserError(f"{where}: a viewer needs an RCDTS and a role ({', '.join(_ROLES)}, state).")
    origins = {**options.origins, "viewer": SCOPE_TABLE, "role": SCOPE_TABLE}
    return replace(options, viewer=viewer, role=cast(Role, role), origins=origins)


def _named_in(extract: Extract) -> set[tuple[str | None, str | None]]:
    found = set()
    for part in extract.parts.get(SCOPE_TABLE, []):
        there = schema_of(part.path)
        columns = [
            pl.col(c) if c in there else pl.lit(None, pl.String).alias(c) for c in ("viewer_rcdts", "viewer_role")
        ]
        found |= set(scan(part.path).select(columns).collect().rows())
    return found


def title(options: Mapping[str, object]) -> str | None:
    """The heading of the report of a run with these options (as in run.json); None where nobody was named."""
    viewer, role = options.get("viewer"), options.get("role")
    return f"Records seen by {viewer} as {_ROLES[str(role)]}" if viewer else None


@dataclass(frozen=True)
class Scope:
    """What one viewer sees of a run. ``supplies``: those of the run, with ``seen`` filled in."""

    engine: Engine
    rulebook: Rulebook
    viewer: str
    role: str
    supplies: Mapping[str, Supply]

    @classmethod
    def make(
        cls,
        engine: Engine,
        rulebook: Rulebook,
        supplies: Mapping[str, Supply],
        viewer: str,
        role: str,
        parameters: Mapping[str, object],
        models: set[str],
    ) -> Scope:
        """Works out which rows of each table the viewer sees: table ``_seen_<table>`` and ``Supply.seen``.

        ``models``: those that the engine has; those made here are added.
        """
        grants = [g for g in rulebook.grants if g.role in (role, "any")]
        for name in sorted({m for g in grants for m in rulebook.models if re.search(rf"\b{m}\b", g.sees)}):
            cross.make_model(engine, rulebook.models, name, parameters, models)
        schools = viewer[:11] if viewer.endswith("0000") else viewer
        values = {**parameters, "viewer": schools, "viewer_rcdt": viewer[:11]}
        narrow = {}
        for name, supply in supplies.items():
            conditions = [c for g in grants if (c := _condition(g, supply, values))]
            engine.run(
                f"create or replace table {seen(name)} as select _row from {quoted(name)} "
                f"where {' or '.join(conditions) or 'false'}"
            )
            narrow[name] = replace(supply, seen=engine.frame(f"from {seen(name)}"))
        return cls(engine, rulebook, viewer, role, narrow)

    # ---------------------------------------------------------------------------------------------------------- files

    @cached_property
    def _rows_by_file(self) -> dict[int, int]:
        """File -> how many of its lines the viewer sees, in whatever table."""
        union = " union ".join(f"select _row from {seen(name)}" for name in self.supplies)
        return dict(self.engine.rows(f"select _row // {FILE_FACTOR}, count(*) from ({union}) group by 1"))

    def _whole(self, file: SourceFile) -> bool:
        """Whether the viewer sees all of a file: its own district sent it, or each of its rows is the viewer's."""
        if file.kind == "batch" and file.submitter_rcdt == self.viewer[:11]:
            return True
        seen = self._rows_by_file.get(file.number, 0)
        return seen > 0 and seen == file.rows_checked and not file.rows_rejected

    def files(self, files: Iterable[SourceFile]) -> list[SourceFile]:
        """The files that hold something for the viewer; where they hold more, only the viewer's lines count."""
        return [self._part(f) for f in files if self._whole(f) or self._rows_by_file.get(f.number)]

    def _part(self, file: SourceFile) -> SourceFile:
        if self._whole(file):
            return file
        seen = self._rows_by_file[file.number]
        file = replace(file, lines=file.header_lines + seen, rows_read=seen, rows_checked=seen)
        return replace(file, blank_lines=0, embedded_newlines=0, rows_rejected=0)

    def notices(self, notices: Iterable[str], files: Iterable[SourceFile], unread: bool) -> list[str]:
        """Notices that name no file of which the viewer does not see all, and what the reader must know of the cut."""
        hidden = [f.path for f in files if not self._whole(f)]
        who = title({"viewer": self.viewer, "role": self.role})
        told = [
            f"{who}. Records, counts and lines of files are those that this viewer may see; the rules were judged on "
            "everything."
        ]
        if not self._rows_by_file:
            told.append("There is no record that this viewer may see: check the RCDTS and the role.")
        if unread:
            told.append("A file could not be read in full. It is named here only if all of it may be seen.")
        return told + [n for n in notices if not any(path in n for path in hidden)]

    # ------------------------------------------------------------------------------------------------------- findings

    def formats(self, files: Iterable[SourceFile], paths: Sequence[str], work: Path) -> list[str]:
        """The format findings on rows that the viewer sees, and all of files that are the viewer's as a whole."""
        if not paths:
            return []
        whole = ", ".join(str(f.number) for f in files if self._whole(f)) or "-1"
        rows = " union all ".join(f"select {text(t)} as of_table, _row as seen from {seen(t)}" for t in self.supplies)
        path = str(work / "formats-seen.parquet")
        self.engine.run(
            f"copy (select x.* from read_parquet([{', '.join(map(text, paths))}], union_by_name = true) x "
            f"where x._file in ({whole}) or exists (select 1 from ({rows}) s "
            f"where s.of_table = x.table_name and s.seen = x._file::bigint * {FILE_FACTOR} + x._line)) "
            f"to {text(path)} (format parquet)"
        )
        return [path]

    def hide(self, rules: Mapping[int, Rule]) -> None:
        """Takes out of the findings what they tell of records that the viewer does not see.

        The school of a student's last enrollment is named only if the viewer sees that enrollment. What a rule's query
        says beside the judged row is kept only for students of whom the viewer sees every row in all tables that the
        rule looks at, and for another student that it names (``other_sid``) only if the viewer sees that one's row.
        """
        if "student_home" in self.rulebook.models:
            self.engine.run(f"delete from student_home where _row not in (from {seen('enrollment')})")
        for (number,) in self.engine.rows("select distinct rule from hits where evidence is not null"):
            rule = rules[number]
            for condition in self._hidden_from(rule):
                self.engine.run(
                    f"update hits set evidence = {_blank(rule, self.rulebook)} where rule = {number} and {condition}"
                )

    def _hidden_from(self, rule: Rule) -> Iterator[str]:
        """Conditions on hits of a rule under which its evidence may rest on a row that the viewer does not see."""
        judged = self.rulebook.tables[rule.table]
        other = f"other_{judged.student}"
        if other in rule.columns:
            yield (
                f"json_extract_string(evidence, {text('$.' + other)}) not in (select {quoted(judged.student)} "
                f"from {quoted(rule.table)} where {quoted(judged.student)} is not null "
                f"and _row in (from {seen(rule.table)}))"
            )
        for name in sorted(self._looks_at(rule)):
            if name == "prev":
                yield "true"
                continue
            supply = self.supplies[name]
            if supply.table.reference_data or supply.rows == supply.rows_shown:
                continue
            student = supply.table.student
            if not student or not judged.student or judged.student not in rule.key:
                yield "true"
                continue
            hidden = f"select {quoted(student)} from {quoted(name)} where _row not in (from {seen(name)})"
            yield (
                f"_row in (select _row from {quoted(rule.table)} where {quoted(judged.student)} in "
                f"(select * from ({hidden}) h where {quoted(student)} is not null))"
            )

    def _looks_at(self, rule: Rule) -> set[str]:
        """The tables that a rule's query stands on, through models too; ``prev`` for those of the snapshot before."""
        found: set[str] = set()
        sql, names = [rule.sql or "", " ".join(t for t, _ in rule.reads)], set[str]()
        while sql:
            words = set(re.findall(r"\w+", re.sub(r"--[^\n]*", "", sql.pop())))
            found |= words & ({*self.supplies, "prev"})
            new = words & set(self.rulebook.models) - names
            names |= new
            sql += [self.rulebook.models[name].sql for name in new]
        return found


def seen(table: str) -> str:
    """The relation that holds the rows (``_row``) of a table that the viewer sees."""
    return quoted(f"_seen_{table}")


def _condition(grant: Grant, supply: Supply, values: Mapping[str, object]) -> str:
    """A grant as a condition on the rows of a table; empty where it does not speak of them."""
    table = supply.table
    if (grant.tables and table.name not in grant.tables) or grant.has not in table.columns:
        return ""
    condition = f"({cross.fill(grant.sees, values)})"
    if grant.without not in table.columns:
        return condition
    lacking = supply.lacking.get(grant.without)
    return f"({condition} and _file in ({', '.join(str(n) for n in sorted(lacking))}))" if lacking else ""


def _blank(rule: Rule, rulebook: Rulebook) -> str:
    """SQL for a finding's evidence without what it says of other records: the failing columns and the key remain."""
    columns = rulebook.tables[rule.table].columns
    named = set(re.findall(r"\{(\w+)\}", rule.message + rule.expected))
    kept = {"failing", *(c for c in rule.key if c not in columns)}
    parts = {name: f"json_extract_string(evidence, {text('$.' + name)})" for name in kept}
    parts |= {name: text(HIDDEN) for name in (named | {c for c in rule.columns if c not in columns}) - kept}
    pairs = ", ".join(f"{text(name)}: {value}" for name, value in sorted(parts.items()))
    return f"to_json({{{pairs}}})::varchar"
