"""Waivers: counted apart, stale, expired, and what they may not hide."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest

from audit import rulebook_load, waivers
from audit.errors import CLEAN, FINDINGS, UserError
from tests.history import nights
from tests.history.nights import check, exceptions, query, sids, write

WHO = sids()[:6]
RULE = "IL-ENR-010"  # an error
WARNING = "MY-001"
ONE = {"select": ("ENR-010", "MY-001")}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A rule of one's own that warns of everybody with a wrong Percent of Day Attended."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "mine.sql").write_text(
        "-- id: MY-001\n-- title: Mine\n-- severity: warning\n-- source: Own | mine\n-- table: enrollment\n"
        "-- columns: percent_day_attended\n-- reads: enrollment(sid, percent_day_attended)\n-- message: Odd.\n"
        "-- expected: less\n-- fix: Repair.\n\n"
        "select _row, coalesce(percent_day_attended <= 1, true) as holds from enrollment\n"
    )
    return folder


def key_of(out: Path, rule: str, sid: str) -> str:
    return next(r["exception_key"] for r in exceptions(out) if r["rule_id"] == rule and r["sid"] == sid)


def toml(path: Path, *entries: dict[str, str]) -> Path:
    def line(name: str, value: str) -> str:
        bare = name in ("key", "until") and not value.startswith("'")
        return f"{name} = {value if bare else json.dumps(value)}"

    texts = ["[[waiver]]\n" + "\n".join(line(*pair) for pair in entry.items()) for entry in entries]
    path.write_text("\n\n".join(texts) + "\n", "utf-8")
    return path


def entry(rule: str, key: str, until: str = "2019-06-30", **more: str) -> dict[str, str]:
    written = "{" + ", ".join(f"{k} = {json.dumps(v)}" for k, v in json.loads(key).items()) + "}"
    return {"rule": rule, "key": written, "reason": "Twins.", "who": "R. Moss", "until": until, **more}


def told(out: Path) -> dict[str, str]:
    """Rule and student of each waiver -> what became of it."""
    with (out / "waivers.csv").open(encoding="utf-8", newline="") as file:
        return {f"{r['rule']} {json.loads(r['key'])['sid']}": r["state"] for r in csv.DictReader(file)}


@pytest.fixture
def found(tmp_path: Path, rules: Path) -> Path:
    """Results of a night in which six students have a finding of each of the two rules."""
    check(write(tmp_path / "in", {RULE: WHO}), tmp_path / "first", rules=rules, **ONE)
    return tmp_path / "first"


def test_a_waived_warning_is_counted_apart_and_stays_in_the_list(tmp_path: Path, rules: Path, found: Path) -> None:
    file = toml(tmp_path / "w.toml", entry(WARNING, key_of(found, WARNING, WHO[0])))
    result = check(tmp_path / "in", tmp_path / "out", rules=rules, waivers=file, **ONE)
    assert result.counts["warning"] == len(WHO) - 1
    assert (result.run["waived"], result.run["waivers"]["applied"]) == (1, 1)
    assert len(exceptions(tmp_path / "out")) == len(exceptions(found))
    rows = query(tmp_path / "out" / "audit.duckdb", "select rule_id, counted_apart, who, reason from waived")
    assert rows == [(WARNING, True, "R. Moss", "Twins.")]
    assert told(tmp_path / "out") == {f"{WARNING} {WHO[0]}": "applied"}


def test_everything_waived_is_clean(tmp_path: Path, rules: Path, found: Path) -> None:
    file = toml(tmp_path / "w.toml", *(entry(WARNING, key_of(found, WARNING, sid)) for sid in WHO))
    options = {"rules": rules, "waivers": file, "select": ("MY-001",)}
    for fail_on in ("warning", "new"):
        assert check(tmp_path / "in", tmp_path / "out", fail_on=fail_on, **options).exit_status == CLEAN
    del options["waivers"]
    assert check(tmp_path / "in", tmp_path / "out", fail_on="warning", **options).exit_status == FINDINGS
    assert not (tmp_path / "out" / "waivers.csv").exists()


def test_an_error_is_not_hidden_unless_the_settings_allow_it(tmp_path: Path, rules: Path, found: Path) -> None:
    file = toml(tmp_path / "w.toml", *(entry(RULE, key_of(found, RULE, sid)) for sid in WHO))
    options = {"rules": rules, "waivers": file, "select": ("ENR-010",)}
    result = check(tmp_path / "in", tmp_path / "out", **options)
    assert (result.exit_status, result.counts["error"], result.run["verdict"]) == (FINDINGS, len(WHO), "not_ready")
    assert result.run["waivers"]["not_allowed"] == len(WHO)
    assert any("NOT ALLOWED" in n and "waive_errors" in n for n in result.run["notices"])
    result = check(tmp_path / "in", tmp_path / "out", waive_errors=True, **options)
    assert (result.exit_status, result.counts["error"], result.run["waived"]) == (CLEAN, 0, len(WHO))


def test_an_expired_waiver_is_told_and_does_not_count(tmp_path: Path, rules: Path, found: Path) -> None:
    last, over = (entry(WARNING, key_of(found, WARNING, sid), until) for sid, until in
                  zip(WHO, ("2018-11-30", "2018-11-29"), strict=False))  # fmt: skip
    result = check(tmp_path / "in", tmp_path / "out", rules=rules, waivers=toml(tmp_path / "w.toml", last, over), **ONE)
    assert told(tmp_path / "out") == {f"{WARNING} {WHO[0]}": "applied", f"{WARNING} {WHO[1]}": "expired"}
    assert result.counts["warning"] == len(WHO) - 1
    (notice,) = [n for n in result.run["notices"] if "WAIVERS" in n]
    assert "WAIVERS EXPIRED: 1 of 2" in notice
    assert "w.toml, waiver 2" in notice
    assert not any(sid in notice for sid in WHO)


def test_a_waiver_is_stale_when_the_value_is_not_the_accepted_one(tmp_path: Path, rules: Path, found: Path) -> None:
    keys = [key_of(found, WARNING, sid) for sid in WHO]
    entries = [entry(WARNING, keys[0], value="1.5"), entry(WARNING, keys[1], value="1.7")]
    result = check(tmp_path / "in", tmp_path / "out", rules=rules, waivers=toml(tmp_path / "w.toml", *entries), **ONE)
    assert told(tmp_path / "out") == {f"{WARNING} {WHO[0]}": "applied", f"{WARNING} {WHO[1]}": "stale"}
    assert any("WAIVERS STALE: 1 of 2" in n for n in result.run["notices"])


def test_a_workspace_remembers_what_was_accepted(tmp_path: Path, rules: Path, found: Path) -> None:
    """Also through a night in which the record is not found, until someone accepts the new value."""
    space = tmp_path / "space"
    space.mkdir()
    key = key_of(found, WARNING, WHO[0])
    toml(space / "waivers.toml", entry(WARNING, key))
    options = {"rules": rules, "workspace": space, **ONE}
    states = []
    for n, value in enumerate(("1.50", "1.50", "1.60", "1.50", "1.60")):
        extract = write(tmp_path / f"in{n}", {RULE: WHO})
        text = (extract / "enrollment.csv").read_text().replace("1.50", value)
        (extract / "enrollment.csv").write_text(text)
        check(extract, tmp_path / "out", n, **options)
        states += told(tmp_path / "out").values()
    assert states == ["applied", "applied", "stale", "applied", "stale"]
    toml(space / "waivers.toml", entry(WARNING, key, until="2019-05-31"))
    check(extract, tmp_path / "out", 5, **options)
    assert list(told(tmp_path / "out").values()) == ["applied"]


def test_what_was_accepted_is_known_after_a_night_without_the_finding(tmp_path: Path, rules: Path, found: Path) -> None:
    space = tmp_path / "space"
    space.mkdir()
    toml(space / "waivers.toml", entry(WARNING, key_of(found, WARNING, WHO[0])))
    states = []
    for n, value in enumerate(("1.50", "1.00", "1.60")):
        extract = write(tmp_path / f"in{n}", {RULE: WHO})
        text = (extract / "enrollment.csv").read_text().replace("1.50", value)
        (extract / "enrollment.csv").write_text(text)
        check(extract, tmp_path / "out", n, rules=rules, workspace=space, **ONE)
        states += told(tmp_path / "out").values()
    assert states == ["applied", "unused", "stale"]


def test_an_export_that_was_filled_in_is_a_file_of_waivers(tmp_path: Path, rules: Path, found: Path) -> None:
    with (found / "exceptions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        mine = row["rule_id"] == WARNING and row["sid"] in WHO[:2]
        row |= {"reason": "As it is.", "who": "R. Moss", "until": "2019-06-30"} if mine else {}
    with (tmp_path / "mine.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "reason", "who", "until"])
        writer.writeheader()
        writer.writerows(rows)
    check(tmp_path / "in", tmp_path / "out", rules=rules, waivers=tmp_path / "mine.csv", **ONE)
    wanted = {f"{WARNING} {sid}": "applied" for sid in WHO[:2]}
    assert told(tmp_path / "out") == wanted
    # and what is written can be given back
    check(tmp_path / "in", tmp_path / "again", rules=rules, waivers=tmp_path / "out" / "waivers.csv", **ONE)
    assert told(tmp_path / "again") == wanted


def test_waivers_do_not_change_the_history(tmp_path: Path, rules: Path, found: Path) -> None:
    space = tmp_path / "space"
    file = toml(tmp_path / "w.toml", entry(WARNING, key_of(found, WARNING, WHO[0])))
    for n in range(2):
        check(tmp_path / "in", tmp_path / "out", n, rules=rules, workspace=space, waivers=file, **ONE)
    sql = "select sum(open)::int, sum(waived)::int from changes where rule_id = 'MY-001'"
    assert query(tmp_path / "out" / "audit.duckdb", sql) == [(len(WHO), 1)]


GOOD = {"rule": "ENR-010", "key": '{sid = "1"}', "reason": "r", "who": "w", "until": "2019-01-01"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"rule": "ENR-999"}, "there is no rule ENR-999. Nearest: IL-ENR-0"),
        ({"key": '"nonsense"'}, "key is no exception_key"),
        ({"until": '"soon"'}, "until: 'soon' is no date"),
        ({"reason": " "}, "reason is missing"),
        ({"untill": "x"}, "'untill' is not known. Nearest: until"),
    ],
)
def test_what_is_wrong_in_a_file_is_said(tmp_path: Path, change: dict[str, str], says: str) -> None:
    file = toml(tmp_path / "w.toml", {**GOOD, "rule": "ENR-011"}, {**GOOD, **change})
    with pytest.raises(UserError) as error:
        waivers.read(file, rulebook_load.load("illinois"))
    assert says in error.value.message
    assert "waiver 2" in error.value.message


def test_a_record_is_waived_once(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"by w\.toml, waiver 1 too"):
        waivers.read(toml(tmp_path / "w.toml", GOOD, {**GOOD, "who": "x"}), rulebook_load.load("illinois"))


def test_short_ids_and_dates_are_understood(tmp_path: Path) -> None:
    (waiver,) = waivers.read(toml(tmp_path / "w.toml", GOOD), rulebook_load.load("illinois"))
    assert (waiver.rule, waiver.key, waiver.until) == ("IL-ENR-010", '{"sid":"1"}', dt.date(2019, 1, 1))
    assert waiver.until > nights.FIRST
