"""What the engine must not get wrong, whatever the optimizer of the version at hand believes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import audit
import reports
from audit.engines.embedded import Engine


@pytest.mark.parametrize("rows", [0, 1])
def test_a_sum_above_a_join_with_an_empty_table_is_compared_by_its_value(engine: Engine, rows: int) -> None:
    """A propagated statistic once said that such a sum is 0: rules passed that had to fail."""
    engine.run("create table r as select (i // 2)::varchar as sid, 'x' || i as home, i % 2 as f from range(20) t(i)")
    engine.run(f"create table e as select 'x' || i as rcdts from range({rows}) t(i)")
    joined = "from r left join e on e.rcdts = r.home group by r.sid"
    assert engine.one(f"select count(*) from (select sum(f) as n {joined}) where n > 0") == 10
    assert engine.one(f"select count(*) from (select sum(f)::decimal(9, 2) as n {joined}) where not n <= 0") == 10


def test_no_database_is_opened_on_another_way() -> None:
    sources = [p for package in (audit, reports) for p in Path(str(package.__file__)).parent.rglob("*.py")]
    opening = [p.name for p in sources if re.search(r"duckdb\.connect\(", p.read_text("utf-8"))]
    assert opening == ["connect.py"]
