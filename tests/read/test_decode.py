"""What single cells mean."""

import datetime as dt
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from audit.read.coded import Coded, Texts
from audit.read.decode import (
    CODE_TYPE,
    Cells,
    Decoder,
    codes_of,
    read_date,
    read_decimal,
    read_integer,
    read_rcdt,
    read_rcdts,
    reader,
)
from audit.rulebook import CodeList


def code_list(name: str, canonical: dict[str, str], scope: str = "domain", complete: bool = True) -> CodeList:
    return CodeList(name, canonical, {}, scope, complete)


YES_NO = code_list("yes_no", {"01": "01", "02": "02"})
LENGTH = code_list(
    "funding_length",
    {"none": "none", "half_day": "half_day", "00": "none", "01": "half_day", "02": "full_day", "03": "partial_day"},
)
SELECTED = code_list("funding_yes_no", {"01": "selected", "02": "none"}, "decode")
TITLE_1 = code_list("title_1_code", {"11": "01", "12": "01", "13": "02"}, "decode")
SERVICES = code_list("services", {"00": "02", "01": "01", "02": "01", "03": "01"}, "decode")
GRADE = code_list("grade", {"01": "01", "09": "09", "14": "14"})
REASON = code_list("reason", {"01": "01", "02": "withdrawn"}, complete=False)


@pytest.mark.parametrize(
    "text",
    [
        "2018-11-05", "11/05/2018", "11/5/2018", "2018-11-05T00:00:00", "2018-11-05 00:00:00.0", "2018-11-05 00:00",
        "11/5/2018 0:00", "11/5/2018 12:00:00 AM",
    ],
)  # fmt: skip
def test_a_day_is_written_in_several_ways(text: str) -> None:
    assert read_date(text).value == dt.date(2018, 11, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2018-02-29", "02/30/2018", "13/01/2018", "1899-12-31", "2100-01-01", "11/05/18", "2018-1-5", "20181105",
        "2018-11-05T08:30:00", "2018-11-05 extra", "11-05-2018", "0000-00-00", "43409", "٢٠١٨-11-05", "x" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_day_is_unreadable_not_null(text: str) -> None:
    assert read_date(text).fault == "FMT-DATE"


def test_the_years_1900_to_2099_count() -> None:
    assert read_date("1900-01-01").value == dt.date(1900, 1, 1)
    assert read_date("12/31/2099").value == dt.date(2099, 12, 31)
    assert read_date("02/29/2020").value == dt.date(2020, 2, 29)


def test_the_zero_date_is_null() -> None:
    assert read_date("00/00/0000").value is None
    assert read_date("00/00/0000").fault is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.00", "1"), (".5", "0.5"), ("-.5", "-0.5"), ("007", "7"), ("1.2345", "1.2345"), ("-3", "-3"),
        ("0.123456789", "0.123456789"), ("999999999.999999999", "999999999.999999999"), ("1.5000000000000", "1.5"),
        ("000000000001", "1"),
    ],
)  # fmt: skip
def test_decimals_are_exact(text: str, value: str) -> None:
    assert read_decimal(text).value == Decimal(value)


@pytest.mark.parametrize(
    "text", ["1,5", "1.", "1e2", "+1", "", "-", ".", "1 000", "12%", "1000000000", "0.1234567891", "NaN", "０.5"]
)
def test_what_is_no_decimal_or_does_not_fit(text: str) -> None:
    assert read_decimal(text).fault == "FMT-NUMBER"


def test_whole_numbers() -> None:
    assert read_integer("2019").value == 2019
    assert read_integer("-1").value == -1
    for text in ("2019.0", "2,019", "99999999999", "9" * 5000, "SY19"):
        assert read_integer(text).fault == "FMT-NUMBER"


def test_an_rcdts_has_letters_at_two_places() -> None:
    for text in ("150162990250012", "07016113A020000", "15016299025282C"):
        assert read_rcdts(text).value == text
    for text in ("15016299025", "1501629902500120", "A50162990250012", "150162990X50012", "15016299025 012"):
        assert read_rcdts(text).fault == "FMT-RCDTS"


def test_an_rcdts_in_lower_case_is_raised_and_noted() -> None:
    cell = read_rcdts("07016113a020000")
    assert (cell.value, cell.lowered) == ("07016113A020000", True)
    assert not read_rcdts("07016113A020000").lowered


def test_an_rcdt_is_the_first_eleven() -> None:
    assert read_rcdt("15016299025").value == "15016299025"
    assert read_rcdt("150162990250000").value == "15016299025"
    for text in ("1501629902", "150162990250", "15016299025000!"):
        assert read_rcdt(text).fault == "FMT-RCDTS"


@pytest.mark.parametrize("text", ["01", "1", "Y", "y", "Yes", "YES", "true", "True"])
def test_yes(text: str) -> None:
    assert codes_of("yes_no", YES_NO)(text).value == "01"


@pytest.mark.parametrize("text", ["02", "2", "0", "N", "no", "FALSE"])
def test_no(text: str) -> None:
    assert codes_of("yes_no", YES_NO)(text).value == "02"


@pytest.mark.parametrize("text", ["03", "00", "maybe", "001", "x"])
def test_neither_yes_nor_no(text: str) -> None:
    assert codes_of("yes_no", YES_NO)(text).fault == "FMT-CODE"


def test_restored_zeros_are_noted() -> None:
    assert codes_of("yes_no", YES_NO)("1").padded
    assert not codes_of("yes_no", YES_NO)("Yes").padded
    assert not codes_of("yes_no", YES_NO)("0").padded
    grade = codes_of("code", GRADE)("9")
    assert (grade.value, grade.padded) == ("09", True)
    assert not codes_of("code", GRADE)("09").padded


def test_an_unknown_code_is_refused_by_a_complete_list_only() -> None:
    assert codes_of("code", GRADE)("77").fault == "FMT-CODE"
    assert codes_of("code", REASON)("77").value == "77"
    assert codes_of("code", REASON)("7").value == "07"
    assert codes_of("code", None)("7").value == "7"


def test_labels_and_codes_lead_to_one_canonical_form() -> None:
    assert codes_of("code", REASON)("02").value == "withdrawn"
    assert codes_of("code", LENGTH)("half_day").value == codes_of("code", LENGTH)("1").value == "half_day"


def test_numbers_of_a_typed_source_may_stay_as_they_are() -> None:
    assert codes_of("code", REASON, pads=False)("2").value == "2"


def test_a_coding_that_contradicts_the_columns_own_list_replaces_it() -> None:
    read = codes_of("code", LENGTH, SELECTED)
    assert read("01").value == "selected"
    assert read("2").value == "none"
    assert read("half_day").value == "half_day"
    assert read("03").fault == "FMT-CODE"


def test_a_length_in_a_yes_no_column_is_a_telltale() -> None:
    read = codes_of("code", LENGTH, SELECTED)
    assert [code for code in ("00", "0", "01", "02", "03", "3", "04", "x") if read.is_telltale(code)] == [
        "00", "0", "03", "3",
    ]  # fmt: skip
    assert not codes_of("yes_no", YES_NO, SERVICES).telltale


def test_a_person_is_told_the_codes_of_the_file() -> None:
    assert codes_of("code", GRADE).codes == ("01", "09", "14")
    assert codes_of("yes_no", YES_NO, TITLE_1).codes == ("01", "02", "11", "12", "13")
    assert codes_of("code", LENGTH, SELECTED).codes == ("01", "02", "half_day", "none")


def test_a_coding_that_contradicts_nothing_is_added() -> None:
    read = codes_of("yes_no", YES_NO, TITLE_1)
    assert [read(code).value for code in ("11", "12", "13", "01", "2", "Yes")] == ["01", "01", "02", "01", "02", "01"]
    assert not read.telltale
    services = codes_of("yes_no", YES_NO, SERVICES)
    assert [services(code).value for code in ("00", "0", "01", "02", "3")] == ["02", "02", "01", "01", "01"]


def test_a_column_is_decoded_block_by_block() -> None:
    decoder, texts = Decoder(reader("date"), "date"), Texts()
    day, dictionary = dt.date(2018, 11, 5), pl.Categorical(pl.Categories.random(physical=CODE_TYPE))

    def take(*values: str | None) -> Cells:
        return decoder.take(texts.take(pl.DataFrame({"c0": values}, schema={"c0": dictionary}))["c0"])

    first = take("2018-11-05", None, " 11/5/2018 ", "", "soon")
    second = take("soon", "12/01/2018", "2018-11-05")
    assert first.values.series().to_list() == [day, None, day, None, None]
    assert first.given.to_list() == [True, False, True, False, True]
    assert second.values.series().to_list() == [None, dt.date(2018, 12, 1), day]
    assert second.at_fault is not None
    assert second.at_fault.tolist() == [True, False, False]
    assert second.faults(second.at_fault).to_list() == ["FMT-DATE"]
    assert second.raw(second.at_fault).to_list() == ["soon"]


def test_a_column_without_faults_says_so() -> None:
    cells = Decoder(reader("integer"), "integer").take(pl.Series(["1", None, "2"]))
    assert (cells.at_fault, cells.padded, cells.values.series().to_list()) == (None, None, [1, None, 2])


def test_text_without_dictionary_is_decoded_the_same() -> None:
    decoder = Decoder(codes_of("code", GRADE), "code")
    for texts in (["1", "09", "77", None], ["14", "1", "1", "9"]):
        cells = decoder.take(pl.Series(texts, dtype=pl.String))
        expected = [t and codes_of("code", GRADE)(t).value for t in texts]
        assert cells.values.series().to_list() == expected
        assert cells.padded is not None
        assert cells.padded.tolist() == [t in ("1", "9") for t in texts]


def test_lower_case_and_telltales_are_those_of_the_rows_at_hand() -> None:
    """Not those of the dictionary, which other files may share."""
    schools = Decoder(reader("rcdts"), "rcdts")
    dictionary = pl.Series(["07016113a020000", "07016113A020000"])
    assert schools.take(Coded(np.array([0, 1], np.uint8), dictionary)).lowered
    assert not schools.take(Coded(np.array([1, 255], np.uint8), dictionary)).lowered
    funding = Decoder(reader("code", LENGTH, SELECTED), "code")
    codes = pl.Series(["01", "02", " 3"])
    assert not funding.take(Coded(np.array([0, 1], np.uint8), codes)).telltale
    assert funding.take(Coded(np.array([0, 2], np.uint8), codes)).telltale
