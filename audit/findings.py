"""From failing rows to the exceptions table: key, student, schools, place in the file, values, fingerprint."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from audit.engines.embedded import BATCH, Engine, quoted, text
from audit.exceptions import FINGERPRINT, declared
from audit.outcome import Outcome
from audit.read.formats import FORMATS
from audit.rulebook import DUCKDB_TYPE, Rule, Rulebook, Table
from audit.settle import FILE_FACTOR, Supply
from audit.store import Part, scan

#: Format findings that leave a cell unreadable: rules that need it are undetermined there.
UNREADABLE = ("FMT-DATE", "FMT-NUMBER", "FMT-RCDTS", "FMT-CODE")
#: Above this number of failing rows of a table they are looked up in the table itself, not in a copy.
COPY_UP_TO = 3_000_000


class Findings:
    """Builds the table ``exceptions`` in the engine. ``names``: full shows names, else only their shape."""

    def __init__(
        self, engine: Engine, rulebook: Rulebook, supplies: Mapping[str, Supply], names: str, first_seen: str
    ) -> None:
        self.engine, self.rulebook, self.supplies = engine, rulebook, supplies
        self.names, self.first_seen = names, first_seen
        self.has_home = "student_home" in rulebook.models
        self.unreadable: set[tuple[str, str]] = set()
        engine.run(f"create or replace table exceptions ({declared()})")
        engine.run("create or replace table taken_back (rule integer, _row bigint)")

    def add_stood(self, rules: Mapping[int, Rule], outcomes: Mapping[str, Outcome]) -> dict[str, Outcome]:
        """Writes what stands of the last run's findings (``audit.stood``), before all others.

        Returns the outcomes with what was taken back counted.
        """
        again = f"* replace ('new' as state, {text(self.first_seen)} as first_seen)"
        self.engine.run(f"insert into exceptions select {again} from stood_exceptions")
        self.engine.run("insert into taken_back from stood_back")
        counted = dict(outcomes)
        for number, n in self.engine.rows("select rule, count(*) from stood_back group by all"):
            before = counted[rules[number].id]
            counted[before.rule_id] = replace(before, undetermined=before.undetermined + n)
        return counted

    def add_rules(self, rules: Mapping[int, Rule], outcomes: Mapping[str, Outcome]) -> dict[str, Outcome]:
        """Writes the findings of all rules in ``hits``; returns the outcomes with all findings counted."""
        numbers = [n for (n,) in self.engine.rows("select distinct rule from hits order by 1")]
        by_table: dict[str, list[int]] = {}
        for n in numbers:
            by_table.setdefault(rules[n].table, []).append(n)
        counted = dict(outcomes)
        for name, own in by_table.items():
            kind = self._failing_rows(self.rulebook.tables[name], [rules[n] for n in own], own)
            for n in own:
                before = counted[rules[n].id]
                counted[before.rule_id] = replace(
                    before, undetermined=before.undetermined + self._take_back(rules[n], n)
                )
            for grain in ("row", "key"):
                if alike := {n: rules[n] for n in own if rules[n].grain == grain}:
                    self._add(name, alike, once=grain == "key")
            self.engine.run(f"drop {kind} _failing")
        for rule_id, n in self.engine.rows("select rule_id, count(*) from exceptions group by all"):
            counted[rule_id] = replace(counted[rule_id], findings=n)
        return counted

    def read_unreadable(self, paths: Sequence[str]) -> None:
        """Notes the cells that could not be read: what rests on them is undetermined, not failing."""
        if not paths:
            return
        listed = ", ".join(text(p) for p in paths)
        kinds = ", ".join(text(k) for k in UNREADABLE)
        self.engine.run(
            f"create or replace table _unreadable as select distinct table_name, column_name, sid, "
            f"_file::bigint * {FILE_FACTOR} + _line as _row, false as taken_over "
            f"from read_parquet([{listed}], union_by_name = true) where rule_id in ({kinds})"
        )
        for step in self.rulebook.derivations:
            sources, filled = (", ".join(text(n) for n in names) for names in (step.sources, step.fills))
            if step.sources and step.fills:
                self.engine.run(
                    f"insert into _unreadable select {text(step.table)}, column_name, sid, null, true from _unreadable "
                    f"where not taken_over and table_name in ({sources}) and column_name in ({filled})"
                )
        self.unreadable = set(self.engine.rows("select distinct table_name, column_name from _unreadable"))

    def _take_back(self, rule: Rule, number: int) -> int:
        """Removes the hits of one rule that rest on unreadable cells; returns how many.

        Every rule rests on the cells of its row, and on those of the same student in the other tables that it reads; a
        rule on several rows of its table also on the cells of these.
        """
        table = self.rulebook.tables[rule.table]
        # a cell that several tables take is reported under the first of them: own cells are told by their column
        own = sorted(
            ({c for t, c in rule.reads if t == rule.table} | set(rule.columns)) & {c for _, c in self.unreadable}
        )
        conditions = []
        if own:
            cells = f"select _row from _unreadable where column_name in ({', '.join(map(text, own))})"
            conditions.append(f"_row in ({cells})")
            if rule.grain == "key" and table.student not in rule.key and set(rule.key) <= set(table.columns):
                same = " and ".join(f"t.{quoted(c)} is not distinct from f.{quoted(c)}" for c in rule.key)
                group = f"_failing f join {quoted(table.name)} t on {same}"
                conditions.append(f"_row in (select f._row from {group} where t._row in ({cells}))")
        read = sorted(self.unreadable & set(rule.reads))
        if table.student in rule.key and read:
            listed = ", ".join(f"({text(t)}, {text(c)})" for t, c in read)
            students = f"select sid from _unreadable where (table_name, column_name) in ({listed}) and sid is not null"
            if rule.grain != "key" and rule.kind != "group":
                # it looks at no other row of its table, but its own may be filled from one of the student's elsewhere
                students += f" and (taken_over or table_name <> {text(table.name)})"
            conditions.append(f"_row in (select _row from _failing where {quoted(table.student)} in ({students}))")
        if not conditions:
            return 0
        where = f"rule = {number} and ({' or '.join(conditions)})"
        removed = self.engine.one(f"select count(*) from hits where {where}")
        if removed:
            self.engine.run(f"insert into taken_back select rule, _row from hits where {where}")
            self.engine.run(f"delete from hits where {where}")
        return int(removed)

    def _failing_rows(self, table: Table, rules: Sequence[Rule], numbers: Sequence[int]) -> str:
        """Makes ``_failing``: the failing rows of a table with what findings say of them; a copy if they are few.

        ``_home`` is the home school of the row, else of the student's last enrollment; ``_key`` the key of a finding
        by the table's own key, which most rules have. Returns "table" or "view".
        """
        listed = ", ".join(str(n) for n in numbers)
        kind = (
            "table" if self.engine.one(f"select count(*) from hits where rule in ({listed})") <= COPY_UP_TO else "view"
        )
        used = {c for rule in rules for c in (*rule.key, *rule.columns)} | {*table.key, table.student, "serving_rcdts"}
        used |= set(re.findall(r"\w+", table.home))
        columns = sorted(used & set(table.columns))
        supply, source = self.supplies[table.name], quoted(table.name)
        if kind == "table" and supply.parts and not supply.copied:
            source = self._look_up(table, columns, supply.parts, listed)
        rows = (
            f"select {', '.join(['_row', '_file', '_line', *map(quoted, columns)])}, "
            f"({table.home or 'null::varchar'}) as _own_home from {source} "
            f"where _row in (select _row from hits where rule in ({listed}))"
        )
        home, join = "t._own_home", ""
        # to go through all students' homes costs time: for a copy it is known whether some are needed
        known = f"select count(*) from {source} where {table.home or 'null'} is null"
        if self.has_home and table.student and (source != "_looked_up" or self.engine.one(known)):
            home = "coalesce(t._own_home, s.home_rcdts)"
            join = f" left join student_home s on s.sid = t.{quoted(table.student)}"
        self.engine.run(
            f"create {kind} _failing as select t.* exclude (_plain), {_own_key(table)} as _key from ("
            f"select t.*, f.path as _path, {home} as _home, {_plain_key(table)} as _plain "
            f"from ({rows}) t join files f on f.number = t._file{join}) t"
        )
        return kind

    def _look_up(self, table: Table, columns: Sequence[str], parts: Sequence[Part], listed: str) -> str:
        """Makes a table of the failing rows from those parts that have some: the engine would scan all of them."""
        rows = self.engine.frame(
            f"select distinct _row // {FILE_FACTOR} as file, _row % {FILE_FACTOR} as line from hits "
            f"where rule in ({listed})"
        )
        lines = {file: own["line"].cast(pl.UInt32) for (file,), own in rows.partition_by("file", as_dict=True).items()}
        typed = ", ".join(f"{quoted(c)} {DUCKDB_TYPE[table.columns[c].kind]}" for c in columns)
        self.engine.run(f"create or replace table _looked_up (_row bigint, _file integer, _line uinteger, {typed})")
        found = list[pl.DataFrame]()
        for part in parts:
            if part.file in lines:
                found.append(_rows_of(part, columns, lines[part.file]))
            if found and (part is parts[-1] or sum(f.height for f in found) >= BATCH):
                self.engine.append("_looked_up", pl.concat(found, how="diagonal"))
                found = []
        return "_looked_up"

    def _add(self, name: str, rules: Mapping[int, Rule], once: bool) -> None:
        """Adds what rules (by number) of one table have found. ``once``: only the first row of a key."""
        table, numbers = self.rulebook.tables[name], ", ".join(map(str, rules))
        hits = (
            "select rule, _row, evidence, coalesce(failing, json_extract_string(evidence, '$.failing')) as failing "
            f"from hits where rule in ({numbers})"
        )
        student = f"t.{quoted(table.student)}" if table.student else "null::varchar"
        said = {
            "rule_id": _by_rule({n: text(rule.id) for n, rule in rules.items()}),
            "severity": _by_rule({n: text(rule.severity) for n, rule in rules.items()}),
            "table_name": text(name),
            "exception_key": _by_rule(
                {n: "t._key" if r.key == table.key else exception_key(r.key, table) for n, r in rules.items()}
            ),
            "sid": f"case when starts_with({student}, '~') then null else {student} end",
            "home_rcdts": "t._home",
            "serving_rcdts": "t.serving_rcdts" if "serving_rcdts" in table.columns else "null::varchar",
            "file_name": "t._path",
            "line_number": "t._line::bigint",
            "column_name": f"coalesce(h.failing, {_by_rule({n: text(';'.join(r.columns)) for n, r in rules.items()})})",
            "value": _by_rule({n: self._value(rule, table) for n, rule in rules.items()}),
            "expected": _by_rule({n: filled_in(rule.expected) for n, rule in rules.items()}),
            "message": _by_rule({n: filled_in(rule.message) for n, rule in rules.items()}),
        }
        first = " qualify row_number() over (partition by h.rule, exception_key order by t._row) = 1" if once else ""
        self.engine.run(
            f"insert into exceptions select *, {FINGERPRINT}, 'new', {text(self.first_seen)} from ("
            f"select {', '.join(f'{value} as {column}' for column, value in said.items())} "
            f"from ({hits}) h join _failing t on t._row = h._row{first})"
        )

    def _value(self, rule: Rule, table: Table) -> str:
        """The values of the failing columns, joined by ``;``: those that the rule's query gives, else the row's own."""
        parts = []
        for column in rule.columns:
            given = f"json_extract_string(h.evidence, {text('$.' + column)})"
            declared = table.columns.get(column)
            if declared:
                given = shown(given, declared.kind)
            own = f"coalesce({given}, {shown(f't.{quoted(column)}', declared.kind)})" if declared else given
            if declared and declared.kind == "name" and self.names != "full":
                own = shape(own)
            parts.append(
                f"case when h.failing is null or list_contains(string_split(h.failing, ';'), {text(column)}) "
                f"then coalesce({own}, '') end"
            )
        return f"concat_ws(';', {', '.join(parts)})"

    def add_formats(self, paths: Sequence[str]) -> dict[str, int]:
        """Writes the format findings; returns how many of each family."""
        if not paths:
            return {}
        listed = ", ".join(text(p) for p in paths)
        self.engine.run(
            f"create or replace view _formats as select * from read_parquet([{listed}], union_by_name = true)"
        )
        catalogue = pl.DataFrame(
            [(f.id, f.severity, f.message, f.expected) for f in FORMATS.values()],
            schema=["id", "severity", "message", "expected"],
            orient="row",
        )
        self.engine.put("_families", catalogue)
        home = "left join student_home s on s.sid = r.sid" if self.has_home else ""
        self.engine.run(
            f"insert into exceptions select *, {FINGERPRINT}, 'new', {text(self.first_seen)} from ("
            "select r.rule_id, c.severity, coalesce(r.table_name, '') as table_name, r.key as exception_key, "
            "case when starts_with(r.sid, '~') then null else r.sid end, "
            f"{'s.home_rcdts, s.serving_rcdts' if home else 'null, null'}, r.path, r._line, r.column_name, r.value, "
            "coalesce(r.expected, c.expected), coalesce(r.message, c.message) "
            f"from (select x.*, f.path, {_format_key()} as key from _formats x join files f on f.number = x._file) r "
            f"join _families c on c.id = r.rule_id {home})"
        )
        return dict(self.engine.rows("select rule_id, count(*) from _formats group by rule_id"))


def _rows_of(part: Part, columns: Sequence[str], lines: pl.Series) -> pl.DataFrame:
    """The rows of a part that stand on these lines of its file: ``_row, _file, _line`` and the columns that it has."""
    kept, line = scan(part.path), pl.col("_line")
    first, last = kept.select(line.min(), line.max().alias("last")).collect().row(0)
    own = lines.filter(lines.is_between(first, last))  # looking into all of the file's lines takes twice as long
    schema = kept.collect_schema()
    there = [c for c in columns if c in schema]
    row = pl.lit(part.file * FILE_FACTOR, pl.Int64) + line.cast(pl.Int64)
    return kept.filter(line.is_in(own.implode())).select("_file", "_line", *there, _row=row).collect()


def _by_rule(values: Mapping[int, str]) -> str:
    """SQL for what differs from rule to rule (by number)."""
    if len(set(values.values())) == 1:
        return next(iter(values.values()))
    return f"case h.rule {' '.join(f'when {number} then {value}' for number, value in values.items())} end"


def _format_key() -> str:
    parts = [
        "case when x.column_name is not null and x.rule_id <> 'FMT-STUDENT-DIFFERS' "
        "then '\"column_name\":' || json_text(x.column_name) end",
        "'\"file_name\":' || json_text(f.path)",
        "case when x._line is not null then '\"line_number\":\"' || x._line || '\"' end",
    ]
    return f"'{{' || concat_ws(',', {', '.join(parts)}) || '}}'"


def _plain_key(table: Table) -> str:
    """SQL for a row's own key as JSON, as the engine makes it: in a third of the time that ``exception_key`` takes."""
    values = (f"{text(c)}, {shown(f't.{quoted(c)}', table.columns[c].kind)}" for c in sorted(table.key))
    return f"json_object({', '.join(values)})::varchar"


def _own_key(table: Table) -> str:
    """SQL for a row's own key: ``_plain``, but where it would look otherwise (a value is missing, or has escapes)."""
    other = ["contains(t._plain, ':null')", r"contains(t._plain, '\u')"]
    other += [_working(table)] if table.student in table.key else []
    return f"case when {' or '.join(other)} then {exception_key(table.key, table)} else t._plain end"


def _working(table: Table) -> str:
    return f"starts_with(t.{quoted(table.student)}, '~')"


def exception_key(key: Sequence[str], table: Table) -> str:
    """SQL for the key of a finding as JSON; a working id (G22) gives way to file and line.

    What the judged table does not have comes from the rule's query, as the year of a row that is missing.
    """
    working = _working(table) if table.student in key else "false"
    parts = {
        "file_name": f"case when {working} then '\"file_name\":' || json_text(t._path) end",
        "line_number": f"case when {working} then '\"line_number\":\"' || t._line || '\"' end",
    }
    for column in key:
        declared = table.columns.get(column)
        if declared:
            value = shown(f"t.{quoted(column)}", declared.kind)
        else:
            value = f"json_extract_string(h.evidence, {text('$.' + column)})"
        known = f"{value} is not null" + (f" and not {working}" if column == table.student else "")
        label = text(f'"{column}":')
        parts[column] = f"case when {known} then {label} || json_text({value}) end"
    return f"'{{' || concat_ws(',', {', '.join(parts[k] for k in sorted(parts))}) || '}}'"


def shown(value: str, kind: str) -> str:
    """SQL for a value in canonical form: decimals without trailing zeros, dates ISO."""
    if kind == "decimal":
        return f"rtrim(rtrim(({value})::varchar, '0'), '.')"
    return f"({value})::varchar"


def shape(value: str) -> str:
    """SQL for a name as a shape: its first character, then x for every letter."""
    return f"left({value}, 1) || regexp_replace(substr({value}, 2), '\\p{{L}}', 'x', 'g')"


def filled_in(template: str) -> str:
    """SQL for a text with ``{name}`` replaced by what the rule's query says of it."""
    expression = text(template)
    for name in sorted(set(re.findall(r"\{(\w+)\}", template))):
        value = f"coalesce(json_extract_string(h.evidence, {text('$.' + name)}), '')"
        expression = f"replace({expression}, {text('{' + name + '}')}, {value})"
    return expression


def keep_touched(
    engine: Engine, rules: Mapping[int, Rule], supplies: Mapping[str, Supply], extract_files: Sequence[int]
) -> None:
    """With a base: drops findings on records that the extract itself does not touch.

    A finding on one row stays if the row is the extract's; one on a student's rows together if any of them is.
    """
    numbers = ", ".join(str(n) for n in extract_files) or "-1"
    for (number,) in engine.rows("select distinct rule from hits"):
        rule = rules[number]
        own = f"(_row // {FILE_FACTOR}) in ({numbers})"
        student = supplies[rule.table].table.student
        if rule.grain == "key" and student in rule.key:
            table, student = quoted(rule.table), quoted(student)
            own += (
                f" or _row in (select _row from {table} where {student} in "
                f"(select {student} from {table} where (_row // {FILE_FACTOR}) in ({numbers})))"
            )
        engine.run(f"delete from hits where rule = {number} and not ({own})")
