"""Nights in a workspace: what is new, open, resolved or came back, for whom, and that the sums add up."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from audit import changes as told
from audit.errors import CLEAN, FINDINGS, UserError
from tests.history import nights
from tests.history.nights import PLANTED, check, exceptions, found, query, sids, write

WHO = sids()
A, B, C, D = WHO[0:8], WHO[8:14], WHO[14:19], WHO[19:22]
#: Rule -> who is wrong in each night.
STORY = {
    "IL-ENR-010": [A + B, B + C, A + C + D, []],
    "IL-DEMO-009": [C, C + D, D, A + C],
}


@pytest.fixture(scope="module")
def told_nights(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The results of each night of the story, in one workspace."""
    folder = tmp_path_factory.mktemp("nights")
    outs = []
    for n in range(4):
        extract = write(folder / f"in{n}", {rule: story[n] for rule, story in STORY.items()})
        outs.append(folder / f"out{n}")
        check(extract, outs[-1], n, workspace=folder / "workspace")
    return outs


def expected(rule: str, night: int) -> dict[str, set[str]]:
    """Who is in which state, from the story alone."""
    story = [set(who) for who in STORY[rule]]
    now, before = story[night], story[night - 1] if night else set()
    ever = set().union(*story[:night])
    return {
        "open": now & before,
        "came_back": (now - before) & ever,
        "new": now - ever,
        "resolved": before - now,
    }


@pytest.mark.parametrize("night", range(4))
@pytest.mark.parametrize("rule", PLANTED)
def test_states_are_those_of_the_story(told_nights: list[Path], rule: str, night: int) -> None:
    states = found(told_nights[night], rule)
    wanted = expected(rule, night)
    for state in ("new", "open", "came_back"):
        assert {s for s, (is_, _) in states.items() if is_ == state} == wanted[state]
    first = {s: min(n for n in range(4) if s in STORY[rule][n]) for s in states}
    days = {s: str(nights.FIRST.replace(day=30)) if n == 0 else f"2018-12-0{n}" for s, n in first.items()}
    assert {s: day for s, (_, day) in states.items()} == days


@pytest.mark.parametrize("night", range(4))
@pytest.mark.parametrize("rule", PLANTED)
def test_changes_by_rule_and_district_are_those_of_the_story(told_nights: list[Path], rule: str, night: int) -> None:
    wanted: dict[str, dict[str, int]] = {}
    for state, who in expected(rule, night).items():
        for (district, _), n in nights.by_district(who, state).items():
            wanted.setdefault(district, {})[state] = n
    told = {district: numbers for (r, district), numbers in nights.changes(told_nights[night]).items() if r == rule}
    assert {d: {k: v for k, v in n.items() if k != "shifted"} for d, n in told.items() if n} == wanted


def test_the_sums_add_up_to_the_findings_of_both_nights(told_nights: list[Path]) -> None:
    """For every rule and district, planted or not."""
    for before, out in zip([None, *told_nights], told_nights, strict=False):
        counted = [nights.Counter(), nights.Counter()]
        for counter, folder in zip(counted, (before, out), strict=True):
            for row in exceptions(folder) if folder else ():
                counter[row["rule_id"], (row["home_rcdts"] or row["serving_rcdts"])[:11]] += 1
        rows = query(out / "audit.duckdb", "select rule_id, rcdt, * exclude (rule_id, rcdt) from changes")
        names = [n for (n,) in query(out / "audit.duckdb", "select column_name from (describe changes)")]
        numbers = [n for n in names if n not in ("rule_id", "rcdt")]
        assert {r[:2] for r in rows} == set(counted[0]) | set(counted[1])
        for rule, district, *values in rows:
            n = dict(zip(numbers, values, strict=True))
            assert n["before"] == counted[0][rule, district]
            assert n["now"] == counted[1][rule, district]
            assert n["now"] == n["new"] + n["came_back"] + n["open"]
            assert n["before"] == n["resolved"] + n["not_judged"] + n["open"] - n["shifted"]


def test_what_is_resolved_is_told(told_nights: list[Path]) -> None:
    for night in (1, 2, 3):
        gone = query(told_nights[night] / "audit.duckdb", "select rule_id, sid, last_seen::varchar from resolved")
        last = "2018-11-30" if night == 1 else f"2018-12-0{night - 1}"
        for rule in PLANTED:
            assert {s for r, s, _ in gone if r == rule} == expected(rule, night)["resolved"]
        assert {day for *_, day in gone} == {last}


def test_the_history_knows_every_finding(told_nights: list[Path]) -> None:
    history = told_nights[0].parent / "workspace" / "history.duckdb"
    rows = query(history, "select rule_id, sid, state, times from history where rule_id in ('IL-ENR-010')")
    story = [set(who) for who in STORY["IL-ENR-010"]]
    assert {sid for _, sid, *_ in rows} == set().union(*story)
    assert {state for *_, state, _ in rows} == {"resolved"}
    assert {sid: times for _, sid, _, times in rows} == {s: 2 if s in A else 1 for s in set().union(*story)}
    assert query(history, "select run, as_of::varchar from runs order by run")[3] == (4, "2018-12-03")


def test_trend_and_worse(told_nights: list[Path]) -> None:
    database = told_nights[3] / "audit.duckdb"
    trend = query(database, "select run, sum(now)::int from trend where rule_id = 'IL-ENR-010' group by 1 order by 1")
    assert trend == [(n + 1, len(STORY["IL-ENR-010"][n])) for n in range(4) if STORY["IL-ENR-010"][n]] + [(4, 0)]
    state = query(database, "select run, sum(now)::int from trend_state group by 1 order by 1")
    assert state == [(n + 1, len(exceptions(out))) for n, out in enumerate(told_nights)]
    by_district = query(database, "select sum(now)::int from trend_district where run = 3")
    assert by_district == [(len(exceptions(told_nights[2])),)]
    worse = query(database, "select rcdt, worse - better from worse")
    assert [n for _, n in worse] == sorted((n for _, n in worse), reverse=True)
    assert len({d for d, _ in worse}) == len(worse)


def test_the_same_nights_give_the_same_bytes(told_nights: list[Path], tmp_path: Path) -> None:
    for n, out in enumerate(told_nights[:3]):
        check(out.parent / f"in{n}", tmp_path / "out", n, workspace=tmp_path / "workspace", threads=n + 1)
        for name in ("exceptions.csv", "exceptions.parquet"):
            assert (tmp_path / "out" / name).read_bytes() == (out / name).read_bytes()


def test_without_a_workspace_everything_is_new(told_nights: list[Path], tmp_path: Path) -> None:
    check(told_nights[0].parent / "in0", tmp_path / "out")
    assert {(r["state"], r["first_seen"]) for r in exceptions(tmp_path / "out")} == {("new", "2018-11-30")}
    tables = {t for (t,) in query(tmp_path / "out" / "audit.duckdb", "select table_name from duckdb_tables()")}
    assert not tables & set(told.TABLES)


def test_what_was_not_judged_is_neither_resolved_nor_open(tmp_path: Path) -> None:
    space = tmp_path / "w"
    first = write(tmp_path / "a", {"IL-ENR-010": A, "IL-DEMO-009": B})
    check(first, tmp_path / "out", 0, workspace=space)
    check(write(tmp_path / "b", {}, only=("student",)), tmp_path / "out", 1, workspace=space)
    told = nights.changes(tmp_path / "out")
    assert sum(n.get("not_judged", 0) for (r, _), n in told.items() if r == "IL-ENR-010") == len(A)
    assert sum(n.get("resolved", 0) for (r, _), n in told.items() if r == "IL-DEMO-009") == len(B)
    sql = "select distinct last_seen::varchar, state from history where rule_id = 'IL-ENR-010'"
    seen = query(space / "history.duckdb", sql)
    assert seen == [("2018-11-30", "open")]
    check(first, tmp_path / "out", 2, workspace=space)
    assert {s for s, _ in found(tmp_path / "out", "IL-ENR-010").values()} == {"open"}
    assert {s for s, _ in found(tmp_path / "out", "IL-DEMO-009").values()} == {"came_back"}


def test_a_file_that_can_not_be_read_resolves_nothing_of_its_own(tmp_path: Path) -> None:
    space = tmp_path / "w"
    check(write(tmp_path / "a", {"IL-ENR-010": A, "IL-DEMO-009": B}), tmp_path / "out", 0, workspace=space)
    broken = write(tmp_path / "b", {})
    (broken / "enrollment.csv").rename(broken / "enrollment-1.csv")
    (broken / "enrollment.csv").write_bytes(b"")
    check(broken, tmp_path / "out", 1, workspace=space)
    told = nights.changes(tmp_path / "out")
    assert sum(n.get("not_judged", 0) for (r, _), n in told.items() if r == "IL-ENR-010") == len(A)
    assert sum(n.get("resolved", 0) for (r, _), n in told.items() if r == "IL-DEMO-009") == len(B)


def test_a_partial_extract_resolves_nothing(tmp_path: Path) -> None:
    space = tmp_path / "w"
    whole = write(tmp_path / "a", {"IL-ENR-010": A})
    check(whole, tmp_path / "out", 0, workspace=space)
    part = tmp_path / "part"
    part.mkdir()
    nights.world().tables["enrollment"].filter(pl.col("sid") == A[0]).write_csv(part / "enrollment.csv")
    check(part, tmp_path / "out", 1, workspace=space, base=whole)
    told = nights.changes(tmp_path / "out")
    assert sum(n.get("resolved", 0) for n in told.values()) == 0
    assert sum(n.get("not_judged", 0) for (r, _), n in told.items() if r == "IL-ENR-010") == len(A)


def test_copies_of_a_record_are_counted_as_findings(tmp_path: Path) -> None:
    space = tmp_path / "w"
    for n, times in enumerate((1, 3, 2)):
        extract = write(tmp_path / f"in{n}", {"IL-ENR-010": A[:1]})
        rows = (extract / "enrollment.csv").read_text().splitlines(keepends=True)
        row = next(r for r in rows if r.startswith(A[0] + ","))
        (extract / "enrollment.csv").write_text("".join(rows) + row * (times - 1))
        check(extract, tmp_path / f"out{n}", n, workspace=space)
        assert len([r for r in exceptions(tmp_path / f"out{n}") if r["rule_id"] == "IL-ENR-010"]) == times
    told = [nights.changes(tmp_path / f"out{n}")["IL-ENR-010", nights.district(A[0])] for n in (1, 2)]
    assert told == [{"open": 3, "shifted": 2}, {"open": 2, "shifted": -1}]


def test_a_changed_rule_is_marked(tmp_path: Path) -> None:
    space, rules = tmp_path / "w", tmp_path / "rules"
    rules.mkdir()
    head = (
        "-- id: MY-001\n-- title: Mine\n-- source: Own | mine\n-- table: enrollment\n-- columns: sid\n"
        "-- reads: enrollment(sid)\n-- message: Wrong.\n-- expected: right\n-- fix: {fix}\n"
    )
    query_ = "select _row, sid <> '{sid}' as holds from enrollment\n"
    extract = write(tmp_path / "in", {})

    def night(n: int, fix: str, sid: str | None) -> dict[str, str]:
        (rules / "other.sql").write_text(head.format(fix="x").replace("MY-001", "MY-002") + query_.format(sid="none"))
        if sid:
            (rules / "mine.sql").write_text(head.format(fix=fix) + query_.format(sid=sid))
        else:
            (rules / "mine.sql").unlink()
        result = check(extract, tmp_path / "out", n, workspace=space, rules=rules)
        marks = query(tmp_path / "out" / "audit.duckdb", "select rule_change from changes where rule_id = 'MY-001'")
        assert {m for (m,) in marks} <= {result.run["workspace"]["rule_changes"].get("MY-001", "")}
        return result.run["workspace"]["rule_changes"]

    (rules / "other.sql").write_text(head.format(fix="x").replace("MY-001", "MY-002") + query_.format(sid="none"))
    check(extract, tmp_path / "out", 0, workspace=space, rules=rules)
    assert night(1, "Repair.", A[0]) == {"MY-001": "added"}
    assert query(
        tmp_path / "out" / "audit.duckdb", "select worse, of_changed_rules from worse where of_changed_rules > 0"
    )[0] == (0, 1)
    assert night(2, "Repair it.", A[0]) == {}  # other words, same rule
    assert night(3, "Repair it.", A[1]) == {"MY-001": "changed"}
    assert night(4, "", None) == {"MY-001": "removed"}
    assert query(tmp_path / "out" / "audit.duckdb", "select rules_removed from nights where run = 5") == [(1,)]
    # its finding ends with the rule, and nobody is praised for it
    database = tmp_path / "out" / "audit.duckdb"
    assert query(database, "select resolved, rule_change from changes where rule_id = 'MY-001'") == [(1, "removed")]
    assert query(database, "select sum(better)::int from worse") == [(0,)]


def test_fail_on_new(tmp_path: Path) -> None:
    space = tmp_path / "w"
    extracts = [write(tmp_path / f"in{n}", {"IL-ENR-010": who}) for n, who in enumerate((A, A, B, A))]
    statuses = [
        check(extract, tmp_path / "out", n, workspace=space, fail_on="new", select=("ENR-010",)).exit_status
        for n, extract in enumerate(extracts)
    ]
    # what came back is news too
    assert statuses == [FINDINGS, CLEAN, FINDINGS, FINDINGS]


def test_a_workspace_is_for_one_rulebook_and_viewer(tmp_path: Path) -> None:
    extract = write(tmp_path / "in", {})
    check(extract, tmp_path / "out", workspace=tmp_path / "w")
    viewer = nights.district(A[0]) + "0000"
    with pytest.raises(UserError, match="Use a workspace for each"):
        check(extract, tmp_path / "out2", workspace=tmp_path / "w", viewer=viewer, role="home")
    assert not (tmp_path / "out2").exists()


def test_old_runs_are_forgotten(tmp_path: Path) -> None:
    space = tmp_path / "w"
    for n, who in enumerate((A, B, B, B, A)):
        check(write(tmp_path / f"in{n}", {"IL-ENR-010": who}), tmp_path / "out", n, workspace=space, keep_runs=2)
    assert query(space / "history.duckdb", "select list(run order by run) from runs") == [([4, 5],)]
    assert {s for s, _ in found(tmp_path / "out", "IL-ENR-010").values()} == {"new"}
    rows = query(space / "history.duckdb", "select count(*) from history where state <> 'resolved'")
    assert rows == [(len(exceptions(tmp_path / "out")),)]
