"""Keeps the SQL of rules and models to what other engines understand too (Spark, by way of sqlglot)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

#: schema -> relation -> column -> type; a relation without a schema is one of ``main``.
Relations = Mapping[str, Mapping[str, Mapping[str, str]]]

_LISTS = (
    exp.Array, exp.ArrayAgg, exp.ArrayContains, exp.Bracket, exp.Explode, exp.List, exp.Map, exp.Split, exp.Struct,
    exp.Unnest,
)  # fmt: skip
_WHOLE_NUMBERS = exp.DataType.INTEGER_TYPES


def _is_star(node: exp.Expr) -> bool:
    return isinstance(node, exp.Star) and bool(node.args.get("except_") or node.args.get("replace"))


def _is_by_all(node: exp.Expr) -> bool:
    if isinstance(node, exp.Group):
        return bool(node.args.get("all"))
    return isinstance(node, exp.Ordered) and node.this.sql().upper() == "ALL"


def _is_month_or_year(node: exp.Expr) -> bool:
    return isinstance(node, exp.DateDiff) and str(node.args.get("unit") or "").upper() not in ("", "DAY")


def _is_try_cast_to_int(node: exp.Expr) -> bool:
    return isinstance(node, exp.TryCast) and node.to.is_type(*_WHOLE_NUMBERS)


_REFUSED: Mapping[str, Callable[[exp.Expr], bool]] = {
    "GROUP BY ALL or ORDER BY ALL": _is_by_all,
    "* EXCLUDE or * REPLACE": _is_star,
    "lists, structs and maps": lambda n: isinstance(n, _LISTS),
    "lambdas": lambda n: isinstance(n, exp.Lambda),
    "ASOF joins": lambda n: isinstance(n, exp.Join) and n.method.upper() == "ASOF",
    "PIVOT": lambda n: isinstance(n, exp.Pivot),
    "date_diff of months or years": _is_month_or_year,
    "try_cast to a whole number": _is_try_cast_to_int,
    "regexp_full_match": lambda n: isinstance(n, exp.RegexpFullMatch),
    "percentiles": lambda n: isinstance(n, (exp.PercentileCont, exp.PercentileDisc, exp.Quantile, exp.Median)),
}


def known(relations: Relations) -> MappingSchema:
    """The relations that queries may select from."""
    return MappingSchema(dict(relations), dialect="duckdb")


def problems(sql: str, schema: MappingSchema) -> list[str]:
    """What in a query other engines do not understand; empty for portable SQL.

    An alias that is used again in the same select is found by resolving every column without the help of aliases.
    """
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    found = [what for what, is_refused in _REFUSED.items() if any(is_refused(node) for node in tree.walk())]
    if found:
        return found
    try:
        qualify(tree, schema=schema, db="main", dialect="duckdb", expand_alias_refs=False, identify=False)
    except OptimizeError as error:
        return [f"a name that no relation has (an alias of the same select?): {str(error).splitlines()[0]}"]
    return []
