"""Settings of a run: option > environment ``SIS_AUDIT_*`` > ``sis-audit.toml`` > default, and where each came from.

The file is looked for in the working directory, then in EXTRACT, or named. Its keys are the fields of ``Options`` (a
hyphen is as good as an underscore); a relative path in it starts at the file's own folder. Light on imports: ``--help``
passes through here.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from audit import values
from audit.errors import UserError

FILE_NAME = "sis-audit.toml"
PREFIX = "SIS_AUDIT_"
#: What a viewer is to the students.
Role = Literal["home", "serving", "service_provider"]
DEFAULT_OUT = Path("sis-audit-out")
#: What stdout gets -> the file of the results that is copied there, if it is one.
FORMATS = {
    "text": "",
    "json": "",
    "jsonl": "exceptions.jsonl",
    "csv": "exceptions.csv",
    "parquet": "exceptions.parquet",
    "xlsx": "exceptions.xlsx",
    "junit": "junit.xml",
}

_MOST_BY_DEFAULT = 3 * 10**9
#: Assumed where the system does not tell its memory.
_RAM_UNKNOWN = 4 * 10**9


def default_memory() -> str:
    """About 60 % of the machine's (or container's) memory, at most 3 GB, as ``3000MB``."""
    return f"{max(values.LEAST_MEMORY, min(_MOST_BY_DEFAULT, _ram() * 6 // 10)) // 10**6}MB"


def _ram() -> int:
    """Bytes of memory that this process may count on."""
    try:
        ram = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        ram = _RAM_UNKNOWN
    limit = Path("/sys/fs/cgroup/memory.max")
    try:
        written = limit.read_text("ascii").strip()
    except (OSError, ValueError):
        written = ""
    return min(ram, int(written)) if written.isdigit() else ram


@dataclass(frozen=True)
class Options:
    """Everything that a run is told. Paths as given (relative ones start at the working directory).

    ``state``: ``auto`` or the name of an installed rulebook. ``submitter``: RCDT, 11 characters. ``viewer``: RCDTS, 15
    characters; results are cut to what it may see in this ``role``. ``select`` and ``ignore``: beginnings of rule ids,
    upper case (ask ``takes``). ``rules``: a user's own folder of rules.
    ``by_district``: a report of its own for each district.
    ``assumptions``: name and value of what the rules take for granted and the user settles otherwise.
    ``reference``: folder with the reference tables (``entity``, ``state_course``) that the extract does not hold.
    ``metric_*``: what metrics measure, in place of the definition's own: school year, window, summer terms.
    ``format``: one of ``FORMATS``; ``xlsx``: exceptions.xlsx whatever the number of findings.
    ``profile``: whether the run tells where its time went.
    ``workspace``: folder of the history of runs; ``keep_runs``: how many of them are kept; ``reuse``: what has not
    changed since the last run is taken over from it, and what was read is left there for the next.
    ``waivers``: a file of them; ``waive_errors``: whether a waiver takes an error out of the counts. ``on_finish``: a
    command, run at the end.
    ``macro_*``: from where on the rules between two nights warn: a school's records of a table change by more than the
    share ``macro_rows``; empty cells or a code by more than ``macro_share`` of the rows; with ``macro_least`` rows.
    ``verbosity``: -1 quiet, 0, 1 and more.
    ``origins``: field -> "option", "environment SIS_AUDIT_...", "file ..." or "default".
    """

    extract: Path
    out: Path = DEFAULT_OUT
    base: Path | None = None
    previous: Path | None = None
    state: str = "auto"
    as_of: dt.date | None = None
    school_year: int | None = None
    submitter: str | None = None
    viewer: str | None = None
    role: Role | None = None
    by_district: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rules: Path | None = None
    assumptions: Mapping[str, str] = field(default_factory=dict)
    names: Literal["none", "initials", "full"] = "none"
    fail_on: Literal["error", "warning", "new"] = "error"
    exit_zero: bool = False
    format: str = "text"
    profile: bool = False
    xlsx: bool = False
    memory: str = field(default_factory=default_memory)
    threads: int | None = None
    reference: Path | None = None
    metric_school_year: int | None = None
    metric_window_start: dt.date | None = None
    metric_window_end: dt.date | None = None
    metric_summer_terms: tuple[str, ...] = ()
    workspace: Path | None = None
    keep_runs: int = 400
    reuse: bool = True
    waivers: Path | None = None
    waive_errors: bool = False
    on_finish: str | None = None
    macro_rows: float = 0.2
    macro_share: float = 0.1
    macro_least: int = 30
    show_values: bool = False
    progress: bool = True
    verbosity: int = 0
    origins: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def memory_bytes(self) -> int:
        return values.parse_memory(self.memory, "memory")

    def takes(self, rule_id: str) -> bool:
        """Whether ``select`` and ``ignore`` leave the rule in: the longer of two matching beginnings decides."""
        selected = max(_matching(rule_id, self.select), default=-1) if self.select else 0
        return selected >= 0 and selected > max(_matching(rule_id, self.ignore), default=-1)

    def as_json(self) -> dict[str, Any]:
        """Field -> JSON value (paths and dates as text), without ``origins``."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self) if f.name != "origins"}


def _matching(rule_id: str, beginnings: tuple[str, ...]) -> list[int]:
    """Lengths of the beginnings that fit; ``ENR`` counts as ``IL-ENR``: two letters are those of a state."""
    if not beginnings:
        return []
    full = rule_id.upper()
    short = re.sub(r"^[A-Z]{2}-", "", full)
    return [
        len(b) + (len(full) - len(short)) * (not full.startswith(b))
        for b in beginnings
        if full.startswith(b) or short.startswith(b)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, Path | dt.date):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


#: Field -> how its value is read.
_PARSERS: dict[str, Callable[[Any, str], Any]] = {
    "out": values.path,
    "base": values.path,
    "previous": values.path,
    "state": values.state,
    "as_of": values.date,
    "school_year": values.integer(1990, 2100, "2019, the year in which the school year ends"),
    "submitter": values.rcdt,
    "viewer": values.rcdts,
    "role": values.choice("home", "serving", "service_provider"),
    "by_district": values.flag,
    "select": values.prefixes,
    "ignore": values.prefixes,
    "rules": values.path,
    "assumptions": values.pairs,
    "names": values.choice("none", "initials", "full"),
    "fail_on": values.choice("error", "warning", "new"),
    "exit_zero": values.flag,
    "format": values.choice(*FORMATS),
    "xlsx": values.flag,
    "profile": values.flag,
    "memory": values.memory,
    "threads": values.integer(1, 1024, "2"),
    "reference": values.path,
    "metric_school_year": values.integer(1990, 2100, "2018, the year in which the measured school year ends"),
    "metric_window_start": values.date,
    "metric_window_end": values.date,
    "metric_summer_terms": values.words,
    "workspace": values.path,
    "keep_runs": values.integer(1, 10_000, "400"),
    "reuse": values.flag,
    "waivers": values.path,
    "waive_errors": values.flag,
    "on_finish": values.text,
    "macro_rows": values.share,
    "macro_share": values.share,
    "macro_least": values.integer(1, 1_000_000, "30"),
    "show_values": values.flag,
    "progress": values.flag,
    "verbosity": values.integer(-1, 3, "1"),
}
#: What a file or a variable may not switch on: someone must ask for it at the keyboard.
_OPTION_ONLY = {"show_values"}
#: What a file within EXTRACT may not say unless it is named: an extract may be someone else's, and these run programs.
_RUNS_PROGRAMS = ("on_finish", "rules")
KEYS = tuple(k for k in _PARSERS if k not in _OPTION_ONLY)


# ---------------------------------------------------------------------------------------------------------------------
# Bringing the values together


def resolve(
    given: Mapping[str, Any],
    *,
    extract: Path,
    config: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Options:
    """Options of a run. ``given``: field -> value as typed on the command line, None where the option was not given.

    Raises UserError (exit 2) that names the option, variable or key.
    """
    found, origins = gather(given, extract=extract, config=config, environ=environ)
    origins["extract"] = "option"
    if "role" in found and "viewer" not in found:
        raise UserError("--role: says what a viewer may see, but there is no viewer. Add --viewer RCDTS.")
    if "viewer" in found and "role" not in found:
        raise UserError("--viewer: as what? Add --role home, --role serving or --role service_provider.")
    return Options(extract=extract, **found, origins={f.name: origins.get(f.name, "default") for f in _fields()})


def _fields() -> list[Any]:
    return [f for f in fields(Options) if f.name != "origins"]


def gather(
    given: Mapping[str, Any],
    *,
    extract: Path | None = None,
    config: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> tuple[dict[str, Any], dict[str, str]]:
    """The values that are set somewhere, checked, and the origin of each."""
    environ = os.environ if environ is None else environ
    found: dict[str, Any] = {}
    origins: dict[str, str] = {}
    file = _file(extract, config, environ)
    _check_trust(file, extract, named=bool(config or environ.get(PREFIX + "CONFIG")))
    layers = [*_from_file(file), *_from_environment(environ), *_from_options(given)]
    for key, value, where, origin in layers:
        read = _PARSERS[key](value, where)
        # names that this layer does not give keep the value of the layer before
        found[key] = {**found.get(key, {}), **read} if isinstance(read, dict) else read
        origins[key] = origin
        if origin.startswith("file") and isinstance(found[key], Path) and file:
            found[key] = file.parent / found[key]
    return found, origins


_Layer = list[tuple[str, Any, str, str]]  # field, value, where it stands (for messages), origin


def _from_options(given: Mapping[str, Any]) -> _Layer:
    typed = {"assumptions": "--assume"}
    return [
        (k, v, typed.get(k, "--" + k.replace("_", "-")), "option")
        for k, v in given.items()
        if v is not None and v != []
    ]


def _from_environment(environ: Mapping[str, str]) -> _Layer:
    out: _Layer = []
    for variable, value in environ.items():
        if not variable.startswith(PREFIX) or variable == PREFIX + "CONFIG" or not value.strip():
            continue
        key = _known(variable.removeprefix(PREFIX).lower(), variable, lambda k: PREFIX + k.upper())
        out.append((key, value, variable, f"environment {variable}"))
    return out


def _file(extract: Path | None, config: Path | None, environ: Mapping[str, str]) -> Path | None:
    named = config or (Path(environ[PREFIX + "CONFIG"]) if environ.get(PREFIX + "CONFIG") else None)
    if named is not None:
        if not named.is_file():
            raise UserError(f"--config: there is no file {named}.")
        return named
    places = [Path(), *([extract] if extract is not None and extract.is_dir() else [])]
    return next((p / FILE_NAME for p in places if (p / FILE_NAME).is_file()), None)


def _check_trust(file: Path | None, extract: Path | None, *, named: bool) -> None:
    """Raises UserError where a file that nobody named says what is to be run, and came with the extract, as itself or
    as a link, or is another user's."""
    if file is None or named:
        return
    places = {file.resolve().parent, file.parent.resolve()}
    folder = None if extract is None else (extract if extract.is_dir() else extract.parent).resolve()
    came = folder is not None and any(folder in (place, *place.parents) for place in places)
    if not came and not _another_users(file):
        return
    why = "came with EXTRACT" if came else "belongs to another user"
    for key, _, where, _ in _from_file(file):
        if key in _RUNS_PROGRAMS:
            raise UserError(
                f"{where}: runs what it names, but this file {why}. Where you trust it, name it: --config {file}. Or "
                f"set {key} in a file of your own, outside of EXTRACT."
            )


def _another_users(file: Path) -> bool:
    return hasattr(os, "getuid") and file.stat().st_uid not in (os.getuid(), 0)


def _from_file(file: Path | None) -> _Layer:
    if file is None:
        return []
    try:
        content = tomllib.loads(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UserError(f"{file}: can't be read as TOML: {error}.") from None
    out: _Layer = []
    for written, value in content.items():
        key = _known(written.replace("-", "_"), f"{file}: {written}", str)
        if any(key == k for k, *_ in out):
            raise UserError(f"{file}: {key} stands twice.")
        out.append((key, value, f"{file}: {written}", f"file {file}"))
    return out


def _known(key: str, where: str, spell: Callable[[str], str]) -> str:
    if key in _OPTION_ONLY:
        raise UserError(f"{where}: can be set by the option --{key.replace('_', '-')} only.")
    if key not in KEYS:
        near = get_close_matches(key, KEYS, n=1, cutoff=0.4)
        hint = f"Nearest: {spell(near[0])}. " if near else ""
        raise UserError(f"{where}: unknown setting. {hint}Known: {', '.join(KEYS)}.")
    return key


# ---------------------------------------------------------------------------------------------------------------------
# Paths, before anything is written


def check_paths(options: Options) -> None:
    """Inputs exist; OUT is a folder (or can become one) that holds no input and can be written. Leaves nothing behind.

    Raises UserError (exit 2).
    """
    inputs = {"EXTRACT": options.extract, "--previous": options.previous, "--base": options.base}
    for name, path in inputs.items():
        if path is not None and not path.exists():
            raise UserError(f"{name}: there is no file or folder {path}.")
    for name, path in {"--rules": options.rules, "reference": options.reference}.items():
        if path is not None and not path.is_dir():
            raise UserError(f"{name}: there is no folder {path}.")
    check_out(options.out, inputs)
    if options.workspace:
        _check_workspace(options.workspace, inputs)


def _check_workspace(workspace: Path, inputs: Mapping[str, Path | None]) -> None:
    """It is a folder or none yet, and not within an input, which is read as a whole."""
    _check_links("--workspace", workspace, inputs)
    target = workspace.resolve()
    if target.exists() and not target.is_dir():
        raise UserError(f"--workspace: {workspace} is a file, not a folder.")
    for name, path in inputs.items():
        if path is not None and path.resolve() in (target, *target.parents):
            raise UserError(f"--workspace: {workspace} is within {name} ({path}). Name another folder.")


def _check_links(option: str, folder: Path, inputs: Mapping[str, Path | None]) -> None:
    """The folder is no link to nowhere, and is not reached by a link of an input, which may be someone else's."""
    if folder.is_symlink() and not folder.exists():
        raise UserError(f"{option}: {folder} is a link that leads nowhere. Remove it, or name another folder.")
    whole = Path(os.path.abspath(folder))  # noqa: PTH100 (links stay as they are)
    links = [p.parent.resolve() / p.name for p in (whole, *whole.parents) if p.is_symlink()]
    for name, path in inputs.items():
        if path is not None and any(path.resolve() in link.parents for link in links):
            raise UserError(f"{option}: {folder} is a link within {name} ({path}). Name another folder.")


def check_out(out: Path, inputs: Mapping[str, Path | None]) -> None:
    """OUT is not an input nor a parent of one, no file, and can be written. Raises UserError (exit 2)."""
    target = out.resolve()
    for name, path in inputs.items():
        if path is None:
            continue
        source = path.resolve()
        if target == source or target in source.parents:
            what = "the same as" if target == source else "a parent of"
            raise UserError(f"--out: {out} is {what} {name} ({path}). Name another folder, as in --out sis-audit-out.")
    _check_links("--out", out, inputs)
    standing = next(p for p in (target, *target.parents) if p.exists())
    if not standing.is_dir():
        raise UserError(f"--out: {standing} is a file, not a folder.")
    try:
        Path(tempfile.mkdtemp(prefix=".sis-audit-", dir=standing)).rmdir()
    except OSError as error:
        raise UserError(f"--out: can't write in {standing} ({error.strerror}). Name another folder.") from None
