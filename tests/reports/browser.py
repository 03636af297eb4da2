"""A real browser without a screen and without a network, for pages opened from disk."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "No Chromium: these tests open the pages in a real browser. Install it (Debian: apt-get install chromium), or say "
    "where it is: CHROMIUM=/path/to/chromium."
)
#: Checked are all rules of WCAG 2.2, levels A and AA, and what axe calls best practice.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


def chromium() -> str:
    """Path of the system's browser. The test fails without one: a page that nobody opened is not tested."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found or not Path(found).exists():
        pytest.fail(MISSING)
    return found


@contextmanager
def started() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Tab:
    """A page opened from disk. ``requests``: addresses that it asked for and that its policy let pass; ``complaints``:
    what its console says."""

    def __init__(self, browser: Browser, path: Path, address: str = "", ready: bool = True, **context: Any) -> None:
        """``ready``: whether the page says when its script is done."""
        self.context = browser.new_context(offline=True, **{"viewport": DESK, **context})
        self.page: Page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("requestfailed", lambda request: request.failure == "csp" and self.requests.remove(request.url))
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tells = ready and context.get("java_script_enabled", True)
        self.open(path, address)

    def open(self, path: Path, address: str = "") -> None:
        self.page.goto(path.as_uri() + address)
        if self.tells:
            self.page.wait_for_selector("html[data-ready]", state="attached")

    def count(self) -> int:
        """The number that the page says it shows."""
        numbers = re.findall(r"[\d,]+", self.page.evaluate("document.getElementById('count').firstChild.textContent"))
        return int(numbers[-1].replace(",", "")) if numbers else 0

    def search(self, text: str) -> float:
        """Types into the search field at once; milliseconds until the page has drawn its answer (typing pause too)."""
        return float(
            self.page.evaluate(
                """text => new Promise(done => {
                const field = document.querySelector("input[type=search]"), count = document.getElementById("count");
                const start = performance.now();
                new MutationObserver((_, observer) => {
                    observer.disconnect();
                    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
                }).observe(count, { childList: true, characterData: true, subtree: true });
                field.value = text;
                field.dispatchEvent(new Event("input", { bubbles: true }));
            })""",
                text,
            )
        )

    def download(self) -> str:
        """What the button gives for a CSV file."""
        with self.page.expect_download() as begun:
            self.page.click("#csv")
        return Path(begun.value.path()).read_text("utf-8")

    def faults(self) -> list[str]:
        """What axe finds against the page: rule, and the first element that breaks it."""
        self.page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
        found = self.page.evaluate("tags => axe.run({ runOnly: { type: 'tag', values: tags } })", AXE_TAGS)
        assert len(found["passes"]) > 20
        return [
            f"{v['id']}: {v['nodes'][0]['html'][:200]} {v['nodes'][0]['failureSummary']}" for v in found["violations"]
        ]

    def close(self) -> None:
        self.context.close()
