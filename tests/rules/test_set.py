"""What must be true of the rules as a set, whoever wrote them."""

import csv
import re
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from audit import cross
from audit.outcome import Outcome, Readiness
from audit.rulebook import PLAUSIBILITY, Rule, Rulebook, parts_of
from audit.settle import Supply
from tests.rules.harness import BOOKS, PARAMETERS, Bench, Benches, book

#: The ids that the state's document asks for, by section: those that write findings, those that never do.
SECTIONS = Path(__file__).with_name("sections.csv")
ID = re.compile(r"(?:(?:IL|SA)-[A-Z0-9]+|AL-SP)-\d{3}")
STATUSES = {"reported_elsewhere", "not_executable", "retired"}
KINDS = {"row", "cross", "group", "completeness", "snapshot"}


def numbers(ranges: str) -> list[str]:
    """``001 004-006`` as 001, 004, 005, 006."""
    out = []
    for item in ranges.split():
        first, _, last = item.partition("-")
        out += [f"{n:03d}" for n in range(int(first), int(last or first) + 1)]
    return out


def sections() -> dict[str, tuple[set[str], set[str]]]:
    """Section -> ids that write findings, ids that do not."""
    rows = csv.DictReader(SECTIONS.read_text("utf-8").splitlines())
    return {
        r["section"]: (
            {f"{r['section']}-{n}" for n in numbers(r["raises"])},
            {f"{r['section']}-{n}" for n in numbers(r["silent"])},
        )
        for r in rows
    }


def parts(rulebook: Rulebook) -> list[Rule]:
    return [part for rule in rulebook.rules.values() for part in rule.parts]


def sql_parts(rulebook: Rulebook) -> list[Rule]:
    return [part for part in parts(rulebook) if part.sql]


def evidence(rule: Rule) -> list[exp.Expr]:
    """What a rule's query gives beside ``_row`` and ``holds``; nothing for a row rule."""
    if not rule.sql:
        return []
    query = sqlglot.parse_one(cross.fill(rule.sql, PARAMETERS), dialect="duckdb")
    assert isinstance(query, exp.Query)
    return [e for e in query.selects if e.alias_or_name not in ("_row", "holds")]


def evidence_names(rule: Rule) -> set[str]:
    return {e.alias_or_name for e in evidence(rule)}


# ---------------------------------------------------------------------------------------------------------------------
# Ids


def test_ids_are_well_formed(rulebook: Rulebook) -> None:
    assert [i for i in (*rulebook.rules, *rulebook.not_raised) if not ID.fullmatch(i)] == []


def test_rules_of_our_own_are_no_errors(rulebook: Rulebook) -> None:
    own = [
        rule for rule in rulebook.rules.values() if rule.id.startswith(PLAUSIBILITY) or rule.section == "Plausibility"
    ]
    assert [
        r.id for r in own if r.severity == "error" or r.section != "Plausibility" or not r.id.startswith(PLAUSIBILITY)
    ] == []
    assert own or rulebook.name != "illinois"


def test_no_id_stands_twice(rulebook: Rulebook) -> None:
    root = resources.files(f"checks.{rulebook.name}")
    silent = [
        row["rule_id"]
        for folder in root.iterdir()
        if (file := folder / "not_raised.csv").is_file()
        for row in csv.DictReader(file.read_text("utf-8").splitlines())
    ]
    twice = [i for i, count in Counter([*rulebook.rules, *silent]).items() if count > 1]
    assert not twice


@pytest.mark.parametrize("section", sections())
def test_a_section_is_complete(section: str) -> None:
    rulebook = next(book(name) for name in BOOKS if section.startswith(book(name).prefix))
    raises, silent = sections()[section]
    own = {i for i in rulebook.rules if i.startswith(section + "-")}
    own_silent = {i for i in rulebook.not_raised if i.startswith(section + "-")}
    assert sorted(raises - own) == [], "not written"
    assert sorted(own - raises) == [], "the document has no such rule, or it is not to write findings"
    assert sorted(silent - own_silent) == [], "missing in not_raised.csv"
    assert sorted(own_silent - silent) == [], "in not_raised.csv, but to be written as a rule"


def test_rules_that_do_not_raise_say_why(rulebook: Rulebook) -> None:
    wrong = []
    for silent in rulebook.not_raised.values():
        named = ID.findall(silent.reason)
        known = [i for i in named if i in rulebook.rules or i.rsplit("-", 1)[0] not in sections()]
        speaks = silent.status != "reported_elsewhere" or (named and known == named)
        exists = all(i in known or i in rulebook.not_raised for i in named)
        if not (silent.title and silent.reason and silent.status in STATUSES and speaks and exists):
            wrong.append(silent)
    assert not wrong


# ---------------------------------------------------------------------------------------------------------------------
# Headers


def wrong_texts(rule: Rule) -> list[str]:
    """What a reader of the report would stumble over."""
    wrong = [name for name in ("title", "message", "fix") if not re.match(r"[A-Z“'{0-9]", getattr(rule, name))]
    wrong += [f"{name} ends with a stop" for name in ("title", "expected") if getattr(rule, name).endswith(".")]
    wrong += [
        f"{name} does not end with a stop" for name in ("message", "fix") if not getattr(rule, name).endswith(".")
    ]
    wrong += [
        f"{name} has blanks to spare"
        for name in ("title", "message", "expected", "fix", "note")
        if getattr(rule, name) != " ".join(getattr(rule, name).split())
    ]
    if rule.note and not rule.note.endswith("."):
        wrong.append("note does not end with a stop")
    return wrong


def test_texts_are_complete_and_end_properly(rulebook: Rulebook) -> None:
    wrong = {rule.id: wrong_texts(rule) for rule in parts(rulebook)}
    assert not {rule_id: found for rule_id, found in wrong.items() if found}


def test_no_title_stands_twice(rulebook: Rulebook) -> None:
    titles = Counter(rule.title for rule in rulebook.rules.values())
    assert [title for title, count in titles.items() if count > 1] == []


def test_header_words_are_known(rulebook: Rulebook) -> None:
    for rule in parts(rulebook):
        assert rule.severity in ("error", "warning", "info"), rule.id
        assert rule.grain in ("row", "key"), rule.id
        assert rule.kind in KINDS, rule.id
        assert rule.section and rule.source, f"{rule.id}: source is 'Section | first words of the sentence'"
        assert re.fullmatch(r"full|may (over|under)-report: \S.*", rule.executable), rule.id
        assert re.fullmatch(r"(\d{4}-(\d{4})?)?", rule.years), rule.id


def test_placeholders_of_a_message_are_evidence(rulebook: Rulebook) -> None:
    wrong = {}
    for rule in parts(rulebook):
        unknown = set(re.findall(r"\{(\w*)\}", rule.message + rule.expected)) - evidence_names(rule)
        if unknown or re.search(r"\{(?!\w+\})|(?<!\w)\}", rule.message + rule.expected + rule.fix + rule.title):
            wrong[rule.id] = unknown
    assert not wrong


def test_a_year_is_stated_in_the_query_too(rulebook: Rulebook) -> None:
    """Row rules get the condition from their header, SQL rules must have it themselves or in a model they stand on."""
    for rule in sql_parts(rulebook):
        text = with_models(rulebook, rule.sql or "")
        for year in re.findall(r"\d{4}", rule.years):
            assert re.search(rf"school_year >= {year}\b", text), f"{rule.id}: years {rule.years}"


# ---------------------------------------------------------------------------------------------------------------------
# Columns


def test_columns_and_keys_exist(rulebook: Rulebook) -> None:
    wrong = []
    for rule in parts(rulebook):
        own = set(rulebook.tables[rule.table].columns)
        wrong += [
            (rule.id, c) for c in rule.columns if c not in own | evidence_names(rule) | {c for _, c in rule.reads}
        ]
        wrong += [(rule.id, c) for c in rule.key if c not in own | evidence_names(rule)]
        wrong += [(rule.id, f"{t}.{c}") for t, c in rule.reads if not has_column(rulebook, t, c)]
    assert not wrong


def has_column(rulebook: Rulebook, table: str, column: str) -> bool:
    found = rulebook.tables.get(table.removeprefix("prev."))
    return found is not None and column in found.columns


def test_parts_of_a_row_rule_are_columns_that_it_shows(rulebook: Rulebook) -> None:
    for rule in parts(rulebook):
        if rule.check is not None:
            assert set(parts_of(rule.check)["holds"]) - {""} <= set(rule.columns), rule.id


def test_snapshot_rules_read_the_snapshot(rulebook: Rulebook) -> None:
    for rule in sql_parts(rulebook):
        stated = {t for t, _ in rule.reads if t.startswith("prev.")}
        used = set(re.findall(r"\bprev\.\w+(?=\s)", with_models(rulebook, rule.sql or "")))
        assert used == stated, f"{rule.id}: reads {sorted(stated)}, selects from {sorted(used)}"
        assert not used or rule.kind == "snapshot" or "prev" in rule.optional, f"{rule.id}: kind"


def with_models(rulebook: Rulebook, sql: str) -> str:
    """A query with those of the models that it stands on."""
    names = set(re.findall(r"\w+", sql)) & set(rulebook.models)
    return "\n".join([sql, *(with_models(rulebook, rulebook.models[name].sql) for name in sorted(names))])


def test_no_name_is_evidence(rulebook: Rulebook) -> None:
    """Evidence is written as it is; names are masked where they are values of the judged table only."""
    names = {c.name for t in rulebook.tables.values() for c in t.columns.values() if c.kind == "name"}
    wrong = []
    for rule in parts(rulebook):
        shown = {c.name for e in evidence(rule) for c in e.find_all(exp.Column)} | evidence_names(rule)
        if shown & names or (set(rule.columns) & names) - set(rulebook.tables[rule.table].columns):
            wrong.append(rule.id)
    assert not wrong


def test_every_query_gives_a_row_and_a_verdict(rulebook: Rulebook, benches: Benches) -> None:
    wrong = []
    for rule in sql_parts(rulebook):
        types = {
            row[0]: row[1]
            for row in benches[rulebook.name].engine.rows(f"describe {cross.fill(rule.sql or '', PARAMETERS)}")
        }
        if types.get("_row") != "BIGINT" or types.get("holds") != "BOOLEAN":
            wrong.append((rule.id, types))
    assert not wrong


# ---------------------------------------------------------------------------------------------------------------------
# Rules that share a scan


def judged(bench: Bench, tasks: list[cross.Task]) -> tuple[list[Outcome], set[tuple[object, ...]]]:
    supplies = {
        name: Supply(table, frozenset(table.columns), {}, frozenset({1}))
        for name, table in bench.rulebook.tables.items()
    }
    bench.engine.run("delete from hits")
    outcomes = cross.evaluate(bench.engine, tasks, supplies, PARAMETERS)
    return outcomes, set(bench.engine.rows("select rule, _row, evidence from hits"))


def test_rules_judged_together_find_what_they_find_alone(rulebook: Rulebook, full_benches: Benches) -> None:
    tasks = [cross.Task(rule, n, Readiness(True)) for n, rule in enumerate(sql_parts(rulebook))]
    shared = [group for _, group in cross.groups(tasks) if len(group) > 1]
    assert shared
    bench = full_benches[rulebook.name]
    for group in shared:
        outcomes, hits = judged(bench, group)
        alone = [judged(bench, [task]) for task in group]
        assert [counts(o) for o in outcomes] == [counts(o) for single, _ in alone for o in single]
        assert hits == set().union(*(own for _, own in alone))


def counts(outcome: Outcome) -> tuple[object, ...]:
    return outcome.rule_id, outcome.status, outcome.population, outcome.undetermined
