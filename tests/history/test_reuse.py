"""What a run takes over from the one before, and that its results are those of a run that takes over nothing."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import reports
import reports.export
from audit import catalogue, cross, kept, metrics, reuse, run, session, settle
from audit.parameters import run_parameters
from audit.progress import Silent
from audit.rulebook_load import load
from audit.settings import Options
from fixtures.faults import Draft, plant, spoiled
from fixtures.world import Plan, make_world

Tables = dict[str, pl.DataFrame]
#: Rules, or parts of rules for single tables or years, that this world supplies and that look at one student alone.
RULES = 274
#: What tells of the run itself, not of the records.
_OF_THE_RUN = ("seconds", "started", "stages", "stages_cpu", "options", "workspace")
STUDENT = {t.name: t.student for t in load("illinois").tables.values()}


@cache
def world() -> Tables:
    """Four districts with a fault for nearly every rule; all cells are text."""
    made = make_world(Plan(students=160, districts=4))
    draft = Draft(made, 1, False)
    plant(draft)
    return {name: frame.cast(pl.String) for name, frame in spoiled(made, draft).tables.items()}


def districts() -> pl.DataFrame:
    enrollment = world()["enrollment"].unique("sid", keep="first", maintain_order=True)
    return enrollment.select("sid", district=pl.col("home_rcdts").str.head(11).fill_null("none"))


def by_district() -> dict[str, pl.DataFrame]:
    """The world as files: name without ending -> rows. What is no student's is in one file."""
    files = {}
    for name, frame in world().items():
        if column := STUDENT[name]:
            placed = frame.join(districts(), left_on=column, right_on="sid", how="left", maintain_order="left")
            parts = placed.with_columns(pl.col("district").fill_null("none")).partition_by("district", as_dict=True)
            files |= {f"{name}/{district}": part.drop("district") for (district,), part in parts.items()}
        else:
            files[f"{name}/all"] = frame
    # dates that can't be read, and a column that nobody knows
    last = [name for name in files if name.startswith("student/")][-1]
    files[last] = files[last].with_columns(birth_date=pl.lit("13/45/2010"), size=pl.lit("9"))
    return files


def write(folder: Path, files: dict[str, pl.DataFrame]) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    for name, frame in files.items():
        path = folder / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_csv(path)
    return folder


def check(extract: Path, out: Path, **more: Any) -> run.Result:
    return run.check(Options(extract=extract, out=out, **{"state": "illinois", **more}), Silent())


def taken(result: run.Result) -> dict[str, int]:
    found: dict[str, int] = result.run["workspace"]["taken_over"]
    return found


def results(out: Path) -> dict[str, Any]:
    """Everything that a run says of the records, file by file and table by table."""
    skipped = {"report", "run.json", "audit.duckdb", "rule_results.csv", "rule_results.parquet"}
    said: dict[str, Any] = {}
    for path in sorted(p for p in out.rglob("*") if p.is_file()):
        name = path.relative_to(out).as_posix()
        if name.split("/")[0] not in skipped and not name.startswith(("notice", "datapackage", "exceptions.xlsx")):
            said[name] = path.read_bytes()
    document = json.loads((out / "run.json").read_text("utf-8"))
    said["run.json"] = {k: v for k, v in document.items() if k not in _OF_THE_RUN}
    with duckdb.connect(str(out / "audit.duckdb"), read_only=True) as con:
        for (table,) in con.execute("select table_name from duckdb_tables() order by 1").fetchall():
            columns = [c[0] for c in con.execute(f"describe {table}").fetchall() if c[0] not in _OF_THE_RUN]
            listed = ", ".join(f'"{c}"' for c in columns)
            said[f"table {table}"] = con.execute(f"select {listed} from {table} order by all").fetchall()
    return said


class Nights:
    """Two workspaces with the same first night: one takes over what it can, one nothing."""

    def __init__(self, folder: Path, first: Path, **options: Any) -> None:
        self.folder, self.options = folder, options
        for name in ("reusing", "anew"):
            shutil.copytree(first, folder / name)

    def compare(self, files: dict[str, pl.DataFrame], **options: Any) -> run.Result:
        """The next night in both: they must say the same. Returns the result of the one that takes over."""
        extract, given_ = write(self.folder / "extract", files), {**self.options, **options}
        again = check(extract, self.folder / "again", workspace=self.folder / "reusing", **given_)
        check(extract, self.folder / "whole", workspace=self.folder / "anew", reuse=False, **given_)
        ours, theirs = results(self.folder / "again"), results(self.folder / "whole")
        assert ours.keys() == theirs.keys()
        assert [name for name in ours if ours[name] != theirs[name]] == []
        return again


@pytest.fixture(autouse=True, scope="module")
def however_small() -> Iterator[None]:
    """Everything is worth being taken over. No pages: they are made from what is compared here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reuse, "WORTH", 0)
        patch.setattr(reuse, "MOST", 1.0)
        patch.setattr(settle, "COPIED", 200)  # some tables stay in their files, as large ones do
        patch.setattr(reports, "build", lambda *args, **more: None)
        patch.setattr(reports.export, "write", lambda *args, **more: None)
        patch.setattr(catalogue, "place", lambda *args: None)
        yield


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace after a night of the whole world."""
    folder = tmp_path_factory.mktemp("first")
    check(write(folder / "extract", by_district()), folder / "out", workspace=folder / "space")
    return folder / "space"


def file_of(table: str, nth: int = 0) -> str:
    return [name for name in by_district() if name.startswith(f"{table}/")][nth]


def changed(files: dict[str, pl.DataFrame], name: str, how: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    files[name] = how(files[name])


# -- what is taken over -----------------------------------------------------------------------------------------------


def test_a_night_without_a_change_takes_over_all_files(tmp_path: Path, first: Path) -> None:
    nights = Nights(tmp_path, first)
    found = taken(nights.compare(by_district()))
    assert found == {"files": len(by_district()), "rules": RULES}


def test_a_changed_district_is_read_and_judged_anew(tmp_path: Path, first: Path) -> None:
    nights, files = Nights(tmp_path, first), by_district()
    changed(files, file_of("enrollment"), lambda f: f.with_columns(percent_day_attended=pl.lit("1.50")))
    changed(files, file_of("student", 1), lambda f: f.slice(3))
    # some move: their courses stay where they are, in a file that is the same
    here, there = file_of("enrollment", 2), file_of("enrollment", 3)
    files[here], files[there] = files[here].slice(5), pl.concat([files[there], files[here].head(5)])
    found = taken(nights.compare(files))
    assert found["files"] == len(files) - 4
    assert found["rules"] > 200


def test_reference_data_and_another_day_touch_every_record(tmp_path: Path, first: Path) -> None:
    nights, files = Nights(tmp_path, first), by_district()
    changed(files, "entity/all", lambda f: f.slice(2))
    found = taken(nights.compare(files, as_of=dt.date(2019, 6, 20)))
    assert found["files"] == len(files) - 1
    assert 200 < found["rules"] < RULES - 10


def test_format_findings_and_notices_of_files_that_are_the_same_stay(tmp_path: Path, first: Path) -> None:
    nights, files = Nights(tmp_path, first), by_district()
    # a new first file and one that is gone shift the numbers of the others
    files["address/00"] = files.pop(file_of("address"))
    del files[file_of("student_course_assignment", 1)]
    result = nights.compare(files)
    assert taken(result)["files"] == len(files) - 1
    assert any("does not have" in notice for notice in result.run["notices"])
    assert result.run["rules"]["findings"]


def test_a_key_that_was_doubled_in_another_file_is_so_no_longer(tmp_path: Path, first: Path) -> None:
    nights, files = Nights(tmp_path, first), by_district()
    for table in ("student", "enrollment", "student_course_assignment"):
        here, there = file_of(table), file_of(table, 1)
        files[here], files[there] = (
            pl.concat([files[a], files[b].head(4)], how="diagonal") for a, b in ((here, there), (there, here))
        )
    nights.compare(files)
    # the others keep their copies, and every file gets another number
    files = {**files, **{name: by_district()[name] for name in files if name.endswith(file_of("student", 1)[7:])}}
    files["address/00"] = files.pop(file_of("address"))
    result = nights.compare(files)
    assert taken(result)["files"] < len(files) - 3


def tables_of_models(extract: Path, only: str) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of the models that stand, of students whose number ends in one of these digits."""
    with session.opened(Options(extract=extract, state="illinois"), Silent()) as made:
        found, _, _ = session.read_inputs(made)
        settle.settle(made.engine, made.rulebook, found, made.work)
        parameters = run_parameters(made.options, found, None)
        values = metrics.plan(metrics.choose(made.rulebook, parameters.metric_year, ["fot"])[0], parameters).parameters
        said = {}
        for model in made.rulebook.models.values():
            if model.stands and model.stands.rests_on == "student":
                cross.make_model(made.engine, made.rulebook.models, model.name, values, made.models)
                columns = [c for c in made.engine.frame(f"from {model.name} limit 0").columns if c != "_row"]
                of = f"contains('{only}', right({model.stands.column}, 1))"
                said[model.name] = made.engine.rows(
                    f"select {', '.join(columns)} from {model.name} where {of} order by all"
                )
        return said


def test_models_that_stand_say_of_a_student_what_that_student_s_records_say(tmp_path: Path) -> None:
    only, some = "01234", dict[str, pl.DataFrame]()
    for name, frame in by_district().items():
        column = STUDENT[name.split("/")[0]]
        some[name] = frame.filter(pl.col(column).str.contains(f"[{only}]$")) if column else frame
    whole = tables_of_models(write(tmp_path / "whole", by_district()), only)
    alone = tables_of_models(write(tmp_path / "alone", some), only)
    assert len(whole) >= 7
    assert [name for name in whole if not whole[name] and name != "metric_conflicts"] == []
    assert whole == alone


# -- what is not ------------------------------------------------------------------------------------------------------


def tonight(folder: Path, first: Path, **more: Any) -> run.Result:
    space = shutil.copytree(first, folder / "tonight")
    return check(write(folder / "extract", by_district()), folder / "out", workspace=space, **more)


def test_what_another_program_left_is_not_taken_over(first: Path) -> None:
    made_by = json.loads((first / "kept" / "kept.json").read_text("utf-8"))["program"]
    assert kept.load(first / "kept", made_by)
    assert kept.load(first / "kept", "another") is None
    assert kept.load(first / "elsewhere", made_by) is None


@pytest.mark.parametrize("damaged", ["kept.json", "hits.parquet", "exceptions.parquet", "read-1"])
def test_what_is_not_whole_is_not_taken_over(tmp_path: Path, first: Path, damaged: str) -> None:
    folder = shutil.copytree(first / "kept", tmp_path / "kept")
    made_by = json.loads((folder / "kept.json").read_text("utf-8"))["program"]
    path = folder / damaged
    shutil.rmtree(path) if path.is_dir() else path.unlink() if path.suffix == ".parquet" else path.write_text("{")
    assert kept.load(folder, made_by) is None


def test_the_program_is_another_with_other_rules_or_settings(tmp_path: Path) -> None:
    book, plain = load("illinois"), Options(extract=tmp_path)
    assert kept.program(book, plain) == kept.program(book, replace(plain, out=tmp_path, threads=1))
    others = [replace(plain, submitter="01001001026"), replace(plain, assumptions={"summer_terms": "S1"})]
    assert len({kept.program(book, o) for o in [plain, *others]} | {kept.program(load("alabama"), plain)}) == 4


def test_a_rule_that_looks_further_than_it_says_is_found_out(
    tmp_path: Path, first: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = load("illinois").rules["SA-SID-001"]
    assert rule.reach == "all"
    object.__setattr__(rule, "reach", "student")
    try:
        nights, files = Nights(tmp_path, first), by_district()
        # of two students with one name one is in a file that changes
        changed(files, file_of("student", 0), lambda f: f.slice(2))
        nights.compare(files)
    finally:
        object.__setattr__(rule, "reach", "all")


def test_nothing_is_left_where_nothing_is_to_be_reused(tmp_path: Path, first: Path) -> None:
    assert (first / "kept" / "kept.json").is_file()
    assert taken(tonight(tmp_path, first, reuse=False)) == {"files": 0, "rules": 0}
    assert sorted(p.name for p in (tmp_path / "tonight").iterdir()) == ["history.duckdb", "lock"]


# -- whatever changes -------------------------------------------------------------------------------------------------

#: Pairs of nights; many more by hand: TEST_NIGHTS=100 pytest tests/history/test_reuse.py
EXAMPLES = int(os.environ.get("TEST_NIGHTS", "1"))
EDITS = ("cell", "junk", "delete", "double", "copy", "move", "drop file", "first file")
#: What may be asked for otherwise in the second of two nights.
OTHERWISE: tuple[dict[str, Any], ...] = (
    {},
    {"as_of": dt.date(2019, 6, 20)},
    {"names": "full"},
    {"ignore": ("IL-ENR",)},
    {"rules": True},
)
RULE = """-- id: MY-ENR-001
-- title: A stay of less than five days
-- severity: warning
-- source: Enrollment | Letter of the superintendent, August 2018
-- table: enrollment
-- columns: exit_date
-- reads: enrollment(sid, enrollment_date, exit_date)
-- message: The student left {days} days after the enrollment.
-- expected: a stay of five days or more
-- fix: Correct the Exit Date.

select _row, date_diff('day', enrollment_date, exit_date) as days,
    date_diff('day', enrollment_date, exit_date) >= 5 as holds
from enrollments
where exit_date is not null
"""


def edited(files: dict[str, pl.DataFrame], edits: list[tuple[str, int, int, int]]) -> dict[str, pl.DataFrame]:
    """The files after some edits: kind, and numbers that choose file, row and column."""
    files = dict(files)
    for kind, at, row, column in edits:
        names = list(files)
        name = names[at % len(names)]
        frame = files[name]
        if not frame.height:
            continue
        nth, label = row % frame.height, frame.columns[column % frame.width]
        here = pl.int_range(pl.len()) == nth
        if kind == "cell":
            value = frame[label][(row * 7 + 1) % frame.height]
            files[name] = frame.with_columns(pl.when(here).then(pl.lit(value)).otherwise(pl.col(label)).alias(label))
        elif kind == "junk":
            files[name] = frame.with_columns(pl.when(here).then(pl.lit("?9")).otherwise(pl.col(label)).alias(label))
        elif kind == "delete":
            files[name] = frame.filter(~here)
        elif kind == "double":
            files[name] = pl.concat([frame, frame.filter(here)])
        elif kind in ("copy", "move"):
            other = next(n for n in [*names[at % len(names) + 1 :], *names] if n.split("/")[0] == name.split("/")[0])
            if other != name:
                files[other] = pl.concat([files[other], frame.filter(here)], how="diagonal")
                if kind == "move":
                    files[name] = frame.filter(~here)
        elif kind == "drop file" and not name.startswith(("entity", "state_course", "run_param")):
            del files[name]
        elif kind == "first file":
            files[f"{name.split('/')[0]}/0{at % 3}"] = files.pop(name)
    return files


edit = st.tuples(st.sampled_from(EDITS), st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 10_000))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(
    edits=st.lists(edit, min_size=1, max_size=40),
    more=st.lists(edit, max_size=10),
    otherwise=st.sampled_from(OTHERWISE),
)
def test_whatever_changes_the_results_are_those_of_a_run_that_takes_over_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    first: Path,
    edits: list[tuple[str, int, int, int]],
    more: list[tuple[str, int, int, int]],
    otherwise: dict[str, Any],
) -> None:
    folder = tmp_path_factory.mktemp("nights")
    nights = Nights(folder, first)
    once = edited(by_district(), edits)
    nights.compare(once)
    if "rules" in otherwise:
        (folder / "rules").mkdir()
        (folder / "rules" / "MY-ENR-001.sql").write_text(RULE, "utf-8")
        otherwise = {"rules": folder / "rules"}
    nights.compare(edited(once, more), **otherwise)
