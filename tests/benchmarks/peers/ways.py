"""How each program judges the rules. A way is prepared first (imports, rules), then judges; both are measured apart.

Each is written as the program's own documentation shows it, with those of its settings that help: it reads
``enrollment.parquet`` and ``student.parquet``, counts the rows that fail each rule, and, where it can, keeps which rows
these are. Nothing here uses a network, and what programs would send of themselves is switched off.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.peers.rules import AS_OF, RULES, SCHOOL_YEAR, fails

if TYPE_CHECKING:
    import pandera.polars as pa
    import polars as pl


@dataclass
class Found:
    """Failing rows of each rule that a program can judge, and how many (rule, row) pairs it has at hand afterwards."""

    counts: dict[str, int] = field(default_factory=dict)
    records: int = 0


Judge = Callable[[], Found]


def rows_engine(folder: Path) -> Judge:
    """The row rules of ``audit.rows``: failing rows stay in the engine's table ``hits``."""
    from audit import rows, rulebook_load
    from audit.engines.embedded import Engine
    from audit.outcome import Readiness, make_hits
    from audit.rulebook import AS_OF as DAY
    from audit.rulebook import SCHOOL_YEAR as YEAR
    from audit.settle import Supply
    from audit.store import Part

    tables = rulebook_load.load("illinois").tables

    def judge() -> Found:
        found = Found()
        with tempfile.TemporaryDirectory() as spill:
            engine = Engine(Path(spill), 1_000_000_000)
            make_hits(engine)
            numbers: dict[int, str] = {}
            for name, wanted in RULES.items():
                table, path = tables[name], folder / f"{name}.parquet"
                part = Part(table.name, 1, path, 0)
                supply = Supply(table, frozenset(table.columns), {}, frozenset({1}), parts=(part,))
                ready = Readiness(True, columns=supply.columns or frozenset())
                own = {len(numbers) + n: rule for n, rule in enumerate(r for r in table.rules if r.id in wanted)}
                numbers |= {number: rule.id for number, rule in own.items()}
                rows.evaluate(engine, supply, [(r, n, ready) for n, r in own.items()], {DAY: AS_OF, YEAR: SCHOOL_YEAR})
            hits = dict(engine.rows("select rule, count(*) from hits group by rule"))
            found.counts = {rule: hits.get(number, 0) for number, rule in numbers.items()}
            found.records = engine.one("select count(distinct (rule, _row)) from hits")
            engine.close()
        return found

    return judge


def _frame(folder: Path, table: str) -> pl.DataFrame:
    """The rows, and the parameters of the run as columns, which the expressions of the rules name."""
    import polars as pl

    day, year = pl.lit(AS_OF).alias("_as_of_date"), pl.lit(SCHOOL_YEAR, pl.Int32).alias("_current_school_year")
    return pl.read_parquet(folder / f"{table}.parquet").with_columns(day, year)


def _checks(table: str) -> tuple[Any, list[pa.Check]]:
    from audit import rulebook_load

    found = rulebook_load.load("illinois").tables[table]
    return found, [c for c in found.schema.checks if c.name in RULES[table]]


def harvested(table: str) -> dict[str, pl.Expr]:
    """Rule -> expression that is true for all rows but those that break it: never null."""
    import polars as pl

    from audit.rulebook import parts_of

    found = {}
    for check in _checks(table)[1]:
        said = parts_of(check)
        holds = pl.all_horizontal([part.fill_null(True) for part in said["holds"].values()])
        found[str(check.name)] = holds if said["when"] is None else holds | ~said["when"].fill_null(False)
    return found


def pandera(folder: Path) -> Judge:
    """``schema.validate(lazy=True)`` of our declared tables, as they are; failure cases with their row."""
    import pandera.errors
    import pandera.polars as pa

    schemas = {}
    for name in RULES:
        table, checks = _checks(name)
        schemas[name] = pa.DataFrameSchema(table.schema.columns, checks=checks, strict=False)

    def judge() -> Found:
        found = Found()
        for name, schema in schemas.items():
            found.counts |= dict.fromkeys(RULES[name], 0)
            try:
                schema.validate(_frame(folder, name), lazy=True)
            except pandera.errors.SchemaErrors as errors:
                for error in errors.schema_errors:
                    found.counts[str(error.check.name)] = error.failure_cases.height
                found.records += errors.failure_cases.height
        return found

    return judge


def pointblank(folder: Path) -> Judge:
    import pointblank as pb

    expressions = {name: harvested(name) for name in RULES}

    def judge() -> Found:
        found = Found()
        for name, rules in expressions.items():
            plan = pb.Validate(data=_frame(folder, name))
            for expression in rules.values():
                plan = plan.col_vals_expr(expr=expression)
            done = plan.interrogate(extract_limit=10**9, collect_tbl_checked=False)
            for step, rule in enumerate(rules, 1):
                found.counts[rule] = done.n_failed(i=step, scalar=True)
                found.records += done.get_data_extracts(i=step, frame=True).height
        return found

    return judge


def dataframely(folder: Path) -> Judge:
    import dataframely as dy

    kinds: dict[str, Callable[[], Any]] = {
        "date": lambda: dy.Date(nullable=True),
        "integer": lambda: dy.Int32(nullable=True),
        "decimal": lambda: dy.Decimal(18, 9, nullable=True),
    }

    def schema(name: str) -> Any:
        table, _ = _checks(name)
        members: dict[str, Any] = {
            c.name: kinds.get(c.kind, lambda: dy.String(nullable=True))() for c in table.columns.values()
        }
        members |= {"_line": dy.UInt32(nullable=True)}
        members |= {"_as_of_date": dy.Date(nullable=True), "_current_school_year": dy.Int32(nullable=True)}
        for rule, expression in harvested(name).items():
            members[rule] = dy.rule()(lambda cls, expression=expression: expression)
        return type(name, (dy.Schema,), {"__annotations__": {}, **members})

    schemas = {name: schema(name) for name in RULES}

    def judge() -> Found:
        found = Found()
        for name, declared in schemas.items():
            _, failure = declared.filter(_frame(folder, name))
            counts = failure.counts()
            found.counts |= {rule: counts.get(rule, 0) for rule in RULES[name]}
            details = failure.details()
            found.records += sum((details[rule] == "invalid").sum() for rule in counts)
        return found

    return judge


def duckdb_queries(folder: Path) -> Judge:
    import duckdb

    def judge() -> Found:
        found = Found()
        with duckdb.connect() as con:
            for table, rules in RULES.items():
                for rule in rules:
                    rows = con.sql(
                        f"select _line from read_parquet('{folder}/{table}.parquet') where {fails(rule)}"
                    ).fetchall()
                    found.counts[rule] = len(rows)
                    found.records += len(rows)
        return found

    return judge


def duckdb_scan(folder: Path) -> Judge:
    import duckdb

    def judge() -> Found:
        found = Found()
        with duckdb.connect() as con:
            for table, rules in RULES.items():
                sums = ", ".join(f"count(*) filter (where {fails(rule)})" for rule in rules)
                counts = con.sql(f"select {sums} from read_parquet('{folder}/{table}.parquet')").fetchall()
                found.counts |= dict(zip(rules, counts[0], strict=True))
        return found

    return judge


def _expectations(gxe: Any, column: Any) -> dict[str, list[Any]]:
    """Rule -> built-in expectations that say it; an expectation passes over empty cells, so some rules need two.

    IL-DEMO-017 compares the halves of one column with another column, which none of them does.
    """
    counts = column("exit_type_code") != "99"

    def filled(name: str, condition: Any) -> Any:
        return gxe.ExpectColumnValuesToNotBeNull(column=name, row_condition=condition)

    def only(name: str, values: list[Any], condition: Any) -> list[Any]:
        within = gxe.ExpectColumnValuesToBeInSet(column=name, value_set=values, row_condition=condition)
        return [within, filled(name, condition)]

    def no(name: str, regex: str, condition: Any = None) -> list[Any]:
        return [gxe.ExpectColumnValuesToNotMatchRegex(column=name, regex=regex, row_condition=condition)]

    def letters(name: str, more: str = "") -> list[Any]:
        # Python's regular expressions know no classes of Unicode: letters by \w, combining marks by their range
        regex = r"^\s*(?:(?:[^\W\d_][\u0300-\u036f]*|[ -])+" + more + r")\s*$"
        return [gxe.ExpectColumnValuesToMatchRegex(column=name, regex=regex)]

    day, day_attended = "enrollment_date", "percent_day_attended"
    pre_k = counts & (column("entry_grade_level") == "14") & column("source_template").is_not_null()
    early = counts & (column("school_year") >= 2019) & column("entry_grade_level").is_in(["22", "00", "14"])
    apart = r"(?:^|[ -])(?:O|M[Cc]|M[Aa][Cc])[ '’`][^\W\d_a-zß-öø-ÿ]"
    private = column("private_school_student") == "01"
    between = gxe.ExpectColumnValuesToBeBetween
    return {
        "IL-ENR-004": no("home_rcdts", "^.{11}0000", counts),
        "IL-ENR-010": [
            between(column=day_attended, min_value=0, max_value=1, strict_min=True, row_condition=counts),
            filled(day_attended, counts),
        ],
        "IL-ENR-011": only("school_year", [SCHOOL_YEAR], counts & column("exit_date").is_null()),
        "IL-ENR-014": [between(column=day, max_value=AS_OF, row_condition=counts), filled(day, counts)],
        "IL-ENR-015": no("home_rcdts", "^.{11}9[023]", counts),
        "IL-ENR-022": no("serving_rcdts", "^.{11}9000", counts),
        "IL-ENR-027": only("source_template", ["demographics_early_childhood"], pre_k)[:1],
        "IL-ENR-040": only("tuition_in_indicator", ["02"], early),
        "IL-ENR-041": [
            filled("language_of_instruction_code", counts & column("dual_language_code").is_in(["01", "02"]))
        ],
        "IL-DEMO-006": letters("legal_first_name"),
        "IL-DEMO-007": letters("legal_middle_name", r"|\*"),
        "IL-DEMO-008": letters("legal_last_name"),
        "IL-DEMO-009": letters("mothers_maiden_name"),
        "IL-DEMO-010": letters("birth_place_name"),
        "IL-DEMO-016": no("legal_last_name", apart) + no("mothers_maiden_name", apart),
        "IL-DEMO-018": [
            gxe.ExpectColumnValuesToNotBeInSet(
                column="native_language_code", value_set=["000"], row_condition=column("el_indicator") == "01"
            )
        ],
        "IL-DEMO-028": only("ses_indicator", ["02"], private),
        "IL-DEMO-029": only("frl_indicator", ["02"], private),
        "IL-DEMO-030": only("century_21_indicator", ["02"], private),
    }


def great_expectations(folder: Path) -> Judge:
    """On pandas. The rows that fail a rule are those that fail one of its expectations, each once."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    import great_expectations.expectations as gxe
    import pandas as pd
    from great_expectations.expectations.row_conditions import Column

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("parquet")
    said = _expectations(gxe, Column)
    for rule, expectations in said.items():
        for expectation in expectations:
            expectation.meta = {"rule": rule}
    suites = {}
    for name, rules in RULES.items():
        everything = [e for rule in rules for e in said.get(rule, [])]
        batches = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all")
        suites[name] = batches, gx.ExpectationSuite(name=name, expectations=everything)
    form = {"result_format": "COMPLETE", "unexpected_index_column_names": ["_line"]}

    def judge() -> Found:
        found = Found()
        for name, (batches, suite) in suites.items():
            frame = pd.read_parquet(folder / f"{name}.parquet")
            rows: dict[str, set[int]] = {rule: set() for rule in RULES[name] if rule in said}
            for result in batches.get_batch({"dataframe": frame}).validate(suite, result_format=form).results:
                cases = result.result.get("unexpected_index_list") or []
                rows[result.expectation_config.meta["rule"]].update(case["_line"] for case in cases)
            found.counts |= {rule: len(failing) for rule, failing in rows.items()}
            found.records += sum(found.counts[rule] for rule in rows)
        return found

    return judge


def soda(folder: Path) -> Judge:
    """A contract of ``failed_rows`` checks over DuckDB; which rows failed is for its paid service only."""
    os.environ["SODA_CORE_TELEMETRY_ENABLED"] = "false"
    import duckdb
    import yaml
    from soda_core.contracts import verify_contract_locally
    from soda_duckdb import DuckDBDataSource

    logging.disable(logging.WARNING)
    contracts = tempfile.TemporaryDirectory()
    for table, rules in RULES.items():
        checks = [{"failed_rows": {"name": rule, "qualifier": rule, "expression": fails(rule)}} for rule in rules]
        contract = {"dataset": f"files/main/{table}", "columns": [{"name": "sid"}], "checks": checks}
        Path(contracts.name, f"{table}.yml").write_text(yaml.safe_dump(contract), "utf-8")

    def judge() -> Found:
        found = Found()
        with contracts, duckdb.connect() as con:
            for table in RULES:
                con.execute(f"create view {table} as from read_parquet('{folder}/{table}.parquet')")
            source = DuckDBDataSource.from_existing_cursor(con, "files")
            for table in RULES:
                file = str(Path(contracts.name, f"{table}.yml"))
                done = verify_contract_locally(data_sources=[source], contract_file_path=file)
                for result in done.contract_verification_results[0].check_results:
                    values = result.diagnostic_metric_values or {}
                    found.counts[str(result.check.name)] = int(values["failed_rows_count"])
        return found

    return judge


@dataclass(frozen=True)
class Way:
    """``package``: what must be installed. ``records``: what of the failing rows is at hand; empty if nothing is.

    ``null``: what becomes of a row where a rule's condition is null.
    """

    title: str
    package: str
    prepare: Callable[[Path], Judge]
    records: str
    null: str

    @property
    def version(self) -> str:
        """Empty where the package is not installed."""
        try:
            return metadata.version(self.package)
        except metadata.PackageNotFoundError:
            return ""


WAYS = (
    Way("sis-audit, row rules", "sis-audit", rows_engine, "rule, file and line", "counted apart"),
    Way("pandera", "pandera", pandera, "rule, row number, row as JSON", "passes"),
    Way("pointblank", "pointblank", pointblank, "rows of each rule", "fails"),
    Way("dataframely", "dataframely", dataframely, "rows, with the verdict of each rule", "passes"),
    Way("Great Expectations", "great_expectations", great_expectations, "value and key of each rule", "passed over"),
    Way("Soda Core on DuckDB", "soda-duckdb", soda, "", "passes"),
    Way("DuckDB, a query a rule", "duckdb", duckdb_queries, "what the query selects", "passes"),
    Way("DuckDB, one scan a table", "duckdb", duckdb_scan, "", "passes"),
)
