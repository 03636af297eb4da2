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

from audit.engines.embedded import Engine, quoted, text
from audit.exceptions import COLUMNS, FINGERPRINT
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
_COLUMN = ["table_name", "place", "column_name"]
_SHARE = pl.col("n") / pl.col("rows")
_SHARE_NOW = pl.col("n_now") / pl.col("rows_now")
_COUNTED = {name: kind for name, kind in PROFILE.items() if name != "table_name"}


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
    found = [pl.DataFrame(schema=PROFILE)]
    with engine.within(schema):
        for name, supply in supplies.items():
            if supply.columns and not supply.table.reference_data:
                counted = _of_table(engine, rulebook, supply.table, supply.columns, quoted(name))
                found.append(counted.select(pl.lit(name).alias("table_name"), *list(PROFILE)[1:]))
    return pl.concat(found).sort(list(PROFILE)[:4])


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


def _of_table(engine: Engine, rulebook: Rulebook, table: Table, supplied: Iterable[str], source: str) -> pl.DataFrame:
    """What a profile says of one table: counted by school, and a code at a time, then added up by district."""
    columns = sorted(set(supplied) & set(table.columns))
    rows = f"(select *, coalesce({table.home or 'null::varchar'}, '') as _place from {source})"
    filled = ", ".join(f"count({quoted(c)}) as {quoted(c)}" for c in columns)
    schools = engine.frame(f"select _place as place, count(*) as _n, {filled} from {rows} group by 1")
    cells = schools.drop("_n").unpivot(index="place", variable_name="column_name", value_name="n")
    coded = [
        f"select _place as place, {text(c)} as column_name, {quoted(c)} as code, count(*) as n from {rows} "
        f"where {quoted(c)} is not null group by 1, 3"
        for c in columns
        if _followed(rulebook, table.columns[c])
    ]
    counts = [schools.select("place", n="_n"), _by_district(cells)]
    if coded:
        counts.append(_by_district(engine.frame(" union all ".join(coded))))
    return pl.concat([pl.DataFrame(schema=_COUNTED), *(c.cast({"n": pl.Int64}) for c in counts)], how="diagonal")


def _by_district(counted: pl.DataFrame) -> pl.DataFrame:
    return counted.with_columns(pl.col("place").str.head(11)).group_by(pl.exclude("n")).agg(pl.col("n").sum())


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
        self.tables: dict[str, int] = defaultdict(int)
        for table, place, n in frame.filter(pl.col("column_name").is_null()).select("table_name", "place", "n").rows():
            self.schools[table, place] = n
            self.tables[table] += n


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
    found += _shares(before, now, options, looked)
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


def _shares(before: pl.DataFrame, now: pl.DataFrame, options: Options, looked: dict[str, int]) -> Iterator[Found]:
    """Districts of which both nights have enough rows, and columns that both nights supply."""
    cells = _filled(before).join(_filled(now), on=_COLUMN, suffix="_now")
    cells = cells.filter(pl.min_horizontal("rows", "rows_now") >= options.macro_least)
    looked["SA-MACRO-005"] = cells.height
    yield from _jumps("SA-MACRO-005", cells.with_columns(share=1 - _SHARE, share_now=1 - _SHARE_NOW), options)
    was, are = (night.filter(pl.col("code").is_not_null()) for night in (before, now))
    codes = was.join(are, on=[*_COLUMN, "code"], how="full", coalesce=True, suffix="_now")
    codes = codes.fill_null(0).join(cells.select(*_COLUMN, "rows", "rows_now"), on=_COLUMN)
    looked["SA-MACRO-006"] = codes.height
    yield from _jumps("SA-MACRO-006", codes.with_columns(share=_SHARE, share_now=_SHARE_NOW), options)


def _filled(profile: pl.DataFrame) -> pl.DataFrame:
    """Filled cells (``n``) of each column of a district, and the district's ``rows`` in the table."""
    of_schools = pl.col("column_name").is_null()
    place = pl.col("place").str.head(11)
    rows = profile.filter(of_schools).group_by("table_name", place).agg(rows=pl.col("n").sum())
    cells = profile.filter(~of_schools, pl.col("code").is_null()).drop("code")
    return cells.join(rows, on=["table_name", "place"])


def _jumps(rule: str, shares: pl.DataFrame, options: Options) -> Iterator[Found]:
    """``shares``: the columns ``share`` and ``share_now``, and of what they are."""
    far = shares.filter((pl.col("share_now") - pl.col("share")).abs() > options.macro_share)
    for row in far.sort(*_COLUMN, *(["code"] if "code" in far.columns else [])).rows(named=True):
        told = f"within {options.macro_share:.0%} of {row['share']:.1%}, the share of the run before"
        value = f"{row['share_now']:.1%}"
        yield Found(rule, row["table_name"], row["place"], value, told, row["column_name"], row.get("code"))


# ---------------------------------------------------------------------------------------------------------------------
# Findings


def judge(engine: Engine, before: pl.DataFrame, now: pl.DataFrame, options: Options, as_of: str) -> dict[str, Outcome]:
    """Adds the differences to ``exceptions``; the outcomes of the rules."""
    found, looked = compare(before, now, options)
    wanted = {rule for rule in MACROS if options.takes(rule)}
    kept = [f for f in found if f.rule in wanted]
    if kept:
        engine.put("_macro", pl.DataFrame([_exception(f, as_of) for f in kept], orient="row", infer_schema_length=None))
        keyed = f"* replace ({FINGERPRINT} as fingerprint)"
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
