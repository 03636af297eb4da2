"""Names are compared by their letters and by their sound: the model ``name_sounds``."""

import unicodedata

import pytest

from tests.rules.harness import Bench

#: Name -> Soundex code, as published for the algorithm and worked by hand.
SOUNDS = {
    "Robert": "R163",
    "Rupert": "R163",
    "Rubin": "R150",
    "Ashcraft": "A261",
    "Ashcroft": "A261",
    "Tymczak": "T522",
    "Pfister": "P236",
    "Honeyman": "H555",
    "Lloyd": "L300",
    "Lee": "L000",
    "Gutierrez": "G362",
    "Jackson": "J250",
    "VanDeusen": "V532",
    "Wheaton": "W350",
    "O'Brien": "O165",
    "O Brien": "O165",
    "Peña": "P500",
    "Pena": "P500",
    "Łukasz": "L220",
}
SPELLED = {
    "Mary-Ann": "MARYANN",
    "De la Peña": "DELAPENA",
    "O’Brien": "OBRIEN",
    "St. John": "STJOHN",
    "Søren": "SOREN",
    unicodedata.normalize("NFD", "Núñez"): "NUNEZ",
}


def compared(bench: Bench, names: list[str]) -> dict[str, tuple[str, str]]:
    bench.fill({"student": [{"sid": f"s{n}", "legal_first_name": name} for n, name in enumerate(names)]})
    return {name: (spelled, sound) for name, spelled, sound in bench.engine.rows("from name_sounds")}


def test_sounds(bench: Bench) -> None:
    found = compared(bench, list(SOUNDS))
    assert {name: found[name][1] for name in SOUNDS} == SOUNDS


def test_spellings(bench: Bench) -> None:
    found = compared(bench, list(SPELLED))
    assert {name: found[name][0] for name in SPELLED} == SPELLED


@pytest.mark.parametrize("first, last", [("À", "ÿ"), ("Ā", "ž")])
def test_letters_with_accents_become_plain_ones(bench: Bench, first: str, last: str) -> None:
    """All that Unicode takes apart into a plain capital letter and marks."""
    letters = [chr(n).upper() for n in range(ord(first), ord(last) + 1)]
    plain = {
        c: base
        for c in letters
        if len(c) == 1 and (base := unicodedata.normalize("NFD", c)[0]) in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    }
    assert len(plain) > 20
    found = compared(bench, list(plain))
    assert {c: found[c][0] for c in plain} == plain


def test_a_name_of_another_alphabet_stands_for_itself(bench: Bench) -> None:
    assert compared(bench, ["Петров"])["Петров"] == ("ПЕТРОВ", "ПЕТРОВ")


def test_a_name_without_letters_is_not_compared(bench: Bench) -> None:
    assert "--" not in compared(bench, ["--", "*"])
