"""A map is read to the letter: what it cannot mean is refused with the key."""

from pathlib import Path

import pytest

from chalicelib.errors import BadInput
from chalicelib.policy.limit import Limit
from infra.replay.log_map import load_map
from infra.replay.rules import replay_rules

XES = """format = "xes"
timezone = "Europe/Amsterdam"
[case]
id = "concept:name"
accepted = { event = "Create Fine" }
"""
CSV = XES.replace('"xes"', '"csv"').replace("[case]", 'activity = "a"\ntime = "t"\n[case]')
PAUSE = '[[pause]]\nstart = { event = "S" }\nend = { event = "E" }\n'
EXTENSION = '[[extension]]\nat = { event = "X" }\namount = 42\nunit = "d"\n'
LIMIT = 'limit = [{ when = { procedure = "long" }, amount = 182, unit = "d" }]\n'
DUE = 'due = { attribute = "d" }\n'


def load(folder: Path, text: str) -> None:
    """Load *text* as a map and the rules it asks for."""
    path = folder / "map.toml"
    path.write_text(text, encoding="utf-8")
    replay_rules(load_map(path), "statutory", str(path))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("format = ", "map.toml: not TOML"),
        (XES.replace('"xes"', '"ocel"'), "map.toml: format: must be one of csv, xes, xlsx"),
        (
            XES.replace("format", "formats"),
            "formats: this field is not known",
        ),
        (XES + "colour = 1\n", "map.toml: case.colour: this field is not known here"),
        (XES.replace('"Europe/Amsterdam"', '"Mars/Olympus"'), "timezone: unknown time zone"),
        (XES.replace('"Europe/Amsterdam"', "1"), "timezone: must be a text"),
        (XES.replace('id = "concept:name"\n', ""), "case.id: this field is needed"),
        (XES.replace("event =", "activity ="), "case.accepted.activity: this field is not known"),
        (XES.replace("{ event =", '{ attribute = "a", event ='), "either an attribute or an event"),
        (XES + 'completed = { attribute = "a", which = "last" }\n', "belong to an event"),
        (XES + 'completed = { event = "a", which = "second" }\n', "case.completed.which"),
        (XES + 'department = { event = "a" }\n', "case.department"),
        (XES + LIMIT + DUE, "case.limit: a case has either a due or a limit"),
        (XES + LIMIT.replace("182", "0"), "case.limit.0.amount"),
        (XES + LIMIT.replace("182", "1.5"), "case.limit.0.amount"),
        (XES + LIMIT.replace('"d"', '"weeks"'), "case.limit.0.unit"),
        (XES + "limit = []\n", "case.limit"),
        (
            XES + LIMIT.replace('"long"', "[1]"),
            "case.limit.0.when.procedure: must be a text",
        ),
        (XES + LIMIT.replace("procedure", '" "'), "case.limit.0.when: 1 characters at least"),
        ("sheet = 3\n" + CSV, "sheet: must be a text or an array"),
        ('sheet = ["a", " "]\n' + CSV, "sheet.1: "),
        (XES + PAUSE, "pause: only a limit can be paused"),
        (XES + DUE + EXTENSION, "extension: only a limit can be paused or extended"),
        (XES + "[clock]\nrest_day = 'later'\n", "clock.rest_day"),
        (XES + "[clock]\ncutoff = '25:00'\n", "clock.cutoff: not a time of day"),
        (XES + "[clock]\ncalendar = 'XX'\n", "clock.calendar: no such calendar"),
        (XES + "[report]\ncrossings = [0]\n", "report.crossings.0"),
        ('delimiter = ";"\n' + XES, "delimiter: belongs to csv"),
        ('time_format = "%d"\n' + XES, "time_format: belongs to csv"),
        ('delimiter = ";;"\n' + CSV, "delimiter: one character"),
        ('encoding = "utf-9"\n' + CSV, "encoding: unknown encoding"),
        ('encoding = "rot13"\n' + CSV, "encoding: unknown encoding"),
        ('time_format = "%Q"\n' + CSV, "time_format: not a time format"),
        ('time_format = "then"\n' + CSV, "time_format: not a time format"),
        (CSV.replace('time = "t"\n', ""), "time: activity needs it"),
        (CSV.replace('activity = "a"\n', ""), "case.accepted: an event needs activity"),
    ],
)
def test_a_map_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    """The complaint is one line with the file and the key."""
    with pytest.raises(BadInput, match=complaint) as caught:
        load(tmp_path, text)
    assert "\n" not in str(caught.value)
    assert "map.toml" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        XES,
        CSV,
        XES + DUE,
        XES + LIMIT + PAUSE + PAUSE + EXTENSION,
        XES + LIMIT + '[[pause]]\nstart = { event = "S", which = "last", where = { n = 1 } }\n',
        XES + '[clock]\ncutoff = "24:00"\nrest_day = "keep"\ncalendar = "CN"\n',
        'delimiter = "\\t"\nencoding = "gb18030"\ntime_format = "%d.%m.%Y"\n' + CSV,
    ],
)
def test_a_map_that_says_what_it_means_is_taken(tmp_path: Path, text: str) -> None:
    """Optional parts may be left out."""
    load(tmp_path, text)


def test_a_limit_is_read_as_the_engine_counts_it(tmp_path: Path) -> None:
    """Amount and unit make a limit."""
    path = tmp_path / "map.toml"
    path.write_text(XES + LIMIT, encoding="utf-8")
    choices = load_map(path).case.limit
    assert choices is not None
    assert choices[0].limit == Limit(182, "d")


def test_a_missing_map_is_one_line(tmp_path: Path) -> None:
    """No file, no traceback."""
    with pytest.raises(BadInput, match=r"nowhere.toml: cannot be read.*: No such file"):
        load_map(tmp_path / "nowhere.toml")
