"""The documents keep up with the code: what can be called or set is told; links lead somewhere."""

import argparse
import pkgutil
import re
from pathlib import Path

import pytest
from msgspec.structs import fields

import app
from chalicelib.intake.payload import MODELS
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.settings import Settings
from chalicelib.policy.shipped import OURS
from infra import cli
from infra.cli.main import _parser
from infra.policy import table
from tests.support.desk_paths import is_for_people
from tests.support.template_file import template

ROOT = Path(__file__).parents[2]
DOCS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
HEADINGS = [
    "Status and date",
    "Situation",
    "Decision",
    "What it costs us",
    "What would change our mind",
]
ONE_PAGE = 75  # lines
OPERATING = pytest.mark.parametrize("name", ["docs/operating.md", "docs/operating.en.md"])
_ALARM = "AWS::CloudWatch::Alarm"
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def read(name):
    """Give the text of a document."""
    return (ROOT / name).read_text("utf-8")


def short(path):
    """Name a document in a test's id."""
    return str(path.relative_to(ROOT))


def sub_commands(parser):
    """Give the sub-commands of *parser* with their parsers."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def anchor(heading):
    """Name a heading as links do."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.strip().replace(" ", "-")


def anchors(path):
    """Give the anchors of the document at *path*."""
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {anchor(heading) for heading in headings}


@pytest.mark.parametrize("name", ["docs/commands.md", "docs/commands.en.md"])
def test_every_command_is_documented(name):
    """With its actions, where it has any, as in `duban source add|list|remove`."""
    commands = dict(sub_commands(_parser([])))
    modules = {
        module_info.name.replace("_", "-") for module_info in pkgutil.iter_modules(cli.__path__)
    }
    assert commands.keys() == modules - {"main"}
    page = read(name).replace("\\|", "|")
    for command, parser in commands.items():
        actions = [action for action, _ in sub_commands(parser)]
        wanted = f"`duban {command} {'|'.join(actions)}" if actions else f"`duban {command}"
        assert wanted in page, name


def test_every_route_is_documented():
    """Method and path, as a client writes them; pages for people have one row together."""
    page = read("docs/http.md")
    for path, methods in app.app.routes.items():
        for method in () if is_for_people(path) else methods:
            assert f"`{method} {path}`" in page, "docs/http.md"


@OPERATING
def test_every_setting_and_parameter_is_documented(name):
    """Those of a function's environment and those of the stack."""
    page = read(name)
    for each in [*(field.name.upper() for field in fields(Settings)), *template()["Parameters"]]:
        assert f"`{each}`" in page


def meant_as_parameters(page, others):
    """Give the names on *page* that are set, or end as a parameter does; *others* are known."""
    last = {re.findall(r"[A-Z][a-z]*", name)[-1] for name in template()["Parameters"]}
    for span in re.findall(r"`([^`\n]+)`", page) + re.findall(r"^.*duban .*$", page, re.MULTILINE):
        yield from re.findall(r"(?<![\w.:/-])((?:[A-Z][a-z]+)+)=", span)
        for name in re.findall(r"(?<![\w.:/-])(?:[A-Z][a-z]+){2,}(?![\w(])", span):
            if re.findall(r"[A-Z][a-z]*", name)[-1] in last and name not in others:
                yield name


@pytest.mark.parametrize("path", [*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md")], ids=short)
def test_every_parameter_that_is_named_is_there(path):
    """An old name would be set in vain. What decisions and the changelog tell was so once."""
    others = template()["Resources"].keys() | template()["Outputs"].keys()
    named = set(meant_as_parameters(path.read_text("utf-8"), others))
    assert named - template()["Parameters"].keys() == set()


def test_parameters_are_found_on_pages():
    """Else the test above would find nothing wrong in nothing."""
    found = set(meant_as_parameters(read("docs/operating.md"), ()))
    assert len(found & template()["Parameters"].keys()) > 15
    page = "`OldWindow` `--set Old=1`\n    duban deploy --set OldRate=2 # `LogBucket`"
    assert set(meant_as_parameters(page, ())) == {"OldWindow", "Old", "OldRate"}


@OPERATING
def test_every_alarm_is_documented(name):
    """An operator who is woken finds its name."""
    page = read(name)
    resources = template()["Resources"]
    alarms = [n for n, yamlobject in resources.items() if yamlobject.get("Type") == _ALARM]
    assert alarms
    for each in alarms:
        assert f"`{each}`" in page


@OPERATING
def test_every_metric_is_documented_and_counted(name):
    """By name, and what they and the alarms cost: each is paid for by the month."""
    page, costs = read(name), read("docs/performance.md")
    metrics = {
        value
        for constant, value in vars(telemetry).items()
        if constant.isupper() and constant not in ("SERVICE", "NAMESPACE")
    }
    for each in metrics:
        assert f"`{each}`" in page
    alarms = [r for r in template()["Resources"].values() if r.get("Type") == _ALARM]
    assert f"| {len(metrics)} custom metrics |" in costs
    assert f"| {len(alarms)} alarms |" in costs


@pytest.mark.parametrize("language", table.DOCUMENTS)
def test_the_profiles_are_told_as_they_are(language):
    """Their tables are made from the files: `python -m infra.policy.table`."""
    page = table.DOCUMENTS[language].read_text("utf-8")
    is_current = table.replace_tables(page, language) == page
    assert is_current, f"{table.DOCUMENTS[language].name}: run python -m infra.policy.table"
    for name in OURS:
        assert f"| `{name}` | " in page


def test_every_event_type_is_documented():
    """With each field of its data."""
    rows = dict(re.findall(r"^\| `(\w+\.\w+)` \|(.+)$", read("docs/events.md"), re.MULTILINE))
    apart = rows.keys() ^ {kind.value for kind in MODELS}
    assert not apart, f"docs/events.md: {apart}"
    for kind, model in MODELS.items():
        row = rows[kind.value]
        if "as submitted" in row:
            row += rows["case.submitted"]
        if "the same" not in row:
            for field in model.__struct_fields__:
                assert f"`{field}`" in row, f"docs/events.md: {field} of {kind}"


@pytest.mark.parametrize("path", DECISIONS, ids=short)
def test_a_decision_has_its_five_headings(path):
    """In this order, on one page, under its number."""
    text = path.read_text("utf-8")
    number, _, _ = path.stem.partition("-")
    assert text.startswith(f"# {number} · ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert len(text.splitlines()) <= ONE_PAGE


def test_decisions_are_numbered_and_listed():
    """Without a gap, each with its own title in the list."""
    listed = read("docs/adr/README.md")
    assert [path.name[:4] for path in DECISIONS] == [
        f"{number:04d}" for number in range(1, len(DECISIONS) + 1)
    ]
    for path in DECISIONS:
        title = path.read_text("utf-8").splitlines()[0].partition(" · ")[2]
        assert f"| [{path.name[:4]}]({path.name}) | {title} |" in listed


@pytest.mark.parametrize("path", DOCS, ids=short)
def test_links_lead_somewhere(path):
    """To a file of the repository and, where one is named, to a heading in it."""
    for link in _LINK.findall(path.read_text("utf-8")):
        if link.startswith("https://"):
            continue
        file, _, heading = link.partition("#")
        target = path.parent / file if file else path
        assert target.exists(), link
        if heading:
            assert heading in anchors(target), link


@pytest.mark.parametrize("path", DOCS, ids=short)
def test_no_heading_stands_twice(path):
    """A link leads to the first of two, and a reader wonders which of them holds."""
    code_left_out = re.sub(
        r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    headings = re.findall(r"^#+ (.+)$", code_left_out, re.MULTILINE)
    assert len(headings) == len(set(headings))
