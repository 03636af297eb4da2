"""Reading one setting. ``where`` names the option, variable or key; a value of TOML may be typed already.

Each reader raises UserError (exit 2) that says what was written and what is expected.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from audit.errors import UserError

_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_UNITS |= {"KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}
#: Bytes without which no run works.
LEAST_MEMORY = 256 * 10**6


def parse_memory(value: Any, where: str) -> int:
    """Bytes of ``3GB``, ``1500 MB``, ``2GiB``."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)", str(value).strip())
    if not match or match[2].upper() not in _UNITS:
        raise UserError(f"{where}: '{value}' is no amount of memory. Write a number and a unit, as in 3GB or 1500MB.")
    amount = int(float(match[1]) * _UNITS[match[2].upper()])
    if amount < LEAST_MEMORY:
        raise UserError(f"{where}: {value} is too little. At least {LEAST_MEMORY // 10**6}MB are needed.")
    return amount


def memory(value: Any, where: str) -> str:
    """An amount of memory, as written."""
    parse_memory(value, where)
    return str(value).strip()


def path(value: Any, where: str) -> Path:
    """``~`` is the home folder."""
    if not isinstance(value, str | Path) or not str(value).strip():
        raise UserError(f"{where}: a path is needed.")
    return Path(value).expanduser()


def text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UserError(f"{where}: a text is needed.")
    return value.strip()


def date(value: Any, where: str) -> dt.date:
    """Of the years 1900 to 2099, as in extracts."""
    day = value if isinstance(value, dt.date) else _parse_date(str(value).strip())
    if day is None or not 1900 <= day.year <= 2099:
        raise UserError(f"{where}: '{value}' is no date. Write YYYY-MM-DD, as in 2018-11-30.")
    return dt.date(day.year, day.month, day.day)


def _parse_date(text: str) -> dt.date | None:
    for form in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            return dt.datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def integer(least: int, most: int, example: str) -> Callable[[Any, str], int]:
    def parse(value: Any, where: str) -> int:
        text = str(value).strip()
        if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
            raise UserError(f"{where}: '{value}' is no whole number from {least} to {most}. Example: {example}.")
        return int(text)

    return parse


def share(value: Any, where: str) -> float:
    """A part of the whole, from 0 to 1; ``20 %`` is understood."""
    match = re.fullmatch(r"(\d*\.?\d+)\s*(%?)", str(value).strip())
    found = -1.0 if match is None or isinstance(value, bool) else float(match[1]) / (100 if match[2] else 1)
    if not 0 <= found <= 1:
        raise UserError(f"{where}: '{value}' is no share from 0 to 1. Example: 0.2, or '20 %'.")
    return found


def flag(value: Any, where: str) -> bool:
    if isinstance(value, bool):
        return value
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if str(value).strip().lower() not in known:
        raise UserError(f"{where}: '{value}' is neither true nor false.")
    return known[str(value).strip().lower()]


def choice(*choices: str) -> Callable[[Any, str], str]:
    def parse(value: Any, where: str) -> str:
        text = str(value).strip().lower()
        if text not in choices:
            raise UserError(f"{where}: '{value}' is not known. {nearest(text, choices)}")
        return text

    return parse


def nearest(word: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(word, known, n=1)
    return (f"Nearest: {near[0]}. " if near else "") + f"Known: {', '.join(known)}."


def state(value: Any, where: str) -> str:
    """``auto`` or the name of an installed rulebook."""
    from importlib import metadata  # 30 ms

    installed = sorted(e.name for e in metadata.entry_points(group="sis_audit.rulebooks"))
    return choice("auto", *installed)(value, where)


def pairs(value: Any, where: str) -> dict[str, str]:
    """Names and values: a table of a TOML file, ``NAME=VALUE``, several of these with ``;`` between or as a list."""
    if isinstance(value, dict):
        items = [(k, ",".join(map(str, v)) if isinstance(v, list) else str(v)) for k, v in value.items()]
    else:
        texts = [value] if isinstance(value, str) else list(value) if isinstance(value, list | tuple) else [""]
        written = [part for text in texts for part in str(text).split(";") if part.strip()]
        if not written or any("=" not in part for part in written):
            raise UserError(
                f"{where}: '{'; '.join(map(str, texts))}' should be NAME=VALUE, as in first_semester_end=01-15."
            )
        items = [(name, rest) for name, _, rest in (part.partition("=") for part in written)]
    return {name.strip().replace("-", "_"): rest.strip() for name, rest in items}


def rcdt(value: Any, where: str) -> str:
    """The RCDT of an RCDT or RCDTS, hyphens left out."""
    text = str(value).strip().upper().replace("-", "")
    if not re.fullmatch(r"\d{8}[0-9A-Z]\d\d([0-9A-Z]{4})?", text, re.ASCII):
        raise UserError(f"{where}: '{value}' is no RCDT (11 characters) or RCDTS (15). Example: 99998001026.")
    return text[:11]


def rcdts(value: Any, where: str) -> str:
    """An RCDTS, hyphens left out."""
    text = str(value).strip().upper().replace("-", "")
    if not re.fullmatch(r"\d{8}[0-9A-Z]\d\d[0-9A-Z]{4}", text, re.ASCII):
        raise UserError(
            f"{where}: '{value}' is no RCDTS (15 characters). Example: 999980010260001 for a school, "
            "999980010260000 for all schools of a district."
        )
    return text


def prefixes(value: Any, where: str) -> tuple[str, ...]:
    """Rule ids or their beginnings: a text with commas or blanks, or a list of such."""
    items = [value] if isinstance(value, str) else list(value) if isinstance(value, list | tuple) else [None]
    words = [w for item in items for w in (re.split(r"[\s,]+", item) if isinstance(item, str) else [""])]
    wrong = [w for w in words if not re.fullmatch(r"[A-Za-z0-9_-]*", w)]
    if wrong or not any(words):
        shown = f"'{wrong[0]}' is" if wrong else "there are"
        raise UserError(f"{where}: {shown} no rule ids. Write ids or their beginnings, as in ENR-006,IL-SCA.")
    return tuple(dict.fromkeys(w.upper() for w in words if w))


def words(value: Any, where: str) -> tuple[str, ...]:
    """Codes: a text with commas or blanks, or a list of such."""
    items = [value] if isinstance(value, str) else list(value) if isinstance(value, list | tuple) else [None]
    found = [w for item in items for w in (re.split(r"[\s,]+", item) if isinstance(item, str) else ["?"]) if w]
    if not found or not all(re.fullmatch(r"\w+", w) for w in found):
        raise UserError(f"{where}: write codes with commas or blanks between, as in Y2,S3.")
    return tuple(dict.fromkeys(w.upper() for w in found))
