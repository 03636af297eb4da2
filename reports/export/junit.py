"""junit.xml: the run as a build server shows it, one test case for each rule and none for a record.

A rule fails when it has findings for which the run fails: of the severities of ``--fail-on``, not waived, and, if only
news counts, new. Other findings are told in its output. What was not judged is skipped, with the reason: it is no pass.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as Xml

from reports.views import Results

_SUITE = "Other rules"


def write(results: Results, path: Path, failing: Collection[str], *, fresh: bool = False) -> None:
    """``failing``: severities of findings that are a failure; ``fresh``: only if they are new or came back."""
    found: dict[str, list[SimpleNamespace]] = {}
    severities, failed = results.severities(), results.failing(failing, fresh=fresh)
    for rule in results.rule_results():
        rule.severities, rule.failed = severities.get(rule.rule_id, []), failed.get(rule.rule_id, [])
        found.setdefault(rule.section or _SUITE, []).append(rule)
    suites = Xml.Element("testsuites", name="sis-audit")
    for section, rules in sorted(found.items()):
        suite = Xml.SubElement(suites, "testsuite", name=section)
        for rule in rules:
            _case(suite, section, rule)
        _count(suite, [suite])
    _count(suites, suites)
    Xml.indent(suites, " ")
    path.write_bytes(Xml.tostring(suites, encoding="utf-8", xml_declaration=True) + b"\n")


def _count(element: Xml.Element, suites: Iterable[Xml.Element]) -> None:
    listed = list(suites)
    for name, tag in {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}.items():
        element.set(name, str(sum(len(list(suite.iter(tag))) for suite in listed)))


def _case(suite: Xml.Element, section: str, rule: SimpleNamespace) -> None:
    case = Xml.SubElement(suite, "testcase", classname=section, name=f"{rule.rule_id} {rule.title}")
    told, failed = _told(rule.severities), _told(rule.failed)
    if rule.status == "error":
        Xml.SubElement(case, "error", message=f"the rule failed to run: {rule.reason}")
    elif failed:
        failure = Xml.SubElement(case, "failure", type=rule.failed[0][0], message=failed)
        failure.text = (
            f"{told} in {rule.population:,} records. Repair: {rule.fix or 'see the report.'} Where: exceptions.csv and "
            f"report/index.html#records?rule={rule.rule_id}"
        )
    elif told:
        Xml.SubElement(case, "system-out").text = f"{told}: no failure of this run. See report/index.html"
    elif rule.status != "passed":
        Xml.SubElement(case, "skipped", message=f"{rule.status}: {rule.reason}".rstrip(": "))


def _told(severities: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{n:,} {severity}{'' if n == 1 else 's'}" for severity, n in severities)
