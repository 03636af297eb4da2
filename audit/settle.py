"""From parts to tables: the views that rules see, derived tables, rows sent again, doubled keys.

For each declared table the engine gets a view of its name with all declared columns (null where nothing supplies
them), ``_file``, ``_line``, ``_row`` (locator of the source row: file number and line in one number, later rows are
greater) and ``_last`` (false where the same primary key comes again in a later row, G22). ``raw_<table>`` is what the
files held.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import polars as pl

from audit.engines.embedded import Engine, quoted, text
from audit.rulebook import DUCKDB_TYPE, Derivation, Rulebook, Table
from audit.store import FORMAT_SCHEMA, Extract, Part, schema_of

#: A row's locator is its file number times this, plus its line.
FILE_FACTOR = 4294967296
ROW = f"_file::bigint * {FILE_FACTOR} + _line"

#: Tables of fewer rows are copied into the engine: a scan of a Parquet file costs more than that to begin.
COPIED = 50_000

#: Above so many columns a hash of a key leaves out schools and years.
MANY_COLUMNS = 3

#: What is known of a row whose key occurs more than once, beside the row: the first and the last of these rows.
DOUBLED_ROWS = {"_row": pl.Int64, "is_first": pl.Boolean, "last_row": pl.Int64, "is_last": pl.Boolean}

#: The column that ``--submitter`` fills where a row has no header line.
SUBMITTER = "submitter_rcdt"


@dataclass(frozen=True)
class Supply:
    """What is known of one table in this run.

    ``columns``: those that at least one file supplies; None when the table is not supplied at all.
    ``lacking``: column -> numbers of the files whose rows do not have it; ``absent``: the same before derivations
    filled columns. ``doubled``: some key occurs twice. ``parts``: those that hold the table's rows just as they are;
    none where the table is more than that. ``seen``: the rows (``_row``) that the viewer of the run may see;
    None where there is no viewer: all.
    """

    table: Table
    columns: frozenset[str] | None
    lacking: Mapping[str, frozenset[int]]
    files: frozenset[int]
    absent: Mapping[str, frozenset[int]] = field(default_factory=dict)
    rows: int = 0
    doubled: bool = False
    parts: tuple[Part, ...] = ()
    seen: pl.DataFrame | None = field(default=None, compare=False)

    @property
    def copied(self) -> bool:
        """Whether the engine holds the rows, not only a view of them."""
        return self.rows < COPIED

    @property
    def keyed(self) -> bool:
        """Whether there are rows whose keys can be compared."""
        return self.rows > 0 and set(self.table.key) <= (self.columns or frozenset())

    @property
    def rows_shown(self) -> int:
        """How many rows the results may count."""
        return self.rows if self.seen is None else self.seen.height

    @property
    def files_shown(self) -> int:
        """How many files the rows that the results may count come from."""
        return len(self.files) if self.seen is None else self.seen.select(pl.col("_row") // FILE_FACTOR).n_unique()

    def shown(self, judged: pl.DataFrame) -> pl.DataFrame:
        """Those rows of a frame (with ``_row``) that the results may show and count."""
        return judged if self.seen is None else judged.join(self.seen, on="_row", how="semi", maintain_order="left")


def settle(
    engine: Engine,
    rulebook: Rulebook,
    extract: Extract,
    work: Path,
    *,
    base: Extract | None = None,
    submitter: str | None = None,
    report: bool = True,
    doubled: Mapping[str, pl.DataFrame] | None = None,
) -> dict[str, Supply]:
    """Makes the views of all tables in the engine's current schema. Returns what is supplied.

    ``base`` completes the extract: its rows count where the extract has no row with the same key. ``submitter``: the
    RCDT that rows of the extract without a header line count as sent by. ``report``: adds the findings on rows sent
    twice with different values to ``extract.formats``. ``doubled``: tables whose doubled keys are known, with the rows
    of ``_doubled_<table>``.
    """
    settling = _Settling(engine, rulebook, extract, base, work, submitter, doubled or {})
    settling.raw_views()
    for table in rulebook.tables.values():
        if table.resent and _sent_in_batches(settling, table.name):
            _drop_resent(settling, table, report)
    for step in rulebook.derivations:
        _derive(settling, step)
    return {name: _final_view(settling, supply) for name, supply in settling.supplies.items()}


@dataclass
class _Settling:
    engine: Engine
    rulebook: Rulebook
    extract: Extract
    base: Extract | None
    work: Path
    submitter: str | None
    doubled: Mapping[str, pl.DataFrame]

    def __post_init__(self) -> None:
        self.extracts = [e for e in (self.extract, self.base) if e]
        self.supplies = {t.name: self._supply(t) for t in self.rulebook.tables.values()}
        #: table -> relation that holds its rows at this point
        self.source = {name: quoted(f"raw_{name}") for name in self.rulebook.tables}
        #: tables from which rows that were sent again were taken out
        self.cut: set[str] = set()

    def _supply(self, table: Table) -> Supply:
        files = [f for e in self.extracts for f in e.files if table.name in f.supplied]
        if not files:
            return Supply(table, None, {}, frozenset())
        declared = frozenset(table.columns)
        always = declared & {SUBMITTER} if self.submitter else frozenset()
        columns = always.union(*(f.supplied[table.name] for f in files)) & declared
        without = {c: frozenset(f.number for f in files if c not in f.supplied[table.name]) for c in declared - always}
        lacking = {c: n for c, n in without.items() if n}
        return Supply(table, columns, lacking, frozenset(f.number for f in files), absent=lacking)

    def has_rows_of(self, table: str) -> bool:
        return any(table in e.parts for e in self.extracts)

    def untouched(self, table: Table) -> tuple[Part, ...]:
        """The parts of a table that only the extract supplies and that settling left as they were."""
        if (
            self.base
            or self.submitter
            or table.name in self.cut
            or self.source[table.name] != quoted(f"raw_{table.name}")
        ):
            return ()
        return tuple(self.extract.parts.get(table.name, ()))

    def raw_views(self) -> None:
        """``raw_<table>`` and ``<table>`` for every table, ``files`` for the files."""
        self.engine.put("files", self._files())
        drawn_on = set(re.findall(r"\braw_(\w+)", " ".join(step.sql for step in self.rulebook.derivations)))
        for table in self.rulebook.tables.values():
            if self.supplies[table.name].columns is not None or table.name in drawn_on:
                self._raw_view(table)
        for step in self.rulebook.derivations:
            self.engine.run(f"create or replace view {quoted(step.table)} as from {self.source[step.table]}")
            for name in step.sources:
                if name not in self.rulebook.tables:
                    self._undeclared(name, self.rulebook.tables[step.table])

    def _raw_view(self, table: Table) -> None:
        name = quoted("raw_" + table.name)
        if self.supplies[table.name].columns is None:
            self.engine.run(f"create or replace table {name} ({_declaration(table)})")
            return
        rows = self._rows(table)
        if self.submitter and SUBMITTER in table.columns:
            own = ", ".join(str(f.number) for f in self.extract.files)
            sent = f"coalesce({SUBMITTER}, case when _file in ({own}) then {text(self.submitter)} end)"
            rows = f"select * replace ({sent} as {SUBMITTER}) from ({rows})"
        self.engine.run(f"create or replace view {name} as {rows}")

    def _files(self) -> pl.DataFrame:
        schema = {"number": pl.Int32, "path": pl.String, "layout_id": pl.String, "kind": pl.String}
        rows = [(f.number, f.path, f.layout_id, f.kind) for e in self.extracts for f in e.files]
        return pl.DataFrame(rows, schema=schema, orient="row")

    def _rows(self, table: Table) -> str:
        own = _union(table, self.extract) or _nothing(table)
        if not (self.base and (more := _union(table, self.base))):
            return own
        same = " and ".join(f"o.{quoted(k)} is not distinct from b.{quoted(k)}" for k in table.key)
        return f"{own} union all select * from ({more}) b where not exists (select 1 from ({own}) o where {same})"

    def _undeclared(self, name: str, like: Table) -> None:
        """The raw view of a table that only a derivation knows: as it was read, or nothing."""
        paths = [str(p.path) for e in self.extracts for p in e.parts.get(name, [])]
        body = f"select * from {_parquet(paths)}" if paths else _nothing(like)
        self.engine.run(f"create or replace view {quoted('raw_' + name)} as {body}")


def _declaration(table: Table) -> str:
    """Columns of an empty table in place of a view: no file supplies it, and a table is made faster than a view."""
    columns = [f"{quoted(c.name)} {DUCKDB_TYPE[c.kind]}" for c in table.columns.values()]
    return ", ".join(["_file integer", "_line uinteger", *columns])


def _columns_sql(table: Table, present: Collection[str]) -> str:
    parts = ["_file", "_line"]
    for column in table.columns.values():
        value = quoted(column.name) if column.name in present else "null"
        parts.append(f"{value}::{DUCKDB_TYPE[column.kind]} as {quoted(column.name)}")
    return ", ".join(parts)


def _nothing(table: Table) -> str:
    return f"select {_columns_sql(table, ())} from (select 0::integer as _file, 0::uinteger as _line) where false"


def _parquet(paths: Sequence[str]) -> str:
    return f"read_parquet([{', '.join(text(p) for p in paths)}])"


def _union(table: Table, extract: Extract) -> str:
    """One select per set of columns that the parts of a table have."""
    groups: dict[tuple[str, ...], list[str]] = {}
    schemas: dict[int, tuple[str, ...]] = {}
    for part in extract.parts.get(table.name, []):
        if part.file not in schemas:
            schemas[part.file] = tuple(sorted(set(schema_of(part.path)) & set(table.columns)))
        groups.setdefault(schemas[part.file], []).append(str(part.path))
    selects = (f"select {_columns_sql(table, have)} from {_parquet(paths)}" for have, paths in groups.items())
    return " union all ".join(selects)


# ---------------------------------------------------------------------------------------------------------------------
# Rows sent again


def _drop_resent(settling: _Settling, table: Table, report: bool) -> None:
    """Of the rows that batch files send for one key only the last stays; differing values are one finding per key."""
    engine, repeats = settling.engine, quoted(f"_repeats_{table.name}")
    keys = ", ".join(quoted(k) for k in table.key)
    batch = (
        f"select *, {ROW} as _row from {settling.source[table.name]} "
        f"where _file in (select number from files where kind = 'batch') and {_filled(table)}"
    )
    engine.run(
        f"create or replace table {repeats} as select * from ({batch}) "
        f"where ({keys}) in (select ({keys}) from ({batch}) group by {keys} having count(*) > 1)"
    )
    if not engine.one(f"select count(*) from {repeats}"):
        return
    if report:
        _report_resent(settling, table, repeats)
    raw, whole, dropped = (quoted(f"{prefix}{table.name}") for prefix in ("raw_", "_whole_", "_dropped_"))
    engine.run(
        f"create or replace table {dropped} as select _row from {repeats} "
        f"qualify row_number() over (partition by {keys} order by _row desc) > 1"
    )
    settling.cut.add(table.name)
    engine.run(f"alter view {raw} rename to {whole}")
    engine.run(f"create view {raw} as select * from {whole} where ({ROW}) not in (select _row from {dropped})")


def _filled(table: Table) -> str:
    return " and ".join(f"{quoted(k)} is not null" for k in table.key)


def _report_resent(settling: _Settling, table: Table, repeats: str) -> None:
    compared = [c for c in table.columns if c not in {*table.key, SUBMITTER, "submitted_date"}]
    differing = ", ".join(_differs(c, settling.supplies[table.name]) for c in compared)
    keys = ", ".join(quoted(k) for k in table.key)
    found = settling.engine.frame(
        f"select max(_row) as _row, any_value({quoted(table.key[0])}) as sid, "
        f"concat_ws(';', {differing}) as column_name "
        f"from {repeats} group by {keys} having column_name <> '' order by 1"
    )
    if found.is_empty():
        return
    path = settling.work / f"resent-{table.name}.parquet"
    nothing = {c: pl.lit(None, pl.String) for c in ("value", "expected", "message")}
    found.select(
        rule_id=pl.lit("FMT-STUDENT-DIFFERS"),
        table_name=pl.lit(table.name),
        _file=(pl.col("_row") // FILE_FACTOR).cast(pl.Int32),
        _line=(pl.col("_row") % FILE_FACTOR).cast(pl.UInt32),
        sid="sid",
        column_name="column_name",
        **nothing,
    ).cast(pl.Schema(FORMAT_SCHEMA)).write_parquet(path)
    settling.extract.formats.append(path)


def _differs(column: str, supply: Supply) -> str:
    """SQL for the column's name if it differs between rows; a row whose layout lacks the column says nothing of it."""
    name = quoted(column)
    given = f"{name} is null"
    if absent := supply.absent.get(column):
        given += f" and _file not in ({', '.join(str(n) for n in sorted(absent))})"
    mixed = f"count({name}) > 0 and count(*) filter (where {given}) > 0"
    return f"case when count(distinct {name}) > 1 or ({mixed}) then {text(column)} end"


# ---------------------------------------------------------------------------------------------------------------------
# Derived tables


def _derive(settling: _Settling, step: Derivation) -> None:
    """Applies one derivation where it applies; the table then is a Parquet file or, if no file supplied it and it is
    cheap to work out, a view.
    """
    own, engine = settling.supplies[step.table], settling.engine
    drawn = [s for s in step.sources if _can_draw_on(settling, s, step)]
    if step.notice and step.sources[0] not in drawn and _sent_in_batches(settling, step.table):
        settling.extract.notices.append(step.notice)
    if not drawn or (own.columns is None and not step.alone):
        return
    name = quoted(f"derived_{step.table}")
    body = step.sql
    if own.columns is not None or step.materialize:
        path = settling.work / f"{engine.schema}-{step.table}.parquet"
        engine.run(f"copy ({step.sql}) to {text(str(path))} (format parquet, compression lz4_raw)")
        body = f"from {_parquet([str(path)])}"
    engine.run(f"create or replace view {name} as {body}")
    engine.run(f"create or replace view {quoted(step.table)} as from {name}")
    settling.source[step.table] = name
    settling.supplies[step.table] = _derived_supply(
        own, step, [settling.supplies[s] for s in drawn if s in settling.supplies]
    )


def _can_draw_on(settling: _Settling, source: str, step: Derivation) -> bool:
    if not settling.has_rows_of(source):
        return False
    if step.batch_only and not _sent_in_batches(settling, step.table):
        return False
    known = settling.supplies.get(source)
    return known is None or (known.columns is not None and set(step.requires) <= known.columns)


def _sent_in_batches(settling: _Settling, table: str) -> bool:
    return any(f.kind == "batch" and table in f.supplied for e in settling.extracts for f in e.files)


def _derived_supply(own: Supply, step: Derivation, drawn: Sequence[Supply]) -> Supply:
    declared = frozenset(own.table.columns)
    gained = frozenset[str]().union(*(s.columns or () for s in drawn), step.fills) & declared
    lacking = dict(own.lacking)
    if own.columns is None:
        lacking = {c: files for s in drawn for c, files in s.lacking.items() if c in declared}
    return replace(
        own,
        columns=(own.columns or frozenset()) | gained,
        lacking={c: files for c, files in lacking.items() if c not in step.fills},
        files=own.files.union(*(s.files for s in drawn)),
    )


# ---------------------------------------------------------------------------------------------------------------------
# What rules see


def _final_view(settling: _Settling, supply: Supply) -> Supply:
    """The view (or small table) that rules select from, and the doubled keys of a table."""
    engine, table, source = settling.engine, supply.table, settling.source[supply.table.name]
    if any(step.table == table.name for step in settling.rulebook.derivations):
        engine.run(f"drop view {quoted(engine.schema)}.{quoted(table.name)}")
    parts = settling.untouched(table)
    rows = sum(part.rows for part in parts)
    if supply.columns is not None and not parts:
        rows = engine.one(f"select count(*) from {source}")
    if not rows:
        engine.run(f"create table {quoted(table.name)} ({_declaration(table)}, _row bigint, _last boolean)")
        return supply
    last = "true"
    supply = replace(supply, rows=rows)
    if supply.keyed and table.name in settling.doubled:
        doubled = _put_doubled(engine, table, settling.doubled[table.name])
    else:
        doubled = supply.keyed and _find_doubled(engine, supply, source)
    if doubled:
        last = f"({ROW}) not in (select _row from {quoted('_doubled_' + table.name)} where not is_last)"
    kind = "table" if supply.copied else "view"
    engine.run(f"create {kind} {quoted(table.name)} as select *, {ROW} as _row, {last} as _last from {source}")
    return replace(supply, doubled=doubled, parts=parts)


def _put_doubled(engine: Engine, table: Table, known: pl.DataFrame) -> bool:
    """The same as ``_find_doubled`` does where the rows are known."""
    if known.height:
        engine.put(f"_doubled_{table.name}", known)
    return known.height > 0


def _repeated(engine: Engine, sql: str, rows: int) -> pl.DataFrame:
    """The values of a query's only column ``h`` (hashes) that occur more than once. Sorting numbers beats grouping."""
    hashes, count = np.empty(rows, np.uint64), 0
    for batch in engine.batches(sql):
        hashes[count : count + batch.height] = batch["h"].to_numpy()
        count += batch.height
    hashes.sort()
    return pl.DataFrame({"h": np.unique(hashes[1:][hashes[1:] == hashes[:-1]])}, schema={"h": pl.UInt64})


def _find_doubled(engine: Engine, supply: Supply, source: str) -> bool:
    """Rows whose key occurs more than once, into ``_doubled_<table>``.

    By hash first, which needs memory for one number a row; of a long key only the columns that tell rows apart best.
    Rows whose key is not filled are sorted out of the few that are left: that is cheaper than out of all.
    """
    table = supply.table
    keys = ", ".join(quoted(k) for k in table.key)
    telling = [k for k in table.key if table.columns[k].kind not in ("rcdts", "integer")]
    hashed = ", ".join(quoted(k) for k in (telling if len(telling) > MANY_COLUMNS else table.key))
    same = _repeated(engine, f"select hash({hashed}) as h from {source}", supply.rows)
    if same.is_empty():
        return False
    engine.put("_same_hash", same)
    name = quoted(f"_doubled_{table.name}")
    engine.run(
        f"create or replace table {name} as "
        f"select _row, row_number() over (partition by {keys} order by _row) = 1 as is_first, "
        f"max(_row) over (partition by {keys}) as last_row, _row = last_row as is_last "
        f"from (select {keys}, {ROW} as _row from {source} "
        f"where {_filled(table)} and hash({hashed}) in (select h from _same_hash)) "
        f"qualify count(*) over (partition by {keys}) > 1"
    )
    engine.run("drop table _same_hash")
    return bool(engine.one(f"select count(*) from {name}"))
