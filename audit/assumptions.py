"""What the state's text leaves open and a rule must take for granted: settings with a documented default.

``assumptions.csv`` of a rulebook: ``name``, ``kind``, ``table`` (of kind columns), ``default``, ``meaning``. Files of
rules and models name them with a colon, and the values are put in when the files are read:

* kind ``columns``: ``:name`` the columns with commas, ``:name_all`` the same as one text, ``:name_empty`` the text of
  those that are empty (of those supplied, if the rule can do without), ``:name_missing`` how many are empty,
  ``:name_some`` whether one is filled;
* kinds ``day`` (MM-DD) and ``number``: ``:name`` the value, null if there is none, and ``:name_given`` the value only
  if a setting gives it.

A rule that rests on an assumption by way of a model says so in its header: ``assumes: name``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib.resources.abc import Traversable

from audit.rulebook import Assumption, Rule, RulebookError, Table

_NAME = re.compile(r"(?<![:\w]):([a-z_][a-z_0-9]*)")


class AssumptionError(Exception):
    """A setting names an assumption that does not exist, or gives it a value that it can't have."""


def read(file: Traversable) -> dict[str, Assumption]:
    """The assumptions of a rulebook with their defaults, by name."""
    if not file.is_file():
        return {}
    rows = csv.DictReader(file.read_text("utf-8").splitlines())
    return {
        r["name"]: Assumption(r["name"], r["kind"], r["table"], r["default"], r["meaning"], r["default"])  # type: ignore[arg-type]
        for r in rows
    }


def settled(
    known: Mapping[str, Assumption], given: Iterable[tuple[str, str]], tables: Mapping[str, Table]
) -> dict[str, Assumption]:
    """The assumptions with the values that the settings give. Raises AssumptionError."""
    found = dict(known)
    for name, value in given:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f" Nearest: {near[0]}." if near else ""
            raise AssumptionError(f"there is no assumption '{name}'.{hint} Known: {', '.join(known)}.")
        found[name] = replace(known[name], value=_checked(known[name], value, tables), given=True)
    return found


def _checked(one: Assumption, value: str, tables: Mapping[str, Table]) -> str:
    if one.kind == "day":
        if not re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", value):
            raise AssumptionError(f"{one.name}: '{value}' is no day of the year. Write MM-DD, as in {one.default}.")
        return value
    if one.kind == "number":
        if not re.fullmatch(r"\d{0,9}", value):
            raise AssumptionError(f"{one.name}: '{value}' is no number.")
        return value
    columns = [c for c in re.split(r"[\s,;]+", value.lower()) if c]
    wrong = [c for c in columns if c not in tables[one.table].columns]
    if wrong or not columns:
        raise AssumptionError(
            f"{one.name}: '{(wrong or [value])[0]}' is no column of {one.table}. As in {one.default.replace(';', ',')}."
        )
    return ";".join(dict.fromkeys(columns))


def filled_in(text: str, assumptions: Mapping[str, Assumption]) -> str:
    """A rule's file with the values of the assumptions that it names; other names stay as they are."""
    if not _NAME.search(text):  # as of most
        return text
    parts = {f":{name}{form}": sql for name, one in assumptions.items() for form, sql in _forms(one).items()}
    return _NAME.sub(lambda match: parts.get(match[0], match[0]), text)


@cache
def _forms(one: Assumption) -> dict[str, str]:
    if one.kind != "columns":
        value = "null" if not one.value else f"'{one.value}'" if one.kind == "day" else one.value
        typed = f"{value}::{'varchar' if one.kind == 'day' else 'integer'}"
        return {"": typed, "_given": typed if one.given else typed.replace(value, "null", 1)}
    columns = one.value.split(";")
    empty = ", ".join(f"case when {c} is null and :lacks_{c} is null then '{c}' end" for c in columns)
    return {
        "": ", ".join(columns),
        "_all": f"'{one.value}'",
        "_empty": f"concat_ws(';', {empty})",
        "_missing": " + ".join(f"case when {c} is null then 1 else 0 end" for c in columns),
        "_some": "(" + " or ".join(f"{c} is not null" for c in columns) + ")",
    }


def named(text: str, assumptions: Mapping[str, Assumption]) -> tuple[str, ...]:
    """Names of the assumptions that a file rests on."""
    words = set(_NAME.findall(text))
    if not words:
        return ()
    return tuple(name for name, one in assumptions.items() if words & {f"{name}{form}" for form in _forms(one)})


def noted(rule: Rule, assumptions: Mapping[str, Assumption]) -> Rule:
    """The rule, its note saying what it assumes. Raises RulebookError for a name that is no assumption."""
    if unknown := [name for name in rule.assumes if name not in assumptions]:
        raise RulebookError(f"{rule.origin}: assumes: there is no assumption '{unknown[0]}'")
    if not rule.assumes:
        return rule
    note = " ".join([rule.note, *(assumptions[name].said for name in rule.assumes)]).strip()
    return replace(rule, note=note)


def check(assumptions: Mapping[str, Assumption], tables: Mapping[str, Table]) -> None:
    """Raises RulebookError for an assumption whose default could not be given as a setting."""
    try:
        for one in assumptions.values():
            _checked(one, one.default, tables)
    except (AssumptionError, KeyError) as error:
        raise RulebookError(f"assumptions.csv: {error}") from None
