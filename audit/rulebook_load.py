"""Loads a rulebook from its package and checks that it is well formed."""

from __future__ import annotations

import csv
import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from typing import cast, get_args

from audit import assumptions
from audit.metric_files import definitions
from audit.rule_files import files, models, pattern_rules, reads_of, split_header, sql_rules, words_of
from audit.rulebook import (
    CodeList,
    Derivation,
    FileType,
    Grant,
    Layout,
    LayoutColumn,
    LayoutRule,
    Listing,
    NotRaised,
    NotRaisedStatus,
    Repair,
    Rule,
    Rulebook,
    RulebookError,
    Table,
)


@cache
def load(name_: str, given: tuple[tuple[str, str], ...] = ()) -> Rulebook:
    """Loads the rulebook ``illinois`` or that of another package. ``given``: assumptions and their values.

    Raises RulebookError, and AssumptionError for what is given.
    """
    package, root = _package(name_), package_folder(name_)
    module = importlib.import_module(package)
    tables = _tables(package)
    codes = read_codes(root / "codes" / "codes.csv")
    stated = assumptions.read(root / "assumptions.csv")
    assumptions.check(stated, tables)
    assumed = assumptions.settled(stated, given, tables)
    rules: dict[str, Rule] = {}
    found = [r for t in tables.values() for r in t.rules]
    found += [r for folder in _sections(root) for r in sql_rules(folder, tables, assumed)]
    found += pattern_rules(root / "patterns", tables, assumed)
    for rule in found:
        if rule.id in rules:
            raise RulebookError(f"{rule.origin}: the id {rule.id} is taken by {rules[rule.id].origin}")
        rules[rule.id] = assumptions.noted(rule, assumed)
    layouts, file_types = read_layouts(root / "layouts")
    derived, emitted = read_layout_rules(root / "layouts")
    return Rulebook(
        name=name_,
        title=getattr(module, "TITLE", name_),
        prefix=module.PREFIX,
        tables=tables,
        rules=dict(sorted(rules.items())),
        models=models(root / "models", assumed),
        codes=codes,
        layouts=layouts,
        file_types=file_types,
        not_raised={r.id: r for folder in _sections(root) for r in _not_raised(folder / "not_raised.csv")},
        derivations=_derivations(root / "derive"),
        derived=derived,
        emitted=emitted,
        lists=_listings(root / "lists", tables),
        assumptions=assumed,
        metrics=definitions(root / "metrics", tables),
        grants=_grants(root / "visibility.csv", tables),
        repairs=_repairs(root / "repairs.csv", tables),
    )


@cache
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
    other = {"tables", "codes", "layouts", "models", "patterns", "metrics", "derive", "lists"}
    return [d for d in sorted(root.iterdir(), key=lambda d: d.name) if d.is_dir() and d.name not in other]


def _derivations(folder: Traversable) -> tuple[Derivation, ...]:
    out = []
    for file in files(folder, ".sql"):
        header, sql = split_header(file.read_text("utf-8"), f"derive/{file.name}")
        out.append(
            Derivation(
                table=header["table"],
                sources=words_of(header["from"]),
                requires=words_of(header.get("requires", "")),
                fills=words_of(header.get("fills", "")),
                alone=header.get("alone", "no") == "yes",
                batch_only=header.get("batch_only", "no") == "yes",
                materialize=header.get("materialize", "no") == "yes",
                notice=header.get("notice", ""),
                sql=sql,
            )
        )
    return tuple(out)


def _listings(folder: Traversable, tables: Mapping[str, Table]) -> tuple[Listing, ...]:
    out = []
    for file in files(folder, ".sql"):
        origin = f"lists/{file.name}"
        header, sql = split_header(file.read_text("utf-8"), origin)
        out.append(
            Listing(
                name=header["list"],
                title=header["title"],
                lead=header["lead"],
                reads=reads_of(header["reads"], tables, origin),
                names=words_of(header.get("names", "")),
                groups=words_of(header["groups"]),
                order=words_of(header["order"]),
                sql=sql,
            )
        )
    return tuple(out)


def _grants(file: Traversable, tables: Mapping[str, Table]) -> tuple[Grant, ...]:
    if not file.is_file():
        return ()
    out = []
    for line, row in enumerate(csv.DictReader(file.read_text("utf-8").splitlines()), 2):
        named = () if row["tables"] == "*" else tuple(row["tables"].split(";"))
        rules = tuple(filter(None, row["rules"].split(";")))
        grant = Grant(named, row["role"], row["has"], row["without"], row["sees"], rules, row["meaning"])
        if lacking := [t for t in named if t not in tables or grant.has not in tables[t].columns]:
            raise RulebookError(f"{file.name}, line {line}: there is no column {grant.has} in {lacking[0]}")
        if grant.role not in ("home", "serving", "service_provider", "any"):
            raise RulebookError(f"{file.name}, line {line}: the role '{grant.role}' is not known")
        out.append(grant)
    return tuple(out)


def _repairs(file: Traversable, tables: Mapping[str, Table]) -> tuple[Repair, ...]:
    if not file.is_file():
        return ()
    out = []
    for line, row in enumerate(csv.DictReader(file.read_text("utf-8").splitlines()), 2):
        named, columns, rules = (tuple(row[name].split(";")) for name in ("tables", "columns", "rules"))
        if any(t not in tables or c not in tables[t].columns for t in named for c in columns):
            raise RulebookError(f"{file.name}, line {line}: a table does not have one of the columns")
        out.append(Repair(named, columns, row["find"], row["write"], rules, row["meaning"]))
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
