"""Writes the files of a new rule: a query that runs as it stands, and its cases, both ready to be edited."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from audit.errors import UserError
from audit.rulebook import Column, Kind, Reference, Rulebook, Table

#: Where rules of one's own are written unless told otherwise.
FOLDER = Path("my-rules")

_ID = re.compile(r"^-- id:\s*(\S+)", re.MULTILINE)
#: A valid value of each kind, for the cases.
_VALUES: dict[Kind, str] = {
    "text": "x1",
    "name": "Ada",
    "code": '"01"',
    "yes_no": '"01"',
    "date": "2018-09-03",
    "integer": "2019",
    "decimal": '"1.00"',
    "rcdts": "A1",
    "rcdt": "DA",
}


@dataclass(frozen=True)
class Place:
    """What a new rule is about: a section (its name, the middle of its ids) and the table that it judges."""

    section: str
    family: str
    table: Table


@dataclass(frozen=True)
class Draft:
    """The changing parts of a rule: header lines, query and cases."""

    kind: str
    title: str
    columns: tuple[str, ...]
    reads: str
    message: str
    expected: str
    fix: str
    query: str
    cases: str


def write(books: Iterable[Rulebook], section: str, folder: Path, *, row: bool) -> tuple[str, list[Path]]:
    """Writes ``folder``/ID.sql and its cases; returns the id and the files. ``row``: a rule on single rows.

    Raises UserError for a section that does not exist and a folder that can't be written.
    """
    book, place = _place(books, section)
    rule_id = _next_id(folder, place.family)
    partner = None if row else _partner(place.table, book)
    draft = _across(place.table, *partner) if partner else _on_a_row(place.table, book)
    files = {
        folder / f"{rule_id}.sql": _sql(rule_id, place, draft, book),
        folder / f"{rule_id}.cases.yaml": draft.cases,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            with file.open("x", encoding="utf-8") as new:
                new.write(text)
    except OSError as error:
        raise UserError(f"--rules: can't write in {folder} ({error.strerror}). Name another folder.") from None
    return rule_id, list(files)


def next_steps(rule_id: str, files: Iterable[Path]) -> str:
    """What a person does with the files."""
    query, cases = files
    folder = query.parent
    return f"""\
Wrote {query} and {cases}. They run as they stand. Next:
  1. Edit {query.name}: what is judged, what must hold, and the words that a clerk will read.
  2. Edit {cases.name}: a record that passes at the bound, one that fails just beyond it, one with a value missing.
  3. sis-audit explain {rule_id} EXTRACT --rules {folder}      the rule alone: counts and where it finds something
  4. sis-audit check EXTRACT --rules {folder}      all rules and yours; or rules = "{folder}" in sis-audit.toml
In a checkout of sis-audit the cases are run by: pytest tests/rules --rules {folder}"""


# ---------------------------------------------------------------------------------------------------------------------
# Where it belongs


def _place(books: Iterable[Rulebook], wanted: str) -> tuple[Rulebook, Place]:
    """The section by its name, the middle of its ids (ENR) or the name of its table; a part of the name is enough."""
    known = [(book, place) for book in books for place in _places(book)]
    word = wanted.strip().lower()
    names = [(_names(place), book, place) for book, place in known]
    exact = ([(b, p) for own, b, p in names if word == own[n]] for n in range(3))
    found = next((f for f in exact if f), [(b, p) for own, b, p in names if word in own[0]])
    if len(found) == 1:
        return found[0]
    if found:
        raise UserError(f"SECTION: '{wanted}' may be {', '.join(f'{p.family} ({p.section})' for _, p in found)}.")
    near = get_close_matches(word, [name for own, _, _ in names for name in own], n=1, cutoff=0.5)
    hint = f" Nearest: {near[0]}." if near else ""
    sections = ", ".join(f"{p.family} ({p.section})" for _, p in known)
    raise UserError(f"SECTION: there is no section '{wanted}'.{hint} Known: {sections}.")


def _names(place: Place) -> tuple[str, str, str]:
    return place.section.lower(), place.family.lower(), place.table.name


def _places(book: Rulebook) -> list[Place]:
    """The sections of a rulebook, each with the table that most of its rules judge."""
    tables: dict[tuple[str, str], Counter[str]] = {}
    for rule in book.rules.values():
        if rule.id.startswith(f"{book.prefix}-"):
            tables.setdefault((rule.section, "-".join(rule.id.split("-")[1:-1])), Counter())[rule.table] += 1
    return [Place(s, family, book.tables[c.most_common(1)[0][0]]) for (s, family), c in sorted(tables.items())]


def _next_id(folder: Path, family: str) -> str:
    taken = set()
    for file in folder.rglob("*.sql") if folder.is_dir() else ():
        taken |= {file.stem, *_ID.findall(file.read_text("utf-8", errors="replace"))}
    number = next(n for n in range(1, 1000) if f"MY-{family}-{n:03d}" not in taken)
    return f"MY-{family}-{number:03d}"


# ---------------------------------------------------------------------------------------------------------------------
# What it judges


def _on_a_row(table: Table, book: Rulebook) -> Draft:
    """A column of each row is filled."""
    column = _value_column(table)
    conditions = [f"({table.marked_sql}) is not true"] if table.marked_sql else []
    yearly = "school_year" in table.columns and column.name != "school_year"
    conditions += ["school_year = :current_school_year"] if yearly else []
    where = f"\nwhere {' and '.join(conditions)}" if conditions else ""
    year = {"school_year": "2019"} if yearly else {}
    empty = {column.name: "null", **year}
    cases = f"""\
- case: filled
  {table.name}: [{_row({column.name: _value(column, book), **year})}]
  population: 1
  finds: []
- case: empty
  {table.name}: [{_row(empty)}]
  finds: [{_row(empty)}]
"""
    outside = {"an earlier school year is not judged": {"school_year": "2018"}} if yearly else {}
    if mark := re.fullmatch(r"(\w+) = '(\w+)'", table.marked_sql):
        outside["a record that is marked erroneous is not judged"] = {mark[1]: f'"{mark[2]}"'}
    for name, change in outside.items():
        cases += f"""\
- case: {name}
  {table.name}: [{_row(empty | change)}]
  population: 0
  finds: []
"""
    words = column.name.replace("_", " ")
    return Draft(
        kind="row",
        title=f"{words.capitalize()} of {table.name} is empty",
        columns=(column.name,),
        reads=f"{table.name}({', '.join(dict.fromkeys([column.name, *(['school_year'] if yearly else [])]))})",
        message=f"The {words} of this record is empty.",
        expected=f"{words} filled",
        fix=f"Fill the {words} in the student system and export again.",
        query=f"select _row, {column.name} is not null as holds\nfrom {table.name}{where}",
        cases=cases,
    )


def _across(table: Table, columns: tuple[str, ...], other: Table, target: tuple[str, ...]) -> Draft:
    """Each row has a row in another table."""
    same = " and ".join(f"o.{to} = r.{c}" for c, to in zip(columns, target, strict=True))
    filled = " and ".join(f"r.{c} is not null" for c in columns)
    values = {c: _VALUES[table.columns[c].kind] for c in columns}
    own = _row(values)
    theirs = _row({to: values[c] for c, to in zip(columns, target, strict=True)})
    nulls = "".join(f"\n    - {_row(values | {c: 'null'})}" for c in columns)
    return Draft(
        kind="cross",
        title=f"Record of {table.name} without a {other.name} record",
        columns=columns,
        reads=f"{table.name}({', '.join(columns)}), {other.name}({', '.join(target)})",
        message=f"There is no record in {other.name} that belongs to this one.",
        expected=f"a record in {other.name} with the same {', '.join(target)}",
        fix=f"Add the record to {other.name}, or correct {', '.join(columns)} here.",
        query=f"""\
select
    r._row,
    exists (select 1 from {other.name} o where o._last and {same}) as holds
from {table.name} r
where {filled}""",
        cases=f"""\
- case: the record is there
  {table.name}: [{own}]
  {other.name}: [{theirs}]
  population: 1
  finds: []
- case: the record is missing
  {table.name}: [{own}]
  finds: [{own}]
- case: without {" or ".join(columns)} nothing is judged
  {table.name}:{nulls}
  population: 0
  finds: []
""",
    )


def _row(values: Mapping[str, str]) -> str:
    """A row of a case."""
    return "{" + ", ".join(f"{column}: {value}" for column, value in values.items()) + "}"


def _partner(table: Table, book: Rulebook) -> tuple[tuple[str, ...], Table, tuple[str, ...]] | None:
    """What a row of the table belongs to, else what belongs to it: own columns, other table, its columns."""
    if table.references:
        reference = table.references[0]
        return reference.columns, book.tables[reference.table], reference.target
    read = Counter(name for rule in book.rules.values() for name in {t for t, _ in rule.reads})
    children: list[tuple[Table, Reference]] = [
        (child, reference)
        for child in book.tables.values()
        for reference in child.references
        if reference.table == table.name
    ]
    if not children:
        return None
    child, reference = max(children, key=lambda c: read[c[0].name])
    return reference.target, child, reference.columns


def _value_column(table: Table) -> Column:
    """A column that is worth filling: not of the key, no identification."""
    rest = [c for c in table.columns.values() if c.name not in table.key and not c.name.startswith("submit")]
    return next(
        (c for c in rest if c.kind in ("code", "yes_no", "date", "decimal")), (rest or [*table.columns.values()])[0]
    )


def _value(column: Column, book: Rulebook) -> str:
    if column.codes and column.codes in book.codes:
        return f'"{next(iter(book.codes[column.codes].canonical.values()))}"'
    return _VALUES[column.kind]


# ---------------------------------------------------------------------------------------------------------------------
# The file


def _sql(rule_id: str, place: Place, draft: Draft, book: Rulebook) -> str:
    header = {
        "id": rule_id,
        "title": draft.title,
        "severity": "warning",
        "kind": draft.kind,
        "source": f"{place.section} | who asks for this: a letter, a decision, a page of a handbook",
        "table": place.table.name,
        "columns": ", ".join(draft.columns),
        "reads": draft.reads,
        "message": draft.message,
        "expected": draft.expected,
        "fix": draft.fix,
        "executable": "full",
    }
    lines = [_wrapped(f"{key}: {value}", "  ") for key, value in header.items()]
    told = [
        "The rows that the query gives are the records that the rule is about. _row says which source row is judged; "
        "holds is true, false, or null where it can't be told. Further columns are evidence: {name} in message shows "
        "them. :current_school_year and :as_of_date stand for the values of the run. In a join with another table "
        "take its _last rows.",
        f"Columns of {place.table.name}: {', '.join(place.table.columns)}.",
        f"Shared models: {', '.join(sorted(book.models))}.",
    ]
    return "\n".join([*lines, "", *(_wrapped(text, "") for text in told), draft.query, ""])


def _wrapped(text: str, indent: str) -> str:
    return "\n".join(
        textwrap.wrap(
            text,
            120,
            initial_indent="-- ",
            subsequent_indent=f"-- {indent}",
            break_long_words=False,
            break_on_hyphens=False,
        )
    )
