"""The operator's commands on moto: what they print, what they store, how they refuse."""

import json
from contextlib import contextmanager

import pytest

from chalicelib.errors import BadInput
from infra import served as stage_services
from infra import sources
from infra.cli import main

HEAD = "item,name,department,kind,promise,statutory,basis,stages\n"
LINE = "X-01,Permit,Housing,promise,10wd,20wd,law,\n"


@pytest.fixture
def duban(served, monkeypatch, capsys):
    """Give the command; it finds the stage of this test whatever stage it names."""

    @contextmanager
    def here(_name):
        yield served

    monkeypatch.setattr(stage_services, "services_of", here)

    def run(*arguments):
        code = main.main(arguments)
        printed = capsys.readouterr()
        return code, printed.out.strip(), printed.err.strip()

    return run


def test_a_source_is_registered_rotated_and_removed(duban, served):
    """Two secrets at most, the newest first; each is printed once."""
    _, first, _ = duban("source", "add", "county", "--departments", "any")
    _, second, _ = duban("source", "add", "county", "--rotate")
    _, third, _ = duban("source", "add", "county", "--rotate")
    assert served.sources.read_document() == {"county": [third, second]}
    assert len({first, second, third}) == 3
    code, listed, _ = duban("source", "list")
    assert code == 0
    assert "county" in listed
    assert third not in listed
    assert duban("source", "remove", "county", "--old")[0] == 0
    assert served.sources.read_document() == {"county": [third]}
    assert duban("source", "remove", "county")[0] == 0
    assert served.sources.read_document() == {}


@pytest.mark.parametrize(
    "arguments",
    [
        ("source", "add", "a:b", "--departments", "any"),
        ("source", "add", "办", "--departments", "any"),
        ("source", "add", "", "--departments", "any"),
        ("source", "add", "-x"),
        ("source", "add", "any", "--departments", "any"),
        ("source", "add", "nobody", "--rotate"),
        ("source", "remove", "nobody"),
        ("source",),
        ("key", "add", "emperor"),
        ("key", "add", "department"),
        ("key", "add", "inspector", "--department", "Housing"),
        ("key", "remove", "0123456789abcdef"),
        ("catalogue", "import"),
        ("catalogue", "import", "not-there.csv"),
        ("catalogue", "import", "."),
        ("dead-letters", "read"),
    ],
)
def test_bad_usage_and_bad_input_are_one_line_and_exit_2(duban, arguments, capsys):
    """Whoever finds it, the parser or we."""
    try:
        code, out, err = duban(*arguments)
    except SystemExit as left:
        printed = capsys.readouterr()
        code, out, err = left.code, printed.out, printed.err.strip()
    assert (code, out) == (2, "")
    assert err.startswith("duban")
    assert "\n" not in err


def test_registering_a_source_twice_is_refused(duban, served):
    """Else a slip would cut off a running system."""
    duban("source", "add", "county", "--departments", "any")
    before = served.sources.read_document()
    code, _, error = duban("source", "add", "county", "--departments", "any")
    assert code == 2
    assert "--rotate" in error
    assert served.sources.read_document() == before


def test_a_key_is_printed_once_and_listed_without_its_secret(duban, served):
    """JSON on request; the list names whom it belongs to."""
    code, out, _ = duban("key", "add", "department", "--department", "住建局", "--json")
    told = json.loads(out)
    assert (code, told["role"], told["department"]) == (0, "department", "住建局")
    _, listed, _ = duban("key", "list", "--json")
    (row,) = json.loads(listed)
    assert row["key_id"] == told["key"].split("_")[1]
    assert told["key"] not in listed
    assert duban("key", "remove", row["key_id"])[0] == 0
    assert list(served.keys.all()) == []


def test_a_catalogue_is_imported_whole_or_not_at_all(duban, served, tmp_path, monkeypatch):
    """A broken line leaves the old one in force and is told with its place."""
    file = tmp_path / "items.csv"
    file.write_text(HEAD + LINE)
    code, out, _ = duban("catalogue", "import", str(file), "--json")
    told = json.loads(out)
    assert (code, told["items"], told["nudged"]) == (0, 1, 0)
    assert served.catalogues.current() == told["version"]
    file.write_text(HEAD + LINE + LINE)
    code, out, error = duban("catalogue", "import", str(file))
    assert (code, out) == (2, "")
    assert f"{file}:3: item X-01 is on line 2 already" in error
    assert served.catalogues.current() == told["version"]


def test_a_check_needs_no_stage(duban, served, tmp_path):
    """It reads the file and stores nothing."""
    file = tmp_path / "items.csv"
    file.write_text(HEAD + LINE)
    assert duban("catalogue", "import", str(file), "--check")[0] == 0
    assert served.catalogues.current() == ""


def test_an_import_tells_which_items_break_a_rule(duban, tmp_path):
    """Before it with --check, by any profile; and when it is in force, with what came of it."""
    file = tmp_path / "items.csv"
    lines = (LINE.replace("X-01,", f"X-{n:02},").replace("law,", "law,a;b;c;d") for n in range(11))
    file.write_text(HEAD + "".join(lines) + LINE.replace("X-01", "X-99").replace("10wd", "20wd"))
    code, out, _ = duban("catalogue", "import", str(file), "--check")
    assert code == 0
    first, stages, promise = out.splitlines()
    assert first.startswith("12 items; version ")
    assert first.endswith("; not imported")
    named = ", ".join(f"X-{n:02}" for n in range(10))
    assert stages == f"V-21 审批环节过多: 11 ({named}, …)"
    assert promise == "V-22 承诺时限没有压缩三分之一: 1 (X-99)"
    told = json.loads(duban("catalogue", "import", str(file), "--json")[1])
    assert (told["listed"], told["removed"], told["nudged"]) == (12, 0, 0)
    assert told["broken"]["V-22"] == ["X-99"]
    file.write_text(HEAD + LINE)
    code, out, error = duban("catalogue", "import", str(file))
    assert (code, len(out.splitlines())) == (0, 1)
    assert "2 items" not in error
    assert "1 items told, 11 are gone" in error


def test_a_check_by_a_profile_that_there_is_not(duban, tmp_path):
    """It is said, and nothing is checked."""
    file = tmp_path / "items.csv"
    file.write_text(HEAD + LINE)
    code, out, error = duban("catalogue", "import", str(file), "--check", "--profile", "nowhere")
    assert (code, out) == (2, "")
    assert "nowhere" in error


def test_of_three_secrets_the_oldest_goes():
    """The pure edit."""
    assert sources.add_secret({"a": ["2", "1"]}, "a", "3", rotate=True) == {"a": ["3", "2"]}
    assert sources.remove_source({"a": ["2", "1"], "b": ["9"]}, "a", only_old=False) == {"b": ["9"]}
    with pytest.raises(BadInput):
        sources.remove_source({}, "a", only_old=True)
