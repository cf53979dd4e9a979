"""The operator's commands on moto: what they print, what they store, how they refuse."""

import json
from contextlib import contextmanager

import pytest

from chalicelib.errors import BadInput
from chalicelib.policy.catalogue import read_catalogue
from infra.cli import main
from infra.operate import sources
from infra.stack import services as stage_services
from tests.support.stage import go_on_with
from tests.support.stream_pump import StreamPump

HEAD = "item,name,department,kind,promise,statutory,basis,stages\n"
LINE = "X-01,Permit,Housing,promise,10wd,20wd,law,\n"


@pytest.fixture
def duban(served, monkeypatch, capsys):
    """Give the command; it finds the stage of this test whatever stage it names."""
    go_on_with(served, StreamPump().drain)

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
    served.catalogues.write(read_catalogue((HEAD + LINE).encode(), "items.csv"))
    department = next(served.catalogues.entries()).department
    code, out, _ = duban("key", "add", "department", "--department", department, "--json")
    told = json.loads(out)
    assert (code, told["role"], told["department"]) == (0, "department", department)
    _, listed, _ = duban("key", "list", "--json")
    (row,) = json.loads(listed)
    assert row["key_id"] == told["key"].split("_")[1]
    assert told["key"] not in listed
    assert duban("key", "remove", row["key_id"])[0] == 0
    assert list(served.keys.all()) == []


@pytest.mark.parametrize(
    "name", ["Housing ", "*", "card:Housing", "housing", "Housing\u200b", "Water"]
)
def test_a_departments_key_is_for_a_department_that_the_operator_has_named(duban, served, name):
    """The catalogue names it, letter by letter; what only events name is no ground for a key."""
    served.catalogues.write(read_catalogue((HEAD + LINE).encode(), "items.csv"))
    code, out, error = duban("key", "add", "department", "--department", name)
    assert (code, out, len(error.splitlines())) == (2, "", 1)
    assert repr(name) in error
    assert ("是不是 'Housing'？" in error) == (name == "Housing ")
    assert list(served.keys.all()) == []
    assert duban("key", "add", "department", "--department", "Housing")[0] == 0


def test_a_departments_key_is_also_for_one_that_a_source_is_registered_for(duban, served):
    """With no catalogue at all; a source that speaks for any names none."""
    assert duban("source", "add", "hall", "--departments", "any")[0] == 0
    assert duban("key", "add", "department", "--department", "Water")[0] == 2
    assert duban("source", "add", "water", "--departments", "Water,Roads")[0] == 0
    assert duban("key", "add", "department", "--department", "Water")[0] == 0


def test_a_key_says_whose_it_is_and_when_it_ends(duban, served, wall):
    """For the list; the end is that of the day, in the time of the place, or an instant."""
    _, out, _ = duban(
        "key", "add", "inspector", "--owner", "王五", "--expires", "2026-12-31", "--json"
    )
    made = json.loads(out)
    assert (made["owner"], made["expires_at"]) == ("王五", "2026-12-31T16:00:00.000Z")
    duban("key", "add", "operator", "--expires", "2026-12-01T08:00:00Z")
    (first, second) = sorted(json.loads(duban("key", "list", "--json")[1]), key=lambda k: k["role"])
    assert (first["owner"], first["expires_at"]) == ("王五", made["expires_at"])
    assert (second["owner"], second["expires_at"]) == ("", "2026-12-01T08:00:00.000Z")
    lines = duban("key", "list")[1]
    assert "王五  有效至 2027-01-01T00:00:00.000+08:00" in lines
    wall.forward(days=30)
    assert "operator    已过期 2026-12-01T16:00:00.000+08:00" in duban("key", "list")[1]


@pytest.mark.parametrize(
    "more",
    [
        ("--expires", "soon"),
        ("--expires", "2026-02-30"),
        ("--expires", "2026-11-20"),
        ("--expires", "9999-12-31"),
        ("--owner", "a\nb"),
        ("--owner", "x" * 101),
    ],
)
def test_an_end_or_an_owner_that_cannot_be_is_refused(duban, served, more):
    """Exit 2, one line, no key; the stage's day is 2026-11-21."""
    code, out, error = duban("key", "add", "inspector", *more)
    assert (code, out, len(error.splitlines())) == (2, "", 1)
    assert list(served.keys.all()) == []


def test_no_source_bears_our_own_name(duban, served):
    """What it reports would be taken for ours."""
    assert duban("source", "add", "duban")[0] == 2
    assert served.sources.read_document() == {}


def test_profiles_are_listed_with_where_a_stage_selects_them(duban, served):
    """Without a stage, those that come with the code, the default first."""
    code, printed, _ = duban("policy", "list", "--json")
    names = [row["profile"] for row in json.loads(printed)["profiles"]]
    assert (code, names) == (0, ["statutory", "dongguan", "hunan", "meizhou", "yulin"])
    code, printed, _ = duban("policy", "list", "--stage", "local", "--json")
    first, *others = json.loads(printed)["profiles"]
    assert (first["regions"], first["title"]) == (["any"], "法定默认")
    assert not any(row["regions"] for row in others)


def test_of_three_secrets_the_oldest_goes():
    """The pure edit."""
    assert sources.add_secret({"a": ["2", "1"]}, "a", "3", rotate=True) == {"a": ["3", "2"]}
    assert sources.remove_source({"a": ["2", "1"], "b": ["9"]}, "a", only_old=False) == {"b": ["9"]}
    with pytest.raises(BadInput):
        sources.remove_source({}, "a", only_old=True)
