"""What the summary of all districts asks of a run: queries over ``audit.duckdb`` and what ``parts.sort`` made of it.

Only codes of districts, rules and numbers: no row has a student or a value. The history is there where the run has a
workspace; without one the queries about it give nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from reports import views
from reports.parts import UNASSIGNED
from reports.views import Results

#: Nights of a sparkline.
NIGHTS = 14


class Statewide(Results):
    """Queries over the districts of a run. ``code``: RCDT, or UNASSIGNED for records that name no district."""

    def has_history(self) -> bool:
        """Whether the run knows an earlier one."""
        return self.has_table("nights") and self._rows("select count(*) as n from nights")[0].n > 1

    def spread(self) -> list[SimpleNamespace]:
        """One row a rule with findings: ``rule_id, title, severity, n, districts, most, code``; the most found first.

        ``districts``: how many have findings of it; ``code``: where most of them are, ``most``.
        """
        return self._rows(
            f"""
            with by_district as (
                select rule_id, coalesce(nullif(part, ''), '{UNASSIGNED}') as code, count(*) as n,
                       min(coalesce(list_position({list(views.SEVERITIES)}, severity), 4)) as weight,
                       any_value(severity order by coalesce(list_position({list(views.SEVERITIES)}, severity), 4))
                           as severity
                from sorted.found group by 1, 2)
            select rule_id, coalesce(nullif(any_value(r.title), ''), rule_id) as title,
                   arg_min(b.severity, weight) as severity, min(weight) as weight, sum(n)::bigint as n,
                   count(*) filter (code <> '{UNASSIGNED}') as districts, max(n) as most,
                   arg_min(code, (-n, code)) as code
            from by_district b left join rules r using (rule_id) group by rule_id
            order by weight, n desc, rule_id"""
        )

    def oldest(self) -> dict[str, str]:
        """District -> day since which its oldest error is open."""
        rows = self._rows(
            f"select coalesce(nullif(part, ''), '{UNASSIGNED}') as code, min(first_seen)::varchar as day "
            "from sorted.found where severity = 'error' group by 1"
        )
        return {row.code: row.day for row in rows}

    def moved(self) -> dict[str, SimpleNamespace]:
        """District -> ``worse`` (new and came back), ``better`` (resolved), of rules that are as they were."""
        if not self.has_history():
            return {}
        rows = self._rows(f"select coalesce(nullif(rcdt, ''), '{UNASSIGNED}') as code, worse, better from worse")
        return {row.code: row for row in rows}

    def movement(self) -> SimpleNamespace | None:
        """Since the last run, errors and warnings: ``before, now, new, came_back, open, resolved, not_judged``,
        and ``of_changed_rules`` (new and came back, of rules that are not as they were)."""
        if not self.has_history():
            return None
        (found,) = self._rows(
            """
            select coalesce(sum(before), 0)::bigint as before, coalesce(sum(now), 0)::bigint as now,
                   coalesce(sum(new), 0)::bigint as new, coalesce(sum(came_back), 0)::bigint as came_back,
                   coalesce(sum(open), 0)::bigint as open, coalesce(sum(resolved), 0)::bigint as resolved,
                   coalesce(sum(not_judged), 0)::bigint as not_judged,
                   coalesce(sum(new + came_back) filter (rule_change <> ''), 0)::bigint as of_changed_rules
            from changes where severity <> 'info'"""
        )
        return found

    def nights(self) -> list[SimpleNamespace]:
        """The nights that are kept: ``run, as_of, errors, warnings, rule_changes``, tonight last."""
        if not self.has_history():
            return []
        return self._rows(
            "select run, as_of, errors, warnings, rules_added + rules_changed + rules_removed as rule_changes "
            "from nights order by run"
        )

    def trends(self) -> dict[str, list[int]]:
        """District -> errors in each of the last nights, tonight last; 0 where it had none."""
        if not self.has_history():
            return {}
        nights = self._rows(f"select run from nights order by run desc limit {NIGHTS}")
        place = {row.run: n for n, row in enumerate(reversed(nights))}
        found: dict[str, list[int]] = {}
        for row in self._rows(
            f"select run, coalesce(nullif(rcdt, ''), '{UNASSIGNED}') as code, sum(now)::bigint as n "
            "from trend_district where severity = 'error' group by 1, 2"
        ):
            if row.run in place:
                found.setdefault(row.code, [0] * len(place))[place[row.run]] += row.n
        return found


@contextmanager
def opened(database: Path, sorted_: Path, memory: int | None = None) -> Iterator[Statewide]:
    """``database``: audit.duckdb; ``sorted_``: what ``parts.sort`` made of it. Raises duckdb.Error."""
    with views.connected(database, memory, sorted=sorted_) as con:
        yield Statewide(con)
