"""Records that are sent several times: every copy is judged, the record counts once (G22)."""

from __future__ import annotations

import polars as pl

from audit.engines.embedded import Engine, quoted
from audit.settle import Supply


class Copies:
    """The judged rows of doubled keys, kept on the way to count their records.

    A record meets a condition if one of its copies does, so the later row alone does not tell. ``rows``: all rows
    (``_row``) of doubled keys, and the last row of the key.
    """

    def __init__(self, engine: Engine, supply: Supply) -> None:
        self.rows = pl.DataFrame(schema={"_row": pl.Int64, "last_row": pl.Int64})
        if supply.doubled:
            self.rows = engine.frame(f"select _row, last_row from {quoted(f'_doubled_{supply.table.name}')}")
        self._kept: list[pl.DataFrame] = []

    def keep(self, judged: pl.DataFrame) -> None:
        """``judged``: a frame with ``_row`` and what is counted later."""
        if self.rows.height:
            self._kept.append(judged.join(self.rows, on="_row"))

    def surplus(self, meets: pl.Expr) -> int:
        """By how many the kept rows that meet a condition are more than their records."""
        rows, records = 0, set[int]()
        for frame in self._kept:
            found = frame.filter(meets)["last_row"]
            rows += len(found)
            records.update(found)
        return rows - len(records)
