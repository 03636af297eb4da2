"""The metrics alone: read, settle, measure, and their pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit import metric_results, metrics, moves, visibility
from audit.errors import CLEAN, INTERNAL, NO_VERDICT, NOTHING, UserError
from audit.exceptions import declared
from audit.parameters import run_parameters
from audit.progress import Progress
from audit.session import SMALL, opened, read_inputs
from audit.settings import Options
from audit.settle import settle


@dataclass(frozen=True)
class Measured:
    """What measuring alone gives back. ``metrics``: as in run.json, one for each that could be measured."""

    exit_status: int
    folder: Path
    metrics: list[dict[str, Any]]
    notices: list[str]


def measure(
    options: Options, progress: Progress, wanted: Sequence[str], definition: int | None, compare: bool = True
) -> Measured:
    """Reads EXTRACT, measures the metrics (all if none is named) and writes OUT/metrics. Raises UserError.

    ``compare``: the pages also say what the other definitions give.
    """
    import reports

    with opened(options, progress) as run:
        extract, base, _ = read_inputs(run)
        if visibility.narrowed(options, run.rulebook, extract).viewer:
            raise UserError("metrics: they count students whom no viewer sees all of. Measure without a viewer.")
        parameters = run_parameters(options, extract, base)
        chosen = metrics.choose(run.rulebook, parameters.metric_year, wanted, definition)
        if sum(f.rows_read for e in (extract, base) if e for f in e.files) < SMALL:
            run.engine.for_small_data()
        supplies = settle(run.engine, run.rulebook, extract, run.work, base=base, submitter=options.submitter)
        unread = [f.path for e in (extract, base) if e for f in e.files if not (f.readable and f.balanced)]
        run.engine.run(f"create table exceptions ({declared()})")  # no rule is run
        run.progress.stage("measure", None)
        with moves.staged(options.out, {"metrics"}) as stage:
            database = run.work / "metrics.duckdb"
            with run.engine.writing(database):
                kept = metric_results.measure_all(
                    run.engine, run.rulebook, supplies, parameters, chosen, run.models, stage / "metrics", compare
                )
            if kept.told:
                reports.build_metrics(database, stage / "metrics")
        status = INTERNAL if kept.broken else NO_VERDICT if unread else CLEAN if kept.told else NOTHING
        notices = [*extract.notices, *kept.notices, *(f"error: {text}" for text in kept.broken)]
        notices += [f"{path}: could not be read as a whole, so the figures may be wrong" for path in unread]
        return Measured(status, options.out / "metrics", kept.told, notices)
