"""What falls, grows, jumps or is gone between two nights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from audit.macro import MACROS
from tests.engine.test_run import results
from tests.history import nights
from tests.history.nights import check, exceptions

SCHOOLS = [f"01001001026{n:04}" for n in range(1, 4)] + ["020020020260001"]
GONE = "030030030260001"


def enrollment() -> pl.DataFrame:
    """A hundred rows in each of four schools, three in a fifth."""
    places = [s for s in SCHOOLS for _ in range(100)] + [GONE] * 3
    return pl.DataFrame(
        {
            "sid": [f"{100_000_000 + n}" for n in range(len(places))],
            "home_rcdts": places,
            "serving_rcdts": places,
            "school_year": [2019] * len(places),
            "enrollment_date": ["2018-08-20"] * len(places),
            "entry_grade_level": [f"{n % 4 + 1:02}" for n in range(len(places))],
            "percent_day_attended": ["1.00"] * len(places),
            "exit_date": [None] * len(places),
            "exit_type_code": [None] * len(places),
        },
        schema_overrides={"exit_date": pl.String, "exit_type_code": pl.String},
    )


def homeless() -> pl.DataFrame:
    return enrollment().head(5).select("sid", "home_rcdts", "serving_rcdts", "school_year")


def write(folder: Path, **tables: pl.DataFrame) -> Path:
    folder.mkdir()
    for name, frame in tables.items():
        frame.write_csv(folder / f"{name}.csv")
    return folder


def nth(school: str) -> pl.Expr:
    """Number of a row within its school, in rows of this school; null elsewhere."""
    return pl.when(pl.col("home_rcdts") == school).then(pl.int_range(pl.len()).over("home_rcdts"))


#: What changes -> tables of the second night, and the rules with their keys that must speak.
CHANGES: dict[str, tuple[dict[str, pl.DataFrame], list[tuple[str, dict[str, str]]]]] = {
    "nothing": ({"enrollment": enrollment(), "homeless": homeless()}, []),
    "fewer": (
        {"enrollment": enrollment().filter(nth(SCHOOLS[0]).fill_null(0) < 79), "homeless": homeless()},
        [("SA-MACRO-001", {"home_rcdts": SCHOOLS[0], "table_name": "enrollment"})],
    ),
    "a little fewer": (
        {"enrollment": enrollment().filter(nth(SCHOOLS[0]).fill_null(0) < 80), "homeless": homeless()},
        [],
    ),
    "more": (
        {
            "enrollment": pl.concat(
                [
                    enrollment(),
                    enrollment()
                    .filter(pl.col("home_rcdts") == SCHOOLS[1])
                    .head(21)
                    .with_columns(sid="9" + pl.col("sid").str.tail(8)),
                ]
            ),
            "homeless": homeless(),
        },
        [("SA-MACRO-002", {"home_rcdts": SCHOOLS[1], "table_name": "enrollment"})],
    ),
    "a school gone": (
        {"enrollment": enrollment().filter(pl.col("home_rcdts") != GONE), "homeless": homeless()},
        [("SA-MACRO-003", {"home_rcdts": GONE})],
    ),
    "a table gone": ({"enrollment": enrollment()}, [("SA-MACRO-004", {"table_name": "homeless"})]),
    "empty cells": (
        {
            "enrollment": enrollment().with_columns(
                percent_day_attended=pl.when(nth(SCHOOLS[3]) < 11).then(None).otherwise(pl.col("percent_day_attended"))
            ),
            "homeless": homeless(),
        },
        [(
            "SA-MACRO-005",
            {"column_name": "percent_day_attended", "home_rcdts": "020020020260000", "table_name": "enrollment"},
        )],
    ),
    "a code": (
        {
            "enrollment": enrollment().with_columns(
                entry_grade_level=pl.when((nth(SCHOOLS[3]) < 50) & (pl.col("entry_grade_level") == "02"))
                .then(pl.lit("01")).otherwise(pl.col("entry_grade_level"))
            ),
            "homeless": homeless(),
        },
        [
            ("SA-MACRO-006", {"code": code, "column_name": "entry_grade_level", "home_rcdts": "020020020260000",
                              "table_name": "enrollment"})
            for code in ("01", "02")
        ],
    ),
}  # fmt: skip


def told(out: Path) -> list[tuple[str, dict[str, str]]]:
    found = [r for r in exceptions(out) if r["rule_id"] in MACROS]
    assert {r["severity"] for r in found} <= {"warning"}
    return [(r["rule_id"], json.loads(r["exception_key"])) for r in found]


@pytest.mark.parametrize("by", ["workspace", "previous"])
@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_is_told_and_nothing_else(tmp_path: Path, change: str, by: str) -> None:
    first = write(tmp_path / "a", enrollment=enrollment(), homeless=homeless())
    tables, wanted = CHANGES[change]
    second = write(tmp_path / "b", **tables)
    options: dict[str, Any] = {"select": ("SA-MACRO",)}
    if by == "workspace":
        check(first, tmp_path / "out", 0, workspace=tmp_path / "w", **options)
        assert {results(tmp_path / "out")[rule]["status"] for rule in MACROS} == {"not_run"}
        check(second, tmp_path / "out", 1, workspace=tmp_path / "w", **options)
    else:
        check(second, tmp_path / "out", 1, previous=first, **options)
    assert told(tmp_path / "out") == wanted
    outcomes = results(tmp_path / "out")
    for rule in MACROS:
        speaks = sum(r == rule for r, _ in wanted)
        assert int(outcomes[rule]["findings"]) == speaks
        assert int(outcomes[rule]["population"]) > 0
        assert outcomes[rule]["status"] == ("findings" if speaks else "passed")


def test_thresholds_are_settings(tmp_path: Path) -> None:
    first = write(tmp_path / "a", enrollment=enrollment(), homeless=homeless())
    tables, wanted = CHANGES["fewer"]
    second = write(tmp_path / "b", **tables)
    options: dict[str, Any] = {"select": ("SA-MACRO",), "previous": first}
    for more, speaks in (({"macro_rows": 0.25}, []), ({"macro_least": 101}, []), ({"macro_rows": 0.2}, wanted)):
        check(second, tmp_path / "out", 1, **options, **more)
        assert told(tmp_path / "out") == speaks


def test_where_nothing_can_be_said_nothing_is_said(tmp_path: Path) -> None:
    """No run before, a viewer, a part with a base, an input that can't be read."""
    first = write(tmp_path / "a", enrollment=enrollment(), homeless=homeless())
    second = write(tmp_path / "b", enrollment=enrollment().head(10))
    (second / "homeless.csv").write_bytes(b"")
    cases: list[tuple[Path, dict[str, Any], str]] = [
        (first, {}, "no run before"),
        (first, {"previous": first, "viewer": SCHOOLS[0], "role": "home"}, "viewer"),
        (first, {"previous": first, "base": first}, "base"),
        (second, {"previous": first}, "could not be read"),
    ]
    for extract, options, reason in cases:
        check(extract, tmp_path / "out", 1, **options)
        for rule in MACROS:
            outcome = results(tmp_path / "out")[rule]
            assert (outcome["status"], reason in outcome["reason"]) == ("not_run", True), outcome
        assert told(tmp_path / "out") == []


def test_they_have_a_history_and_are_rules_like_others(tmp_path: Path) -> None:
    first = write(tmp_path / "a", enrollment=enrollment(), homeless=homeless())
    second = write(tmp_path / "b", enrollment=enrollment())
    for n, extract in enumerate((first, second, second)):
        check(extract, tmp_path / "out", n, workspace=tmp_path / "w")
        nights_ = [r["state"] for r in exceptions(tmp_path / "out") if r["rule_id"] == "SA-MACRO-004"]
        assert nights_ == ([] if n != 1 else ["new"])
    assert nights.changes(tmp_path / "out")["SA-MACRO-004", ""] == {"resolved": 1}
    from tests.test_cli import run

    assert "found by comparing two nights" in run("rules", "show", "SA-MACRO-004").stdout
    assert "SA-MACRO-004" in run("rules", "list", "--section", "nights").stdout
