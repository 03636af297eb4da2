"""Which rulebook is taken when nobody says: by the files that an extract holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.choice import choose, rank
from audit.errors import USAGE, UserError
from audit.rulebook import Rulebook
from audit.rulebook_load import load

FILES = {
    "al_sp_profile.csv": "student_id\n1\n",
    "al_merge.csv": "source_student_id,target_student_id\nD1,2\n",
    "student.csv": "sid\n1\n",
    "run_param.csv": "as_of_date\n2018-11-30\n",
    "entity.csv": "rcdts\n010010010260001\n",
    "al_batch.csv": "Student Demographics,1,x.csv,11/30/2018,01001001026\n",
    "notes.txt": "nothing\n",
    "empty.csv": "",
}


@pytest.fixture
def books() -> list[Rulebook]:
    return [load("alabama"), load("illinois")]


def extract(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).write_text(FILES[name])
    return folder


@pytest.mark.parametrize(
    "names, taken",
    [
        (("al_sp_profile.csv",), "alabama"),
        (("al_sp_profile.csv", "al_merge.csv", "run_param.csv", "entity.csv", "notes.txt"), "alabama"),
        (("student.csv", "run_param.csv"), "illinois"),
        (("al_batch.csv",), "illinois"),
        (("run_param.csv", "entity.csv"), "illinois"),
        (("empty.csv",), "illinois"),
        ((), "illinois"),
    ],
)
def test_the_files_of_an_extract_choose(
    tmp_path: Path, books: list[Rulebook], names: tuple[str, ...], taken: str
) -> None:
    assert choose(extract(tmp_path, *names), books).name == taken
    assert rank(tmp_path, reversed(books))[0][0].name == taken


def test_a_single_file_chooses(tmp_path: Path, books: list[Rulebook]) -> None:
    assert choose(extract(tmp_path, "al_merge.csv", "student.csv") / "al_merge.csv", books).name == "alabama"


def test_results_within_the_extract_do_not_choose(tmp_path: Path, books: list[Rulebook]) -> None:
    out = tmp_path / "out"
    out.mkdir()
    extract(out, "student.csv")
    assert choose(extract(tmp_path, "al_merge.csv"), books, out).name == "alabama"


def test_files_of_two_states_need_a_word(tmp_path: Path, books: list[Rulebook]) -> None:
    names = ("al_sp_profile.csv", "al_merge.csv", "student.csv")
    with pytest.raises(UserError) as found:
        choose(extract(tmp_path, *names), books)
    assert found.value.exit_status == USAGE
    assert "(alabama: al_merge.csv, al_sp_profile.csv; illinois: student.csv)" in found.value.message
    assert found.value.message.endswith("--state alabama or --state illinois.")
