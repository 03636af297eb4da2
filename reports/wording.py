"""How numbers, days, codes and names are written on a page."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from typing import Any
from urllib.parse import quote, urlencode

from markupsafe import Markup, escape

#: Parts of table names that are abbreviations.
_ACRONYMS = {"act", "al", "dlm", "el", "parcc", "psat", "rssp", "sat", "sid", "sis", "sp"}
_STATUS = {
    "passed": "Passed",
    "nothing_found": "Run, nothing found here",
    "findings": "With findings",
    "not_applicable": "No record to judge",
    "not_run": "Not run",
    "reported_elsewhere": "Reported by another rule",
    "not_executable": "Not executable",
    "retired": "Retired",
    "error": "Failed to run",
}


def number(value: int) -> str:
    return f"{value:,}"


def share(part: int, whole: int) -> str:
    """Percent with at most one decimal; 0 and 100 only when it is exactly so."""
    if not whole or part in (0, whole):
        return "0%" if not part else "100%"
    tenths = part * 1000 // whole
    return "<0.1%" if not tenths else f"{tenths / 10:g}%"


def rate(value: float | None) -> str:
    """One decimal, and never 0 unless it is: ``12.3``, ``<0.1``; an en dash for none."""
    if value is None:
        return "–"
    return "<0.1" if 0 < value < 0.05 else f"{value:,.1f}" if value else "0"


def plural(count: int, one: str, many: str = "") -> str:
    """``1 file``, ``2 files``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def day(value: Any) -> str:
    """``Nov 30, 2018``; a date, a time or ISO text."""
    when = _moment(value)
    return f"{when:%b} {when.day}, {when.year}" if when else str(value or "")


def clock(value: Any) -> str:
    """``Dec 1, 2018, 5:10 am``."""
    when = _moment(value)
    if not when:
        return str(value or "")
    return f"{day(when)}, {when.hour % 12 or 12}:{when.minute:02d} {'am' if when.hour < 12 else 'pm'}"


def _moment(value: Any) -> dt.datetime | None:
    if isinstance(value, str):
        try:
            return dt.datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, dt.datetime):
        return value
    return dt.datetime.combine(value, dt.time()) if isinstance(value, dt.date) else None


def school_year(value: int) -> str:
    """2019 -> ``2018–19``."""
    return f"{value - 1}–{value % 100:02d}"


def percent(fraction: Fraction | None) -> str:
    """A fraction as people read it: one decimal, half up; never 0 or 100 unless it is."""
    if fraction is None:
        return "no students"
    tenths = (2000 * fraction.numerator + fraction.denominator) // (2 * fraction.denominator)
    if fraction > 0 and tenths == 0:
        return "<0.1 %"
    if fraction < 1 and tenths == 1000:
        return ">99.9 %"
    return f"{tenths // 10}.{tenths % 10} %"


def rcdt(value: str) -> str:
    """Region, county, district, type, school: ``99-998-4010-26-0001``; other text as it is."""
    if len(value) not in (11, 15):
        return value
    return "-".join(part for part in (value[:2], value[2:5], value[5:9], value[9:11], value[11:]) if part)


def table(name: str | None) -> str:
    """``student_course_assignment`` -> ``Student course assignment``."""
    if not name:
        return "No table"
    words = [w.upper() if w in _ACRONYMS else w for w in name.split("_")]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def heading(column: str) -> str:
    """``for_whom`` -> ``For whom``."""
    return sentence(column.replace("_", " "))


def breaks(text: str) -> Markup:
    """The text as HTML; a name like ``99998_11302018_001.csv`` may be broken behind a ``_`` or ``/``."""
    return Markup(re.sub(r"([_/;])(?=.)", r"\1<wbr>", str(escape(text))))


def found(value: str | None, columns: str | None) -> str:
    """A value as it is read; of several columns ``2018-08-20; empty``."""
    parts = (value or "").split(";")
    if len(parts) > 1 and len(parts) == len((columns or "").split(";")):
        return "; ".join(part or "empty" for part in parts)
    return value or "empty"


def sentence(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def general(text: str) -> str:
    """A rule's text without what it says of one record: ``left {days} days after`` -> ``left … days after``."""
    return re.sub(r"\{\w+\}", "…", text)


def status(name: str) -> str:
    return _STATUS.get(name, name)


def address(rule_id: str) -> str:
    """File of a rule's page in the catalogue, as it stands in a link."""
    return quote(f"{rule_id}.html")


def records(**filters: str | None) -> str:
    """Address of the records that have these values; None means: the value is empty."""
    return "#records?" + urlencode({k: v or "" for k, v in filters.items()})
