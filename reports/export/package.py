"""datapackage.json: what the files of a run are and what their columns mean, for programs that read Table Schemas.

Frictionless Data Package, version 1. It names the tables as files in the folder; their columns are described in
``exceptions.schema.json`` (findings) and ``fields.csv`` (all others).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

#: What a publication file has in place of a figure.
_HIDDEN = ("*", "No Data Available")
_FORMATS = {
    ".csv": {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8"},
    ".jsonl": {"format": "ndjson", "mediatype": "application/x-ndjson", "encoding": "utf-8"},
    ".parquet": {"format": "parquet", "mediatype": "application/vnd.apache.parquet"},
}
_JSON_TYPES = {"integer": "integer", "string": "string"}
_TITLES = {
    "exceptions": "Findings",
    "rule_results": "Rules: status and counts",
    "students": "Students of a metric, and why they count",
    "evidence": "Course rows of a metric's students",
    "repairs": "Records that leave a student of a metric open",
    "public": "A metric as it may be published",
    "subgroups": "A metric by subgroup",
    "subgroups_public": "A metric by subgroup, as it may be published",
}


def write(folder: Path, title: str) -> Path:
    """Describes the tables that are in the folder of a run."""
    found = [p for p in (*folder.glob("*"), *folder.glob("metrics/*")) if p.suffix in _FORMATS]
    package = {
        "profile": "data-package",
        "name": "sis-audit",
        "title": title,
        "resources": [_resource(path, folder) for path in sorted(found)],
    }
    path = folder / "datapackage.json"
    path.write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path


def _resource(path: Path, folder: Path) -> dict[str, Any]:
    place = path.relative_to(folder)
    stem, ending = path.stem, path.suffix.removeprefix(".")
    name = "-".join([*place.parts[:-1], stem]) + ("" if ending == "csv" else f"-{ending}")
    resource = {
        "name": name.lower().replace("_", "-"),
        "path": place.as_posix(),
        "title": _TITLES.get(stem if len(place.parts) == 1 else stem.partition("_")[2], stem.replace("_", " ")),
        **_FORMATS[path.suffix],
    }
    if path.suffix == ".parquet":
        return resource
    fields = list(_findings()) if stem == "exceptions" else _header(path)
    if path.suffix == ".jsonl":
        fields.insert(0, "schema_version")
    known = _findings() | {"schema_version": _field("schema_version", "integer", "Version of this form.")}
    described = known if stem == "exceptions" else _columns()
    schema: dict[str, Any] = {"fields": [described.get(f, {"name": f, "type": "string"}) for f in fields]}
    schema["missingValues"] = ["", *(_HIDDEN if stem.endswith("_public") else ())]
    if stem == "rule_results":
        schema["primaryKey"] = "rule_id"
    if stem == "exceptions":
        to = {"resource": "rule-results", "fields": "rule_id"}
        schema["foreignKeys"] = [{"fields": "rule_id", "reference": to}]
    return {"profile": "tabular-data-resource", **resource, "schema": schema}


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file), [])


def _field(name: str, kind: str, description: str) -> dict[str, str]:
    return {"name": name, "type": kind, "description": description}


@cache
def _columns() -> Mapping[str, dict[str, str]]:
    lines = (resources.files("reports.export") / "fields.csv").read_text("utf-8").splitlines()
    return {row["name"]: _field(row["name"], row["type"], row["description"]) for row in csv.DictReader(lines)}


@cache
def _findings() -> dict[str, dict[str, str]]:
    """The columns of exceptions, from the schema of its lines."""
    schema = json.loads((resources.files("reports.export") / "exceptions.schema.json").read_text("utf-8"))
    return {
        name: _field(name, _type(declared), declared["description"])
        for name, declared in schema["properties"].items()
        if name != "schema_version"
    }


def _type(declared: Mapping[str, Any]) -> str:
    if declared.get("format") == "date":
        return "date"
    kinds = declared.get("type", "string")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    return _JSON_TYPES[kind]
