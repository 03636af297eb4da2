"""What a rulebook is made of: Table, Rule, Model, CodeList, Reference.

A rulebook is a package (``checks.illinois``) found by the entry point group ``sis_audit.rulebooks``. It holds

* ``tables/``: one module per table, each with a ``TABLE = Table(...)``: columns, key, references, row rules,
* ``codes/*.csv`` and ``layouts/*.csv``: code lists and positional layouts as data,
* ``models/*.sql``: shared relations that rules select from,
* ``derive/*.sql``: tables made from other tables after reading,
* ``lists/*.sql``: lists that are added to the results,
* ``<section>/*.sql``: one cross-table rule a file, its cases in ``*.cases.yaml`` beside it,
* ``repairs.csv``: characters that ``sis-audit fix`` replaces (``Repair``),
* ``visibility.csv``: who may see which rows (``Grant``), if the rulebook says so,
* ``<section>/not_raised.csv``: the rules that never write a finding, with status and reason,
* ``patterns/*.sql`` + ``.csv``: one query for many rules.

A table is a pandera schema; a row rule is one pandera check of it. The rest is read from these (``rulebook_load``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, Literal

import pandera.polars as pa
import polars as pl

Kind = Literal["text", "name", "code", "yes_no", "date", "integer", "decimal", "rcdts", "rcdt"]
Severity = Literal["error", "warning", "info"]

#: Exact decimals: nine places, nine digits before the point (G11).
DECIMAL = pl.Decimal(18, 9)

#: Beginning of the ids of plausibility rules: checks of this program's own, for which the state's document has no
#: sentence. They warn; the state takes the record.
PLAUSIBILITY = "SA-"

#: Columns that every typed table carries beside its own: number of the source file, and line in it.
FILE, LINE = "_file", "_line"
#: Parameters of the run, offered to row rules as columns.
AS_OF, SCHOOL_YEAR = "_as_of_date", "_current_school_year"

POLARS_TYPE: Mapping[Kind, Any] = {
    "text": pl.String,
    "name": pl.String,
    "code": pl.String,
    "yes_no": pl.String,
    "date": pl.Date,
    "integer": pl.Int32,
    "decimal": DECIMAL,
    "rcdts": pl.String,
    "rcdt": pl.String,
}
DUCKDB_TYPE: Mapping[Kind, str] = {
    "text": "varchar",
    "name": "varchar",
    "code": "varchar",
    "yes_no": "varchar",
    "date": "date",
    "integer": "integer",
    "decimal": "decimal(18, 9)",
    "rcdts": "varchar",
    "rcdt": "varchar",
}


class RulebookError(Exception):
    """A rulebook is not well formed: the text says which file, what is wrong and what to do."""


# ---------------------------------------------------------------------------------------------------------------------
# Columns


def _column(kind: Kind, doc: str, codes: str | None = None, aliases: Sequence[str] = ()) -> pa.Column:
    return pa.Column(
        POLARS_TYPE[kind],
        nullable=True,
        required=False,
        description=doc,
        metadata={"kind": kind, "codes": codes, "aliases": tuple(aliases)},
    )


def text(doc: str = "", aliases: Sequence[str] = ()) -> pa.Column:
    """Free text or an id: kept as it is, trimmed; empty is null."""
    return _column("text", doc, aliases=aliases)


def name(doc: str = "", aliases: Sequence[str] = ()) -> pa.Column:
    """A person's name: like text, but never shown in a file that is written unless asked for."""
    return _column("name", doc, aliases=aliases)


def code(codes: str | None, doc: str = "", aliases: Sequence[str] = ()) -> pa.Column:
    """A code of the list ``codes`` (None: no list is known). Decoded to its canonical form when read."""
    return _column("code", doc, codes, aliases)


def yes_no(doc: str = "", aliases: Sequence[str] = ()) -> pa.Column:
    """01 yes, 02 no (G9)."""
    return _column("yes_no", doc, "yes_no", aliases)


def date(doc: str = "", aliases: Sequence[str] = ()) -> pa.Column:
    """A calendar day."""
    return _column("date", doc, aliases=aliases)


def integer(doc: str = "", aliases: Sequence[str] = ()) -> pa.Column:
    """A whole number, as a school year."""
    return _column("integer", doc, aliases=aliases)


def decimal(doc: str = "", aliases: Sequence[str] = ()) -> pa.Column:
    """An exact decimal (G11)."""
    return _column("decimal", doc, aliases=aliases)


def rcdts(doc: str = "", aliases: Sequence[str] = ()) -> pa.Column:
    """Region, county, district, type, school: 15 characters (G6)."""
    return _column("rcdts", doc, aliases=aliases)


def rcdt(doc: str = "", aliases: Sequence[str] = ()) -> pa.Column:
    """The first 11 characters of an RCDTS."""
    return _column("rcdt", doc, aliases=aliases)


# ---------------------------------------------------------------------------------------------------------------------
# Rules


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One validation. Exactly one of ``check`` (row rule) and ``sql`` (cross-table rule) is set.

    ``reads`` are the (table, column) pairs without which the rule is not run; ``columns`` those whose values a finding
    shows and a person repairs; ``key`` the columns of the exception key (of ``table``, or given by the query).
    ``user``: from a user's own folder of rules. ``assumes``: names of the assumptions that it rests on.
    ``reach``: what a verdict on a student's record can depend on: records of that student alone, or those of all.
    """

    id: str
    title: str
    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    message: str
    expected: str
    fix: str
    source: str
    section: str
    severity: Severity = "error"
    kind: str = "row"
    grain: Literal["row", "key"] = "row"
    years: str = ""
    effective: str = ""
    executable: str = "full"
    note: str = ""
    reads: tuple[tuple[str, str], ...] = ()
    optional: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()
    reach: Literal["student", "all"] = "student"
    check: pa.Check | None = field(default=None, compare=False)
    sql: str | None = None
    also: tuple[Rule, ...] = ()
    origin: str = ""
    user: bool = False

    @property
    def parts(self) -> tuple[Rule, ...]:
        """The rule for each table whose rows it judges: usually just itself."""
        return (self, *self.also)

    @property
    def spans(self) -> str:
        """The school years that the rule judges, each version of it for itself; empty for all."""
        return ", ".join(dict.fromkeys(part.years for part in self.parts if part.years))

    @property
    def first_year(self) -> int | None:
        return int(self.years[:4]) if self.years else None

    @property
    def last_year(self) -> int | None:
        end = self.years.partition("-")[2] if self.years else ""
        return int(end) if end else None


Condition = pl.Expr
Holds = pl.Expr | Mapping[str, pl.Expr]


def row_rule(
    rule_id: str,
    title: str,
    *,
    source: str,
    columns: Sequence[str],
    holds: Holds,
    when: Condition | None = None,
    message: str,
    expected: str,
    fix: str,
    severity: Severity = "error",
    years: str = "",
    optional: Sequence[str] = (),
    key: Sequence[str] = (),
    skips_marked: bool = True,
    **more: str,
) -> pa.Check:
    """A validation of single rows, as a pandera check.

    ``when`` says which rows are judged, ``holds`` what must be true of them: polars expressions over the columns of the
    table, and over ``_as_of_date`` and ``_current_school_year``. ``holds`` is three-valued: true, false, null when it
    can't be told. A mapping of column -> expression judges several columns alike: all must hold, and a finding names
    those that do not; with ``optional=("any",)`` the columns that are not supplied are left out.
    ``skips_marked``: rows marked erroneous (``Table.marked``) are left out (G3, G19).

    ``source`` is "Section | first words of the state's sentence".
    """
    section, _, words = source.partition(" | ")
    meta = dict(
        id=rule_id,
        title=title,
        columns=tuple(columns),
        message=message,
        expected=expected,
        fix=fix,
        source=words,
        section=section,
        severity=severity,
        years=years,
        optional=tuple(optional),
        key=tuple(key),
        **more,
    )
    parts = dict(holds) if isinstance(holds, Mapping) else {"": holds}
    statistics = {"when": when, "holds": parts, "skips_marked": skips_marked, "meta": meta}
    # What plain ``schema.validate`` sees. Table() replaces it by the form that also knows years and marked rows.
    return pa.Check(_check_fn(when, parts), name=rule_id, error=title, statistics=statistics)


def _check_fn(when: Condition | None, parts: Mapping[str, pl.Expr]) -> Any:
    def check(data: Any) -> Any:
        ok = pl.all_horizontal([part.fill_null(True) for part in parts.values()])
        return data.lazyframe.select((ok if when is None else ok | ~when.fill_null(False)).alias("ok"))

    return check


def parts_of(check: pa.Check) -> dict[str, Any]:
    """What ``row_rule`` put into a check: ``when``, ``holds``, ``skips_marked``, ``meta``."""
    assert check.statistics is not None
    return check.statistics


def must_be(column: str, *values: str) -> pl.Expr:
    """The column holds one of the values; null fails (G8)."""
    return pl.col(column).is_in(list(values)).fill_null(False)


def filled(column: str) -> pl.Expr:
    """The column is not null."""
    return pl.col(column).is_not_null()


# ---------------------------------------------------------------------------------------------------------------------
# Tables


@dataclass(frozen=True)
class Reference:
    """A foreign key. ``tested_by``: the rule that speaks for it, so that no REF rule is generated."""

    columns: tuple[str, ...]
    table: str
    to: tuple[str, ...] = ()
    tested_by: str = ""

    @property
    def target(self) -> tuple[str, ...]:
        return self.to or self.columns


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind
    doc: str
    codes: str | None
    aliases: tuple[str, ...]


class Table:
    """A table, declared once: its pandera schema plus key, references and the mark of rows that rules skip.

    ``marked``: expression that is true for rows marked erroneous or asking for deletion (G3, G19), None if the table
    has no such mark; ``marked_sql`` is the same for DuckDB.
    ``key_tested_by``: the rule that speaks for the key, so that no ``KEY-<table>`` is generated.
    ``resent``: a batch file may send a row of this table several times; the last one counts, differences are reported.
    ``student``: the column that names the student; ``home``: SQL for the home school of a row (a column, or an
    expression); both empty where the table has neither.
    ``working_id``: an empty student id gets one that tells the row from all others (G22), also in a table's own file.
    ``reference_data``: may also come from the folder of reference tables named in the settings.
    """

    def __init__(
        self,
        name: str,
        doc: str,
        *,
        key: Sequence[str],
        columns: Mapping[str, pa.Column],
        references: Sequence[Reference] = (),
        rules: Sequence[pa.Check] = (),
        marked: pl.Expr | None = None,
        marked_sql: str = "",
        key_tested_by: str = "",
        resent: bool = False,
        working_id: bool = False,
        reference_data: bool = False,
        student: str = "sid",
        home: str = "home_rcdts",
    ) -> None:
        self.name, self.doc = name, doc
        self.key = tuple(key)
        self.references = tuple(references)
        self.marked, self.marked_sql = marked, marked_sql
        self.key_tested_by = key_tested_by
        self.resent = resent
        self.working_id = working_id
        self.student = student if student in columns else ""
        self.home = home if home in columns or home != "home_rcdts" else ""
        self.reference_data = reference_data
        self._declared = dict(columns)
        self._checks = list(rules)
        for check in rules:
            self._complete(check, columns)

    @cached_property
    def schema(self) -> pa.DataFrameSchema:
        """For pandera's own ``validate``; a run judges the checks itself."""
        return pa.DataFrameSchema(
            self._declared, checks=self._checks, name=self.name, description=self.doc, metadata={"key": self.key}
        )

    def _complete(self, check: pa.Check, columns: Mapping[str, pa.Column]) -> None:
        """Adds to a check's condition the years of the rule and the marked rows, and tells pandera."""
        stats = parts_of(check)
        when = stats["when"]
        meta = stats["meta"]
        if meta["years"]:
            when = _and(when, _year_condition(meta["years"], columns))
        stats["own"] = when
        if stats["skips_marked"] and self.marked is not None:
            when = _and(when, ~self.marked.fill_null(False))
        stats["when"] = when
        check._check_fn = _check_fn(when, stats["holds"])

    @cached_property
    def columns(self) -> dict[str, Column]:
        return {
            key: Column(key, c.metadata["kind"], c.description or "", c.metadata["codes"], c.metadata["aliases"])
            for key, c in self._declared.items()
        }

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(self._rule(check) for check in self._checks)

    def _rule(self, check: pa.Check) -> Rule:
        meta = dict(parts_of(check)["meta"])
        # the mark of a row is looked at where it is supplied, but a rule does not need it
        used = [parts_of(check)["own"], *parts_of(check)["holds"].values()]
        roots = {root for e in used if e is not None for root in e.meta.root_names()}
        reads = tuple((self.name, root) for root in sorted(roots) if not root.startswith("_"))
        meta["key"] = meta["key"] or self.key
        return Rule(**meta, table=self.name, reads=reads, check=check, origin=f"tables/{self.name}.py")


def _and(left: pl.Expr | None, right: pl.Expr) -> pl.Expr:
    return right if left is None else left & right


def _year_condition(years: str, columns: Mapping[str, pa.Column]) -> pl.Expr:
    """``2019-``, ``2015-2018``: by school_year, or where the table has none by its first date column."""
    first, _, last = years.partition("-")
    if "school_year" in columns:
        year = pl.col("school_year")
    else:
        dated = next(n for n, c in columns.items() if c.metadata["kind"] == "date")
        year = pl.col(dated).dt.year() + (pl.col(dated).dt.month() >= 7).cast(pl.Int32)
    inside = year >= int(first)
    return inside & (year <= int(last)) if last else inside


# ---------------------------------------------------------------------------------------------------------------------
# Models, code lists, layouts


@dataclass(frozen=True)
class Stands:
    """On what a row of a model rests: on the records of the ``student`` whom the column names, and what is no
    student's; or on the ``value`` of the column alone."""

    rests_on: Literal["student", "value"]
    column: str


@dataclass(frozen=True)
class Model:
    """A shared relation: a view over tables and other models that several rules select from.

    ``stands``: how it is taken over from run to run (``audit.stood_models``); None: it is not.
    """

    name: str
    doc: str
    sql: str
    materialize: bool = False
    stands: Stands | None = None


@dataclass(frozen=True)
class CodeList:
    """A code list. ``canonical``: code as written -> code that the rules compare with.

    ``width``: length to which all-digit codes are padded (the longest all-digit code; 0: none).
    ``rejects``: an unknown code is an FMT-CODE finding (scope domain and complete).
    """

    name: str
    canonical: Mapping[str, str]
    meanings: Mapping[str, str]
    scope: str
    complete: bool

    @cached_property
    def width(self) -> int:
        return max((len(c) for c in self.canonical if c.isdigit()), default=0)

    @property
    def rejects(self) -> bool:
        return self.scope == "domain" and self.complete


@dataclass(frozen=True)
class LayoutColumn:
    position: int
    source: str
    kind: str
    table: str  # starts with ~ for a table that no rule reads
    column: str  # starts with ~ for an extra column
    codes: str | None


@dataclass(frozen=True)
class Layout:
    """A positional batch file. ``width``: its number of columns (result columns of the state not counted)."""

    id: str
    width: int
    columns: tuple[LayoutColumn, ...]

    @cached_property
    def tables(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(c.table for c in self.columns))


@dataclass(frozen=True)
class FileType:
    """A name on line 1 and a number of columns that together mean a layout."""

    name: str
    layout: str
    width: int


@dataclass(frozen=True)
class LayoutRule:
    """A line of ``derived.csv`` or ``emitted.csv``; ``layout`` and ``table`` are patterns with ``*``.

    Derived: ``column`` is filled with ``expression``; without one it counts as supplied and is filled later, from other
    tables. Emitted: a row is given to the table when ``expression`` is true (without one always), and kept as ``part``.
    Expressions are SQL over the canonical columns of the row, ``_given_<column>``, ``_submitted_date``,
    ``_submitted_year`` (its school year) and ``_submitter_rcdt``.
    """

    layout: str
    table: str
    expression: str
    column: str = ""
    part: str = ""

    def is_for(self, layout: str, table: str) -> bool:
        return fnmatchcase(layout, self.layout) and fnmatchcase(table, self.table)


@dataclass(frozen=True)
class Assumption:
    """What the source leaves open and a setting decides. ``value``, ``default``: as written, ``;`` between columns.

    ``table``: the table of the columns. ``given``: whether a setting gives the value. See ``assumptions``.
    """

    name: str
    kind: Literal["columns", "day", "number"]
    table: str
    default: str
    meaning: str
    value: str
    given: bool = False

    @property
    def shown(self) -> str:
        return self.value.replace(";", ", ") or "none"

    @property
    def said(self) -> str:
        """A sentence for the notes of rules that rest on it."""
        return f"{self.meaning} is assumed: {self.shown} (setting assumptions.{self.name})."


NotRaisedStatus = Literal["reported_elsewhere", "not_executable", "retired"]


@dataclass(frozen=True)
class NotRaised:
    """A rule of the source that never writes a finding: ``status`` and ``reason`` of OUTPUT."""

    id: str
    title: str
    status: NotRaisedStatus
    reason: str


@dataclass(frozen=True)
class Grant:
    """A line of ``visibility.csv``: rows that a viewer of a role may see. A row is seen if one grant says so.

    ``tables``: empty for all; ``role``: ``any`` for every role; ``has``: a column that a table must have. ``without``:
    only rows that do not have this column, because their table or file does not. ``sees``: condition in SQL over the
    row and the rulebook's models; ``:viewer`` is the viewer's RCDTS, for a district its RCDT, with which the RCDTS of
    its schools begin; ``:viewer_rcdt`` is always the RCDT. ``rules``: statements of the source that say so.
    """

    tables: tuple[str, ...]
    role: str
    has: str
    without: str
    sees: str
    rules: tuple[str, ...]
    meaning: str


@dataclass(frozen=True)
class Repair:
    """A line of ``repairs.csv``: in these columns each character of ``find`` becomes ``write``; then several blanks are
    one and those at the ends go. ``rules``: the statements that prescribe it. ``meaning``: what is done, in words."""

    tables: tuple[str, ...]
    columns: tuple[str, ...]
    find: str
    write: str
    rules: tuple[str, ...]
    meaning: str


@dataclass(frozen=True)
class Derivation:
    """A table made from other tables after reading: a query over ``raw_<table>`` views.

    Applied when one of ``sources`` is supplied with all of ``requires`` (columns of it), and, unless ``alone``, the
    table itself; ``batch_only``: only to a table that batch files supply. ``fills``: columns that count as supplied in
    all rows from then on. ``materialize``: its rows are kept, not worked out by each query that reads them, also where
    no file supplies the table (where one does, they always are). ``notice``: what a reader must know when batch files
    supply the table and the first source has no rows.
    """

    table: str
    sources: tuple[str, ...]
    requires: tuple[str, ...]
    fills: tuple[str, ...]
    alone: bool
    batch_only: bool
    materialize: bool
    notice: str
    sql: str


@dataclass(frozen=True)
class Listing:
    """A list that the rulebook adds to the results: a query that gives ``_row`` (the listed source row) and columns.

    ``lead`` says to a reader what is listed. ``reads``: (table, column) pairs without which it is not made. ``names``:
    columns with names of persons; ``groups``: those by which the report counts; ``order``: those it is sorted by.
    """

    name: str
    title: str
    lead: str
    reads: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    groups: tuple[str, ...]
    order: tuple[str, ...]
    sql: str


@dataclass(frozen=True)
class Subgroup:
    """What a metric is also counted by: ``name`` is a column of the model ``metric_groups``, which takes it from
    ``table.column``; the codes of that column are the groups."""

    name: str
    title: str
    table: str
    column: str


@dataclass(frozen=True)
class Definition:
    """A metric as it is defined from a school year on.

    ``queries``: each makes the table ``metric_<name>``: ``cohort`` (one row for each student who may count),
    ``outside`` (all others, with the reason), ``lines`` (one row a course line of those who count or may), ``results``
    (one row for each student of the cohort), ``elsewhere`` (other schools that a student may
    belong to) and ``repairs`` (source rows that may leave a student undetermined). ``funnel``: names of the steps from
    all students to the numerator; ``denominator``: number of the one after which a student counts. ``settings``: name
    -> text, or (year, day) as (-1, "09-30") for 30 September of the calendar year before that in which the school year
    ends. ``lists``: name -> columns and rows of the table ``metric_<name>``.
    """

    metric: str
    year: int
    title: str
    who: str
    counts: str
    source: str
    near: str
    reads: tuple[tuple[str, str], ...]
    funnel: tuple[str, ...]
    denominator: int
    settings: Mapping[str, str | tuple[int, str]]
    lists: Mapping[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]]
    queries: Mapping[str, str]
    subgroups: tuple[Subgroup, ...] = ()


# ---------------------------------------------------------------------------------------------------------------------
# The rulebook


def written(check: pa.Check) -> str:
    """A row rule's expressions as text that is the same in every process."""
    found = {"": parts_of(check)["when"], **parts_of(check)["holds"]}
    return repr({name: e if e is None else e.meta.serialize(format="json") for name, e in found.items()})


@dataclass(frozen=True)
class Rulebook:
    """``prefix``: the state's letters, with which the ids of its rules begin. ``derived``, ``emitted``: what the
    layouts of batch files fill beside their columns, and which rows they give to which table."""

    name: str
    title: str
    prefix: str
    tables: Mapping[str, Table]
    rules: Mapping[str, Rule]
    models: Mapping[str, Model]
    codes: Mapping[str, CodeList]
    layouts: Mapping[str, Layout]
    file_types: tuple[FileType, ...]
    not_raised: Mapping[str, NotRaised]
    derivations: tuple[Derivation, ...] = ()
    derived: tuple[LayoutRule, ...] = ()
    emitted: tuple[LayoutRule, ...] = ()
    lists: tuple[Listing, ...] = ()
    assumptions: Mapping[str, Assumption] = field(default_factory=dict)
    metrics: tuple[Definition, ...] = ()
    grants: tuple[Grant, ...] = ()
    repairs: tuple[Repair, ...] = ()

    @cached_property
    def version(self) -> str:
        """Hash over everything that decides what is found: 12 hex digits."""
        import hashlib

        parts = [repr(r) for r in sorted(self.rules.values(), key=lambda r: r.id)]
        parts += [written(r.check) for r in self.rules.values() if r.check]
        parts += [m.sql for m in self.models.values()] + [repr(c) for c in self.codes.values()]
        parts += [repr(m) for m in self.metrics]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]

    @cached_property
    def batch_codings(self) -> Mapping[tuple[str, str], CodeList]:
        """(table, column) -> the coding in which the first layout that fills it writes its values, where it has one."""
        found: dict[tuple[str, str], CodeList] = {}
        for layout in self.layouts.values():
            for column in layout.columns:
                codes = self.codes.get(column.codes or "")
                if codes is not None and codes.scope == "decode":
                    found.setdefault((column.table, column.column), codes)
        return found

    def find(self, rule_id: str) -> Rule | NotRaised | None:
        """The rule of that id; the state's letters (``IL-``) may be left out."""
        for candidate in (rule_id.upper(), f"{self.prefix}-{rule_id.upper()}"):
            if candidate in self.rules:
                return self.rules[candidate]
            if candidate in self.not_raised:
                return self.not_raised[candidate]
        return None
