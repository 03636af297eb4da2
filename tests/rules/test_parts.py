"""A rule that judges rows of two tables: two blocks in its file, one result."""

import pytest

from audit.outcome import Outcome, joined
from audit.rule_files import split_blocks
from audit.rulebook import Rulebook, RulebookError

TWO = """-- id: IL-X-001
-- table: enrollment
-- key: sid
select _row, true as holds from enrollment;

-- table: student
-- message: Another text,
--   over two lines.
select _row, true as holds
from student -- not a header
"""


def test_blocks_of_a_file() -> None:
    (header, sql), (own, query) = split_blocks(TWO, "x.sql")
    assert header == {"id": "IL-X-001", "table": "enrollment", "key": "sid"}
    assert sql == "select _row, true as holds from enrollment"
    assert own == {"table": "student", "message": "Another text, over two lines."}
    assert query.startswith("select") and query.endswith("-- not a header")


def test_a_block_without_query_is_refused() -> None:
    with pytest.raises(RulebookError, match="no query"):
        split_blocks(TWO[: TWO.index("-- message")], "x.sql")


def test_a_further_block_keeps_what_it_does_not_give(illinois: Rulebook) -> None:
    rule = illinois.rules["IL-ENR-001"]
    enrollment, student = rule.parts
    assert (enrollment.table, student.table) == ("enrollment", "student")
    assert (student.id, student.title, student.source) == (rule.id, rule.title, rule.source)
    assert enrollment.key == illinois.tables["enrollment"].key
    assert student.key == ("sid",)
    assert ("student", "submitter_rcdt") in student.reads and ("student", "submitter_rcdt") not in enrollment.reads


def test_results_of_the_parts_are_one() -> None:
    one = Outcome("r", "passed", population=3, findings=1, undetermined=1, seconds=0.5)
    other = Outcome("r", "passed", population=2, findings=2, undetermined=0, seconds=0.25, reason="a file left out")
    assert joined([one, Outcome("q", "passed"), other]) == {
        "r": Outcome("r", "passed", 5, 3, 1, 0.75, "a file left out"),
        "q": Outcome("q", "passed"),
    }


def test_a_part_that_did_not_run_is_named() -> None:
    judged = Outcome("r", "passed", population=3)
    absent = Outcome("r", "not_run", reason="table student is not supplied")
    assert joined([absent, judged])["r"] == Outcome("r", "passed", population=3, reason="table student is not supplied")
    assert joined([absent, absent])["r"] == absent


def test_an_error_of_a_part_is_one_of_the_rule() -> None:
    broken = Outcome("r", "error", reason="ConversionException")
    assert joined([Outcome("r", "passed", population=3), broken])["r"].status == "error"
