"""The commands ``sis-audit rules``: list, show, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit import guard, settings
from audit.errors import UserError

if TYPE_CHECKING:
    from audit.rulebook import Rulebook

State = Annotated[
    str | None, typer.Option("--state", metavar="NAME", help="Name of a rulebook, as illinois; default: all.")
]
Rules = Annotated[str | None, typer.Option("--rules", metavar="DIR", help="Folder with rules of your own.")]

rules_app = typer.Typer(
    cls=guard.QuickHelp, rich_markup_mode=None, no_args_is_help=True, help="The rules: list, show one, export all."
)


def books_of(state: str | None, rules: str | None) -> list[Rulebook]:
    """The rulebooks that the options and settings name."""
    from audit.explain import rulebooks

    values, _ = settings.gather({"state": state, "rules": rules})
    return rulebooks(values.get("state"), values.get("rules"), values.get("assumptions"))


@rules_app.command("list")
def rules_list(
    section: Annotated[
        str | None, typer.Option("--section", metavar="NAME", help="Part of a section's name, or SCA, ENR ...")
    ] = None,
    severity: Annotated[str | None, typer.Option("--severity", metavar="error|warning|info")] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="row, cross, group, snapshot, completeness ...")
    ] = None,
    state: State = None,
    rules: Rules = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Count, by section, which statements of the source are checked.")
    ] = False,
    format_: Annotated[str, typer.Option("--format", metavar="text|json|csv")] = "text",
) -> None:
    """List the rules, those that never raise too.

    With --coverage: how many statements each section of the state's document has, how many a rule checks (under its
    own id or elsewhere), how many are excused and why, and how many rules and cases there are.

    \b
    Examples:
      sis-audit rules list --section SCA
      sis-audit rules list --severity warning --format csv
      sis-audit rules list --coverage
    """
    from audit import coverage as statements
    from audit import explain
    from audit.query import formatted

    if coverage:
        if section or severity or kind:
            raise UserError("--coverage counts whole rulebooks: leave out --section, --severity and --kind.")
        right = range(1, len(statements.COUNTED))
        typer.echo(formatted(statements.COUNTED, statements.table(books_of(state, rules)), format_, right), nl=False)
        return
    entries = explain.catalogue(books_of(state, rules))
    shown = explain.chosen(entries, section=section, severity=severity, kind=kind)
    names = ("rule_id", "severity", "kind", "status", "title")
    rows = [tuple(e[n] for n in names) for e in shown]
    typer.echo(formatted(("id", *names[1:]), rows, format_), nl=False)


@rules_app.command("show")
def rules_show(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Rule id; IL- may be left out.")],
    state: State = None,
    rules: Rules = None,
) -> None:
    """Show one rule: its words, source, fix."""
    from audit import explain

    book, found = explain.find(books_of(state, rules), rule)
    typer.echo(explain.describe(found, book))


@rules_app.command("export")
def rules_export(
    format_: Annotated[str, typer.Option("--format", metavar="csv|json")] = "csv",
    out: Annotated[str | None, typer.Option("--out", metavar="FILE", help="[default: stdout]")] = None,
    html: Annotated[
        str | None,
        typer.Option("--html", metavar="DIR", help="Write pages into a new folder instead."),
    ] = None,
    state: State = None,
    rules: Rules = None,
) -> None:
    """Write everything that is known of every rule.

    With --html: a page for each rule, with its source, query, examples and repair, and a list with search. Several
    rulebooks get a folder each. `check` adds the same pages to its report, under report/rules.

    \b
    Examples:
      sis-audit rules export --format json --out rules.json
      sis-audit rules export --html catalogue --state illinois
    """
    from audit import explain
    from audit.query import formatted

    if html is not None:
        own = settings.gather({"rules": rules})[0].get("rules")
        _export_pages(Path(html), books_of(state, rules), own)
        return
    entries = explain.catalogue(books_of(state, rules))
    text = formatted(explain.FIELDS, [tuple(e.values()) for e in entries], format_)
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        Path(out).write_text(text, "utf-8")
    except OSError as error:
        raise UserError(f"--out: can't write {out} ({error.strerror}).") from None


def _export_pages(folder: Path, books: list[Rulebook], own: Path | None) -> None:
    """The catalogue of each rulebook; prints where its first pages are."""
    from audit import catalogue

    if folder.exists():
        raise UserError(f"--html: {folder} is there already. Name a new folder, or remove this one.")
    try:
        for book in books:
            target = folder if len(books) == 1 else folder / book.name
            catalogue.place(book, own, target)
            typer.echo(target / "index.html")
    except OSError as error:
        raise UserError(f"--html: can't write {folder} ({error.strerror}).") from None


@rules_app.command("assumptions")
def rules_assumptions(
    state: State = None, format_: Annotated[str, typer.Option("--format", metavar="text|json|csv")] = "text"
) -> None:
    """List what the state's text leaves open and the rules take for granted.

    Each is a setting: NAME = VALUE under [assumptions] in sis-audit.toml, or --assume NAME=VALUE.

    \b
    Examples:
      sis-audit rules assumptions
      sis-audit check extract --assume first_semester_end=01-15
    """
    from audit.query import formatted

    rows = [
        (
            a.name,
            a.shown,
            "setting" if a.given else "default",
            a.default.replace(";", ", "),
            a.meaning,
            _resting(book, a.name),
        )
        for book in books_of(state, None)
        for a in book.assumptions.values()
    ]
    typer.echo(formatted(("name", "value", "from", "default", "meaning", "rules"), rows, format_), nl=False)


def _resting(book: Rulebook, assumption: str) -> str:
    return ", ".join(rule.id for rule in book.rules.values() if assumption in rule.assumes)


def new_rule(
    section: Annotated[
        str, typer.Argument(metavar="SECTION", help="Name of a section, its letters (ENR), or its table.")
    ],
    row: Annotated[bool, typer.Option("--row", help="A rule on single rows, without another table.")] = False,
    state: State = None,
    rules: Annotated[
        str | None, typer.Option("--rules", metavar="DIR", help="Folder of your rules. [default: my-rules]")
    ] = None,
) -> None:
    """Write the files of a new rule, ready to edit.

    A query with its header, and cases. Both run as they stand; what is printed says what to do next.

    \b
    Examples:
      sis-audit new-rule ENR
      sis-audit new-rule "Student Demographics" --row --rules our-rules
    """
    from audit import explain
    from audit import new_rule as work

    values, _ = settings.gather({"state": state, "rules": rules})
    books = explain.rulebooks(values.get("state"))
    rule_id, files = work.write(books, section, values.get("rules", work.FOLDER), row=row)
    typer.echo(work.next_steps(rule_id, files))
