"""Every number on the page is the answer to a query."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest
from conftest import Built
from dom import Node
from faults import FAULTS
from sample import DISTRICT, SCHOOLS, TITLE, Sample

SCHOOL = "coalesce(nullif(home_rcdts, ''), nullif(serving_rcdts, ''), '')"
COLUMN = {
    "sev": "severity",
    "rule": "rule_id",
    "school": SCHOOL,
    "table": "table_name",
    "state": "state",
    "file": "file_name",
    "column": "column_name",
    "value": "value",
}


def behind(built: Built, href: str) -> int:
    """How many findings a link to the records leads to."""
    section, _, query = href.partition("?")
    assert section == "#records"
    asked = parse_qsl(query, keep_blank_values=True, strict_parsing=True)
    conditions = [f"coalesce({COLUMN[k]}, '') = '{v}'" for k, v in asked]
    return int(built.one(f"select count(*) from exceptions where {' and '.join(conditions)}"))


def num(text: str) -> int:
    return int(text.replace(",", ""))


@pytest.mark.parametrize(
    "id_, sql",
    [
        ("n-errors", "select count(*) from exceptions where severity = 'error'"),
        ("n-warnings", "select count(*) from exceptions where severity = 'warning'"),
        (
            "n-students",
            "select count(distinct sid) from exceptions where sid <> '' and severity in ('error', 'warning')",
        ),
        (
            "n-records",
            "select (select sum(rows) from checked_tables) + (select sum(rows_rejected) from inputs)",
        ),
        ("n-new", "select count(*) from exceptions where state = 'new'"),
        ("n-came-back", "select count(*) from exceptions where state = 'came_back'"),
        ("n-open", "select count(*) from exceptions where state = 'open'"),
    ],
)
def test_numbers_of_the_first_page(built: Built, id_: str, sql: str) -> None:
    assert built.page.number(id_) == built.one(sql)


def test_records_that_pass_are_those_without_an_error_and_not_rejected(built: Built) -> None:
    wrong = built.one(
        "select count(*) from (select distinct table_name, file_name, line_number from exceptions "
        "where severity = 'error' and rule_id <> 'FMT-FIELDS')"
    )
    rejected = built.one("select sum(rows_rejected) from inputs")
    assert rejected > 0
    assert built.page.number("n-passed") == built.page.number("n-records") - wrong - rejected
    assert f"would reject {wrong + rejected:,} records" in built.page.by_id("summary").text


def test_a_record_with_two_errors_fails_once(build: Callable[..., Built]) -> None:
    twice = [
        {"rule_id": r, "table_name": "student", "file_name": "student.csv", "line_number": 7, "sid": "900000001"}
        for r in ("IL-ENR-006", "IL-ENR-017")
    ]
    page = build(Sample(findings=0, extra=twice)).page
    assert page.number("n-errors") == 2
    assert page.number("n-records") - page.number("n-passed") == 1
    assert page.number("n-students") == 1


def test_every_link_to_records_says_how_many_it_leads_to(built: Built) -> None:
    links = [a for a in built.page.all("a") if a.attributes["href"].startswith("#records?")]
    assert len(links) > 60
    for link in links:
        # the number stands in the link's own text, its label, or (list of errors) before it
        said = link.attributes.get("aria-label", "") + " " + link.text
        n = behind(built, link.attributes["href"])
        assert n > 0
        if "list" in said or link.text.startswith(tuple(f.title for f in FAULTS)):
            continue
        assert f"{n:,}" in said or said.strip() == "Show the record"


def test_fix_first_names_the_largest_causes(built: Built) -> None:
    causes = built.page.all("ol", "causes")[0].all("li")
    assert 1 < len(causes) <= 6
    sizes = [num(c.all("p", "big")[0].text) for c in causes]
    assert sizes == sorted(sizes, reverse=True)
    for cause, size in zip(causes, sizes, strict=True):
        link = cause.all("p", "what")[0].all("a")[0]
        assert behind(built, link.attributes["href"]) == size
    errors = built.page.number("n-errors")
    largest = built.one(
        "select max(n) from (select count(*) n from exceptions where severity = 'error' group by rule_id, value)"
    )
    assert sizes[0] >= largest
    share = sum(sizes) * 1000 // errors / 10
    assert f"make up {share:g}% of the errors" in built.page.by_id("summary").text


def test_causes_do_not_overlap_and_split_only_where_values_repeat(build: Callable[..., Built]) -> None:
    same = [_finding(line, "IL-ENR-017", "01") for line in range(2, 12)]
    all_different = [_finding(line, "IL-TCA-004", f"E{line}") for line in range(2, 10)]
    built = build(Sample(findings=0, extra=same + all_different))
    causes = built.page.all("ol", "causes")[0].all("li")
    titles = [c.all("p", "what")[0].text for c in causes]
    assert titles == ["Grade does not fit the age: 01", "Educator number is not known"]
    assert [num(c.all("p", "big")[0].text) for c in causes] == [10, 8]
    assert "2 causes make up 100% of the errors" in built.page.by_id("summary").text


def _finding(line: int, rule: str, value: str) -> dict[str, object]:
    return {
        "rule_id": rule,
        "table_name": "enrollment",
        "file_name": "enrollment.csv",
        "line_number": line,
        "column_name": "entry_grade_level",
        "value": value,
    }


def test_heat_table_adds_up(built: Built) -> None:
    rows = built.page.table("heat")
    tables = [th.text for th in built.page.by_id("heat").all("thead")[0].all("th")[1:-1]]
    expected = {
        (SCHOOLS[s], t): n
        for s, t, n in built.query(
            f"select {SCHOOL}, table_name, count(*) from exceptions where severity = 'error' group by 1, 2"
        )
    }
    for row in rows:
        name = next(n for n in SCHOOLS.values() if row[0].startswith(n))
        numbers = [num(c) for c in row[1:]]
        assert sum(numbers[:-1]) == numbers[-1]
        for t, n in zip(tables, numbers, strict=False):
            assert n == expected.get((name, t.lower().replace(" ", "_")), 0)
    foot = [num(c.text) for c in built.page.by_id("heat").all("tfoot")[0].all("td")]
    assert foot[-1] == sum(foot[:-1]) == built.page.number("n-errors")


def test_a_state_of_many_schools_shows_the_worst_and_counts_the_rest(build: Callable[..., Built]) -> None:
    findings = []
    for school in range(100):
        for line in range(2 + (school < 60)):
            findings.append(_finding(1000 * school + line + 2, "IL-ENR-017", "01") | {"home_rcdts": f"{school:015d}"})
    rows = build(Sample(findings=0, extra=findings)).page.table("heat")
    assert len(rows) == 61
    assert rows[-1][0] == "40 other schools"
    assert rows[-1][-1] == "80"


def test_rules_with_findings(built: Built) -> None:
    cards = built.page.by_id("rules").all("details", "rule")
    assert len(cards) == built.one("select count(distinct rule_id) from exceptions")
    for card in cards:
        rule = card.attributes["id"].removeprefix("rule-")
        n, students, new = built.query(
            "select count(*), count(distinct nullif(sid, '')), count(*) filter (state = 'new') "
            f"from exceptions where rule_id = '{rule}'"
        )[0]
        population = built.one(f"select population from rule_results where rule_id = '{rule}'")
        shown = [num(s.text) for s in card.all("summary")[0].all("span", "r")]
        assert shown == [n, students, new, population]


def test_a_rule_says_what_to_do_and_where_the_state_says_so(built: Built) -> None:
    fault = FAULTS[0]
    text = built.page.by_id(f"rule-{fault.rule_id}").text
    for part in (fault.message, fault.expected[1:], fault.fix, fault.note, fault.source, TITLE, fault.effective):
        assert part in text
    assert f"section “{fault.section}”" in text
    assert "12 records could not be judged" in text
    partly = next(f for f in FAULTS if f.executable != "full")
    assert partly.executable[1:] in built.page.by_id(f"rule-{partly.rule_id}").text


def test_a_check_of_our_own_is_not_said_to_be_the_state_s(built: Built) -> None:
    for rule in ("KEY-student", "FMT-DATE", "SA-GPA-001"):
        text = built.page.by_id(f"rule-{rule}").text
        assert "A check of this program" in text and TITLE not in text
        assert not built.page.by_id(f"rule-{rule}").all("blockquote")
        assert ("Plausibility." in text) == rule.startswith("SA-")


def test_frequent_values(built: Built) -> None:
    for card in built.page.by_id("rules").all("details", "rule"):
        for chip in card.all("a", "chip"):
            assert behind(built, chip.attributes["href"]) == num(chip.text.split()[-1])
    assert "2018-08-20; empty" in built.page.by_id("rule-IL-ENR-006").text


def test_information_stands_apart(built: Built) -> None:
    rules = built.page.by_id("rules")
    more = rules.all("details", "more")[0]
    inside = {c.attributes["id"] for c in more.all("details", "rule")}
    assert inside == {"rule-SA-GPA-001"}
    n = built.one("select count(*) from exceptions where severity = 'info'")
    assert f"1 rule, {n:,} findings" in more.all("summary")[0].text


def test_files_and_their_balance(built: Built) -> None:
    rows = built.page.table("t-files")
    files = built.query(
        "select path, lines, header_lines, blank_lines, embedded_newlines, rows_checked, rows_rejected, sha256 "
        "from inputs"
    )
    assert len(rows) == len(files)
    shown = {r[0]: r for r in rows}
    for path, *numbers, sha in files:
        row = shown[path]
        assert [num(c) for c in row[2:8]] == numbers
        assert numbers[0] == sum(numbers[1:])
        assert row[8] == "yes"
        assert row[9] == sha[:12]
    foot = [c.text for c in built.page.by_id("t-files").all("tfoot")[0].all("td")][1:7]
    assert [num(c) for c in foot] == [sum(f[i] for f in files) for i in range(1, 7)]


def test_tables_and_rules(built: Built) -> None:
    tables = {r[0].split()[-1]: (num(r[1]), num(r[2])) for r in built.page.table("t-tables")}
    assert tables == {t: (n, f) for t, n, f in built.query("select table_name, rows, files from checked_tables")}
    by_status = dict(built.query("select status, count(*) from rule_results group by 1"))
    shown = [num(r[1]) for r in built.page.table("t-status")]
    assert sorted(shown) == sorted(by_status.values())
    assert sum(shown) == built.one("select count(*) from rule_results")


def test_rules_not_run_are_named_with_the_reason(built: Built) -> None:
    rows = built.page.table("t-not-run")
    assert rows == [
        ["not supplied: table plan_504", "2", "IL-504-001, IL-504-002"],
        ["no previous snapshot (--previous)", "1", "IL-EXIT-012"],
    ]
    assert "3 rules were not run" in built.page.by_id("summary").text


def test_undetermined_records_are_counted(built: Built) -> None:
    shown = {r[0]: (num(r[2]), num(r[3])) for r in built.page.table("t-undetermined")}
    expected = built.query("select rule_id, undetermined, population from rule_results where undetermined > 0")
    assert shown == {r: (u, p) for r, u, p in expected}


def test_rules_that_go_only_so_far_are_named(built: Built) -> None:
    shown = {r[0]: r[2] for r in built.page.table("t-limited")}
    expected = built.query(
        "select rule_id, executable from rules join rule_results using (rule_id) "
        "where executable not in ('', 'full') and status in ('passed', 'findings', 'not_applicable')"
    )
    assert shown == dict(expected)
    assert shown


def test_assumptions_are_told(built: Built) -> None:
    (row,) = built.page.table("t-assumptions")
    assert row[1:] == ["el_entry_status_code", "your settings", "IL-EXIT-005"]


def test_problems_of_form(built: Built) -> None:
    shown = sum(num(r[-1]) for r in built.page.table("t-formats"))
    assert shown == built.one("select count(*) from exceptions where starts_with(rule_id, 'FMT-')")


@pytest.mark.parametrize(
    "id_, rule",
    [
        ("passed", "IL-SCA-002"),
        ("not-applicable", "IL-CARE-002"),
        ("reported-elsewhere", "IL-SCA-015"),
        ("not-executable", "IL-GEN-001"),
        ("retired", "IL-ENR-040"),
    ],
)
def test_rules_that_say_nothing_are_listed_closed(built: Built, id_: str, rule: str) -> None:
    listing = built.page.by_id(id_)
    assert listing.tag == "details" and "open" not in listing.attributes
    assert rule in [li.text.partition(":")[0] for li in listing.all("li")]


def test_head_says_who_and_when(built: Built) -> None:
    assert built.page.all("h1")[0].text == DISTRICT["999984010260000"]
    meta = built.page.all("ul", "meta")[0].text
    for part in ("RCDT 99-998-4010-26", "School year 2018–19", "As of Nov 30, 2018", "line 1 of the batch files"):
        assert part in meta
    assert "Run Dec 1, 2018, 5:10 am" in meta
    assert f"Rules: {TITLE}" in meta


def test_title_can_be_given(build: Callable[..., Built]) -> None:
    page = build(Sample(findings=5), title="Night run").page
    assert page.all("h1")[0].text == "Night run"
    assert "Night run" in page.all("title")[0].text


def test_several_districts_are_counted(build: Callable[..., Built]) -> None:
    findings = [_finding(n + 2, "IL-ENR-017", "01") | {"home_rcdts": f"{n % 4:011d}0001"} for n in range(40)]
    page = build(Sample(findings=0, extra=findings)).page
    assert page.all("h1")[0].text == "4 districts"
    assert "and 1 more district" in page.all("ul", "meta")[0].text


def test_run_notices_come_first_and_those_of_a_file_later(built: Built) -> None:
    first: Node = built.page.by_id("summary")
    assert "Exits not supplied" in first.text and "Judged as a whole" in first.text
    assert "Windows-1252" not in first.text
    assert "Windows-1252" in built.page.by_id("checked").text


def test_without_an_earlier_run_nothing_is_new(build: Callable[..., Built]) -> None:
    page = build(Sample(findings=50)).page
    assert not page.has("n-new")
    assert "Since the last run" not in page.by_id("summary").text
