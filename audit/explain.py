"""The rules as a reader meets them: the catalogue, one rule in words, and what it evaluates."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from audit import coverage, generated
from audit.errors import UserError
from audit.families import FAMILIES
from audit.own_rules import rulebook
from audit.query import columns
from audit.read.formats import Format
from audit.rulebook import PLAUSIBILITY, Model, NotRaised, Rule, Rulebook, parts_of
from audit.rulebook_load import available
from audit.values import choice

Known = Rule | NotRaised | Format

#: Fields of a catalogue entry, in the order of ``rules export``; names as in the stored table ``rules``.
FIELDS = (
    "rule_id",
    "title",
    "severity",
    "kind",
    "status",
    "section",
    "source",
    "years",
    "effective",
    "table_name",
    "columns",
    "key",
    "grain",
    "reads",
    "optional",
    "message",
    "expected",
    "fix",
    "note",
    "executable",
    "reason",
    "statements",
    "cases",
    "rulebook",
)
_WIDTH = 110
#: A string, the brackets and operator of ``[(left) op (right)]``, other brackets, anything between.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\[\(|\)\]|\) [^\s()\[\]]{1,3} \(|[^\[\])"]+|.', re.DOTALL)


def rulebooks(
    state: str | None = None, own: Path | None = None, assumed: Mapping[str, str] | None = None
) -> list[Rulebook]:
    """The rulebook of that name, or all that are installed; a user's own rules go to those that have their tables.

    Raises UserError for a user's own rules that are broken.
    """
    if state not in (None, "auto"):
        return [rulebook(str(state), own, assumed)]
    found, wrong = {}, {}
    for name in sorted(available()):
        try:
            found[name] = rulebook(name, own, assumed)
        except UserError as error:
            if own is None:
                raise
            found[name], wrong[name] = rulebook(name, None, assumed), error
    if len(wrong) == len(found):
        told = dict.fromkeys(error.message for error in wrong.values())
        raise UserError(" Or: ".join(told), next(iter(wrong.values())).exit_status)
    return list(found.values())


def everything(book: Rulebook) -> dict[str, Known]:
    """All rules of a rulebook, by id: raised or not, and those that the tables' declarations and reading add."""
    return {**book.rules, **book.not_raised, **generated.rules(book), **FAMILIES}


def find(books: Iterable[Rulebook], rule_id: str) -> tuple[Rulebook, Known]:
    """The rule of that id, in any case, and its rulebook. The state's letters (``IL-``) may be left out.

    Raises UserError (nearest id).
    """
    known: dict[str, tuple[Rulebook, Known]] = {}
    for book in books:
        for name, rule in everything(book).items():
            known[name.upper()] = known[name.upper().removeprefix(f"{book.prefix}-")] = book, rule
    if found := known.get(rule_id.strip().upper()):
        return found
    near = get_close_matches(rule_id.upper(), known, n=1)
    hint = f" Nearest: {near[0]}." if near else ""
    raise UserError(f"there is no rule {rule_id}.{hint} All rules: sis-audit rules list")


# ---------------------------------------------------------------------------------------------------------------------
# Catalogue


def catalogue(books: Iterable[Rulebook]) -> list[dict[str, str]]:
    """One entry a rule, fields of ``FIELDS``, all text, ordered by id; rules that never raise included."""
    entries = {}
    for book in books:
        claimed = coverage.by_rule(book)
        for rule in everything(book).values():
            own = "" if isinstance(rule, Format) else book.name
            entries[rule.id, own] = _entry(rule, own) | _coverage(rule, book, claimed.get(rule.id, []))
    return [entries[key] for key in sorted(entries)]


def _coverage(rule: Known, book: Rulebook, claimed: Sequence[coverage.Statement]) -> dict[str, str]:
    """Lines of the statements that the rule stands for, and its cases; the section of a rule that has no header."""
    found = {"statements": ";".join(str(s.line) for s in claimed)}
    if isinstance(rule, NotRaised):
        return found | {"section": claimed[-1].section if claimed else ""}
    return found | {"cases": str(coverage.cases(book, rule.id) or "")}


def _entry(rule: Known, book: str) -> dict[str, str]:
    """``book``: name of the rulebook; empty for what reading finds under any of them."""
    entry = dict.fromkeys(FIELDS, "") | {"rule_id": rule.id, "title": rule.title, "rulebook": book}
    if isinstance(rule, NotRaised):
        return entry | {"status": rule.status, "reason": rule.reason}
    if isinstance(rule, Format):
        said = {name: getattr(rule, name) for name in ("severity", "message", "expected", "fix")}
        return entry | said | {"kind": rule.kind, "status": "active", "section": rule.section}
    given = {name: getattr(rule, name, "") for name in FIELDS if name != "reads"}
    plain = {name: ";".join(value) if isinstance(value, tuple) else value for name, value in given.items() if value}
    return entry | plain | {"table_name": rule.table, "years": rule.spans, "reads": _reads(rule), "status": "active"}


def _reads(rule: Rule) -> str:
    tables: dict[str, list[str]] = {}
    for table, column in dict.fromkeys(pair for part in rule.parts for pair in part.reads):
        tables.setdefault(table, []).append(column)
    return "; ".join(f"{t}({', '.join(c)})" for t, c in tables.items())


def chosen(
    entries: Sequence[dict[str, str]], *, section: str | None, severity: str | None, kind: str | None
) -> list[dict[str, str]]:
    """Entries that meet the filters. ``section``: part of the section's name, or the middle of the id (``SCA``).

    Raises UserError for a word that no rule has.
    """
    found = list(entries)
    for field, wanted in {"severity": severity, "kind": kind}.items():
        if wanted is not None:
            known = sorted({e[field] for e in entries if e[field]})
            word = choice(*known)(wanted, f"--{field}")
            found = [e for e in found if e[field] == word]
    if section is not None:
        found = [e for e in found if _in_section(e, section.lower())]
        if not any(_in_section(e, section.lower()) for e in entries):
            known = sorted({e["section"] for e in entries if e["section"]})
            raise UserError(f"--section: no rule is of a section '{section}'. Known: {', '.join(known)}.")
    return found


def _in_section(entry: Mapping[str, str], wanted: str) -> bool:
    return wanted in entry["section"].lower() or wanted in entry["rule_id"].lower().split("-")


# ---------------------------------------------------------------------------------------------------------------------
# One rule


def describe(rule: Known, book: Rulebook) -> str:
    """The rule in words: what the state says, what is judged, how it is repaired."""
    head = [f"{rule.id}  {rule.title}"]
    if isinstance(rule, NotRaised):
        parts = {"Status": f"{rule.status}: writes no finding", "Reason": rule.reason, "Rulebook": book.title}
        return "\n".join([*head, *_paragraphs(parts)])
    if isinstance(rule, Format):
        parts = {"Severity": f"{rule.severity}, found {rule.found}", "Message": rule.message}
        parts |= {"Expected": rule.expected, "Fix": rule.fix}
        return "\n".join([*head, *_paragraphs(parts)])
    parts = {
        "Severity": f"{rule.severity}, {rule.kind} rule, one finding per {rule.grain}",
        "Source": f"{rule.section}: {_cited(rule)}",
        "Rulebook": book.title,
        "Years": years(rule),
        "Judges": ", ".join(dict.fromkeys(part.table for part in rule.parts)),
        "Reads": _reads(rule),
        "Without": ", ".join(rule.optional) and f"judged also without {', '.join(rule.optional)}",
        "Key": ", ".join(rule.key),
        "Message": rule.message,
        "Expected": rule.expected,
        "Fix": rule.fix,
        "Note": rule.note,
        "Executable": rule.executable,
        "Written in": rule.origin,
    }
    return "\n".join([*head, *_paragraphs(parts)])


def _cited(rule: Rule) -> str:
    """What the rule rests on: first words of the state's sentence, or what this program holds to be plausible."""
    if rule.id.startswith(PLAUSIBILITY):
        return f"{rule.source}. A check of this program; the state's document has no sentence for it"
    return rule.source if rule.origin == "generated" else f"“{rule.source} …”"


def years(rule: Rule) -> str:
    """The school years that the rule judges, in words."""
    spans = dict.fromkeys(_span(part) for part in rule.parts)
    return "; ".join(spans) + (f"; in force since {rule.effective}" if rule.effective else "")


def _span(rule: Rule) -> str:
    if not rule.years:
        return "all"
    return f"{rule.first_year} to {rule.last_year}" if rule.last_year else f"from {rule.first_year}"


def _paragraphs(parts: Mapping[str, str]) -> list[str]:
    wide = 12
    out = []
    for label, text in parts.items():
        if text:
            lines = textwrap.wrap(text, _WIDTH - wide) or [""]
            out += [f"{label:<{wide}}{lines[0]}", *(" " * wide + line for line in lines[1:])]
    return out


# ---------------------------------------------------------------------------------------------------------------------
# What it evaluates


def evaluated(rule: Known, book: Rulebook) -> str:
    """The query with the models that it stands on, or the expressions of a row rule."""
    if isinstance(rule, NotRaised):
        raise UserError(f"{rule.id} is evaluated nowhere ({rule.status}: {rule.reason})")
    if isinstance(rule, Format) or rule.kind == "key":
        raise UserError(f"{rule.id} has no query: it is found while files are read, tables made or nights compared")
    if rule.sql is None:
        return expressions(rule)
    models = [_commented(f"model {m.name}: {m.doc}") + m.sql for m in models_of(rule, book)]
    return "\n\n".join([*models, queries(rule)])


def queries(rule: Rule) -> str:
    """The query of a rule, for each table and span of years that has its own."""
    return "\n\n".join(_commented(f"rule {rule.id} on {_version(p)}: {rule.title}") + (p.sql or "") for p in rule.parts)


def _version(part: Rule) -> str:
    return f"{part.table}, {part.years}" if part.years else part.table


def _commented(text: str) -> str:
    return "".join(f"-- {line}\n" for line in textwrap.wrap(text, _WIDTH))


def models_of(rule: Rule, book: Rulebook) -> list[Model]:
    """Models that the rule stands on, each after those that it stands on itself."""
    out: list[str] = []

    def visit(sql: str) -> None:
        words = set(re.findall(r"\w+", re.sub(r"--[^\n]*", "", sql)))
        for name in sorted(words & set(book.models) - set(out)):
            if book.models[name].sql is not sql:
                visit(book.models[name].sql)
                out.append(name)

    for part in rule.parts:
        visit(part.sql or "")
    return [book.models[name] for name in dict.fromkeys(out)]


def expressions(rule: Rule) -> str:
    """Which rows a row rule judges, and what must hold of each column."""
    assert rule.check is not None
    stats = parts_of(rule.check)
    lines = [f"table  {rule.table}"]
    lines.append("when   " + ("every row" if stats["when"] is None else readable(str(stats["when"]))))
    for column, expression in stats["holds"].items():
        label = f"  {column}: " if column else ""
        lines.append(f"holds  {label.strip()}{' ' if column else ''}{readable(str(expression))}")
    return "\n".join(lines)


def readable(expression: str) -> str:
    """A polars expression as a person would write it: ``(sid == "1")`` for ``[(col("sid")) == ("1")]``."""
    out, open_ = "", list[str]()
    for token in _TOKEN.findall(_plain(expression)):
        if token in ("[(", "["):
            open_.append(token)
            out += "(" if token == "[(" else "["
        elif token == ")]" and open_:
            out += ")" if open_.pop() == "[(" else ")]"
        elif token == "]" and open_:
            open_.pop()
            out += "]"
        elif re.fullmatch(r"\) \S+ \(", token) and open_ and open_[-1] == "[(":
            out += token[1:-1]
        else:
            out += token
    return out


def _plain(expression: str) -> str:
    named = re.sub(r'col\("(\w+)"\)', r"\1", expression)
    return re.sub(r"dyn (?:int|float|str): ", "", named)


# ---------------------------------------------------------------------------------------------------------------------
# What it finds


def examples(database: Path, rule_id: str, *, show_values: bool, most: int = 10) -> str:
    """What a run of the rule counted, and up to ``most`` findings: file and line, the rest only if asked for."""
    from audit.engines.connect import reading

    with reading(database) as con:
        results = con.execute(
            "select status, population, findings, undetermined, reason from rule_results where rule_id = $1", [rule_id]
        ).fetchall()
        names = ["file_name", "line_number", "column_name"] + ["exception_key", "value", "expected"] * show_values
        sql = f"select {', '.join(names)} from exceptions where rule_id = $1 limit $2"
        rows = con.execute(sql, [rule_id, most]).fetchall()
    status, population, findings, undetermined, reason = results[0]
    counts = f"findings {findings:,}, records judged {population:,}, undetermined {undetermined:,}"
    ran = status not in ("error", "not_run")
    lines = [f"{status}: {counts if ran else reason}", *([reason] if reason and ran else [])]
    if rows:
        title = "Findings" if findings <= most else f"The first {most} findings"
        lines += ["", title, columns(names, rows, right=(1,))]
    return "\n".join(lines)
