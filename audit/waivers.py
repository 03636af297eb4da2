"""Waivers: findings that someone has accepted, with a reason and until when.

A file ``waivers.toml`` holds tables ``[[waiver]]``, a CSV file one line each; what the report and ``exceptions.csv``
export can be filled in and given back. A waiver is for one record and one rule. It holds as long as the finding's
evidence (what was found, in which columns) is the one that was accepted, and not longer than its last day.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import polars as pl

from audit import generated, spreadsheet, values
from audit.engines.embedded import Engine
from audit.errors import UserError
from audit.families import FAMILIES
from audit.rulebook import Rulebook

#: Names in a workspace that are found without being told.
FILE_NAMES = ("waivers.toml", "waivers.csv")
_NEEDED = ("rule", "key", "reason", "who", "until")
#: How the columns of an export are called here; others of its columns are not looked at.
_NAMES = {"rule_id": "rule", "exception_key": "key"}
_OPTIONAL = ("column_name", "value")
#: What an export does not have.
_FILLED_IN = ("reason", "who", "until")

#: What became of a waiver, and what a reader is told of those with this state (None: nothing).
STATES = {
    "applied": None,
    "not_allowed": "they are for errors, which the state would still reject: they are counted as before "
    "(waive_errors = true in the settings counts them apart)",
    "expired": "their last day is over: the findings count again",
    "stale": "what was found is not what was accepted: the findings count again",
    "unused": None,
}


@dataclass(frozen=True)
class Waiver:
    """One line of a file. ``key``: the exception_key in canonical form. ``column_name``, ``value``: what was accepted
    (None: what is found when the waiver is used for the first time). ``place``: where it stands."""

    rule: str
    key: str
    reason: str
    who: str
    until: dt.date
    column_name: str | None
    value: str | None
    place: str

    @property
    def identity(self) -> str:
        """Another reason or last day is another waiver: what is found is accepted anew."""
        parts = (self.rule, self.key, self.reason, self.who, str(self.until), self.column_name, self.value)
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Matched:
    """A waiver, what became of it, and how many findings it is about."""

    waiver: Waiver
    state: str
    findings: int


def find(named: Path | None, workspace: Path | None) -> Path | None:
    """The file of waivers: the one named, else the one in the workspace. Raises UserError."""
    if named is not None:
        if not named.is_file():
            raise UserError(f"--waivers: there is no file {named}.")
        return named
    there = [workspace / name for name in FILE_NAMES if (workspace / name).is_file()] if workspace else []
    if len(there) > 1:
        raise UserError(f"--waivers: there are two files in {workspace}. Remove one, or say which: --waivers FILE.")
    return there[0] if there else None


# ---------------------------------------------------------------------------------------------------------------------
# Reading


def read(path: Path, rulebook: Rulebook) -> list[Waiver]:
    """The waivers of a file. Raises UserError that names the place and what is wrong there; no value of it."""
    try:
        rows = _from_toml(path) if path.suffix.lower() == ".toml" else _from_csv(path)
        found = [_waiver(row, place, rulebook) for place, row in rows]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, csv.Error, RecursionError) as error:
        raise UserError(f"--waivers: {path} can't be read: {error}.") from None
    first: dict[tuple[str, str], Waiver] = {}
    for waiver in found:
        other = first.setdefault((waiver.rule, waiver.key), waiver)
        if other is not waiver:
            raise UserError(f"{waiver.place}: the same record is waived for the same rule by {other.place} too.")
    return found


def _from_toml(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    content = tomllib.loads(path.read_text("utf-8-sig"))
    listed = content.pop("waiver", [])
    if content or not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        raise UserError(f"--waivers: {path} should hold tables [[waiver]] and nothing else.")
    for number, row in enumerate(listed, 1):
        place = f"{path.name}, waiver {number}"
        if unknown := sorted(set(row) - {*_NEEDED, *_OPTIONAL, *_NAMES}):
            raise UserError(f"{place}: '{unknown[0]}' is not known. {values.nearest(unknown[0], _NEEDED + _OPTIONAL)}")
        yield place, row


def _from_csv(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            cells = {k.strip().lower(): v for k, v in row.items() if k and v}
            # of an export only the lines that someone filled in
            if any(cells.get(name) for name in _FILLED_IN):
                yield f"{path.name}, line {reader.line_num}", cells


def _waiver(row: Mapping[str, Any], place: str, rulebook: Rulebook) -> Waiver:
    row = {_NAMES.get(name, name): value for name, value in row.items()}
    for name in _NEEDED:
        if not str(row.get(name) or "").strip():
            raise UserError(f"{place}: {name} is missing. Needed are: {', '.join(_NEEDED)}.")
    return Waiver(
        rule=_rule(str(row["rule"]).strip(), place, rulebook),
        key=_key(row["key"], place),
        reason=str(row["reason"]).strip(),
        who=str(row["who"]).strip(),
        until=values.date(row["until"], f"{place}: until"),
        column_name=row.get("column_name"),
        value=None if row.get("value") is None else spreadsheet.unguarded(str(row["value"])),
        place=place,
    )


def _rule(written: str, place: str, rulebook: Rulebook) -> str:
    known = [*generated.all_rules(rulebook), *FAMILIES]
    for rule in (written.upper(), f"{rulebook.prefix}-{written.upper()}", written):
        if rule in known:
            return rule
    full = (written.upper(), f"{rulebook.prefix}-{written.upper()}")
    near = [match for name in full for match in get_close_matches(name, known, n=1)][-1:]
    raise UserError(f"{place}: there is no rule {written}." + (f" Nearest: {near[0]}." if near else ""))


def _key(written: Any, place: str) -> str:
    """The key as findings have it: sorted, values as text, no blanks."""
    try:
        key = json.loads(written) if isinstance(written, str) else written
    except ValueError:
        key = None
    if not isinstance(key, dict) or not key:
        raise UserError(f"{place}: key is no exception_key, as in " + '{"school_year":"2019","sid":"100000001"}.')
    pairs = {name: str(value) for name, value in sorted(key.items()) if value is not None}
    return json.dumps(pairs, separators=(",", ":"), ensure_ascii=False)


# ---------------------------------------------------------------------------------------------------------------------
# Applying


def apply(
    engine: Engine,
    waivers: Sequence[Waiver],
    as_of: dt.date,
    accepted: Mapping[tuple[str, str], str],
    waive_errors: bool,
) -> list[Matched]:
    """Holds the waivers against ``exceptions``; returns what became of each, in the order of the file.

    Makes the table ``waived``: a row for each waived fingerprint; ``counted_apart`` unless it is an error and
    ``waive_errors`` is off. ``accepted``: (identity of a waiver, fingerprint) -> evidence that it was used on before.
    """
    listed = pl.DataFrame(
        [(n, w.rule, w.key, w.identity) for n, w in enumerate(waivers)],
        schema={"n": pl.Int64, "rule_id": pl.String, "exception_key": pl.String, "waiver": pl.String},
        orient="row",
    )
    engine.put("_waivers", listed)
    found: dict[int, list[tuple[str, str, list[tuple[str, str]]]]] = {}
    rows = engine.rows(
        "select n, fingerprint, any_value(severity), list_sort(list([coalesce(column_name, ''), coalesce(value, '')])) "
        "from exceptions join _waivers using (rule_id, exception_key) group by n, fingerprint order by n, fingerprint"
    )
    for n, fingerprint, severity, evidence in rows:
        found.setdefault(n, []).append((fingerprint, severity, [tuple(pair) for pair in evidence]))
    matched, waived = [], []
    for n, waiver in enumerate(waivers):
        findings = sum(len(evidence) for *_, evidence in found.get(n, ()))
        state = _state(waiver, found.get(n, ()), as_of, accepted, waive_errors)
        matched.append(Matched(waiver, state, findings))
        if state in ("applied", "not_allowed"):
            for fingerprint, _, evidence in found[n]:
                told = (waiver.reason, waiver.who, waiver.until, waiver.identity, _digest(evidence))
                waived.append((fingerprint, waiver.rule, state == "applied", *told))
    engine.put("waived", pl.DataFrame(waived, schema=_WAIVED, orient="row"))
    return matched


_WAIVED = {
    "fingerprint": pl.String, "rule_id": pl.String, "counted_apart": pl.Boolean, "reason": pl.String,
    "who": pl.String, "until": pl.Date, "waiver": pl.String, "evidence": pl.String,
}  # fmt: skip


def _state(
    waiver: Waiver,
    found: Iterable[tuple[str, str, list[tuple[str, str]]]],
    as_of: dt.date,
    accepted: Mapping[tuple[str, str], str],
    waive_errors: bool,
) -> str:
    found = list(found)
    if not found:
        return "unused"
    if waiver.until < as_of:
        return "expired"
    for fingerprint, _, evidence in found:
        if waiver.value is not None and waiver.value not in {value for _, value in evidence}:
            return "stale"
        if waiver.column_name and waiver.column_name not in {name for name, _ in evidence}:
            return "stale"
        if accepted.get((waiver.identity, fingerprint), _digest(evidence)) != _digest(evidence):
            return "stale"
    errors = any(severity == "error" for _, severity, _ in found)
    return "not_allowed" if errors and not waive_errors else "applied"


def _digest(evidence: Sequence[tuple[str, str]]) -> str:
    return hashlib.sha256(json.dumps(evidence).encode()).hexdigest()[:32]


# ---------------------------------------------------------------------------------------------------------------------
# Telling


def notices(matched: Sequence[Matched]) -> list[str]:
    """A sentence for each state that someone must know of; places and rules, no value of a record."""
    told = []
    for state, meaning in STATES.items():
        some = [m for m in matched if m.state == state]
        if meaning and some:
            first = ", ".join(f"{m.waiver.rule} ({m.waiver.place}, until {m.waiver.until})" for m in some[:5])
            more = f" and {len(some) - 5:,} more" if len(some) > 5 else ""
            title = state.replace("_", " ").upper()
            told.append(f"WAIVERS {title}: {len(some):,} of {len(matched):,}; {meaning}: {first}{more}")
    return told


def summary(matched: Sequence[Matched]) -> dict[str, int]:
    """How many waivers are in each state."""
    counts = Counter(m.state for m in matched)
    return {state: counts[state] for state in STATES}


def table(matched: Sequence[Matched]) -> pl.DataFrame:
    """The waivers as they are written: a file that can be given back, and table ``waivers`` of audit.duckdb."""
    rows = [
        (w.rule, w.key, w.reason, w.who, w.until, w.column_name, w.value, m.state, m.findings)
        for m in matched
        for w in (m.waiver,)
    ]
    schema = {
        "rule": pl.String, "key": pl.String, "reason": pl.String, "who": pl.String, "until": pl.Date,
        "column_name": pl.String, "value": pl.String, "state": pl.String, "findings": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")
