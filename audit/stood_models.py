"""Tables of models that stand from run to run, for students of whom nothing changed.

Such a model says in its header on what a row rests: ``stands: student COLUMN`` (the records of the student that the
column names, and what is no student's), or ``stands: value COLUMN`` (the value of that column alone).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from audit.changed import Local
from audit.cross import fill, make_models, parameters_in
from audit.engines.embedded import Engine, quoted, text
from audit.kept import Kept, model_path
from audit.rule_sets import with_models
from audit.rulebook import Rulebook, Stands
from audit.settle import FILE_FACTOR


def digests(rulebook: Rulebook, parameters: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """Of each model that stands what makes it: its query and those below it, filled in.

    Left out where parameters for different uses fill it differently.
    """
    found, parameters = {}, list(parameters)
    for name, model in rulebook.models.items():
        sql = with_models(model.sql, rulebook) if model.stands else ""
        filled = {fill(sql, p) for p in parameters if parameters_in(sql) <= set(p)}
        if sql and len(filled) == 1:
            found[name] = hashlib.sha256(filled.pop().encode()).hexdigest()
    return found


def keep(engine: Engine, folder: Path, digests: Mapping[str, str], made: set[str]) -> dict[str, str]:
    """Leaves the tables of those models that the run has made; returns them with their digests."""
    kept = {name: digest for name, digest in digests.items() if name in made}
    for name in kept:
        path = text(str(model_path(folder, name)))
        engine.run(f"copy {quoted(name)} to {path} (format parquet, compression uncompressed)")
    return kept


def take_over(
    engine: Engine,
    local: Local,
    kept: Kept,
    digests: Mapping[str, str],
    parameters: Iterable[Mapping[str, object]],
    schema: str,
    made: set[str],
) -> set[str]:
    """Makes the tables of those models that stand; returns their names.

    ``schema``: where the changed students' records are as they are now, with the models ``made`` of them.
    """
    engine.put("_changed_students", local.change.students.to_frame())
    names = set[str]()
    models = local.rulebook.models
    for name, digest in digests.items():
        model = models[name]
        if model.stands and kept.models.get(name) == digest and local.looks_at_one(model):
            sql = with_models(model.sql, local.rulebook)
            fitting = next(p for p in parameters if parameters_in(sql) <= set(p))
            with engine.within(schema):
                broken = make_models(engine, models, fitting, (), also=[name], made=made)
            if not broken:
                both = _both(engine, name, model.stands, model_path(kept.folder, name), schema)
                engine.run(f"create table {quoted(name)} as {both}")
                names.add(name)
    return names


def _both(engine: Engine, name: str, stands: Stands, kept: Path, schema: str) -> str:
    """What stands, and what is said of the changed students."""
    stood, now, column = f"read_parquet({text(str(kept))})", f"{schema}.{quoted(name)}", quoted(stands.column)
    if stands.rests_on == "value":
        return f"from {stood} union all by name (from {now} anti join {stood} using ({column}))"
    own = f"select k.* from {stood} k anti join _changed_students c on c.id = k.{column} where k.{column} is not null"
    if "_row" in engine.frame(f"from {now} limit 0").columns:
        own = (
            f"select * exclude (path, file, shift) replace (_row + shift as _row) from ({own}) "
            f"join _stood_files on file = _row // {FILE_FACTOR}"
        )
    return f"({own}) union all by name from {now}"
