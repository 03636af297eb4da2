"""A report for each district (or school) of a run, made beside each other in processes of their own."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from audit import spreadsheet
from reports import page, parts, state, verdict
from reports.export import workbook
from reports.parts import Part
from reports.verdict import Verdict
from reports.views import Counts

#: Parts below which starting processes costs more than it saves.
FEW = 8


@dataclass(frozen=True)
class _Task:
    """What a process must know. ``memory``: bytes for the queries of one process."""

    database: Path
    sorted_: Path
    out: Path
    names: str
    memory: int | None
    workbooks: bool


@dataclass(frozen=True)
class Judged:
    """What a report says of its part."""

    part: Part
    path: Path
    verdict: Verdict
    counts: Counts


def write(
    database: Path,
    out: Path,
    *,
    names: str,
    title: str | None,
    metrics: Path,
    only: str | None,
    by_school: bool,
    workbooks: bool,
    memory: int | None,
    jobs: int | None,
    on_done: Callable[[str], None],
) -> list[Path]:
    """See ``reports.build_districts``."""
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    jobs = jobs or os.cpu_count() or 1
    with tempfile.TemporaryDirectory(prefix=".sorting-", dir=out) as folder:
        sorted_ = parts.sort(database, Path(folder), memory)
        wanted = parts.listed(database, sorted_)
        if by_school:
            wanted += parts.listed(database, sorted_, schools=True)
        if only:
            wanted = [p for p in wanted if only in (p.code, p.district)]
        task = _Task(database, sorted_, out, names, memory // jobs if memory else None, workbooks)
        judged = []
        for one in _made(task, wanted, 1 if len(wanted) < FEW else jobs):
            judged.append(one)
            on_done(one.part.code)
        written = [one.path for one in judged]
        if not only:
            written.insert(0, _write_index(task, [j for j in judged if not j.part.is_school], title, metrics))
    return written


def _write_index(task: _Task, judged: Sequence[Judged], title: str | None, metrics: Path) -> Path:
    """The first page: the summary of several districts, the report itself of one."""
    if sum(bool(one.part.district) for one in judged) < 2:
        return page.write(
            task.database, task.out, names=task.names, title=title, memory=task.memory, metrics=metrics
        )  # fmt: skip
    return state.write(task.database, task.sorted_, task.out, judged, title=title, memory=task.memory, metrics=metrics)


def _made(task: _Task, wanted: Sequence[Part], jobs: int) -> Iterator[Judged]:
    if jobs == 1:
        with parts.opened(task.database, task.sorted_, task.memory) as opened:
            for part in wanted:
                yield _write(task, opened, part)
        return
    # not forked: the libraries of this process hold threads and locks
    context = multiprocessing.get_context("spawn")
    with _one_thread_each(), ProcessPoolExecutor(jobs, context, _begin, (task,)) as pool:
        yield from pool.map(_next, wanted, chunksize=4)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """The processes that are started in the block do not take all processors each."""
    name = "POLARS_MAX_THREADS"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before


class _Process:
    """What a process keeps from part to part."""

    task: _Task
    opened: parts.Parts
    stack = ExitStack()


def _begin(task: _Task) -> None:
    _Process.task = task
    _Process.opened = _Process.stack.enter_context(parts.opened(task.database, task.sorted_, task.memory))


def _next(part: Part) -> Judged:
    return _write(_Process.task, _Process.opened, part)


def _write(task: _Task, opened: parts.Parts, part: Part) -> Judged:
    """The report of a part, and its findings beside it as CSV and, if asked for, as a workbook."""
    results, folder = opened.of(part), task.out / part.folder
    page.save(folder / "exceptions.csv", spreadsheet.guarded_frame(results.frame()).write_csv(include_bom=True))
    sheet = page.Sheet(
        part=part,
        file="report.html",
        full="exceptions.csv",
        where="beside this page",
        catalogue=page.catalogue_of(task.out, "../" * (part.folder.count("/") + 1)),
    )
    path, counts = page.write_pages(results, folder, sheet, names=task.names), results.counts()
    if task.workbooks:
        workbook.write(results, folder / "exceptions.xlsx", page.heading(results, sheet), names=page.NAMES[task.names])
    return Judged(part, path, verdict.judge(results.run(), counts, results.inputs(), results.rule_results()), counts)
