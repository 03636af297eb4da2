"""One run's state, from stage to stage: opened, its rulebook chosen, its inputs read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from audit import choice, generated, kept, own_rules, scratch, visibility, workspace
from audit.engines.embedded import Engine
from audit.errors import UserError
from audit.families import FAMILIES
from audit.profile import Clock
from audit.progress import Progress
from audit.read import read_extract
from audit.rulebook import Rulebook
from audit.rulebook_load import available
from audit.settings import Options
from audit.store import Extract

#: Rows below which one thread is faster than several.
SMALL = 250_000


@dataclass
class Session:
    """The state of one run, from stage to stage."""

    options: Options
    progress: Progress
    rulebook: Rulebook
    work: Path
    engine: Engine
    clock: Clock
    space: workspace.Workspace | None = None
    scope: visibility.Scope | None = None
    #: models that the engine has by now
    models: set[str] = field(default_factory=set)
    #: what the last run of the workspace left
    kept: kept.Kept | None = None

    @property
    def leaves(self) -> Path | None:
        """The folder for what this run leaves to the next: all records, as everybody may see them; None: nothing."""
        options = self.options
        whole = options.reuse and not options.base and not options.viewer
        return self.space.kept_next if self.space and whole else None

    @cached_property
    def program(self) -> str:
        return kept.program(self.rulebook, self.options)


@contextmanager
def opened(
    options: Options, progress: Progress, space: workspace.Workspace | None = None, clock: Clock | None = None
) -> Iterator[Session]:
    """A session with an engine and a scratch folder of its own, which go with it. Raises UserError.

    ``clock``: one that runs already.
    """
    clock = clock or Clock()
    rulebook = rulebook_of(options)
    # polars needs room beside DuckDB while it reads and judges
    share = max(options.memory_bytes // 2, options.memory_bytes - 1_500_000_000)
    with scratch.folder() as work:
        reach = [path for path in (options.out, options.workspace) if path]
        engine = Engine(work / "spill", share, options.threads, reach)
        try:
            run = Session(options, progress, rulebook, work, engine, clock, space)
            if space and run.leaves:
                run.kept = kept.load(space.kept, run.program)
            clock.ends("start")
            yield run
        finally:
            engine.close()


def rulebook_of(options: Options) -> Rulebook:
    name = options.state
    if name == "auto":
        installed = [own_rules.rulebook(each, None) for each in sorted(available())]
        name = choice.choose(options.extract, installed, options.out).name
    rulebook = own_rules.rulebook(name, options.rules, options.assumptions)
    known = [*generated.all_rules(rulebook), *rulebook.not_raised, *FAMILIES]
    for option, beginnings in (("--select", options.select), ("--ignore", options.ignore)):
        for beginning in beginnings:
            asked = replace(options, select=(beginning,), ignore=())
            if not any(asked.takes(rule) for rule in known):
                raise UserError(f"{option}: no rule begins with {beginning}. All rules: sis-audit rules list")
    return rulebook


def read_inputs(run: Session) -> tuple[Extract, Extract | None, Extract | None]:
    """The extract, its base and the previous snapshot, as far as they are given."""
    options, number = run.options, 1
    total = sum(_size(p) for p in (options.extract, options.base, options.previous) if p)
    run.progress.stage("read", total)
    done = {"bytes": 0}

    def advance(path: str, size: int, _of: int) -> None:
        done["bytes"] += size
        run.progress.advance(size, path)

    def take(folder: Path, name: str) -> Extract:
        nonlocal number
        own = run.leaves if name == "extract" else None
        found = read_extract(
            folder, run.rulebook, own or run.work / name, ignore=options.out, first_number=number,
            on_progress=advance, kept=run.kept if own else None,
        )  # fmt: skip
        number = max((f.number for f in found.files), default=number - 1) + 1
        return found

    # the base is numbered first: what the extract holds is later
    base = take(options.base, "base") if options.base else None
    extract = take(options.extract, "extract")
    if options.reference:
        _add_reference(run, extract, take(options.reference, "reference"))
    previous = take(options.previous, "previous") if options.previous else None
    return extract, base, previous


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(p.stat().st_size for p in path.rglob("*") if p.is_file())


def _add_reference(run: Session, extract: Extract, reference: Extract) -> None:
    """Reference tables that the extract does not hold, from the folder named in the settings."""
    for name, table in run.rulebook.tables.items():
        if table.reference_data and extract.supplied(name) is None and name in reference.parts:
            numbers = {p.file for p in reference.parts[name]}
            extract.parts[name] = reference.parts[name]
            extract.files += [f for f in reference.files if f.number in numbers]
