"""One built report for the tests that only look at it, and a way to build others."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dom import Node, parse
from sample import Sample

import reports


@dataclass
class Built:
    """A report and the results it was made from."""

    database: Path
    path: Path
    html: str
    page: Node

    @cached_property
    def _results(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.database), read_only=True)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return self._results.execute(sql).fetchall()

    def one(self, sql: str) -> Any:
        return self.query(sql)[0][0]

    @property
    def payload(self) -> dict[str, Any]:
        packed: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(self.page.by_id("data").raw)))
        return packed


def make(folder: Path, sample: Sample, **options: Any) -> Built:
    database = sample.write(folder / "audit.duckdb")
    path = reports.build(database, folder / "report", **options)
    html = path.read_text("utf-8")
    return Built(database, path, html, parse(html))


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Built]:
    return lambda sample, **options: make(tmp_path, sample, **options)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """3,000 findings of a run that knows an earlier one."""
    return make(tmp_path_factory.mktemp("report"), Sample(findings=3000, history=True))
