"""The command line: exit statuses, streams, help, settings, and what each command prints."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from audit import progress
from audit.cli import app

#: Values of the extract that must never show up on a terminal.
SID, NAME = "918273645", "Quillfeather"

ENROLLMENT = """\
sid,home_rcdts,serving_rcdts,school_year,enrollment_date,entry_type_code,percent_day_attended,exit_type_code
918273645,990010010260001,990010010260001,2019,2018-08-20,01,{pda},
918273646,990010010260001,990010010260001,2019,2018-08-20,01,1.00,
"""
STUDENT = """sid,legal_first_name,legal_last_name,birth_date
918273645,Ottoline,Quillfeather,2004-05-06
918273646,Prosper,Quillfeather,2004-05-07
"""
#: One rule, so that these tests say the same when rules are added.
ONE = ["--select", "ENR-010", "--as-of", "2018-11-30"]


def run(*args: str | Path, status: int = 0):
    """Runs a command in this process and holds it to its exit status."""
    result = CliRunner().invoke(app, [str(a) for a in args])
    assert result.exit_code == status, (result.stdout, result.stderr, result.exception)
    return result


def command(*args: str | Path, **more) -> list[str]:
    return [sys.executable, "-c", "from audit.cli import main; main()", *map(str, args)]


def make_extract(folder: Path, pda: str = "1.50") -> Path:
    folder.mkdir(parents=True)
    (folder / "enrollment.csv").write_text(ENROLLMENT.format(pda=pda))
    (folder / "student.csv").write_text(STUDENT)
    return folder


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working directory with an extract that has one finding of IL-ENR-010."""
    monkeypatch.chdir(tmp_path)
    make_extract(tmp_path / "extract")
    return tmp_path


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """The folder of a run that others only read."""
    folder = tmp_path_factory.mktemp("checked")
    run("check", make_extract(folder / "extract"), "--out", folder / "out", *ONE, "-q", status=1)
    return folder / "out"


# ---------------------------------------------------------------------------------------------------------------------
# Help


@pytest.mark.parametrize("words", [["--help"], ["check", "--help"], ["rules", "--help"], ["explain", "-h"]])
def test_help_loads_no_heavy_library(words):
    code = (
        "import sys\nfrom audit.cli import app\n"
        "try:\n    app()\nfinally:\n    print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert not loaded & {"polars", "pandera", "duckdb", "rich", "pyarrow", "numpy", "pydantic", "jinja2"}
    assert "Usage: " in done.stdout


def test_help_answers_at_once():
    """Processor time, the best of three: a busy machine does not decide."""

    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command("check", "--help"), capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(3)) < 0.4


def test_help_shows_examples():
    commands = (
        "check", "demo", "doctor", "explain", "query", "report", "rules list", "diff", "runs list", "runs show",
        "runs prune", "fix", "answer", "config show",
    )  # fmt: skip
    for words in map(str.split, commands):
        assert "sis-audit " + " ".join(words) in run(*words, "--help").stdout.partition("Example")[2], words


def test_version():
    from audit import __version__

    assert run("--version").stdout == f"sis-audit {__version__}\n"


def test_no_command_shows_the_help():
    assert "doctor" in run(status=2).output


# ---------------------------------------------------------------------------------------------------------------------
# Usage and settings: exit 2, nothing written


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["check"], "Missing argument"),
        (["check", "extract", "--nope"], "No such option"),
        (["chek", "extract"], "No such command"),
        (["check", "nowhere"], "EXTRACT: there is no file or folder nowhere"),
        (["check", "extract", "--previous", "nowhere"], "--previous: there is no file or folder nowhere"),
        (["check", "extract", "--base", "nowhere"], "--base: there is no file or folder nowhere"),
        (["check", "extract", "--out", "extract"], "is the same as EXTRACT"),
        (["check", "extract", "--out", "."], "is a parent of EXTRACT"),
        (["check", "extract/student.csv", "--out", "extract"], "is a parent of EXTRACT"),
        (["check", "extract", "--out", "extract/student.csv"], "is a file, not a folder"),
        (["check", "extract", "--as-of", "30.11.2018"], "--as-of: '30.11.2018' is no date"),
        (["check", "extract", "--fail-on", "never"], "Known: error, warning, new."),
        (["check", "extract", "--config", "none.toml"], "--config: there is no file none.toml"),
        (["check", "extract", "--memory", "1"], "is too little"),
        (["doctor", "nowhere.csv"], "there is no file nowhere.csv"),
        (["explain", "ENR-011111"], "there is no rule ENR-011111. Nearest:"),
        (["rules", "show", "nonsense"], "there is no rule nonsense"),
        (["rules", "list", "--state", "ohio"], "ohio"),
        (["query", "select 1"], "there are no results in sis-audit-out"),
        (["report", "extract"], "there are no results in extract"),
    ],
)
def test_usage_errors(here, args, says):
    before = sorted(here.rglob("*"))
    result = run(*args, status=2)
    assert says in result.stderr
    assert result.stdout == ""
    assert sorted(here.rglob("*")) == before


def test_unknown_key_of_the_settings_file(here):
    (here / "extract" / "sis-audit.toml").write_text('previus = "last"\n')
    result = run("check", "extract", status=2)
    assert "previus: unknown setting. Nearest: previous." in result.stderr
    assert not (here / "sis-audit-out").exists()


# ---------------------------------------------------------------------------------------------------------------------
# check: exit statuses and streams


def test_findings(here):
    result = run("check", "extract", *ONE, status=1)
    assert "Not ready to submit (by the selected rules alone): 1 error." in result.stdout
    assert "error  IL-ENR-010  Percent of Day Attended" in result.stdout
    assert "as of 2018-11-30 (option), school year 2018-19" in result.stdout
    assert "4 records in 2 files" in result.stdout
    assert f"Report      {Path('sis-audit-out/report/index.html')}" in result.stdout
    assert (here / "sis-audit-out" / "exceptions.csv").exists()


def test_no_finding(here):
    make_extract(here / "clean", pda="1.00")
    result = run("check", "clean", *ONE)
    assert "Ready to submit (by the selected rules alone)." in result.stdout


def test_fail_on_and_exit_zero(here):
    assert run("check", "extract", *ONE, "--exit-zero").stdout.count("Not ready") == 1
    (here / "sis-audit.toml").write_text("exit_zero = true\n")
    run("check", "extract", *ONE)


def test_nothing_to_check(here):
    (here / "empty").mkdir()
    (here / "empty" / "letter.docx").write_text("x")
    result = run("check", "empty", "--exit-zero", status=5)
    assert "Nothing to check" in result.stdout


def test_an_unreadable_file_leaves_no_verdict(here):
    (here / "extract" / "exit_enrollment.csv").write_bytes(b"")
    result = run("check", "extract", *ONE, "--exit-zero", status=3)
    assert (
        "Could not judge (by the selected rules alone): exit_enrollment.csv not fully read, 2 errors." in result.stdout
    )


def test_json_is_pure(here):
    done = subprocess.run(command("check", "extract", *ONE, "--format", "json"), capture_output=True, text=True)
    assert done.returncode == 1
    printed = json.loads(done.stdout)
    assert printed["counts"] == {"error": 1, "warning": 0, "info": 0}
    stored = json.loads(Path("sis-audit-out/run.json").read_text())
    assert {**stored, "counts": printed["counts"]} == printed
    assert printed["exit_status"] == 1
    assert [i["path"] for i in printed["inputs"]] == ["enrollment.csv", "student.csv"]


def test_quiet_says_the_verdict_only(here):
    result = run("check", "extract", *ONE, "-q", status=1)
    assert result.stderr == ""
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["Not", "Report", "Exceptions"]


def test_verbose_says_where_settings_come_from_and_what_was_not_run(here):
    (here / "sis-audit.toml").write_text('names = "initials"\n')
    result = run("check", "extract", "--as-of", "2018-11-30", "-v", status=1)
    assert "names = initials (file sis-audit.toml)" in result.stderr
    assert "as_of = 2018-11-30 (option)" in result.stderr
    assert "fail_on = error (default)" in result.stderr
    assert "Not run\n" in result.stdout


def test_notices_go_to_stderr(here):
    (here / "extract" / "letter.docx").write_text("x")
    result = run("check", "extract", *ONE, status=1)
    assert "notice: Left alone, neither batch file nor table: 1 file" in result.stderr
    assert "notice" not in result.stdout


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_value_of_a_student_on_the_terminal(here, form):
    (here / "extract" / "enrollment.csv").write_text(ENROLLMENT.format(pda="1.50") + f"{SID},{NAME}\n{NAME},x,y,z,,,\n")
    result = run("check", "extract", "--as-of", "2018-11-30", "-vv", "--format", form, status=1)
    for value in (SID, NAME, "Ottoline", "2004-05-06", "990010010260001"):
        assert value not in result.output


def test_interrupted(here):
    """Ctrl-C while a large extract is read: 130, one line, the result of the run before whole."""
    run("check", "extract", *ONE, status=1)
    before = Path("sis-audit-out/run.json").read_bytes()
    rows = "".join(f"{n},990010010260001,990010010260001,2019,2018-08-20,01,1.00\n" for n in range(1_000_000))
    (here / "extract" / "enrollment.csv").write_text(ENROLLMENT.partition("\n")[0] + "\n" + rows)
    scratch = here / "scratch"
    scratch.mkdir()
    process = subprocess.Popen(
        command("check", "extract", *ONE),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(scratch)},
    )
    while not list(scratch.glob("sis-audit-*/*/read-1")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert err == "sis-audit: interrupted. A result that was there before is as it was.\n"
    assert Path("sis-audit-out/run.json").read_bytes() == before
    assert sorted(p.name for p in here.iterdir()) == ["extract", "scratch", "sis-audit-out"]
    assert list(scratch.iterdir()) == []


def test_interrupted_while_a_query_runs(checked):
    """DuckDB alone would go on to the end of the query, minutes later."""
    sql = "select count(*) from range(1000000) a, range(1000000) b where a.range * b.range % 7 = 3"
    code = "import duckdb; from audit import cli; print('ready', flush=True); cli.main()"
    words = [sys.executable, "-c", code, "query", sql, "--out", str(checked)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[1].startswith("sis-audit: interrupted.")
    assert process.returncode == 130


def test_internal_error_tells_no_value(here, monkeypatch):
    def broken(*_):
        raise ValueError(f"no such student: {SID}")

    monkeypatch.setattr("audit.parameters._as_of", broken)
    result = run("check", "extract", status=4)
    assert "internal error (ValueError)" in result.stderr
    where = here / "sis-audit-out" / "internal-error.txt"
    assert str(where.relative_to(here)) in result.stderr
    text = where.read_text()
    assert "builtins.ValueError\n" in text
    assert "run_parameters" in text
    assert SID not in text + result.output
    assert where.stat().st_mode & 0o777 == 0o600
    run("check", "extract", "--show-values", status=4)
    assert SID in where.read_text()
    monkeypatch.undo()
    run("check", here / "extract", "--out", where.parent, *ONE, status=1)
    assert not where.exists()


# ---------------------------------------------------------------------------------------------------------------------
# Progress


def test_progress_elsewhere_is_a_plain_line_every_ten_seconds():
    now, out = [0.0], io.StringIO()
    lines = progress.Lines(out, clock=lambda: now[0])
    lines.stage("read", 3_000_000)
    for _ in range(12):
        now[0] += 1
        lines.advance(100_000, "enrollment.csv")
    lines.stage("rules", 112)
    now[0] += 60
    lines.advance(41, "IL-ENR-009")
    lines.done()
    assert out.getvalue() == ("[read] 1.0 of 3.0 MB, 0:10, enrollment.csv\n[rules] 41 of 112 rules, 1:12, IL-ENR-009\n")


def test_progress_on_a_terminal_is_drawn():
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    bars = progress.make(wanted=True, stream=out)
    bars.stage("rules", 112)
    bars.advance(41, "IL-[ENR]-009")
    bars.done()
    assert "41 of 112 rules" in out.getvalue()
    assert "IL-[ENR]-009" not in out.getvalue().rpartition("\n")[2]
    assert isinstance(progress.make(wanted=False, stream=out), progress.Silent)
    assert isinstance(progress.make(wanted=True, stream=io.StringIO()), progress.Lines)


def test_the_summary_is_drawn_on_a_terminal(checked):
    """Through a pseudo-terminal: the same words, in colour."""
    import pty

    reader, writer = pty.openpty()
    code = (
        "from pathlib import Path; from audit import terminal; out = Path(__import__('sys').argv[1]);"
        "terminal.show(terminal.read(out / 'audit.duckdb'), {'Report': out}, quiet=False, verbose=True)"
    )
    environ = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "200"}
    environ.pop("NO_COLOR", None)
    subprocess.run([sys.executable, "-c", code, str(checked)], stdout=writer, env=environ, check=True)
    os.close(writer)
    text = b""
    while chunk := _read(reader):
        text += chunk
    assert b"IL-ENR-010" in text
    assert b"\x1b[" in text
    assert b"Not ready to submit (by the selected rules alone): 1 error." in text


def _read(reader: int) -> bytes:
    try:
        return os.read(reader, 1 << 16)
    except OSError:  # how Linux says that the other side is closed
        return b""


def test_the_profile_agrees_with_the_stages_of_the_run(here):
    told = run("check", "extract", "--as-of", "2018-11-30", "--select", "ENR,KEY", "--profile", "-q", status=1)
    stages, _, rules = told.stderr.strip().partition("\n\n")
    heading, *rows = (line.split() for line in stages.splitlines())
    assert heading == ["Stage", "Seconds", "Share", "CPU", "s", "Peak", "MB"]
    found = {name: (float(wall), float(cpu), int(peak.replace(",", ""))) for name, wall, _, cpu, peak in rows}
    written = json.loads((here / "sis-audit-out" / "run.json").read_text("utf-8"))
    wall, cpu, peak = found.pop("all")
    assert list(found) == [*written["stages"], "finish"]
    for name, seconds in written["stages"].items():
        assert found[name][:2] == pytest.approx((seconds, written["stages_cpu"][name]), abs=0.0051)
    # the stages are the whole run: what is not in one is in the next
    assert sum(written["stages"].values()) == pytest.approx(written["seconds"], abs=0.02)
    assert wall == pytest.approx(written["seconds"] + found["finish"][0], abs=0.04)
    assert sum(written["stages_cpu"].values()) > 0.5 * cpu > 0
    assert peak == max(p for _, _, p in found.values()) > 50
    for expected in (r"IL-ENR-\d+ with \d+ others, rows of enrollment", r"KEY-enrollment, keys of enrollment"):
        assert re.search(expected, rules), rules
    seconds = [float(line.split()[0]) for line in rules.splitlines()[1:21]]
    assert seconds == sorted(seconds, reverse=True)
    assert sum(float(line.split()[0]) for line in rules.splitlines()[1:]) == pytest.approx(_rules_took(here), abs=0.02)
    assert SID not in told.output
    assert NAME not in told.output


def _rules_took(folder: Path) -> float:
    with (folder / "sis-audit-out" / "rule_results.csv").open(encoding="utf-8") as file:
        return sum(float(row["seconds"]) for row in csv.DictReader(file))


def test_no_profile_unless_asked_for(here):
    assert "Peak MB" not in run("check", "extract", *ONE, status=1).stderr


# ---------------------------------------------------------------------------------------------------------------------
# rules, explain


def test_rules_list():
    lines = run("rules", "list").stdout.splitlines()
    assert lines[0].split() == ["id", "severity", "kind", "status", "title"]
    assert any(line.startswith("IL-ENR-010") and " error " in line and " row " in line for line in lines)
    assert any(line.startswith("FMT-DATE") for line in lines)
    assert any(line.startswith("KEY-student") for line in lines)


def test_rules_list_filters_and_formats():
    rows = list(csv.DictReader(io.StringIO(run("rules", "list", "--section", "sca", "--format", "csv").stdout)))
    assert "IL-SCA-016" in {r["id"] for r in rows}
    assert {r["id"].split("-")[1] for r in rows} == {"SCA"}
    rows = json.loads(run("rules", "list", "--severity", "warning", "--kind", "format", "--format", "json").stdout)
    assert {r["severity"] for r in rows} == {"warning"}
    assert {r["kind"] for r in rows} == {"format"}
    run("rules", "list", "--format", "xml", status=2)
    assert "Nearest: warning." in run("rules", "list", "--severity", "warnings", status=2).stderr
    assert "no rule is of a section 'enrolment'" in run("rules", "list", "--section", "enrolment", status=2).stderr


def test_rules_export(tmp_path):
    out = tmp_path / "rules.json"
    assert run("rules", "export", "--format", "json", "--out", out).stdout == ""
    rules = {r["rule_id"]: r for r in json.loads(out.read_text())}
    rule = rules["IL-ENR-010"]
    assert rule["table_name"] == "enrollment"
    assert rule["columns"] == "percent_day_attended"
    assert all(rule[field] for field in ("message", "expected", "fix", "section", "source", "reads"))
    rows = list(csv.DictReader(io.StringIO(run("rules", "export").stdout)))
    assert [r["rule_id"] for r in rows] == [r["rule_id"] for r in json.loads(out.read_text())]
    assert {r["rule_id"] for r in rows} == set(rules)
    named = [(r["rule_id"], r["rulebook"]) for r in rows]
    assert named == sorted(set(named))
    assert {book for _, book in named} == {"", "alabama", "illinois"}
    assert rows[0].keys() == rule.keys()


def test_explain_in_words():
    text = run("explain", "ENR-010").stdout
    assert text == run("rules", "show", "il-enr-010").stdout
    assert text.startswith("IL-ENR-010  ")
    for label in ("Severity", "Source", "Years", "Reads", "Message", "Expected", "Fix", "Executable"):
        assert f"\n{label}" in text


def test_explain_sql_of_a_cross_rule_prints_its_models_first():
    text = run("explain", "ENR-009", "--sql").stdout
    assert (
        text.index("-- model enrolled_again")
        < text.index("-- model enrollments_split")
        < text.index("-- model student_active")
        < text.index("-- rule IL-ENR-009")
    )
    assert text.rstrip().endswith("from student_active")


def test_explain_sql_of_a_row_rule_prints_its_expressions():
    text = run("explain", "ENR-010", "--sql").stdout
    assert text.startswith("table  enrollment\nwhen   ")
    assert 'exit_type_code == "99"' in text
    assert "col(" not in text
    run("explain", "FMT-DATE", "--sql", status=2)
    run("explain", "KEY-student", "--sql", status=2)


def test_explain_on_an_extract_runs_the_rule_alone(here):
    result = run("explain", "ENR-010", "extract", "--as-of", "2018-11-30")
    assert "findings: findings 1, records judged 2, undetermined 0" in result.stdout
    assert result.stdout.splitlines()[-1].split() == ["enrollment.csv", "2", "percent_day_attended"]
    assert SID not in result.output
    shown = run("explain", "ENR-010", "extract", "--as-of", "2018-11-30", "--show-values").stdout
    assert SID in shown.splitlines()[-1]
    assert sorted(p.name for p in here.iterdir()) == ["extract"]


# ---------------------------------------------------------------------------------------------------------------------
# query, report


def test_query(checked):
    text = run("query", "select rule_id, line_number from exceptions", "--out", checked).stdout
    assert [line.split() for line in text.splitlines()] == [["rule_id", "line_number"], ["IL-ENR-010", "2"]]
    sql = "select rule_id, severity, null as nothing from exceptions"
    assert (
        run("query", sql, "--out", checked, "--format", "csv").stdout == "rule_id,severity,nothing\nIL-ENR-010,error,\n"
    )
    rows = json.loads(run("query", sql, "--out", checked, "--format", "json").stdout)
    assert rows == [{"rule_id": "IL-ENR-010", "severity": "error", "nothing": None}]


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("selct 1", "syntax error"),
        ("select * from nowhere", "nowhere"),
        ("delete from exceptions", "read-only"),
        ("select * from read_csv('/etc/hostname')", "disabled by configuration"),
        ("set enable_external_access = true", "locked"),
        ("install httpfs", "disabled by configuration"),
        ("", "the query is empty"),
    ],
)
def test_query_refuses(checked, sql, says):
    result = run("query", sql, "--out", checked, status=2)
    assert says in result.stderr
    assert result.stdout == ""


def test_query_finds_the_results_of_the_settings(checked, monkeypatch):
    monkeypatch.setenv("SIS_AUDIT_OUT", str(checked))
    assert "IL-ENR-010" in run("query", "select rule_id from exceptions").stdout


def test_report_is_built_again(here):
    run("check", "extract", *ONE, "-q", status=1)
    page = here / "sis-audit-out" / "report" / "index.html"
    first = page.read_bytes()
    page.unlink()
    assert run("report", "sis-audit-out").stdout == f"{page.relative_to(here)}\n"
    assert page.read_bytes() == first
    assert page.stat().st_mode & 0o777 == 0o600
    (here / "sis-audit-out" / "run.json").write_text("{")
    assert "run.json is missing or damaged" in run("report", "sis-audit-out", status=2).stderr


# ---------------------------------------------------------------------------------------------------------------------
# doctor, demo


def test_doctor_of_a_table(here):
    (here / "extract" / "enrollment.csv").write_text(
        ENROLLMENT.replace("entry_type_code", "colour").format(pda="abc").replace("2018-08-20", "2018-02-30", 1)
    )
    text = run("doctor", "extract/enrollment.csv").stdout
    assert "Taken for  table enrollment, by its name" in text
    assert "Encoding   utf-8, line ends LF" in text
    assert "Lines      3: 1 header, 2 rows checked" in text
    assert "  matched   7: sid, home_rcdts" in text
    assert "  unknown   1: colour (kept" in text
    assert "exit_date" in text.partition("missing")[2]
    assert "FMT-DATE    error     enrollment_date           1           2" in text
    assert "FMT-NUMBER  error     percent_day_attended" in text
    assert "999999999" in text
    assert SID not in text
    assert SID in run("doctor", "extract/enrollment.csv", "--show-values").stdout


def test_doctor_of_a_file_that_nothing_knows(here):
    (here / "mine.csv").write_text(ENROLLMENT)
    text = run("doctor", "mine.csv", status=5).stdout
    assert "Looks like table enrollment: 100% of its columns' names are known there" in text


def test_doctor_shows_no_name_that_may_be_a_value(here):
    (here / "student.csv").write_text(f"sid,{NAME},{SID}\n1,2,3\n")
    result = run("doctor", "student.csv")
    assert "unknown   2: more than are known" in result.stdout
    assert NAME not in result.output
    assert SID not in result.output
    assert f"unknown   2: {NAME.lower()}, {SID}" in run("doctor", "student.csv", "--show-values").stdout


def test_doctor_of_an_unreadable_file(here):
    (here / "student.csv").write_bytes(b"")
    assert "FMT-FILE" in run("doctor", "student.csv", status=3).stdout


def test_demo(here):
    result = run("demo")
    last = result.stdout.splitlines()[-1]
    assert last == str(Path("sis-audit-demo/result/report/index.html"))
    assert Path(last).is_file()
    assert "Not ready to submit" in result.stdout
    files = sorted(Path("sis-audit-demo/extract").iterdir())
    assert files
    text = run("doctor", files[0]).stdout
    assert "Taken for  batch file" in text
