"""Tables of all kinds, filled with what their columns can barely hold."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.hostile.entries import SCHOOL, Entry
from tests.read.samples import book

#: Kind of column -> values at its edges, by row. A student id stands for itself.
_EDGES = {
    "integer": ("2147483647", "-2147483648", "0", "9999", "10000"),
    "decimal": ("999999999.999999999", "-999999999.999999999", "0", "0.000000001", "-0"),
    "date": ("1900-01-01", "2099-12-31", "2018-08-20", "1900-02-28", "2000-02-29"),
    "rcdts": (SCHOOL, "00000000000000Z", "999999999999999", SCHOOL, SCHOOL),
    "rcdt": (SCHOOL[:11], SCHOOL[:11], "00000000000", SCHOOL[:11], SCHOOL[:11]),
    "code": ("", "", "01", "99", ""),
    "yes_no": ("", "01", "02", "01", "02"),
    "name": ("'; drop table x", "\x1b[31mZwick", "=1+1", "İıſ" * 50, "<script>alert(1)</script>"),
    "text": ("901", "902", "903", "904", "905"),
}
#: What stands in the columns of a kind, so that rows meet the conditions of more rules; None: the values at the edges.
_USUAL: tuple[dict[str, str], ...] = (
    {},
    {"date": "2018-08-20"},
    {"integer": "2019"},
    {"rcdts": SCHOOL},
    {"date": "", "code": "05"},
)
#: They say how the whole run is to be done.
_NOT = {"report_scope", "run_param", "data_element"}


def _write(folder: Path, number: int) -> None:
    for table in book().tables.values():
        if table.name in _NOT:
            continue
        columns = list(table.columns.values())
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([c.name for c in columns])
            for n, usual in enumerate(_USUAL):
                for i in range(5):
                    writer.writerow(
                        [
                            usual.get(c.kind, _EDGES[c.kind][i]) + (f"{number}{n}" if c.kind == "text" else "")
                            for c in columns
                        ]
                    )


_TABLES = len(book().tables) - len(_NOT)
ENTRIES = [Entry("all tables with the greatest, least and oddest values", _write, None, None, inputs=_TABLES)]
