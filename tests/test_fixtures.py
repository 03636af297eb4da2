"""The invented worlds: the same bytes from the same numbers, sound keys, faults that say what they break."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

import fixtures
from audit import run
from audit.generated import all_rules
from audit.progress import Silent
from audit.rulebook_load import load
from audit.settings import Options
from fixtures.demo import make_demo
from fixtures.faults import FAULTS, Draft, plant, spoiled, truth_of
from fixtures.faults.draft import canonical
from fixtures.generate import main
from fixtures.world import BLOCK, CORE, Plan, World, blocks, make_world
from fixtures.write import NamedWriter

RULEBOOK = load("illinois")
SMALL = Plan(students=1_500)
LARGER = Plan(students=4_000)
DISTRICT = Path(fixtures.__file__).parent / "district"


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(SMALL)


def rows_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


# -- worlds -----------------------------------------------------------------------------------------------------------


def test_the_same_plan_gives_the_same_world(world: World) -> None:
    again = make_world(SMALL)
    assert world.tables.keys() == again.tables.keys()
    assert all(frame.equals(again.tables[name]) for name, frame in world.tables.items())


def test_another_seed_gives_other_students(world: World) -> None:
    other = make_world(Plan(students=1_500, seed=2))
    assert not set(world.tables["student"]["sid"]) & set(other.tables["student"]["sid"])


def test_blocks_hold_all_students_once() -> None:
    plan = Plan(students=BLOCK + 500, courses=1, history=0, core=True)
    sids = pl.concat([b.tables["student"]["sid"] for b in blocks(plan)])
    assert len(sids) == plan.students == sids.n_unique()


def test_tables_have_the_columns_of_the_rulebook(world: World) -> None:
    for name, frame in world.tables.items():
        assert set(frame.columns) <= set(RULEBOOK.tables[name].columns), name


def test_keys_are_filled_and_occur_once(world: World) -> None:
    for name, frame in world.tables.items():
        key = frame.select(RULEBOOK.tables[name].key)
        assert key.null_count().sum_horizontal()[0] == 0, name
        assert not key.is_duplicated().any(), name


def test_foreign_keys_point_to_rows(world: World) -> None:
    for name, frame in world.tables.items():
        for reference in RULEBOOK.tables[name].references:
            # An outside course was taken at a school where the student was not enrolled.
            if reference.table not in world.tables or reference.tested_by == "IL-OCA-001":
                continue
            named = frame.drop_nulls(list(reference.columns))
            target = world.tables[reference.table]
            lost = named.join(target, left_on=reference.columns, right_on=reference.target, how="anti")
            assert lost.is_empty(), (name, reference.columns)


def test_codes_are_on_their_lists(world: World) -> None:
    for name, frame in world.tables.items():
        for column in RULEBOOK.tables[name].columns.values():
            codes = RULEBOOK.codes.get(column.codes or "")
            if codes and codes.scope == "domain" and column.name in frame.columns:
                unknown = set(frame[column.name].drop_nulls()) - set(codes.canonical)
                assert not unknown, (name, column.name)


def test_every_grade_and_every_kind_of_enrollment_occurs(world: World) -> None:
    enrollment = world.tables["enrollment"]
    assert set(enrollment["entry_grade_level"]) == set(RULEBOOK.codes["entry_grade_level"].canonical)
    assert set(enrollment["school_year"]) == {2017, 2018, 2019}
    assert "99" in enrollment["exit_type_code"]
    assert enrollment.filter(pl.col("percent_day_attended") == "0.50").height > 0
    assert enrollment.filter(pl.col("home_rcdts") != pl.col("serving_rcdts")).height > 0


def test_some_district_numbers_end_in_a_letter() -> None:
    codes = make_world(Plan(students=3_000, districts=6)).tables["entity"]["rcdts"]
    assert codes.str.len_chars().unique().to_list() == [15]
    assert codes.str.contains(r"^.{8}[A-Z]").any()
    assert codes.str.starts_with("99").all()


def test_nobody_has_the_names_and_birth_date_of_a_student_of_another_block() -> None:
    plan = Plan(students=2 * BLOCK + 100, courses=0, history=0, core=True)
    names = ["legal_first_name", "legal_last_name"]
    found = [b.tables["student"].select(names).unique() for b in blocks(plan)]
    assert pl.concat(found).is_duplicated().sum() == 0


# -- faults -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def draft() -> Draft:
    made = Draft(make_world(LARGER), seed=1)
    assert plant(made) == {}
    return made


def test_every_fault_expects_findings(draft: Draft) -> None:
    assert set(truth_of(draft)["fault"]) == set(FAULTS)


def test_a_fault_is_named_after_a_rule_that_it_breaks(draft: Draft) -> None:
    broken = {fault: set(part["rule_id"]) for (fault,), part in truth_of(draft).group_by("fault")}
    for name in FAULTS:
        rule_id = name.split(" ")[0]
        assert any(r == rule_id or r.startswith(name.replace(" ", "-")) for r in broken[name]), name


def test_expected_findings_point_to_rows_of_the_spoiled_world(draft: Draft) -> None:
    tables = draft.tables()
    for rule_id, table, text, _ in truth_of(draft).iter_rows():
        key = json.loads(text)
        assert text == json.dumps(key, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if rule_id != "IL-ECO-002":  # its key holds the year of the missing row
            assert _has_row(table, tables[table], key), (rule_id, text)


def _has_row(table: str, frame: pl.DataFrame, key: dict[str, str]) -> bool:
    for column, value in key.items():
        codes = RULEBOOK.codes.get(RULEBOOK.tables[table].columns[column].codes or "")
        written = [value, *(code for code, c in (codes.canonical if codes else {}).items() if c == value)]
        frame = frame.filter(pl.col(column).cast(pl.String).is_in(written))
    return frame.height > 0


def test_faults_change_few_rows(world: World) -> None:
    made = Draft(world, seed=3)
    assert plant(made, ["IL-ENR-010 0.00"]) == {}
    before, after = world.tables["enrollment"], spoiled(world, made).tables["enrollment"]
    changed = after.join(before, on=before.columns, how="anti", nulls_equal=True)
    assert changed["percent_day_attended"].to_list() == ["0.00"]
    assert after.height == before.height


def test_a_row_is_the_same_object_however_it_is_found(world: World) -> None:
    made = Draft(world, seed=1)
    sid = made.student("plain", grade="05")
    row = made.row("enrollment", sid=sid)
    made.everywhere(sid, "school_year", 2019, 2018)
    assert row["school_year"] == 2018
    assert canonical(row["enrollment_date"]) == row["enrollment_date"].isoformat()


# -- the command ------------------------------------------------------------------------------------------------------


def test_the_command_writes_the_core_tables(tmp_path: Path) -> None:
    assert main([str(tmp_path), "--students", "300", "--tables", "core", "--faults", "0.05"]) == 0
    assert set(rows_of(tmp_path)) == {f"{name}.csv" for name in (*CORE, "run_param")}


def test_line_1_counts_the_rows_of_a_batch_file(tmp_path: Path) -> None:
    main([str(tmp_path), "--students", "400", "--form", "batch"])
    for line_1, lines in batch_files(tmp_path):
        assert int(line_1[1]) == len(lines), line_1
        (width,) = {len(line) for line in lines}
        assert width in {t.width for t in RULEBOOK.file_types if t.name == line_1[0]}


def batch_files(folder: Path) -> Iterator[tuple[list[str], list[list[str]]]]:
    for path in sorted(folder.glob("99*.csv")):
        assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n")
        with path.open(encoding="utf-8", newline="") as file:
            line_1, *lines = csv.reader(file)
        assert line_1[2] == path.name
        yield line_1, lines


# -- what an audit of them finds ------------------------------------------------------------------------------------

RULES = all_rules(RULEBOOK)
Found = set[tuple[str, str]]


def audited(extract: Path, out: Path) -> Found:
    """Rule and key of every finding of a check."""
    run.check(Options(extract=extract, out=out), Silent())
    return keys_of(pl.read_csv(out / "exceptions.csv", infer_schema=False))


def keys_of(findings: pl.DataFrame) -> Found:
    return set(findings.select("rule_id", "exception_key").iter_rows())


def differences(found: Found, folder: Path) -> Found:
    """Findings that TRUTH.csv lacks or that lack in ``found``, of records that a rule of the rulebook can judge."""
    truth = keys_of(pl.read_csv(folder / "TRUTH.csv", infer_schema=False))
    beyond = {key for rule_id, key in truth if rule_id not in RULES and not rule_id.startswith("FMT-")}
    return {(rule_id, key) for rule_id, key in found ^ truth if key not in beyond}


@pytest.mark.parametrize("form", ["named", "batch"])
def test_each_fault_is_found_and_nothing_else(form: str, tmp_path: Path) -> None:
    world = tmp_path / "world"
    main([str(world), "--students", "3000", "--form", form, "--faults", "each"])
    assert differences(audited(world, tmp_path / "out"), world) == set()


def test_plausibility_rules_are_ignored_as_a_group_and_reject_nothing(tmp_path: Path) -> None:
    made = Draft(make_world(SMALL), seed=1)
    assert plant(made, [name for name in FAULTS if name.startswith("SA-")]) == {}
    write(spoiled(make_world(SMALL), made), tmp_path / "world")
    found = audited(tmp_path / "world", tmp_path / "out")
    assert {rule_id for rule_id, _ in found} == {
        rule_id for rule_id in RULES if rule_id in set(truth_of(made)["rule_id"])
    }
    with duckdb.connect(tmp_path / "out" / "audit.duckdb", read_only=True) as results:
        assert results.sql("from audit_result where result_code is not null").fetchall() == []
    quiet = run.check(Options(extract=tmp_path / "world", out=tmp_path / "quiet", ignore=("SA",)), Silent())
    assert quiet.exit_status == 0
    assert (tmp_path / "quiet" / "exceptions.csv").read_text().count("\n") == 1


def test_who_changed_since_the_night_before_is_found(tmp_path: Path) -> None:
    world = make_world(Plan(students=300, core=True))
    write(world, tmp_path / "before")
    student = world.tables["student"].with_row_index()
    changes = {"birth_date": pl.date(2010, 2, 3), "gender_code": pl.lit("N"), "race_code": pl.lit("17")}
    for row, (column, value) in enumerate(changes.items()):
        changed = pl.when(pl.col("index") == row).then(value).otherwise(column)
        student = student.with_columns(changed.alias(column))
    world.tables["student"] = student.drop("index")
    write(world, tmp_path / "now")
    run.check(Options(extract=tmp_path / "now", out=tmp_path / "out", previous=tmp_path / "before"), Silent())
    found = pl.read_csv(tmp_path / "out" / "exceptions.csv", infer_schema=False)
    found = found.filter(pl.col("rule_id").str.starts_with("SA-DEMO"))
    assert found["sid"].to_list() == student["sid"].head(3).to_list()
    assert found["rule_id"].to_list() == ["SA-DEMO-001", "SA-DEMO-002", "SA-DEMO-003"]


def write(world: World, folder: Path) -> None:
    writer = NamedWriter(folder)
    writer.write(world)
    writer.finish()


def test_the_demo_gives_the_findings_that_it_says(tmp_path: Path) -> None:
    fixtures.write_demo(tmp_path / "demo")
    assert differences(audited(tmp_path / "demo", tmp_path / "out"), DISTRICT) == set()


# -- the demo district ------------------------------------------------------------------------------------------------


def test_the_committed_district_is_what_the_command_gives(tmp_path: Path) -> None:
    make_demo(tmp_path)
    assert rows_of(tmp_path) == rows_of(DISTRICT)


def test_the_demo_is_copied_without_its_solution(tmp_path: Path) -> None:
    fixtures.write_demo(tmp_path / "demo")
    written = rows_of(tmp_path / "demo")
    assert "TRUTH.csv" not in written
    assert {"entity.csv", "state_course.csv"} < set(written)
    assert sum(map(len, written.values())) < 1_500_000
