"""The one place where a DuckDB database is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

#: Propagated statistics take a left join with an empty table for one without rows: a sum above it counts as 0, and a
#: comparison with it is answered without looking (DuckDB 2.0.1). No rule may pass for that.
_SOUND = {"disabled_optimizers": "statistics_propagation"}


def connect(path: Path | None = None, *, read_only: bool = False, **config: Any) -> duckdb.DuckDBPyConnection:
    """The database in a file, or a new one in memory. Raises duckdb.Error."""
    return duckdb.connect(str(path or ":memory:"), read_only=read_only, config={**_SOUND, **config})
