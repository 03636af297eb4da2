"""The file sends nothing, runs nothing but its own script, and shows what it was given as text."""

from __future__ import annotations

import base64
import hashlib
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise

import pytest
from conftest import Built
from sample import Sample

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "' autofocus onfocus=alert(1) x='",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
    "<!--",
    "]]>",
    "&lt;b&gt;",
]  # fmt: skip

#: Files that a page may link to.
BESIDE = ("../exceptions.csv", "students.html")


def policy(built: Built) -> dict[str, list[str]]:
    meta = next(m for m in built.page.all("meta") if m.attributes.get("http-equiv") == "Content-Security-Policy")
    return {d.split()[0]: d.split()[1:] for d in meta.attributes["content"].split(";")}


def sha(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_policy_allows_nothing_but_the_page_s_own_style_and_scripts(built: Built) -> None:
    rules = policy(built)
    scripts = [s.raw for s in built.page.all("script") if s.attributes.get("type") in (None, "module")]
    assert rules["default-src"] == rules["form-action"] == rules["base-uri"] == ["'none'"]
    assert sorted(rules["script-src"]) == sorted(sha(s) for s in scripts)
    assert rules["style-src"] == [sha(s.raw) for s in built.page.all("style")]
    assert set(rules) == {"default-src", "script-src", "style-src", "form-action", "base-uri"}


def test_policy_stands_before_everything_it_governs(built: Built) -> None:
    assert built.html.index("Content-Security-Policy") < built.html.index("<style>") < built.html.index("<script>")


def test_no_style_and_no_handler_in_an_attribute(built: Built) -> None:
    for node in built.page.walk():
        assert not [a for a in node.attributes if a == "style" or a.startswith("on")], node.tag


def test_nothing_is_loaded_and_no_link_leaves(built: Built) -> None:
    for node in built.page.walk():
        assert node.tag not in ("link", "img", "iframe", "object", "embed", "audio", "video", "source")
        assert "src" not in node.attributes and "action" not in node.attributes
        href = node.attributes.get("href", "#")
        assert href.startswith("#") or href in BESIDE
    script = "".join(s.raw for s in built.page.all("script") if s.attributes.get("type") != "application/octet-stream")
    assert not re.search(
        r"fetch\(|XMLHttpRequest|sendBeacon|WebSocket|import\(|https?:|innerHTML|eval\(|\.style\b", script
    )


def test_every_link_inside_the_page_leads_somewhere(built: Built) -> None:
    ids = {n.attributes["id"] for n in built.page.walk() if "id" in n.attributes}
    for a in built.page.all("a"):
        target = a.attributes["href"].removeprefix("#").partition("?")[0]
        assert target in ids or a.attributes["href"] in BESIDE


def test_ids_are_unique(built: Built) -> None:
    ids = [n.attributes["id"] for n in built.page.walk() if "id" in n.attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_are_text(build: Callable[..., Built], text: str) -> None:
    fields = ("value", "sid", "home_rcdts", "file_name", "column_name", "message", "expected", "table_name", "rule_id")
    findings = [dict.fromkeys(fields, text) | {"line_number": n + 2} for n in range(4)]
    built = build(Sample(findings=30, extra=findings, notices=(text, f"discipline.csv: {text}")), title=text)
    tags = {n.tag for n in built.page.walk()}
    assert tags.isdisjoint({"img", "iframe"})
    assert len(built.page.all("script")) == 3
    assert not [a for n in built.page.walk() for a in n.attributes if a.startswith("on") or a == "autofocus"]
    assert built.page.all("h1")[0].text == text
    row = next(r for r in built.page.table("table") if text in r[1])
    assert text in row[2] and text in row[5]
    assert text in built.payload["columns"]["value"]["values"]


def test_privacy_is_the_first_thing_said(built: Built) -> None:
    first = built.page.all("header")[0].all("p")[0].text
    assert "protected by FERPA" in first and "sends nothing anywhere" in first
    assert "FERPA" in built.page.all("footer")[0].text


@pytest.mark.parametrize(
    "names, said", [("none", "are not in it"), ("initials", "cut to initials"), ("full", "names of persons in full")]
)
def test_page_says_how_names_were_treated(build: Callable[..., Built], names: str, said: str) -> None:
    assert said in build(Sample(findings=5), names=names).page.all("header")[0].text


def test_fingerprints_stay_out_of_the_page(built: Built) -> None:
    assert "fingerprint" not in built.payload["columns"]


def test_only_the_owner_can_read_the_report(built: Built) -> None:
    assert stat.S_IMODE(built.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(built.path.parent.stat().st_mode) == 0o700
    assert {p.name for p in built.path.parent.iterdir()} == {"index.html", "students.html"}


def test_page_is_accessible_in_its_bones(built: Built) -> None:
    assert built.page.all("html")[0].attributes["lang"] == "en"
    assert len(built.page.all("h1")) == 1
    for table in built.page.all("table"):
        assert all(th.attributes.get("scope") for th in table.all("th"))
    for section in built.page.all("section"):
        assert built.page.by_id(section.attributes["aria-labelledby"]).tag == "h2"
    levels = [int(n.tag[1]) for n in built.page.walk() if re.fullmatch("h[1-6]", n.tag)]
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_building_does_not_load_the_rule_engine(built: Built) -> None:
    code = (
        "import sys, pathlib, reports; light = {'polars', 'duckdb', 'jinja2'} & set(sys.modules);"
        f"reports.build(pathlib.Path({str(built.database)!r}), pathlib.Path({str(built.path.parent)!r}));"
        "print(light, sorted(m for m in sys.modules if m.partition('.')[0] in ('pandera', 'checks', 'audit')))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "set() ['audit', 'audit.engines', 'audit.engines.connect', 'audit.exceptions']"
