"""The page of a metric: rate and range, funnel, entities, students with their course lines, records to repair."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from reports import page


def write(facts: Mapping[str, Any], folder: Path) -> Path:
    """Writes ``folder/<metric>.html`` from what ``audit.metrics.facts`` gives, readable by its owner alone."""
    style = page.static(page.STYLES)
    html = (
        page.environment()
        .get_template("metric.html.j2")
        .render(style=Markup(style), policy=page.policy([], [style]), **facts)
    )
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".metric-", suffix=".html", delete=False) as file:
        file.write(html.encode())
    return Path(file.name).replace(folder / f"{facts['metric']}.html")
