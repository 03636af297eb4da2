"""Between two nights: records, empty cells and codes that fall, grow or jump, and schools or tables that are gone.

A *profile* counts the rows of each table by school, and by district the filled cells of each column and the rows of
each code. Two profiles are compared; what differs by more than the settings allow is a warning. A single row is never
looked at: these rules find what no rule on records can, because the records are not there.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from audit.engines.embedded import Engine, quoted
from audit.exceptions import COLUMNS
from audit.outcome import Outcome
from audit.read.formats import Format
from audit.rulebook import Column, Rulebook, Table
from audit.settings import Options
from audit.settle import Supply

#: A code column is followed if its list is no longer than this.
MOST_CODES = 150

#: What a profile holds: rows of a school (column and code null), filled cells of a district's column (code null), rows
#: of a district with a code. ``place``: the school or the district; empty where the table does not name one.
PROFILE = {
    "table_name": pl.String, "place": pl.String, "column_name": pl.String, "code": pl.String, "n": pl.Int64,
}  # fmt: skip


def _family(number: int, title: str, message: str, expected: str, fix: str) -> Format:
    return Format(
        f"SA-MACRO-{number:03}", title, "warning", message, expected, fix,
        kind="macro", section="Between nights", found="by comparing two nights",
    )  # fmt: skip


_LOOK = (
    "Find out whether the export was complete or its settings have changed; if it is right as it is, nothing is to do."
)
_ALL = (
    _family(1, "A school has far fewer records of a table than in the run before", "The school has far fewer records.",
            "about as many records as in the run before", _LOOK),
    _family(2, "A school has far more records of a table than in the run before", "The school has far more records.",
            "about as many records as in the run before", _LOOK),
    _family(3, "A school that was there is gone", "No table has a record of the school any more.",
            "records of the school, as in the run before", _LOOK),
    _family(4, "A table that was there is gone", "The table is missing or empty.",
            "the table, as in the run before", _LOOK),
    _family(5, "The share of empty cells of a column has jumped", "Far more, or fewer, cells of the column are empty.",
            "about the share of the run before", _LOOK),
    _family(6, "The share of a code has jumped", "Far more, or far fewer, rows have the code.",
            "about the share of the run before", _LOOK),
)  # fmt: skip

#: The rules, by id.
MACROS: Mapping[str, Format] = {rule.id: rule for rule in _ALL}


@dataclass(frozen=True)
class Found:
    """One difference. ``key``: table, school or district, column, code, as far as they apply."""

    rule: str
    table: str
    place: str
    value: str
    expected: str
    column: str = ""
    code: str | None = None

    @property
    def key(self) -> dict[str, str]:
        whole = self.place + "0000" if len(self.place) == 11 else self.place
        parts = {"code": self.code, "column_name": self.column, "home_rcdts": whole, "table_name": self.table}
        return {name: value for name, value in parts.items() if value}


# ---------------------------------------------------------------------------------------------------------------------
# Profiles


def profile(engine: Engine, rulebook: Rulebook, supplies: Mapping[str, Supply], schema: str = "main") -> pl.DataFrame:
    """The profile of the tables in a schema of the engine: columns of PROFILE, ordered. One scan for each table."""
    rows: list[tuple[str, str, str | None, str | None, int]] = []
    with engine.within(schema):
        for name, supply in supplies.items():
            if supply.columns and not supply.table.reference_data:
                rows += _of_table(engine, rulebook, supply.table, supply.columns, quoted(name))
    return pl.DataFrame(rows, schema=PROFILE, orient="row").sort(list(PROFILE)[:4])


def standing(both: pl.DataFrame) -> pl.DataFrame:
    """A profile from counts that a change may have brought to nothing, without those, ordered.

    A column without a filled cell counts 0, as long as the district has rows.
    """
    schools = both.filter(pl.col("column_name").is_null(), pl.col("n") > 0)
    districts = schools.select("table_name", pl.col("place").str.head(11)).unique()
    filled = both.filter(pl.col("column_name").is_not_null(), pl.col("code").is_null())
    filled = filled.join(districts, on=["table_name", "place"], how="semi")
    codes = both.filter(pl.col("code").is_not_null(), pl.col("n") > 0)
    return pl.concat([schools, filled, codes]).sort(list(PROFILE)[:4])


def _of_table(
    engine: Engine, rulebook: Rulebook, table: Table, supplied: Iterable[str], source: str
) -> Iterator[tuple[str, str, str | None, str | None, int]]:
    columns = sorted(set(supplied) & set(table.columns))
    codes = [c for c in columns if _followed(rulebook, table.columns[c])]
    counted = [f"count({quoted(c)})" for c in columns] + [f"histogram({quoted(c)})" for c in codes]
    home = f"coalesce({table.home}, '')" if table.home else "''"
    found = engine.rows(
        f"select left(_home, 11), histogram(_home), {', '.join(counted)} "
        f"from (select *, {home} as _home from {source}) group by 1 order by 1"
    )
    for district, schools, *counts in found:
        for school, n in schools.items():
            yield table.name, school, None, None, n
        for column, n in zip(columns, counts, strict=False):
            yield table.name, district, column, None, n
        for column, histogram in zip(codes, counts[len(columns) :], strict=True):
            for code, n in (histogram or {}).items():
                yield table.name, district, column, code, n


def _followed(rulebook: Rulebook, column: Column) -> bool:
    if column.kind == "yes_no":
        return True
    listed = rulebook.codes.get(column.codes or "") if column.kind == "code" else None
    return listed is not None and len(listed.meanings or listed.canonical) <= MOST_CODES


# ---------------------------------------------------------------------------------------------------------------------
# Comparing


class _Counts:
    """A profile by what it counts."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.schools: dict[tuple[str, str], int] = {}
        self.rows: dict[tuple[str, str], int] = defaultdict(int)
        self.filled: dict[tuple[str, str, str], int] = {}
        self.codes: dict[tuple[str, str, str, str], int] = {}
        self.tables: dict[str, int] = defaultdict(int)
        for table, place, column, code, n in frame.iter_rows():
            if column is None:
                self.schools[table, place] = n
                self.rows[table, place[:11]] += n
                self.tables[table] += n
            elif code is None:
                self.filled[table, place, column] = n
            else:
                self.codes[table, place, column, code] = n


def compare(before: pl.DataFrame, now: pl.DataFrame, options: Options) -> tuple[list[Found], dict[str, int]]:
    """The differences, and how many were looked at, by rule."""
    was, are = _Counts(before), _Counts(now)
    found: list[Found] = []
    looked = dict.fromkeys(MACROS, 0)
    gone = [table for table in sorted(was.tables) if not are.tables.get(table)]
    looked["SA-MACRO-004"] = len(was.tables)
    found += [Found("SA-MACRO-004", t, "", "0", f"about {was.tables[t]:,} records") for t in gone]
    schools = {place for _, place in was.schools if place}
    left = {place for _, place in are.schools}
    looked["SA-MACRO-003"] = len(schools)
    for place in sorted(schools - left):
        n = sum(count for (_, of), count in was.schools.items() if of == place)
        found.append(Found("SA-MACRO-003", "", place, "0", f"about {n:,} records"))
    for (table, place), n in sorted(was.schools.items()):
        if table in gone or (place and place not in left) or not place:
            continue
        found += _records(table, place, n, are.schools.get((table, place), 0), options, looked)
    found += _shares(was, are, options, looked)
    return found, looked


def _records(table: str, place: str, was: int, now: int, options: Options, looked: dict[str, int]) -> Iterator[Found]:
    low, high = was * (1 - options.macro_rows), was * (1 + options.macro_rows)
    told = (f"{now:,}", f"{low:,.0f} to {high:,.0f} records; the run before had {was:,}")
    if was >= options.macro_least:
        looked["SA-MACRO-001"] += 1
        if now < low:
            yield Found("SA-MACRO-001", table, place, *told)
    if max(was, now) >= options.macro_least:
        looked["SA-MACRO-002"] += 1
        if now > high:
            yield Found("SA-MACRO-002", table, place, *told)


def _shares(was: _Counts, are: _Counts, options: Options, looked: dict[str, int]) -> Iterator[Found]:
    """Districts of which both nights have enough rows, and columns that both nights supply."""
    for (table, place, column), filled in sorted(was.filled.items()):
        rows, rows_now = was.rows[table, place], are.rows.get((table, place), 0)
        if (table, place, column) not in are.filled or min(rows, rows_now) < options.macro_least:
            continue
        looked["SA-MACRO-005"] += 1
        shares = 1 - filled / rows, 1 - are.filled[table, place, column] / rows_now
        if jump := _jump(*shares, options):
            yield Found("SA-MACRO-005", table, place, *jump, column)
    for key in sorted({*was.codes, *are.codes}):
        table, place, column, code = key
        rows, rows_now = was.rows.get((table, place), 0), are.rows.get((table, place), 0)
        both = (table, place, column) in was.filled and (table, place, column) in are.filled
        if not both or min(rows, rows_now) < options.macro_least:
            continue
        looked["SA-MACRO-006"] += 1
        shares = was.codes.get(key, 0) / rows, are.codes.get(key, 0) / rows_now
        if jump := _jump(*shares, options):
            yield Found("SA-MACRO-006", table, place, *jump, column, code)


def _jump(was: float, now: float, options: Options) -> tuple[str, str] | None:
    if abs(now - was) <= options.macro_share:
        return None
    return f"{now:.1%}", f"within {options.macro_share:.0%} of {was:.1%}, the share of the run before"


# ---------------------------------------------------------------------------------------------------------------------
# Findings


def judge(engine: Engine, before: pl.DataFrame, now: pl.DataFrame, options: Options, as_of: str) -> dict[str, Outcome]:
    """Adds the differences to ``exceptions``; the outcomes of the rules."""
    found, looked = compare(before, now, options)
    wanted = {rule for rule in MACROS if options.takes(rule)}
    kept = [f for f in found if f.rule in wanted]
    if kept:
        engine.put("_macro", pl.DataFrame([_exception(f, as_of) for f in kept], orient="row", infer_schema_length=None))
        keyed = "* replace (left(sha256(rule_id || '|' || table_name || '|' || exception_key), 32) as fingerprint)"
        engine.run(f"insert into exceptions by name select {keyed} from _macro")
    outcomes = {}
    for rule in MACROS:
        if rule in wanted:
            findings = sum(f.rule == rule for f in kept)
            outcomes[rule] = Outcome(rule, "passed", looked[rule], findings).judged()
    return outcomes | not_run("left out by --select or --ignore", set(MACROS) - wanted)


def not_run(reason: str, rules: Iterable[str] = tuple(MACROS)) -> dict[str, Outcome]:
    return {rule: Outcome(rule, "not_run", reason=reason) for rule in rules}


def _exception(found: Found, as_of: str) -> dict[str, object]:
    rule = MACROS[found.rule]
    row = {
        "rule_id": found.rule,
        "severity": rule.severity,
        "table_name": found.table,
        "exception_key": json.dumps(found.key, separators=(",", ":"), ensure_ascii=False),
        "home_rcdts": found.key.get("home_rcdts"),
        "column_name": found.column,
        "value": found.value,
        "expected": found.expected,
        "message": rule.message,
        "fingerprint": "",
        "state": "new",
        "first_seen": as_of,
    }
    return {name: row.get(name) for name in COLUMNS}


def stored(engine: Engine) -> pl.DataFrame | None:
    """The profile of the last whole run in the history; None where there is none."""
    frame = engine.frame("select * from history.profile")
    return None if frame.is_empty() else frame


def store(engine: Engine, now: pl.DataFrame) -> None:
    """Puts the profile in place of that of the run before."""
    engine.put("_profile", now)
    engine.run("delete from history.profile")
    engine.run(f"insert into history.profile select {', '.join(map(quoted, PROFILE))} from _profile")
    engine.run(f"drop table {quoted('_profile')}")
