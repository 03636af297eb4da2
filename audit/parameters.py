"""Parameters of a run that rules depend on, and where each came from (G1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import polars as pl

from audit.rulebook import AS_OF, SCHOOL_YEAR
from audit.settings import Options
from audit.store import Extract, scan, schema_of


class Parameters(Mapping[str, object]):
    """``as_of_date``, ``current_school_year`` for SQL; the same under their column names for row rules."""

    def __init__(
        self,
        as_of: tuple[dt.date, str],
        school_year: tuple[int, str],
        submitter: str | None,
        metric_year: int | None = None,
        metric_settings: Mapping[str, object] | None = None,
    ) -> None:
        #: The school year that metrics measure, and settings in place of those of their definitions.
        self.metric_year = school_year[0] - 1 if metric_year is None else metric_year
        self.metric_settings = metric_settings or {}
        self._as_of = as_of[0]
        self.origins = {"as_of_date": as_of[1], "current_school_year": school_year[1]}
        self._values: dict[str, object] = {
            "as_of_date": as_of[0],
            "current_school_year": school_year[0],
            "submitter": submitter,
            AS_OF: as_of[0],
            SCHOOL_YEAR: school_year[0],
        }

    @property
    def as_of(self) -> dt.date:
        return self._as_of

    def __getitem__(self, key: str) -> object:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def run_parameters(options: Options, extract: Extract, base: Extract | None) -> Parameters:
    as_of = _as_of(options, extract)
    given = _from_table(extract, "run_param", "current_school_year")
    if options.school_year is not None:
        year = (options.school_year, options.origins.get("school_year", "option"))
    elif isinstance(given, int):
        year = (given, "run_param")
    else:
        year = (school_year(as_of[0]), "from as_of_date")
    return Parameters(as_of, year, options.submitter, *_metric(options, extract))


def _metric(options: Options, extract: Extract) -> tuple[int | None, dict[str, object]]:
    """The school year that metrics measure, if it is given, and their settings that are."""
    year = options.metric_school_year or _from_table(extract, "run_param", "metric_school_year")
    given: dict[str, object] = {
        "window_start": options.metric_window_start or _from_table(extract, "run_param", "metric_window_start"),
        "window_end": options.metric_window_end or _from_table(extract, "run_param", "metric_window_end"),
        "summer_terms": " ".join(options.metric_summer_terms) or None,
    }
    return (year if isinstance(year, int) else None), {k: v for k, v in given.items() if v is not None}


def school_year(day: dt.date) -> int:
    """The year in which the school year of a day ends (G1)."""
    return day.year + (day.month >= 7)


def _as_of(options: Options, extract: Extract) -> tuple[dt.date, str]:
    if options.as_of:
        return options.as_of, options.origins.get("as_of", "option")
    given = _from_table(extract, "run_param", "as_of_date")
    if isinstance(given, dt.date):
        return given, "run_param"
    sent = [f.submitted_date for f in extract.files if f.kind == "batch" and f.submitted_date]
    if sent:
        return max(sent), "latest date on line 1 of the batch files"
    stated = [d for d in (_latest_submitted(extract, table) for table in extract.parts) if d]
    if stated:
        return max(stated), "latest submitted_date"
    return dt.date.today(), "today"


def _from_table(extract: Extract, table: str, column: str) -> object:
    """The value of a column in the first row of a one-row table, if it is there."""
    for part in extract.parts.get(table, []):
        if column in schema_of(part.path):
            values = scan(part.path).select(column).collect()[column].drop_nulls()
            if values.len():
                return values[0]
    return None


def _latest_submitted(extract: Extract, table: str) -> dt.date | None:
    latest = None
    for part in extract.parts[table]:
        if "submitted_date" in schema_of(part.path):
            day = scan(part.path).select(pl.col("submitted_date").max()).collect().item()
            if isinstance(day, dt.date) and (latest is None or day > latest):
                latest = day
    return latest
