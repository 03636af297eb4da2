"""Files of rules: a header of ``-- key: value`` lines and a query below it.

Every header is checked when it is read, ours and a user's own alike. RulebookError says which file, what is wrong there
and what would be right.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib.resources.abc import Traversable
from itertools import combinations
from pathlib import Path
from typing import Any, get_args

from audit.assumptions import filled_in, named
from audit.rulebook import PLAUSIBILITY, Assumption, Model, Rule, RulebookError, Severity, Stands, Table

_HEADER = re.compile(r"^--\s?([a-z_]+):\s*(.*)$")
_MORE = re.compile(r"^--\s{2,}(\S.*)$")
_BLOCK = re.compile(r"^-- (?:table|years):")
_READS = re.compile(r"((?:prev\.)?\w+)\(([^)]*)\)")
#: The simple form ``select ... , (expression) as holds from model [alias] [where ...]``: such rules share one scan.
_SIMPLE = re.compile(
    r"^select\s+(?P<list>(?:(?!(?<!distinct )\bfrom\b).)*?)\s+as\s+holds\s+from\s+(?P<model>\w+)"
    r"(?:\s+where\s+(?P<when>(?:(?!\b(?:group|order|having|qualify|union|join|window)\b).)*))?$",
    re.IGNORECASE | re.DOTALL,
)

#: Kinds of rules that are written as queries.
KINDS = ("row", "cross", "group", "completeness", "snapshot")
_FORMS = {
    "severity": ("|".join(get_args(Severity)), "error, warning or info"),
    "kind": ("|".join(KINDS), ", ".join(KINDS)),
    "grain": ("row|key", "row (one finding per row) or key (one per key)"),
    "reach": ("student|all", "student (a verdict depends on records of that student alone) or all"),
    "years": (r"\d{4}-(\d{4})?", "as 2019- or 2015-2018"),
    "executable": (r"full|may (over|under)-report: \S.*", "full, may over-report: WHY, or may under-report: WHY"),
    "id": (r"(?!(?i:KEY|REF|FMT)-)[A-Za-z][\w.-]*", "letters, digits and hyphens, not beginning with KEY-, REF-, FMT-"),
    "source": (r"[^|]*\S \| \S.*", "SECTION | FIRST WORDS OF WHAT THE RULE RESTS ON"),
}


def split_header(text_: str, origin: str) -> tuple[dict[str, str], str]:
    """Splits ``-- key: value`` lines (continued by ``--   ...``) from the query below them."""
    header: dict[str, str] = {}
    last = ""
    lines = text_.splitlines()
    for n, line in enumerate(lines):
        if not line.startswith("--"):
            return header, "\n".join(lines[n:]).strip().rstrip(";").strip()
        if match := _HEADER.match(line):
            last = match[1]
            if last in header:
                raise RulebookError(f"{origin}: header line '{last}' stands twice")
            header[last] = match[2].strip()
        elif (match := _MORE.match(line)) and last:
            header[last] += " " + match[1].strip()
        elif line.strip() != "--":
            raise RulebookError(f"{origin}: line {n + 1} is neither 'key: value' nor an indented continuation")
    raise RulebookError(f"{origin}: no query below the header")


def split_blocks(text_: str, origin: str) -> list[tuple[dict[str, str], str]]:
    """Header and query of each block of a rule's file: one, and a further one for each other table that the rule judges
    and for each other span of years in which it reads differently.

    A further block stands below the query before it, begins with ``-- table:`` or ``-- years:`` and gives the header
    lines that differ.
    """
    blocks: list[list[str]] = [[]]
    below = False  # a query has begun in this block
    for line in text_.splitlines():
        if below and _BLOCK.match(line):
            blocks.append([])
            below = False
        below = below or bool(line.strip() and not line.startswith("--"))
        blocks[-1].append(line)
    return [split_header("\n".join(block), origin) for block in blocks]


_REQUIRED = ("id", "title", "source", "table", "columns", "reads", "message", "expected", "fix")
_OPTIONAL = (
    "severity",
    "kind",
    "key",
    "grain",
    "years",
    "effective",
    "executable",
    "note",
    "optional",
    "assumes",
    "reach",
)


def rule_from_header(header: Mapping[str, str], sql: str, tables: Mapping[str, Table], origin: str) -> Rule:
    """One SQL rule. Raises RulebookError for a header that is not complete or names what does not exist."""
    _check_lines(header, origin)
    table = tables.get(header["table"])
    if table is None:
        raise RulebookError(f"{origin}: table: there is no table '{header['table']}'{_near(header['table'], tables)}")
    key = words_of(header.get("key", "")) or table.key
    for c in key:
        if c not in table.columns and not re.search(rf"\bas {c}\b", sql):
            raise RulebookError(f"{origin}: key: there is no column {table.name}.{c}{_near(c, table.columns)}")
    section, _, words = header["source"].partition(" | ")
    rule = Rule(
        id=header["id"],
        title=header["title"],
        table=table.name,
        key=key,
        columns=words_of(header["columns"]),
        message=header["message"],
        expected=header["expected"],
        fix=header["fix"],
        source=words,
        section=section,
        severity=header.get("severity", "error"),  # type: ignore[arg-type]
        kind=header.get("kind", "cross"),
        grain=header.get("grain", "row"),  # type: ignore[arg-type]
        years=header.get("years", ""),
        effective=header.get("effective", ""),
        executable=header.get("executable", "full"),
        note=header.get("note", ""),
        reads=reads_of(header["reads"], tables, origin),
        optional=words_of(header.get("optional", "")),
        assumes=words_of(header.get("assumes", "")),
        reach=header.get("reach", "student"),  # type: ignore[arg-type]
        sql=sql,
        origin=origin,
    )
    _check_query(rule, tables, origin)
    return rule


def _check_lines(header: Mapping[str, str], origin: str) -> None:
    missing = [k for k in _REQUIRED if not header.get(k)]
    if missing:
        raise RulebookError(f"{origin}: header lacks {', '.join(missing)}")
    known = (*_REQUIRED, *_OPTIONAL)
    for line in header:
        if line not in known:
            raise RulebookError(
                f"{origin}: header line '{line}' is not known{_near(line, known)}; known: {', '.join(known)}"
            )
    for line, (form, told) in _FORMS.items():
        if header.get(line) and not re.fullmatch(form, header[line]):
            raise RulebookError(f"{origin}: {line}: '{header[line]}' should be {told}")
    if header["id"].startswith(PLAUSIBILITY) and header.get("severity", "error") == "error":
        raise RulebookError(f"{origin}: severity: a plausibility rule ({PLAUSIBILITY}) should be warning or info")


def reads_of(text_: str, tables: Mapping[str, Table], origin: str) -> tuple[tuple[str, str], ...]:
    """The (table, column) pairs of ``table(column, column), table(column)``. Raises RulebookError."""
    if _READS.sub("", text_).strip(", ") or not _READS.search(text_):
        raise RulebookError(f"{origin}: reads: '{text_}' should be as enrollment(sid, exit_date), student(sid)")
    reads = []
    for t, cols in _READS.findall(text_):
        table = tables.get(t.removeprefix("prev."))
        if table is None:
            raise RulebookError(f"{origin}: reads: there is no table '{t}'{_near(t, tables)}")
        for c in words_of(cols):
            if c not in table.columns:
                raise RulebookError(f"{origin}: reads: there is no column {t}.{c}{_near(c, table.columns)}")
            reads.append((t, c))
    return tuple(reads)


def _check_query(rule: Rule, tables: Mapping[str, Table], origin: str) -> None:
    """What can be told of the query without running it."""
    plain = re.sub(r"--[^\n]*", "", rule.sql or "")
    words = set(re.findall(r"\w+", plain))
    if not re.match(r"(select|with)\b", plain.strip(), re.IGNORECASE):
        raise RulebookError(f"{origin}: the query should be one select (or with ... select)")
    if ";" in plain and ";" in re.sub(r"'[^']*'", "", plain):
        raise RulebookError(f"{origin}: the query should be one select: there is a ; in it")
    for needed, what in (("_row", "the judged row"), ("holds", "true, false or null")):
        if needed not in words:
            raise RulebookError(f"{origin}: the query gives no column {needed} ({what})")
    own = tables[rule.table].columns
    for c in rule.columns:
        if c not in own and c not in words and c not in {column for _, column in rule.reads}:
            raise RulebookError(
                f"{origin}: columns: {c} is not of {rule.table}, nor read or given by it{_near(c, own)}"
            )
    shown = {c for c in rule.columns if c not in own} | set(re.findall(r"\{(\w+)\}", rule.message + rule.expected))
    if names := {c for c in shown for t in tables.values() if c in t.columns and t.columns[c].kind == "name"}:
        raise RulebookError(
            f"{origin}: {min(names)}: a person's name can be shown as a column of the judged table only"
        )


def _near(word: str, known: Iterable[str]) -> str:
    found = get_close_matches(word, list(known), n=1)
    return f" (nearest: {found[0]})" if found else ""


def words_of(text_: str) -> tuple[str, ...]:
    """Words set apart by blanks, commas or semicolons."""
    return tuple(text_.replace(",", " ").replace(";", " ").split())


# ---------------------------------------------------------------------------------------------------------------------
# The simple form


@dataclass(frozen=True)
class SimpleForm:
    """The parts of a rule that selects from one model: such rules are evaluated together in one scan."""

    model: str
    when: str
    holds: str
    evidence: tuple[tuple[str, str], ...]  # name, expression


def simple_form(sql: str) -> SimpleForm | None:
    """The parts of ``select _row, [expr as name, ...] expr as holds from model [where ...]``, or None."""
    plain = re.sub(r"--[^\n]*", "", sql).strip()
    match = _SIMPLE.match(plain)
    if not match or "(select" in re.sub(r"\s+", "", plain[6:].lower()):
        return None
    *items, holds = split_list(match["list"])
    evidence = []
    for item in items:
        if item != "_row":
            expression, _, name_ = item.rpartition(" as ")
            evidence.append((name_.strip(), expression.strip()) if expression else (item, item))
    return SimpleForm(match["model"], match["when"] or "true", holds, tuple(evidence))


def split_list(select: str) -> list[str]:
    """Splits a select list at its top-level commas."""
    out, depth, quoted, start = [], 0, False, 0
    for i, ch in enumerate(select):
        if ch == "'":
            quoted = not quoted
        elif not quoted:
            depth += (ch == "(") - (ch == ")")
            if ch == "," and depth == 0:
                out.append(select[start:i].strip())
                start = i + 1
    return [*out, select[start:].strip()]


# ---------------------------------------------------------------------------------------------------------------------
# Folders


def files(folder: Traversable, ending: str) -> list[Traversable]:
    if not folder.is_dir():
        return []
    return sorted((f for f in folder.iterdir() if f.name.endswith(ending)), key=lambda f: f.name)


def read(file: Traversable, origin: str) -> str:
    """The text of a file. Raises RulebookError."""
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RulebookError(f"{origin}: can't be read ({type(error).__name__}); save it as UTF-8") from None


def sql_rules(
    folder: Traversable | Path, tables: Mapping[str, Table], assumptions: Mapping[str, Assumption]
) -> list[Rule]:
    """The rules of a folder, one a file."""
    found = []
    for file in files(folder, ".sql"):
        origin = f"{folder.name}/{file.name}"
        text = read(file, origin)
        found.append(_assuming(_sql_rule(filled_in(text, assumptions), origin, tables), text, assumptions))
    return found


def _sql_rule(text: str, origin: str, tables: Mapping[str, Table]) -> Rule:
    (header, sql), *more = split_blocks(text, origin)
    rule = rule_from_header(header, sql, tables, origin)
    also = []
    for own, query in more:
        # a key is that of its table: another table has its own
        shared = {k: v for k, v in header.items() if k != "key" or own.get("table", rule.table) == rule.table}
        also.append(rule_from_header(shared | own, query, tables, origin))
    if not also:
        return rule
    whole = replace(rule, also=tuple(also))
    for one, other in combinations(whole.parts, 2):
        if one.table == other.table and _overlap(one, other):
            raise RulebookError(
                f"{origin}: two versions for {one.table} cover the same school years "
                f"({one.years or 'all'} and {other.years or 'all'}): each needs years of its own"
            )
    return whole


def _assuming(rule: Rule, text: str, assumptions: Mapping[str, Assumption]) -> Rule:
    """The rule with the assumptions that its file names, beside those that its header states of its models."""
    found = named(text, assumptions)
    return replace(rule, assumes=tuple(dict.fromkeys([*rule.assumes, *found]))) if found else rule


def _overlap(one: Rule, other: Rule) -> bool:
    first, last = max(one.first_year or 0, other.first_year or 0), min(one.last_year or 9999, other.last_year or 9999)
    return first <= last


def pattern_rules(
    folder: Traversable, tables: Mapping[str, Table], assumptions: Mapping[str, Assumption]
) -> list[Rule]:
    """The rules of a folder of patterns: one query, and a CSV with one line for each rule."""
    out = []
    for file in files(folder, ".sql"):
        origin = f"{folder.name}/{file.name}"
        text = read(file, origin)
        header, sql = split_header(filled_in(text, assumptions), origin)
        instances = folder / (file.name.removesuffix(".sql") + ".csv")
        for row in csv.DictReader(read(instances, f"{folder.name}/{instances.name}").splitlines()):
            fill = _filler(row)
            one = {k: fill(v) for k, v in header.items()} | {
                k: v for k, v in row.items() if k in _REQUIRED + _OPTIONAL and v
            }
            rule = rule_from_header(one, fill(sql), tables, f"{origin} ({row['id']})")
            out.append(_assuming(rule, text, assumptions))
    return out


def _filler(row: Mapping[str, str]) -> Any:
    def fill(text_: str) -> str:
        for k, v in row.items():
            text_ = text_.replace("{" + k + "}", v)
        return text_

    return fill


def models(folder: Traversable, assumptions: Mapping[str, Assumption]) -> dict[str, Model]:
    """The shared relations of a folder."""
    out = {}
    for file in files(folder, ".sql"):
        origin = f"{folder.name}/{file.name}"
        header, sql = split_header(filled_in(read(file, origin), assumptions), origin)
        if not re.fullmatch(r"[a-z]\w*", header.get("model", "")):
            raise RulebookError(f"{origin}: header lacks model: NAME (small letters, digits, _)")
        materialize = header.get("materialize", "no") == "yes"
        out[header["model"]] = Model(header["model"], header.get("doc", ""), sql, materialize, _stands(header, origin))
    return out


def _stands(header: Mapping[str, str], origin: str) -> Stands | None:
    if "stands" not in header:
        return None
    match header["stands"].split():
        case ["student" | "value" as rests_on, column] if header.get("materialize") == "yes":
            return Stands(rests_on, column)
    raise RulebookError(f"{origin}: stands: should be student COLUMN or value COLUMN, of a model with materialize: yes")
