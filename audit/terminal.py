"""What a run leaves on stdout: who, what was read, which rules found something, the verdict and where the report is.

Drawn by rich where stdout is a terminal, plain text elsewhere. Counts, rule ids, titles and paths: no student value.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from audit.query import columns

#: Rules shown in the table of findings.
SHOWN = 15
_STYLE = {"error": "bold red", "warning": "yellow", "info": "dim"}


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

    ``not_run``: rule id, reason.
    """

    verdict: str
    who: str
    when: str
    rulebook: str
    records: int
    rejected: int
    files: int
    rules: Sequence[Found]
    results: Mapping[str, int]
    not_run: Sequence[tuple[str, str]]

    def total(self, severity: str) -> int:
        return sum(r.findings for r in self.rules if r.severity == severity)


def read(database: Path) -> Summary:
    """The summary of the run stored in ``database``."""
    import duckdb

    with duckdb.connect(str(database), read_only=True) as con:
        as_of, origin, year, title, version, verdict = con.sql(
            "select as_of, as_of_origin, school_year, rulebook_title, rulebook_version, verdict from run"
        ).fetchall()[0]
        read_, rejected, files = con.sql(
            "select coalesce(sum(rows_read), 0)::bigint, coalesce(sum(rows_rejected), 0)::bigint, count(*) from inputs"
        ).fetchall()[0]
        found = con.sql(_FOUND).fetchall()
        results = con.sql("select status, count(*) from rule_results group by status order by status").fetchall()
        not_run = con.sql(
            "select rule_id, reason from rule_results where status = 'not_run' order by rule_id"
        ).fetchall()
        districts = con.sql(_DISTRICTS).fetchall()
    return Summary(
        verdict=verdict,
        who=_who(districts),
        when=f"as of {as_of} ({origin}), school year {year - 1}-{year % 100:02}",
        rulebook=f"{title} ({version})",
        records=read_,
        rejected=rejected,
        files=files,
        rules=[Found(*row) for row in found],
        results=dict(results),
        not_run=not_run,
    )


_FOUND = """
select e.rule_id, e.severity, coalesce(nullif(r.title, ''), e.rule_id), e.n
from (select rule_id, severity, count(*) as n from exceptions group by rule_id, severity) e
left join rules r using (rule_id)
order by case e.severity when 'error' then 1 when 'warning' then 2 else 3 end, e.n desc, e.rule_id"""

#: Districts of the findings; without findings those of the reference table. Two are enough to know that it is not one.
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
    return f"{name} {rcdt}".strip()


# ---------------------------------------------------------------------------------------------------------------------
# Drawing


def lines_before(summary: Summary) -> list[str]:
    """Who, when and rules; what was read and run."""
    about = " · ".join(p for p in (summary.who, summary.when, summary.rulebook) if p)
    run = sum(n for status, n in summary.results.items() if status in ("passed", "findings"))
    parts = [f"{run:,} rules judged records"]
    if empty := summary.results.get("not_applicable", 0):
        parts.append(f"{empty:,} had none to judge")
    if not_run := summary.results.get("not_run", 0):
        parts.append(f"{not_run:,} not run")
    if broken := summary.results.get("error", 0):
        parts.append(f"{broken:,} failed")
    refused = f" ({summary.rejected:,} rejected)" if summary.rejected else ""
    files = f"{summary.files:,} file" + ("" if summary.files == 1 else "s")
    return [about, f"{summary.records:,} records in {files}{refused}; " + ", ".join(parts)]


def sentence(summary: Summary) -> str:
    """``Not ready to submit: 4,164 errors, 648 warnings.``"""
    counts = [f"{n:,} {s}{'' if n == 1 else 's'}" for s in ("error", "warning") if (n := summary.total(s))]
    return f"{summary.verdict}{': ' if counts else ''}{', '.join(counts)}."


def lines_after(summary: Summary, paths: Mapping[str, Path | None], verbose: bool) -> list[str]:
    """The verdict, the rules not run (``verbose``), and where things are."""
    out = []
    if verbose and summary.not_run:
        out += ["Not run", *(f"  {rule_id}  {reason}" for rule_id, reason in summary.not_run), ""]
    out.append(sentence(summary))
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
