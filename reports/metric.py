"""The page of a metric: rate and range, funnel, entities, subgroups, students with their course lines, repairs."""

from __future__ import annotations

import re
from pathlib import Path

from markupsafe import Markup

from reports import metric_views, page

_DARK = ':root[data-theme="dark"]'
STYLES = (*page.STYLES, "metric.css")


def write(database: Path, folder: Path) -> list[Path]:
    """Writes ``folder/<metric>.html`` for each metric that was measured, readable by its owner alone."""
    style = _by_system(page.static(STYLES))
    template = page.environment().get_template("metric.html.j2")
    written = []
    with metric_views.opened(database) as results:
        for measured in results.measured():
            if not re.fullmatch(r"[a-z0-9_]+", measured["metric"]):
                continue  # no metric of ours: a stored name is not to become a path
            html = template.render(style=Markup(style), policy=page.policy([], [style]), **results.facts(measured))
            written.append(page.save(folder / f"{measured['metric']}.html", html))
    return written


def _by_system(style: str) -> str:
    """The stylesheet with its dark colors where the system asks for them: the page has no script, and no button."""
    dark = style.index(_DARK)
    end = style.index("}", dark) + 1
    return (
        style[:dark]
        + "@media (prefers-color-scheme: dark) {"
        + style[dark:end].replace(_DARK, ":root")
        + "}"
        + style[end:]
    )
