"""Findings -> the text block from which the page's script takes them.

One dictionary per column, JSON, gzip, base64 (the letters of base64 need no escaping in HTML). The JSON object:

``n``: number of findings; ``columns``: name -> column; ``rules``, ``schools``, ``tables``: texts by id.
A column is ``{"values": [...], "index": [...]}``: place in ``values`` of each finding (no ``index``: all 0);
``{"values": [...], "steps": [...]}``: the same, each place written as difference to the one before; or
``{"steps": [...]}``: whole numbers, 0 for none.

``exception_key`` is taken apart: column ``exception_key`` has the names in the key, joined by ``;``. A name's value is
in the column ``key.<name>`` or, where there is none, in the column of that name.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

#: Columns of many values, listed as they come: most findings have the value of the one before, or the next new one,
#: so that differences are small and pack well.
_RISING = ("sid", "home_rcdts", "serving_rcdts")
#: Half the time of 5, for a twentieth more bytes.
_LEVEL = 4


def pack(findings: pl.DataFrame, texts: Mapping[str, Any]) -> str:
    """The text block. ``findings``: frame of ``views.Results.findings``; ``texts`` are added to the JSON object."""
    return block({"n": findings.height, "columns": columns(findings), **texts})


def block(content: Mapping[str, Any]) -> str:
    """A JSON object as letters that need no escaping in HTML. Series of whole numbers become lists."""
    return base64.b64encode(gzip.compress(_json(content).encode(), _LEVEL, mtime=0)).decode("ascii")


def _json(content: object) -> str:
    """As ``json.dumps`` gives it, and a series of whole numbers as a list of them, in a quarter of the time."""
    if isinstance(content, pl.Series):
        return f"[{content.cast(pl.String).str.join(',').item() or ''}]"
    if isinstance(content, list) and content and isinstance(content[0], Mapping):
        return f"[{','.join(map(_json, content))}]"
    if isinstance(content, Mapping):
        return f"{{{','.join(f'{_json(name)}:{_json(part)}' for name, part in content.items())}}}"
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def columns(findings: pl.DataFrame) -> dict[str, Any]:
    """The columns of the findings, as the text at the head of this module has it."""
    keys = _keys(findings)
    packed = dictionaries(findings.drop("exception_key", "line_number"), _RISING)
    packed["line_number"] = {"steps": _steps(findings["line_number"].cast(pl.Int64).fill_null(0))}
    return packed | dictionaries(pl.DataFrame(keys))


def dictionaries(frame: pl.DataFrame, rising: Sequence[str] = ()) -> dict[str, Any]:
    """Text columns, each as its values, sorted or (``rising``) as they come, and the place of each."""
    if not frame.width:
        return {}
    texts = {n: pl.col(n).drop_nulls() for n in frame.columns}
    each = (t.unique(maintain_order=True) if n in rising else t.unique().sort() for n, t in texts.items())
    listed = frame.select(values.implode() for values in each).row(0, named=True)
    places = frame.select(pl.col(n).cast(pl.Enum(v)).to_physical().cast(pl.Int64) for n, v in listed.items())
    return {name: _dictionary(values, places[name], name in rising) for name, values in listed.items()}


def _dictionary(values: list[str | None], place: pl.Series, rising: bool) -> dict[str, Any]:
    if place.null_count():
        values, place = [None, *values], (place + 1).fill_null(0)
    if len(values) < 2:
        return {"values": values}
    return {"values": values, "steps": _steps(place)} if rising else {"values": values, "index": place}


def _steps(numbers: pl.Series) -> pl.Series:
    return numbers - numbers.shift(1, fill_value=0)


def _keys(findings: pl.DataFrame) -> list[pl.Series]:
    """The exception keys as columns: the names in each, and the values that the finding does not repeat."""
    parts = findings["exception_key"].struct.unnest()
    names = [name for name in sorted(parts.columns) if parts[name].null_count() < parts.height]
    if not names:
        return [pl.Series("exception_key", [""] * findings.height, dtype=pl.String)]
    present = pl.concat_str(
        [pl.when(pl.col(n).is_not_null()).then(pl.lit(n)) for n in names], separator=";", ignore_nulls=True
    )
    columns = [parts.select(present.alias("exception_key")).to_series()]
    for name in names:
        value = parts[name]
        if name in findings.columns and _repeats(value, findings[name]):
            continue
        columns.append(value.alias(f"key.{name}"))
    return columns


def _repeats(value: pl.Series, column: pl.Series) -> bool:
    return bool(((value == column.cast(pl.String)) | value.is_null()).fill_null(False).all())
