"""Loads a rulebook from its package and checks that it is well formed."""

from __future__ import annotations

import csv
import importlib
import pkgutil
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, cast, get_args

from audit.rulebook import (
    CodeList,
    Derivation,
    FileType,
    Layout,
    LayoutColumn,
    LayoutRule,
    Model,
    NotRaised,
    NotRaisedStatus,
    Rule,
    Rulebook,
    RulebookError,
    Table,
)

_HEADER = re.compile(r"^--\s?([a-z_]+):\s*(.*)$")
_MORE = re.compile(r"^--\s{2,}(\S.*)$")
_READS = re.compile(r"((?:prev\.)?\w+)\(([^)]*)\)")
#: The simple form ``select ... , (expression) as holds from model [alias] [where ...]``: such rules share one scan.
_SIMPLE = re.compile(
    r"^select\s+(?P<list>(?:(?!(?<!distinct )\bfrom\b).)*?)\s+as\s+holds\s+from\s+(?P<model>\w+)"
    r"(?:\s+where\s+(?P<when>(?:(?!\b(?:group|order|having|qualify|union|join|window)\b).)*))?$",
    re.IGNORECASE | re.DOTALL,
)


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
    """Header and query of each block of a rule's file: one, and another for each further table that the rule judges.

    A further block stands below the query before it, begins with ``-- table:`` and gives the header lines that differ.
    """
    header, sql = split_header(text_, origin)
    first, *more = re.split(r"^(?=-- table:)", sql, flags=re.MULTILINE)
    return [(header, first.strip().rstrip(";").strip()), *(split_header(block, origin) for block in more)]


_REQUIRED = ("id", "title", "source", "table", "columns", "reads", "message", "expected", "fix")
_OPTIONAL = ("severity", "kind", "key", "grain", "years", "effective", "executable", "note", "optional")


def rule_from_header(header: Mapping[str, str], sql: str, tables: Mapping[str, Table], origin: str) -> Rule:
    """One SQL rule. Raises RulebookError for a header that is not complete or names what does not exist."""
    missing = [k for k in _REQUIRED if not header.get(k)]
    if missing:
        raise RulebookError(f"{origin}: header lacks {', '.join(missing)}")
    unknown = [k for k in header if k not in _REQUIRED + _OPTIONAL]
    if unknown:
        raise RulebookError(
            f"{origin}: header line '{unknown[0]}' is not known; known: {', '.join(_REQUIRED + _OPTIONAL)}"
        )
    table = tables.get(header["table"])
    if table is None:
        raise RulebookError(f"{origin}: there is no table '{header['table']}'")
    reads = []
    for t, cols in _READS.findall(header["reads"]):
        plain = t.removeprefix("prev.")
        for c in _words(cols):
            if plain not in tables or c not in tables[plain].columns:
                raise RulebookError(f"{origin}: reads: there is no column {t}.{c}")
            reads.append((t, c))
    section, _, words = header["source"].partition(" | ")
    key = _words(header.get("key", "")) or table.key
    for c in key:
        if c not in table.columns:
            raise RulebookError(f"{origin}: key: there is no column {table.name}.{c}")
    return Rule(
        id=header["id"],
        title=header["title"],
        table=table.name,
        key=key,
        columns=_words(header["columns"]),
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
        reads=tuple(reads),
        optional=_words(header.get("optional", "")),
        sql=sql,
        origin=origin,
    )


def _words(text_: str) -> tuple[str, ...]:
    return tuple(w for w in re.split(r"[\s,;]+", text_.strip()) if w)


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
# The package


def load(name_: str, extra_rules: Path | None = None) -> Rulebook:
    """Loads the rulebook ``illinois`` or that of another package. ``extra_rules``: a user's own folder of rules.

    Raises RulebookError.
    """
    package, root = _package(name_), package_folder(name_)
    module = importlib.import_module(package)
    tables = _tables(package)
    codes = read_codes(root / "codes" / "codes.csv")
    rules: dict[str, Rule] = {}
    found = [r for t in tables.values() for r in t.rules]
    found += [r for folder in _sections(root) for r in _sql_rules(folder, tables)]
    found += _pattern_rules(root / "patterns", tables)
    if extra_rules:
        found += [replace(r, user=True) for r in _sql_rules(extra_rules, tables)]
    for rule in found:
        if rule.id in rules:
            raise RulebookError(f"{rule.origin}: the id {rule.id} is taken by {rules[rule.id].origin}")
        rules[rule.id] = rule
    layouts, file_types = read_layouts(root / "layouts")
    derived, emitted = read_layout_rules(root / "layouts")
    return Rulebook(
        name=name_,
        title=getattr(module, "TITLE", name_),
        prefix=module.PREFIX,
        tables=tables,
        rules=dict(sorted(rules.items())),
        models=_models(root / "models"),
        codes=codes,
        layouts=layouts,
        file_types=file_types,
        not_raised={r.id: r for folder in _sections(root) for r in _not_raised(folder / "not_raised.csv")},
        derivations=_derivations(root / "derive"),
        derived=derived,
        emitted=emitted,
    )


def available() -> dict[str, str]:
    """Name of each installed rulebook and its package."""
    return {e.name: e.value for e in metadata.entry_points(group="sis_audit.rulebooks")}


def package_folder(name_: str) -> Traversable:
    """The folder of a rulebook's package."""
    return resources.files(_package(name_))


def _package(name_: str) -> str:
    packages = available()
    if name_ not in packages:
        raise RulebookError(f"there is no rulebook '{name_}'; installed: {', '.join(sorted(packages)) or 'none'}")
    return packages[name_]


def _tables(package: str) -> dict[str, Table]:
    folder = importlib.import_module(f"{package}.tables")
    found = {}
    for info in sorted(pkgutil.iter_modules(folder.__path__), key=lambda i: i.name):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"{folder.__name__}.{info.name}")
        for value in vars(module).values():
            if isinstance(value, Table):
                found[value.name] = value
    return found


def _sections(root: Traversable) -> Iterable[Traversable]:
    other = {"tables", "codes", "layouts", "models", "patterns", "metrics", "derive"}
    return [d for d in sorted(root.iterdir(), key=lambda d: d.name) if d.is_dir() and d.name not in other]


def _files(folder: Traversable, ending: str) -> list[Traversable]:
    if not folder.is_dir():
        return []
    return sorted((f for f in folder.iterdir() if f.name.endswith(ending)), key=lambda f: f.name)


def _sql_rules(folder: Traversable | Path, tables: Mapping[str, Table]) -> list[Rule]:
    out = []
    for file in _files(folder, ".sql"):
        origin = f"{folder.name}/{file.name}"
        (header, sql), *more = split_blocks(file.read_text("utf-8"), origin)
        shared = {k: v for k, v in header.items() if k != "key"}
        also = tuple(rule_from_header(shared | own, query, tables, origin) for own, query in more)
        out.append(replace(rule_from_header(header, sql, tables, origin), also=also))
    return out


def _pattern_rules(folder: Traversable, tables: Mapping[str, Table]) -> list[Rule]:
    out = []
    for file in _files(folder, ".sql"):
        origin = f"patterns/{file.name}"
        header, sql = split_header(file.read_text("utf-8"), origin)
        instances = folder / (file.name.removesuffix(".sql") + ".csv")
        for row in csv.DictReader(instances.read_text("utf-8").splitlines()):
            fill = _filler(row)
            one = {k: fill(v) for k, v in header.items()} | {
                k: v for k, v in row.items() if k in _REQUIRED + _OPTIONAL and v
            }
            out.append(rule_from_header(one, fill(sql), tables, f"{origin} ({row['id']})"))
    return out


def _filler(row: Mapping[str, str]) -> Any:
    def fill(text_: str) -> str:
        for k, v in row.items():
            text_ = text_.replace("{" + k + "}", v)
        return text_

    return fill


def _models(folder: Traversable) -> dict[str, Model]:
    out = {}
    for file in _files(folder, ".sql"):
        header, sql = split_header(file.read_text("utf-8"), f"models/{file.name}")
        out[header["model"]] = Model(
            header["model"], header.get("doc", ""), sql, header.get("materialize", "no") == "yes"
        )
    return out


def _derivations(folder: Traversable) -> tuple[Derivation, ...]:
    out = []
    for file in _files(folder, ".sql"):
        header, sql = split_header(file.read_text("utf-8"), f"derive/{file.name}")
        out.append(
            Derivation(
                table=header["table"],
                sources=_words(header["from"]),
                requires=_words(header.get("requires", "")),
                fills=_words(header.get("fills", "")),
                alone=header.get("alone", "no") == "yes",
                notice=header.get("notice", ""),
                sql=sql,
            )
        )
    return tuple(out)


def _not_raised(file: Traversable) -> list[NotRaised]:
    if not file.is_file():
        return []
    rows = csv.DictReader(file.read_text("utf-8").splitlines())
    out = []
    for row in rows:
        status = row["status"]
        if status not in get_args(NotRaisedStatus):
            raise RulebookError(f"{file.name}: {row['rule_id']}: status '{status}' is not known")
        out.append(NotRaised(row["rule_id"], row["title"], cast(NotRaisedStatus, status), row["reason"]))
    return out


def read_codes(file: Traversable) -> dict[str, CodeList]:
    """Code lists from a CSV of list, code, canonical, meaning, scope, complete (yes/no)."""
    rows: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(file.read_text("utf-8").splitlines()):
        rows.setdefault(row["list"], []).append(row)
    return {
        name_: CodeList(
            name_,
            {r["code"]: r["canonical"] for r in group},
            {r["code"]: r["meaning"] for r in group},
            group[0]["scope"],
            all(r["complete"] == "yes" for r in group),
        )
        for name_, group in rows.items()
    }


def read_layouts(folder: Traversable) -> tuple[dict[str, Layout], tuple[FileType, ...]]:
    """Layouts and file types from layouts.csv and file_types.csv."""
    if not folder.is_dir():
        return {}, ()
    file_types = tuple(
        FileType(r["file_type"], r["layout_id"], int(r["columns"]))
        for r in csv.DictReader((folder / "file_types.csv").read_text("utf-8").splitlines())
    )
    widths = {t.layout: t.width for t in file_types}
    columns: dict[str, list[LayoutColumn]] = {}
    for r in csv.DictReader((folder / "layouts.csv").read_text("utf-8").splitlines()):
        column = LayoutColumn(
            int(r["position"]), r["source_column"], r["kind"], r["table"], r["column"], r["code_list"] or None
        )
        columns.setdefault(r["layout_id"], []).append(column)
    return {k: Layout(k, widths[k], tuple(v)) for k, v in columns.items()}, file_types


def read_layout_rules(folder: Traversable) -> tuple[tuple[LayoutRule, ...], tuple[LayoutRule, ...]]:
    """What the layouts derive (derived.csv) and what they emit (emitted.csv)."""
    if not folder.is_dir():
        return (), ()
    derived, emitted = (
        list(csv.DictReader((folder / name).read_text("utf-8").splitlines())) for name in ("derived.csv", "emitted.csv")
    )
    return (
        tuple(LayoutRule(r["layout"], r["table"], r["expression"], column=r["column"]) for r in derived),
        tuple(LayoutRule(r["layout"], r["table"], r["when"], part=r["part"]) for r in emitted),
    )
