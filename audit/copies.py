"""Records that are sent several times: every copy is judged, the record counts once (G22)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
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

    def among(self, rows: pl.Series) -> npt.NDArray[np.intp]:
        """Which of some rows (``_row``) have doubled keys, by their places."""
        return np.flatnonzero(rows.is_in(self.rows["_row"].implode()))

    def keep(self, judged: pl.DataFrame, *counted: str) -> None:
        """``judged``: a frame with ``_row`` and the columns that are counted later."""
        if self.rows.height:
            self._kept.append(judged.select("_row", *counted).join(self.rows, on="_row").drop("_row"))

    def surplus(self, meets: pl.Expr) -> int:
        """By how many the kept rows that meet a condition are more than their records."""
        if not self._kept:
            return 0
        found = pl.concat([frame.lazy().filter(meets).select("last_row") for frame in self._kept])
        return int(found.select(pl.len() - pl.col("last_row").n_unique()).collect().item())
