"""Rules and models are written in the portable part of SQL; ``derive/`` is the engine's own and may use more."""

import pytest
from sqlglot.schema import MappingSchema

from audit.cross import fill
from audit.rulebook import Rulebook
from tests.rules.harness import PARAMETERS
from tests.rules.portable import known, problems

TABLES = known({"main": {"t": {"a": "varchar", "b": "date", "n": "integer"}, "u": {"a": "varchar", "b": "date"}}})

GOOD = {
    "ctes, joins, filters": """
        with c as (select a, count(*) filter (where b is null) as open_count from t group by a)
        select t.n, c.open_count from t join c on c.a = t.a where not exists (select 1 from u where u.a = t.a)""",
    "windows": "select a, row_number() over (partition by a order by b desc nulls last) as place from t",
    "qualify": "select a, b from t qualify row_number() over (partition by a order by b) = 1",
    "days and birthdays": "select date_diff('day', b, date '2018-01-01') > 3 as x, b + interval 3 year as y from t",
    "a column under its own name": "select upper(a) as a, a || 'x' as y from t",
    "stars": "select t.*, 1 as one from t",
}
BAD = {
    "group by all": ("select a, count(*) as n from t group by all", "GROUP BY ALL"),
    "order by all": ("select a, b from t order by all", "ORDER BY ALL"),
    "exclude": ("select * exclude (a) from t", "EXCLUDE"),
    "replace": ("select t.* replace (upper(a) as a) from t", "REPLACE"),
    "alias in the select": ("select n + 1 as later, later + 1 as last from t", "alias"),
    "alias in the where": ("select n + 1 as later from t where later > 3", "alias"),
    "alias in the group by": ("select upper(a) as name, count(*) as n from t group by name", "alias"),
    "list": ("select a in (select unnest([a])) as x from t", "lists"),
    "list literal": ("select [a, a] as x from t", "lists"),
    "list aggregate": ("select list(a) as x from t", "lists"),
    "subscript": ("select string_split(a, '-')[1] as x from t", "lists"),
    "struct": ("select {'a': a} as x from t", "lists"),
    "lambda": ("select list_transform(a, x -> x || '1') as y from t", "lambdas"),
    "asof": ("select t.a from t asof join u on t.a = u.a and t.b >= u.b", "ASOF"),
    "pivot": ("pivot t on a using count(*)", "PIVOT"),
    "date_diff in months": ("select date_diff('month', b, b) as x from t", "date_diff"),
    "date_diff in years": ("select datediff('year', b, b) as x from t", "date_diff"),
    "try_cast to int": ("select try_cast(a as int) as x from t", "try_cast"),
    "try_cast to bigint": ("select try_cast(a as bigint) as x from t", "try_cast"),
    "regexp_full_match": ("select regexp_full_match(a, 'x') as x from t", "regexp_full_match"),
    "percentile_cont": ("select percentile_cont(0.5) within group (order by n) as x from t", "percentiles"),
    "quantile_cont": ("select quantile_cont(n, 0.5) as x from t", "percentiles"),
    "median": ("select median(n) as x from t", "percentiles"),
}


@pytest.mark.parametrize("sql", GOOD.values(), ids=GOOD)
def test_the_lint_accepts(sql: str) -> None:
    assert problems(sql, TABLES) == []


@pytest.mark.parametrize("sql, what", BAD.values(), ids=BAD)
def test_the_lint_refuses(sql: str, what: str) -> None:
    assert what in "; ".join(problems(sql, TABLES))


def test_models_are_portable(rulebook: Rulebook, relations: MappingSchema) -> None:
    wrong = {m.name: problems(fill(m.sql, PARAMETERS), relations) for m in rulebook.models.values()}
    assert not {name: found for name, found in wrong.items() if found}


def test_rules_are_portable(rulebook: Rulebook, relations: MappingSchema) -> None:
    parts = [part for rule in rulebook.rules.values() for part in rule.parts if part.sql]
    wrong = {part.id: problems(fill(part.sql or "", PARAMETERS), relations) for part in parts}
    assert not {rule_id: found for rule_id, found in wrong.items() if found}
