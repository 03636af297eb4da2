"""Lists that a rulebook adds to the results, as a work list: queries over tables and models, one line a source row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from audit import cross
from audit.engines.embedded import Engine, quoted
from audit.findings import shape
from audit.rulebook import Listing, Rulebook
from audit.settle import FILE_FACTOR, Supply
from audit.store import SourceFile


def make(
    engine: Engine,
    rulebook: Rulebook,
    supplies: Mapping[str, Supply],
    files: Iterable[SourceFile],
    parameters: Mapping[str, object],
    names: str,
) -> dict[str, pl.DataFrame]:
    """The lists whose inputs are supplied, by name: columns of the query, ``file_name`` and ``line_number``.

    ``files``: those whose rows are listed. ``names``: full shows names of persons, else only their shape.
    """
    numbers = ", ".join(str(f.number) for f in files) or "-1"
    made = {}
    for listing in rulebook.lists:
        if all(c in (supplies[t].columns or ()) for t, c in listing.reads):
            cross.make_models(engine, rulebook.models, parameters, (), also=(listing.sql,))
            made[listing.name] = _frame(engine, listing, numbers, parameters, names)
    return made


def _frame(
    engine: Engine, listing: Listing, numbers: str, parameters: Mapping[str, object], names: str
) -> pl.DataFrame:
    query = cross.fill(listing.sql, parameters)
    columns = [row[0] for row in engine.rows(f"describe {query}") if row[0] != "_row"]
    masked = listing.names if names != "full" else ()
    shown = ", ".join(f"{shape(quoted(c)) if c in masked else quoted(c)} as {quoted(c)}" for c in columns)
    order = ", ".join([*(f"l.{quoted(c)}" for c in listing.order), "l._row"])
    return engine.frame(
        f"select {shown}, f.path as file_name, l._row % {FILE_FACTOR} as line_number from ({query}) l "
        f"join files f on f.number = l._row // {FILE_FACTOR} where f.number in ({numbers}) order by {order}"
    )
