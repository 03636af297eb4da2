"""What changed between the last run and this one: files, whom they are about, and which rules look no further."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from audit.cross import parameters_in
from audit.read.parts import write
from audit.rule_sets import with_models, words
from audit.rulebook import Model, Rule, Rulebook, parts_of
from audit.store import Extract, Part, scan, schema_of


class Change:
    """Two extracts: which files are the same in both, and whom the others are about.

    ``numbers``: number before -> number now, of the files that are the same. ``rows``: of all other files, together.
    """

    def __init__(self, was: Extract, now: Extract, rulebook: Rulebook) -> None:
        self.was, self.now, self._rulebook = was, now, rulebook
        known = {(f.path, f.sha256): f.number for f in was.files if f.readable}
        self.numbers = {
            known[f.path, f.sha256]: f.number for f in now.files if f.readable and (f.path, f.sha256) in known
        }
        self._gone = {f.number for f in was.files} - set(self.numbers)
        self._come = {f.number for f in now.files} - set(self.numbers.values())
        self.rows = sum(f.rows_read for f in was.files if f.number in self._gone) + sum(
            f.rows_read for f in now.files if f.number in self._come
        )

    def _student(self, table: str) -> str:
        """The column that names the student; of a table that only a derivation knows, that of what is derived."""
        if table in self._rulebook.tables:
            return self._rulebook.tables[table].student
        return next(
            (self._rulebook.tables[s.table].student for s in self._rulebook.derivations if table in s.sources), ""
        )

    @cached_property
    def _changed(self) -> list[Part]:
        """The parts of files that are not the same, before and now."""
        both = [(self.was, self._gone), (self.now, self._come)]
        return [p for e, numbers in both for parts in e.parts.values() for p in parts if p.file in numbers]

    @cached_property
    def students(self) -> pl.Series:
        """Whom the changed files are about, before or now, in rows or in findings on cells."""
        found = [self._told(self.was, self._gone), self._told(self.now, self._come)]
        for part in self._changed:
            column = self._student(part.table)
            if column and column in schema_of(part.path):
                found.append(scan(part.path).select(column).collect()[column].rename("id").cast(pl.String))
        return pl.concat(found).drop_nulls().unique()

    def _told(self, extract: Extract, numbers: set[int]) -> pl.Series:
        """Whom the format findings of these files name."""
        frames = (scan(path).select("_file", "sid").collect() for path in extract.formats)
        told = [f.filter(pl.col("_file").is_in(list(numbers)))["sid"].rename("id") for f in frames]
        return pl.concat([pl.Series("id", [], pl.String), *told])

    @cached_property
    def wholly(self) -> frozenset[str]:
        """Tables in which what changed is not told by students, and what is derived from them."""
        found = {part.table for part in self._changed if not self._student(part.table)}
        for step in self._rulebook.derivations:  # in the order in which they are made
            if found & set(step.sources):
                found.add(step.table)
        return frozenset(found)

    def cut(self, folder: Path) -> tuple[Extract, Extract]:
        """Both extracts with what changed: all records of these students, those that name no student, and all rows of
        tables without students. New parts go to ``folder``."""
        was, now = Extract(self.was.root, self.was.files), Extract(self.now.root, self.now.files)
        for table in sorted({*self.was.parts, *self.now.parts}):
            before, after = self.was.parts.get(table, []), self.now.parts.get(table, [])
            if self._student(table):
                same = self._cut(table, [p for p in after if p.file not in self._come], folder)
                before = [p for p in before if p.file in self._gone] + [old for old, _ in same]
                after = [p for p in after if p.file in self._come] + [new for _, new in same]
            for extract, parts in ((was, before), (now, after)):
                if parts:
                    extract.parts[table] = parts
        return was, now

    def _cut(self, table: str, parts: Iterable[Part], folder: Path) -> list[tuple[Part, Part]]:
        """The rows of these students in parts that are the same: one part, as before and as now, for all those with
        the same columns."""
        groups: dict[tuple[str, ...], list[Part]] = {}
        for part in parts:
            groups.setdefault(tuple(schema_of(part.path)), []).append(part)
        out: list[tuple[Part, Part]] = []
        column = self._student(table)
        back = {new: old for old, new in self.numbers.items()}
        for names, own in groups.items():
            rows = scan([p.path for p in own])
            if column in names:
                rows = rows.filter(pl.col(column).is_null() | pl.col(column).is_in(self.students.implode()))
            now, file = rows.collect(), own[0].file  # the first file speaks for the columns of all of them
            was = now.with_columns(pl.col("_file").replace(back))
            paths = [folder / f"{label}-{table}-{len(out)}.parquet" for label in ("before", "now")]
            for frame, path in zip((was, now), paths, strict=True):
                write(frame, path)
            out.append((Part(table, back[file], paths[0], was.height), Part(table, file, paths[1], now.height)))
        return out


@dataclass(frozen=True)
class Local:
    """Which rules judge the records of a student by nothing but records of that student and what has not changed."""

    rulebook: Rulebook
    change: Change
    before: Mapping[str, str]
    parameters: Mapping[str, object]
    snapshot: bool

    @cached_property
    def _moved(self) -> set[str]:
        """Parameters that are not what they were."""
        return {name for name, value in self.parameters.items() if self.before.get(name) != str(value)}

    def looks_at_one(self, model: Model) -> bool:
        """Whether a model can say of a student the same as before: nothing else changed of the tables that it reads."""
        return self._of_students(words(with_models(model.sql, self.rulebook)) & set(self.rulebook.tables))

    def holds(self, rule: Rule) -> bool:
        table = self.rulebook.tables[rule.table]
        if not table.student or rule.user or rule.reach != "student" or self._moved & self._parameters(rule):
            return False
        read = {t for t, _ in rule.reads} | {rule.table}
        if self.snapshot and any(t.startswith("prev.") for t in read):
            return False
        return self._of_students(read)

    def _of_students(self, read: Collection[str]) -> bool:
        """Whether what changed in these tables is told by students, and records of students by their keys."""
        tables = [self.rulebook.tables[t.removeprefix("prev.")] for t in read]
        return not self.change.wholly.intersection(read) and all(not t.student or t.student in t.key for t in tables)

    def _parameters(self, rule: Rule) -> set[str]:
        if rule.check is None:
            return parameters_in(with_models(rule.sql or "", self.rulebook))
        statistics = parts_of(rule.check)
        used = [statistics["when"], *statistics["holds"].values()]
        return {name for expression in used if expression is not None for name in expression.meta.root_names()}
