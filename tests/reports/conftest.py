"""One built report for the tests that only look at it, and a way to build others."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pytest
from browser import Tab, started
from dom import Node, parse
from playwright.sync_api import Browser
from sample import Sample

import reports
from audit.engines.connect import connect


@dataclass
class Built:
    """A report and the results it was made from."""

    database: Path
    path: Path
    html: str
    page: Node

    @cached_property
    def _results(self) -> duckdb.DuckDBPyConnection:
        # as the reports open it: a file is open in a process in one way only
        return connect(self.database, read_only=True)

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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with started() as browser:
        yield browser


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Tab]]:
    """Opens a file in a tab of its own. Whatever a test does there, the page asks for nothing but files beside it."""
    tabs: list[Tab] = []

    def opened(path: Path, address: str = "", **context: Any) -> Tab:
        tabs.append(Tab(browser, path, address, **context))
        return tabs[-1]

    yield opened
    for tab in tabs:
        assert {u.partition(":")[0] for u in tab.requests} <= {"file", "blob"}, tab.requests
        tab.close()
