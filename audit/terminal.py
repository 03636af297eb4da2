"""What a run leaves on stdout: who, what was read, which rules found something, the verdict and where the report is.

Drawn by rich where stdout is a terminal, plain text elsewhere. Counts, rule ids, titles and paths: no student value.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from audit.errors import NOTHING
from audit.printable import printable
from audit.query import columns

#: Rules shown in the table of findings.
SHOWN = 15
_STYLE = {"error": "bold red", "warning": "yellow", "info": "dim"}
_VERDICTS = {
    "not_ready": "Not ready to submit",
    "ready_with_warnings": "Ready to submit, with warnings",
    "ready": "Ready to submit",
    "could_not_judge": "Could not judge",
}


@dataclass(frozen=True)
class Found:
    """A rule with findings."""

    rule_id: str
    severity: str
    title: str
    findings: int


@dataclass(frozen=True)
class Summary:
    """The numbers of a run. ``rules``: errors first, then by findings. ``results``: rule status -> number of rules.

    ``not_run``: rule id, reason; ``left_out``: how many rules were not asked for. ``unread``: files that could not be
    read or did not balance. ``broken``: rules that failed, and why. ``since``: what changed since the run before.
    """

    verdict: str
    exit_status: int
    who: str
    when: str
    rulebook: str
    records: int
    rejected: int
    files: int
    rules: Sequence[Found]
    results: Mapping[str, int]
    not_run: Sequence[tuple[str, str]]
    left_out: int
    unread: Sequence[str]
    broken: Sequence[tuple[str, str]]
    since: str = ""
    waived: int = 0

    def with_reused(self, run: Mapping[str, Any]) -> Summary:
        """The same, saying what was taken over from the run before. ``run``: as run.json."""
        taken = run.get("workspace", {}).get("taken_over", {})
        if not taken.get("files"):
            return self
        told = f"Taken over from the run before: {taken['files']:,} of {self.files:,} files"
        if taken["rules"]:
            told += f", and of {taken['rules']:,} rules the verdicts on whomever no other file is about"
        return replace(self, since=f"{self.since}\n{told}.")

    def total(self, severity: str) -> int:
        return sum(r.findings for r in self.rules if r.severity == severity)


def read(database: Path) -> Summary:
    """The summary of the run stored in ``database``."""
    from audit.engines.connect import has_table, reading

    with reading(database) as con:

        def rows(sql: str) -> list[Any]:
            return con.execute(sql).fetchall()

        apart = " anti join (from waived where counted_apart) using (fingerprint)" if has_table(con, "waived") else ""
        con.execute(f"create temp view counted as from exceptions{apart}")
        run = dict(zip(_RUN, rows(f"select {', '.join(_RUN)} from run")[0], strict=True))
        records, rejected, files = rows(
            "select coalesce(sum(rows_read), 0)::bigint, coalesce(sum(rows_rejected), 0)::bigint, count(*) from inputs"
        )[0]
        year = run["school_year"]
        return Summary(
            verdict=run["verdict"],
            exit_status=run["exit_status"],
            who=_who(rows(_DISTRICTS)),
            when=f"as of {run['as_of']} ({run['as_of_origin']}), school year {year - 1}-{year % 100:02}",
            rulebook=f"{run['rulebook_title']} ({run['rulebook_version']})",
            records=records,
            rejected=rejected,
            files=files,
            rules=[Found(*row) for row in rows(_FOUND)],
            results=dict(rows("select status, count(*) from rule_results group by status order by status")),
            not_run=rows(f"select rule_id, reason from rule_results where {_NOT_RUN} order by rule_id"),
            left_out=rows(f"select count(*) from rule_results where status = 'not_run' and not ({_NOT_RUN})")[0][0],
            unread=[path for (path,) in rows("select path from inputs where not readable order by path")],
            broken=rows("select rule_id, reason from rule_results where status = 'error' order by rule_id"),
            since=_since(rows) if has_table(con, "nights") else "",
            waived=rows("select (select count(*) from exceptions) - (select count(*) from counted)")[0][0],
        )


def _since(rows: Callable[[str], list[Any]]) -> str:
    """``Since 2018-11-29: 437 resolved, 295 new, 96 came back.``; the run knows its workspace."""
    before = rows("select as_of from nights order by run desc limit 1 offset 1")
    if not before:
        return "The first run of this workspace."
    numbers = ("resolved", "new", "came_back", "not_judged", "if(rule_change <> '', new + came_back, 0)")
    sums = ", ".join(f"coalesce(sum({number}), 0)::bigint" for number in numbers)
    resolved, new, came_back, unknown, of_rules = rows(f"select {sums} from changes where severity <> 'info'")[0]
    told = f"Since {before[0][0]}: {resolved:,} resolved, {new:,} new, {came_back:,} came back"
    told += f", {unknown:,} not judged this time" if unknown else ""
    told += f" ({of_rules:,} of the new ones by rules that changed)" if of_rules else ""
    return told + "."


_RUN = ("as_of", "as_of_origin", "school_year", "rulebook_title", "rulebook_version", "verdict", "exit_status")

_NOT_RUN = "status = 'not_run' and not starts_with(reason, 'left out')"
_FOUND = """
select e.rule_id, e.severity, coalesce(nullif(r.title, ''), e.rule_id), e.n
from (select rule_id, severity, count(*) as n from counted group by rule_id, severity) e
left join rules r using (rule_id)
order by case e.severity when 'error' then 1 when 'warning' then 2 else 3 end, e.n desc, e.rule_id"""

#: Districts of the findings; without findings those of the reference table.
_DISTRICTS = """
with found as (select distinct left(home_rcdts, 11) as rcdt from exceptions where length(home_rcdts) >= 11),
     seen as (select rcdt from found union all
              select distinct left(rcdts, 11) from entities where length(rcdts) >= 11 and not exists (from found))
select rcdt, coalesce(max(entity_name), '') from seen left join entities on rcdts = rcdt || '0000'
group by rcdt order by rcdt"""


def _who(districts: Sequence[tuple[str, str]]) -> str:
    if len(districts) != 1:
        return f"{len(districts):,} districts" if districts else ""
    rcdt, name = districts[0]
    return f"{printable(name)} {rcdt}".strip()


# ---------------------------------------------------------------------------------------------------------------------
# Drawing


def lines_before(summary: Summary) -> list[str]:
    """Who, when and rules; what was read and run."""
    about = " · ".join(p for p in (summary.who, summary.when, summary.rulebook) if p)
    run = sum(n for status, n in summary.results.items() if status in ("passed", "findings"))
    parts = [f"{run:,} rules judged records"]
    if empty := summary.results.get("not_applicable", 0):
        parts.append(f"{empty:,} had none to judge")
    if summary.not_run:
        parts.append(f"{len(summary.not_run):,} not run")
    if summary.left_out:
        parts.append(f"{summary.left_out:,} left out")
    if broken := summary.results.get("error", 0):
        parts.append(f"{broken:,} failed")
    refused = f" ({summary.rejected:,} rejected)" if summary.rejected else ""
    files = f"{summary.files:,} file" + ("" if summary.files == 1 else "s")
    return [about, f"{summary.records:,} records in {files}{refused}; " + ", ".join(parts)]


def sentence(summary: Summary) -> str:
    """``Not ready to submit: 4,164 errors, 648 warnings.``"""
    if summary.exit_status == NOTHING:
        return "Nothing to check: no file is a batch file or has the name of a table."
    counts = [f"{n:,} {s}{'' if n == 1 else 's'}" for s in ("error", "warning") if (n := summary.total(s))]
    doubts = [f"{_named(summary.unread)} not fully read"] if summary.unread else []
    doubts += [f"{_named([rule for rule, _ in summary.broken])} failed"] if summary.broken else []
    waived = [f"{summary.waived:,} waived"] if summary.waived else []
    told = ", ".join([*doubts, *counts, *waived])
    limited = " (by the selected rules alone)" if summary.left_out else ""
    return f"{_VERDICTS[summary.verdict]}{limited}{': ' if told else ''}{told}."


def _named(names: Sequence[str]) -> str:
    """The first three, and how many more."""
    more = len(names) - 3
    return ", ".join(names[:3]) + (f" and {more:,} more" if more > 0 else "")


def lines_after(summary: Summary, paths: Mapping[str, Path | None], verbose: bool) -> list[str]:
    """The rules that failed, those not run (``verbose``), the verdict, and where things are."""
    out = []
    if summary.broken:
        out += ["Failed to run", *(f"  {rule_id}  {reason}" for rule_id, reason in summary.broken)]
        out += ["  Alone, while you repair it: sis-audit explain RULE EXTRACT", ""]
    if verbose and summary.not_run:
        out += ["Not run", *(f"  {rule_id}  {reason}" for rule_id, reason in summary.not_run), ""]
    out += [sentence(summary), *([summary.since] if summary.since else [])]
    return out + [f"{label:<11} {path}" for label, path in paths.items() if path]


def show(summary: Summary, paths: Mapping[str, Path | None], *, quiet: bool, verbose: bool) -> None:
    """Prints the run to stdout."""
    before = [] if quiet else lines_before(summary)
    after = lines_after(summary, paths, verbose)
    rules = [] if quiet else summary.rules[:SHOWN]
    more = len(summary.rules) - len(rules)
    tail = f"… {more:,} more rule{'' if more == 1 else 's'} in the report" if more and not quiet else ""
    if sys.stdout.isatty():
        _draw(before, rules, tail, after)
    else:
        table = (
            columns(("", "Rule", "What is wrong", "Findings"), [_cells(r) for r in rules], right=(3,)) if rules else ""
        )
        blocks = ["\n".join(before), "\n".join(t for t in (table, tail) if t), "\n".join(after)]
        print("\n\n".join(b for b in blocks if b))


def _cells(rule: Found) -> tuple[str, str, str, str]:
    return rule.severity, rule.rule_id, rule.title, f"{rule.findings:,}"


def _draw(before: Sequence[str], rules: Sequence[Found], tail: str, after: Sequence[str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    for n, line in enumerate(before):
        console.print(Text(line, style="bold" if n == 0 else ""))
    if rules:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for title in ("", "Rule", "What is wrong"):
            table.add_column(title, no_wrap=title != "What is wrong")
        table.add_column("Findings", justify="right", no_wrap=True)
        for rule in rules:
            severity, *rest = _cells(rule)
            table.add_row(Text(severity, style=_STYLE.get(severity, "")), *(Text(cell) for cell in rest))
        console.print()
        console.print(table)
        if tail:
            console.print(Text(tail, style="dim"))
    console.print()
    for line in after:
        console.print(Text(line, overflow="fold"))
