"""The cases of a folder of one's own rules (``pytest tests/rules --rules DIR``), held to what ours are held to."""

from pathlib import Path

import pytest
import yaml

from audit.explain import rulebooks
from audit.rulebook import Rulebook
from tests.rules import mutants
from tests.rules.harness import Bench, Case, _case, judge


def read(folder: Path) -> tuple[Rulebook, dict[str, list[Case]]]:
    """The rulebook that the folder's rules belong to, and the cases of each rule."""
    book = next(b for b in rulebooks(None, folder) if any(r.user for r in b.rules.values()))
    cases: dict[str, list[Case]] = {r.id: [] for r in book.rules.values() if r.user}
    for file in sorted(folder.rglob("*.cases.yaml")):
        rule_id = file.name.removesuffix(".cases.yaml")
        assert rule_id in cases, f"{file}: there is no rule {rule_id} in {folder}"
        cases[rule_id] = [_case(book.name, rule_id, given) for given in yaml.safe_load(file.read_text("utf-8"))]
    return book, cases


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    book, cases = read(Path(metafunc.config.getoption("--rules")))
    metafunc.parametrize("book", [book], ids=[book.name], scope="module")
    if "case" in metafunc.fixturenames:
        every = [c for own in cases.values() for c in own]
        metafunc.parametrize("case", every, ids=[f"{c.rule_id}: {c.name}" for c in every])
    else:
        metafunc.parametrize(("rule_id", "own"), cases.items(), ids=list(cases))


@pytest.fixture(scope="module")
def own_bench(book: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(book, tmp_path_factory.mktemp("own"))


def test_case(own_bench: Bench, book: Rulebook, case: Case) -> None:
    wrong = judge(own_bench, book.rules[case.rule_id], case)
    assert not wrong, wrong


def test_cases_pass_and_fail(book: Rulebook, rule_id: str, own: list[Case]) -> None:
    assert any(not c.finds for c in own), f"{rule_id}.cases.yaml: a case without a finding is missing"
    assert any(c.finds for c in own), f"{rule_id}.cases.yaml: a case with a finding is missing"


def test_cases_notice_faults(own_bench: Bench, book: Rulebook, rule_id: str, own: list[Case]) -> None:
    """What is printed are changes of the rule that no case notices."""
    undetermined = any(c.undetermined for c in own)
    assert mutants.survivors(own_bench, book.rules[rule_id], own, undetermined) == []
