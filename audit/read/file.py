"""One input file, from its first line to its balance."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial, reduce
from io import BytesIO
from operator import or_
from pathlib import Path, PurePosixPath

import polars as pl

from audit.checksum import Checksum, checksum
from audit.read import batch, named
from audit.read.find import Input
from audit.read.formats import FORMATS
from audit.read.judge import Verdict
from audit.read.learned import Memory
from audit.read.lines import REJECTED, Balance, Reject, read_blocks
from audit.read.parts import FormatWriter
from audit.read.plan import Plan, source
from audit.read.preflight import (
    FirstLine,
    NotPlainError,
    Preflight,
    Watched,
    first_lines,
    glance,
    inspect_file,
    open_bytes,
)
from audit.read.rows import RowLoader, WrongCodingError
from audit.rulebook import Rulebook
from audit.store import FORMAT_SCHEMA, Part, SourceFile

#: Bytes of the rows from which the layout of a batch file is told.
SAMPLE = 1 << 16
#: Names of files that a notice lists.
_NAMES = 5


class Notices:
    """What is to be said of files, each text once with the names of the files it is said of."""

    def __init__(self) -> None:
        self.names: dict[str, list[str]] = {}

    def add(self, text: str, name: str) -> None:
        self.names.setdefault(text, []).append(name)

    def lines(self) -> list[str]:
        return [f"{text} ({self._list(names)})." for text, names in self.names.items()]

    @staticmethod
    def _list(names: Sequence[str]) -> str:
        more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
        return ", ".join(names[:_NAMES]) + more


class UnreadableError(Exception):
    """The file can't be judged. ``rule_id``: FMT-FILE or FMT-HEADER; ``value``: the cell at fault, if one is."""

    def __init__(self, rule_id: str, reason: str, line: int | None = None, value: str | None = None) -> None:
        super().__init__(reason)
        self.rule_id, self.reason, self.line, self.value = rule_id, reason, line, value


class FileReader:
    """Reads one file. ``begun``: what is known of it; ``sums``: checksums of files that several inputs share; ``tell``:
    takes the share that is done; ``memory``: what was learned of files that were read before.
    """

    def __init__(
        self,
        begun: SourceFile,
        item: Input,
        rulebook: Rulebook,
        folder: Path,
        formats: FormatWriter,
        notices: Notices,
        sums: dict[Path, Checksum],
        tell: Callable[[float], None],
        memory: Memory,
    ) -> None:
        self._begun, self._item, self._rulebook, self._folder = begun, item, rulebook, folder
        self._formats, self._notices, self._sums, self._tell = formats, notices, sums, tell
        self._memory = memory
        self._begin()

    def _begin(self) -> None:
        self._file, self._told = replace(self._begun), list[str]()

    def read(self, parts: dict[str, list[Part]]) -> SourceFile:
        """Reads the file and adds its parts; whatever is wrong with it ends up as a finding."""
        try:
            if self._item.problem:
                raise UnreadableError("FMT-FILE", self._item.problem)
            if self._item.form == "csv":
                self._read_text(parts)
            else:
                self._read_typed(parts)
        except UnreadableError as problem:
            self._file.readable = False
            self._report(problem.rule_id, problem.reason, problem.line, problem.value)
        self._formats.keep()
        for text in self._told:
            self._notices.add(text, self._file.path)
        return self._file

    # -----------------------------------------------------------------------------------------------------------------
    # Text

    def _read_text(self, parts: dict[str, list[Part]]) -> None:
        """A plain file is looked at while it is read; one that turns out to be another is looked at first."""
        if seen := glance(self._item.path):
            try:
                return self._read_lines(seen, parts)
            except (NotPlainError, UnreadableError):
                self._formats.discard()
                self._begin()
        self._read_lines(inspect_file(self._item.path), parts)

    def _read_lines(self, seen: Preflight, parts: dict[str, list[Part]]) -> None:
        file = self._file
        file.sha256, file.stamp = seen.sha256, seen.stamp
        if seen.problem:
            raise UnreadableError("FMT-FILE", f"It is {seen.problem}.")
        for notice in seen.notices:
            self._notice(_capital(notice))
        file.kind, file.lines = ("batch" if self._item.header else "table"), seen.lines
        first = next(iter(first_lines(seen, 1)), None)
        try:
            if first is None:
                raise UnreadableError("FMT-HEADER", "All lines are blank.")
            if first.problem:
                raise UnreadableError("FMT-HEADER", f"It can't be read: {first.problem}.", first.line)
            if self._item.header:
                self._read_batch(seen, first, parts)
            else:
                self._load(self._plan_table(first.fields, first.line), seen, first, parts)
        except UnreadableError as problem:
            if problem.rule_id == "FMT-HEADER" and seen.whole:
                self._reject_all(seen, first)
            raise

    def _plan_table(self, header: Sequence[str], line: int | None, numbers: Collection[int] = ()) -> Plan:
        assert self._item.table is not None
        table = self._rulebook.tables[self._item.table]
        names = named.match(header, table)
        if isinstance(names, str):
            raise UnreadableError("FMT-HEADER", names, line)
        if names.unknown:
            self._notice(f"Columns that {table.name} does not have, kept beside it: {names.unknown_told}")
        return named.plan_table(names, table, self._rulebook, frozenset(numbers))

    def _read_batch(self, seen: Preflight, first: FirstLine, parts: dict[str, list[Part]]) -> None:
        file, header = self._file, batch.read_header(first.fields)
        if isinstance(header, str):
            raise UnreadableError("FMT-HEADER", header, first.line)
        file.submitted_date, file.submitter_rcdt = header.date, header.rcdt
        choice = batch.choose(header, self._rulebook, partial(_sample, seen, first))
        if isinstance(choice, str):
            raise UnreadableError("FMT-HEADER", choice, first.line, header.type_name)
        file.layout_id = choice.layout.id
        self._tell_choice(header, choice)
        plan = batch.plan_batch(header, choice, self._rulebook)
        try:
            self._load(plan, seen, first, parts)
        except WrongCodingError as wrong:
            columns = {f.column for t in plan.tables for f in t.fields if f.source in wrong.sources and not f.extra}
            self._notice(
                f"Read by its own code list, as it holds codes of that list alone: {', '.join(sorted(columns))}"
            )
            self._load(batch.plan_batch(header, choice, self._rulebook, wrong.sources), seen, first, parts)
        if header.count != file.rows_read:
            self._report("FMT-COUNT", None, first.line, str(header.count), expected=str(file.rows_read))

    def _tell_choice(self, header: batch.Header, choice: batch.Choice) -> None:
        results = ", the last two of them the state's results" if choice.results else ""
        self._notice(f"{choice.name} with {choice.width} columns{results}: read as {choice.layout.id}")
        own = PurePosixPath(self._file.path).name.lower().removesuffix(".gz")
        if header.file_name.lower().removesuffix(".gz") not in ("", own):
            self._notice("Line 1 gives another file name than the file has")

    def _load(self, plan: Plan, seen: Preflight, first: FirstLine, parts: dict[str, list[Part]]) -> None:
        """Loads the rows below the first record.

        Raises UnreadableError; WrongCodingError, NotPlainError: then nothing was loaded.
        """
        file, balance = self._file, Balance(physical=seen.lines)
        learned = self._memory.of(plan)
        loader = RowLoader(plan, learned.decoders, file.number, file.path, self._folder, self._formats)
        watched = None if seen.whole else Watched(seen, learned.compiled.count_feeds if learned.compiled else None)
        try:
            with watched.text() if watched else open_bytes(seen) as stream:
                size = file.size if seen.encoding == "utf-8" and not seen.gzip else None
                blocks = read_blocks(
                    stream,
                    plan.width,
                    plan.source_schema(),
                    1,
                    balance,
                    skip=first.last,
                    size=size,
                    compiled=learned.compiled,
                )
                for block in blocks:
                    self._reject(block.rejects, plan)
                    loader.add(block.columns, block.line, block.padded)
                    self._tell((balance.loaded + balance.rejected) / max(seen.lines, 1))
            if watched:
                known = watched.known()
                file.sha256, file.stamp = known.sha256, known.stamp
                file.lines = balance.physical = known.lines
                if not balance.holds():
                    raise NotPlainError
        except (WrongCodingError, NotPlainError):
            self._discard(loader)
            raise
        except (OSError, EOFError, RuntimeError) as error:
            self._discard(loader)
            file.rows_read = file.rows_rejected = file.lines
            raise UnreadableError("FMT-FILE", "It could not be read to its end.") from error
        file.header_lines, file.blank_lines, file.embedded_newlines = balance.header, balance.blank, balance.inside
        self._take(loader, plan, balance.loaded, balance.rejected, parts)
        if not (balance.holds() and file.balanced):
            raise UnreadableError("FMT-FILE", "Its lines do not add up: it was not fully read.")

    def _reject(self, rejects: Sequence[Reject], plan: Plan) -> None:
        if not rejects:
            return
        frame = pl.DataFrame(
            {
                "rule_id": [r.rule_id for r in rejects],
                "_line": [r.line for r in rejects],
                "expected": [FORMATS[r.rule_id].expected for r in rejects],
                "message": [f"{_capital(r.reason)}: the row was rejected." for r in rejects],
            }
        ).with_columns(_file=pl.lit(self._file.number), table_name=pl.lit(plan.tables[0].table))
        nothing = [pl.lit(None).alias(c) for c in FORMAT_SCHEMA if c not in frame.columns]
        self._formats.add(frame.with_columns(nothing).select(pl.col(c).cast(t) for c, t in FORMAT_SCHEMA.items()))

    def _reject_all(self, seen: Preflight, first: FirstLine | None) -> None:
        """The account of a file whose first line makes no sense: every line below that is not blank is rejected."""
        header = range(0)
        if first:
            header = range(first.line, first.line + 1 if first.problem else first.last + 1)
        file = self._file
        with open_bytes(seen) as stream:
            blank = (n not in header and not line.strip(b"\r\n") for n, line in enumerate(stream, 1))
            file.blank_lines = sum(blank)
        file.header_lines = len(header)
        file.rows_read = file.rows_rejected = file.lines - file.blank_lines - file.header_lines

    # -----------------------------------------------------------------------------------------------------------------
    # Typed sources

    def _read_typed(self, parts: dict[str, list[Part]]) -> None:
        from audit.read import typed

        file, item = self._file, self._item
        file.kind = "table"
        try:
            file.sha256, file.stamp = self._checksum(item.path)
            table = (
                typed.open_parquet(item.path)
                if item.form == "parquet"
                else typed.open_duckdb(item.path, item.inner, self._folder)
            )
        except OSError as error:
            raise UnreadableError("FMT-FILE", f"It can't be opened: {error}.") from error
        file.lines = file.rows_read = file.rows_rejected = table.rows
        if table.left_out:
            self._notice(f"Columns that hold lists, structures or spans of time were left out: {len(table.left_out)}")
        plan = self._plan_table(table.names, None, table.numbers)
        learned = self._memory.of(plan)
        loader = RowLoader(plan, learned.decoders, file.number, file.path, self._folder, self._formats)
        everything = frozenset(source(i) for i in range(plan.width))
        declared = {f.source for t in plan.tables for f in t.fields if not f.extra}
        rows = rejected = 0
        try:
            for frame, undecodable in table.batches:
                lost = _any(frame.height, [s for c, s in undecodable.items() if c in declared])
                line = pl.int_range(rows + 1, rows + frame.height + 1, dtype=pl.UInt32, eager=True)
                self._reject([Reject(n, *REJECTED[Verdict.NOT_UTF8]) for n in line.filter(lost)], plan)
                loader.add(frame.filter(~lost).to_dict(), line.filter(~lost), everything)
                rows += frame.height
                rejected += int(lost.sum())
                self._tell(rows / max(table.rows, 1))
        except OSError as error:
            self._discard(loader)
            raise UnreadableError("FMT-FILE", f"It can't be read to its end: {error}.") from error
        self._take(loader, plan, rows - rejected, rejected, parts)
        if not file.balanced:
            raise UnreadableError("FMT-FILE", "It does not hold as many rows as it says.")

    def _checksum(self, path: Path) -> Checksum:
        if path not in self._sums:
            self._sums[path] = checksum(path)
        return self._sums[path]

    # -----------------------------------------------------------------------------------------------------------------

    def _take(self, loader: RowLoader, plan: Plan, checked: int, rejected: int, parts: dict[str, list[Part]]) -> None:
        """Enters what was loaded."""
        file = self._file
        file.rows_checked, file.rows_rejected, file.rows_read = checked, rejected, checked + rejected
        for part in loader.close():
            parts.setdefault(part.table, []).append(part)
        file.tables = tuple(t.part for t in plan.tables)
        file.supplied = {t.part: t.supplied for t in plan.tables}
        if loader.lowered:
            self._notice("RCDTS in lower case were read as upper case")

    def _discard(self, loader: RowLoader) -> None:
        loader.discard()
        self._formats.discard()

    def _notice(self, text: str) -> None:
        self._told.append(text)

    def _report(
        self,
        rule_id: str,
        reason: str | None,
        line: int | None = None,
        value: str | None = None,
        expected: str | None = None,
    ) -> None:
        said = FORMATS[rule_id]
        finding = {
            "rule_id": rule_id,
            "table_name": self._item.table,
            "_file": self._file.number,
            "_line": line,
            "value": value,
            "expected": expected or said.expected,
            "message": f"{said.message} {reason}" if reason else said.message,
        }
        self._formats.add_rows([finding])


def _any(rows: int, marks: Sequence[pl.Series]) -> pl.Series:
    """Where one of the marks is set."""
    return reduce(or_, marks, pl.repeat(False, rows, eager=True))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sample(seen: Preflight, first: FirstLine, width: int) -> pl.DataFrame:
    """The first rows of a file that have so many fields."""
    with open_bytes(seen) as stream:
        head = stream.read(SAMPLE)
    if len(head) == SAMPLE:
        head = head[: head.rfind(b"\n") + 1]
    schema = {source(i): pl.String() for i in range(width)}
    blocks = read_blocks(BytesIO(head), width, schema, 1, Balance(physical=0), skip=first.last)
    frames = [block.frame for block in blocks]
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)
