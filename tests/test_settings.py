"""Settings: option > environment > file > default; what is mistyped is refused with the nearest known word."""

import datetime as dt
import errno
import os
import tempfile
from pathlib import Path

import pytest

from audit.errors import UserError, strongest
from audit.settings import FILE_NAME, Options, check_paths, default_memory, gather, resolve
from audit.values import parse_memory


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working directory with an empty extract in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "extract").mkdir()
    return tmp_path


def options(given=None, environ=None, **more):
    return resolve(given or {}, extract=Path("extract"), environ=environ or {}, **more)


def refused(*, status=2, **more):
    with pytest.raises(UserError) as error:
        options(**more)
    assert error.value.exit_status == status
    return error.value.message


def test_defaults(here):
    found = options()
    assert found.out == Path("sis-audit-out")
    assert (found.state, found.names, found.fail_on, found.format) == ("auto", "none", "error", "text")
    assert (found.select, found.as_of, found.exit_zero, found.show_values, found.progress) == (
        (),
        None,
        False,
        False,
        True,
    )
    assert found.origins["extract"] == "option"
    assert set(found.origins.values()) == {"option", "default"}


def test_option_before_environment_before_file(here):
    (here / FILE_NAME).write_text('as_of = 2018-10-01\nschool_year = 2018\nnames = "initials"\n')
    environ = {"SIS_AUDIT_AS_OF": "2018-10-02", "SIS_AUDIT_SCHOOL_YEAR": "2019"}
    found = options({"as_of": "2018-10-03"}, environ)
    assert found.as_of == dt.date(2018, 10, 3)
    assert found.school_year == 2019
    assert found.names == "initials"
    assert found.origins["as_of"] == "option"
    assert found.origins["school_year"] == "environment SIS_AUDIT_SCHOOL_YEAR"
    assert found.origins["names"] == f"file {FILE_NAME}"
    assert found.origins["out"] == "default"


def test_file_of_the_working_directory_before_that_of_the_extract(here):
    (here / "extract" / FILE_NAME).write_text('names = "full"\nfail_on = "warning"\n')
    assert options().names == "full"
    (here / FILE_NAME).write_text('names = "initials"\n')
    assert options().names == "initials"
    assert options().fail_on == "error", "one file is read, not two"
    other = here / "other.toml"
    other.write_text('fail-on = "new"\n')
    assert options(config=other).fail_on == "new"
    assert options(environ={"SIS_AUDIT_CONFIG": str(other)}).fail_on == "new"


def test_paths_of_a_file_start_at_its_folder(here):
    (here / "extract" / FILE_NAME).write_text('reference = "lists"\nout = "/abs/results"\n')
    found = options(environ={"SIS_AUDIT_PREVIOUS": "last"})
    assert found.reference == Path("extract/lists")
    assert found.out == Path("/abs/results")
    assert found.previous == Path("last")


def test_unknown_key_names_the_nearest(here):
    (here / FILE_NAME).write_text('fail_onn = "new"\n')
    message = refused()
    assert "fail_onn: unknown setting. Nearest: fail_on." in message
    assert FILE_NAME in message


def test_unknown_variable_names_the_nearest(here):
    assert "SIS_AUDIT_SCHOOLYEAR: unknown setting. Nearest: SIS_AUDIT_SCHOOL_YEAR." in refused(
        environ={"SIS_AUDIT_SCHOOLYEAR": "2019"}
    )


def test_other_variables_and_empty_ones_are_left_alone(here):
    assert options(environ={"SIS_AUDIT_AS_OF": "", "SISTER": "x"}).as_of is None


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("as_of", "2018-13-01", "'2018-13-01' is no date. Write YYYY-MM-DD"),
        ("as_of", "tomorrow", "is no date"),
        ("as_of", "0018-11-30", "is no date"),
        ("school_year", "19", "is no whole number from 1990 to 2100"),
        ("threads", "0", "is no whole number from 1"),
        ("threads", "two", "is no whole number"),
        ("submitter", "1234", "is no RCDT (11 characters) or RCDTS (15)"),
        ("names", "initial", "Nearest: initials. Known: none, initials, full."),
        ("fail_on", "never", "Known: error, warning, new."),
        ("format", "xml", "Known: text, json, jsonl, csv, parquet, xlsx, junit."),
        ("state", "illinoys", "Nearest: illinois."),
        ("memory", "lots", "is no amount of memory. Write a number and a unit"),
        ("memory", "10MB", "is too little"),
        ("memory", "3 apples", "is no amount of memory"),
        ("select", ["ENR,S*A"], "'S*A' is no rule ids"),
        ("select", [","], "there are no rule ids"),
        ("out", " ", "a path is needed"),
    ],
)
def test_values_are_checked(here, key, value, says):
    message = refused(given={key: value})
    assert message.startswith("--" + key.replace("_", "-") + ": ")
    assert says in message


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("select = [1, 2]", "no rule ids"),
        ("threads = true", "is no whole number"),
        ("threads = 2.5", "is no whole number"),
        ('exit_zero = "maybe"', "is neither true nor false"),
        ("out = 5", "a path is needed"),
        ("as_of = 10:30:00", "is no date"),
        ("as_of = [1]", "is no date"),
        ("names = ", "can't be read as TOML"),
        ("show_values = true", "can be set by the option --show-values only"),
        ('fail_on = "new"\nfail-on = "error"', "stands twice"),
    ],
)
def test_a_file_is_checked(here, line, says):
    (here / FILE_NAME).write_text(line + "\n")
    message = refused()
    assert says in message
    assert FILE_NAME in message


def test_values_of_a_file_may_be_typed(here):
    (here / FILE_NAME).write_text(
        "as_of = 2018-11-30T08:00:00\nschool_year = 2019\nthreads = 2\nexit_zero = true\nprogress = false\n"
        'select = ["ENR", "sca-015"]\nignore = "IL-ENR-006, IL-ENR-007"\nmemory = "1.5 GB"\n'
    )
    found = options()
    assert (found.as_of, found.school_year, found.threads) == (dt.date(2018, 11, 30), 2019, 2)
    assert (found.exit_zero, found.progress) == (True, False)
    assert found.select == ("ENR", "SCA-015")
    assert found.ignore == ("IL-ENR-006", "IL-ENR-007")
    assert found.memory_bytes == 1_500_000_000


def test_a_settings_file_that_is_not_there(here):
    assert "there is no file nowhere.toml" in refused(config=Path("nowhere.toml"))


def test_gather_needs_no_extract(here):
    values, origins = gather({"out": None}, environ={"SIS_AUDIT_OUT": "elsewhere"})
    assert values == {"out": Path("elsewhere")}
    assert origins == {"out": "environment SIS_AUDIT_OUT"}


def test_dates_and_districts_as_people_write_them(here):
    found = options({"as_of": "11/30/2018", "submitter": "07-016-113a-02-0000"})
    assert found.as_of == dt.date(2018, 11, 30)
    assert found.submitter == "07016113A02"


def test_memory():
    assert parse_memory("3GB", "") == 3_000_000_000
    assert parse_memory("2 gib", "") == 2 * 2**30
    assert parse_memory("900000000", "") == 900_000_000
    assert 256_000_000 <= parse_memory(default_memory(), "") <= 3_000_000_000


def test_options_as_json_hold_no_objects(here):
    found = options({"as_of": "2018-11-30", "select": ["ENR"]}).as_json()
    assert (found["extract"], found["as_of"], found["select"]) == ("extract", "2018-11-30", ["ENR"])
    assert "origins" not in found


@pytest.mark.parametrize(
    ("select", "ignore", "taken", "left"),
    [
        ((), (), ["IL-ENR-006", "KEY-student"], []),
        (("ENR",), (), ["IL-ENR-006"], ["IL-SCA-001", "FMT-DATE"]),
        (("IL-ENR-006", "SCA"), (), ["IL-ENR-006", "IL-SCA-001"], ["IL-ENR-007"]),
        ((), ("ENR-006",), ["IL-ENR-007"], ["IL-ENR-006"]),
        (("ENR",), ("ENR-006",), ["IL-ENR-007"], ["IL-ENR-006"]),
        (("ENR-006",), ("IL-ENR",), ["IL-ENR-006"], ["IL-ENR-007"]),
        (("IL-ENR",), ("ENR",), [], ["IL-ENR-006"]),
        (("KEY-STUDENT",), (), ["KEY-student_course_assignment"], ["KEY-enrollment"]),
    ],
)
def test_select_and_ignore(select, ignore, taken, left):
    found = Options(Path("x"), select=select, ignore=ignore)
    assert [r for r in taken + left if found.takes(r)] == taken


def paths_refused(**more):
    with pytest.raises(UserError) as error:
        check_paths(Options(Path("extract"), **more))
    assert error.value.exit_status == 2
    return error.value.message


def test_inputs_must_exist(here):
    with pytest.raises(UserError, match="EXTRACT: there is no file or folder nowhere"):
        check_paths(Options(Path("nowhere")))
    assert paths_refused(previous=Path("p")).startswith("--previous: there is no file or folder p")
    assert paths_refused(base=Path("b")).startswith("--base: there is no file or folder b")
    assert paths_refused(rules=Path("r")).startswith("--rules: there is no folder r")


def test_out_must_not_be_or_hold_an_input(here):
    (here / "last").mkdir()
    assert "is the same as EXTRACT" in paths_refused(out=here / "extract")
    assert "is a parent of EXTRACT" in paths_refused(out=Path())
    assert "is a parent of EXTRACT" in paths_refused(out=Path("extract/../../" + here.name))
    assert "is the same as --previous" in paths_refused(out=Path("last"), previous=here / "last")
    (here / "link").symlink_to(here / "extract")
    assert "is the same as EXTRACT" in paths_refused(out=Path("link"))
    check_paths(Options(Path("extract"), out=Path("extract/results")))


def test_out_that_is_a_file_or_below_one(here):
    (here / "file").write_text("x")
    assert "file is a file, not a folder" in paths_refused(out=Path("file"))
    assert "file is a file, not a folder" in paths_refused(out=Path("file/below"))


def test_out_that_cannot_be_written(here, monkeypatch):
    def read_only(**_):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(tempfile, "mkdtemp", read_only)
    assert f"can't write in {here} (Read-only file system)" in paths_refused(out=Path("results"))


def test_checking_paths_leaves_nothing(here):
    before = sorted(here.rglob("*"))
    check_paths(Options(Path("extract"), out=Path("a/b/c")))
    assert sorted(here.rglob("*")) == before


def test_which_status_speaks_when_several_apply():
    assert strongest([]) == 0
    assert strongest([0, 1]) == 1
    assert strongest([1, 3]) == 3
    assert strongest([3, 5]) == 5
    assert strongest([5, 2]) == 2
    assert strongest([2, 4]) == 4
    assert strongest([4, 130]) == 130


def test_links_to_nowhere_and_links_of_an_extract_are_no_place_for_results(here):
    (here / "elsewhere").mkdir()
    (here / "extract" / "link").symlink_to(here / "elsewhere")
    (here / "gone").symlink_to(here / "nowhere")
    (here / "mine").symlink_to(here / "elsewhere")
    for option, field in (("--out", "out"), ("--workspace", "workspace")):
        for folder in ("extract/link", "extract/link/deeper"):
            assert paths_refused(**{field: Path(folder)}).startswith(f"{option}: {folder} is a link within EXTRACT")
        assert "is a link that leads nowhere" in paths_refused(**{field: Path("gone")})
        check_paths(Options(Path("extract"), **{field: Path("mine")}))


@pytest.mark.parametrize("line", ['on_finish = "touch bad"', 'rules = "my-rules"'])
def test_a_file_that_came_with_the_extract_runs_nothing(here, line):
    file = here / "extract" / FILE_NAME
    file.write_text(f'names = "initials"\n{line}\n')
    key = line.split()[0]
    assert f"{key}: runs what it names, but this file came with EXTRACT" in refused()
    assert getattr(options(config=file), key)
    assert getattr(options(environ={"SIS_AUDIT_CONFIG": str(file)}), key)
    file.rename(here / FILE_NAME)
    assert getattr(options(), key)
