"""The words and small parts of the public pages."""

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib import resources
from zoneinfo import ZoneInfo

import pytest

from chalicelib.board import pages, view
from chalicelib.board.legend import legend
from chalicelib.board.signers import Signers
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.clock.due import Due
from chalicelib.pages.frame import base_of, missing_slash
from chalicelib.pages.words import choose_language, page_words
from chalicelib.policy.data_quality import DataQuality
from chalicelib.policy.shipped import load_profile

ZONE = ZoneInfo("Asia/Shanghai")
NOTHING = {
    "base": "",
    "region": "370102",
    "instrument": "《办法》（文号）",
    "through": 0,
    "data_at": "",
    "now_at": "2026-11-21T16:30:00.000+08:00",
    "totals": view.totals([], DataQuality()),
    "departments": [],
    "due": [],
    "cards": [],
    "is_newest": True,
    "before": None,
    "log": None,
    "signers": [*Signers().by_role()],
    "minutes": 10,
    "refusals": {"from": "2026-11-15", "to": "2026-11-21", "sources": []},
    "legend": legend(load_profile("statutory"), "", page_words("zh")),
}


def test_both_languages_have_every_word():
    """None is missing, and none is the same placeholder with other names."""
    zh, en = page_words("zh"), page_words("en")
    assert zh.keys() == en.keys()
    assert page_words("zh", is_formal=False).keys() == page_words("en", is_formal=False).keys()
    assert page_words("en", is_formal=False).keys() == en.keys(), "no other word than those"
    for key, text in zh.items():
        assert re.findall(r"{\w+}", text) == re.findall(r"{\w+}", en[key]), key


def test_every_word_is_used():
    """By a template or by the code that fills it in."""
    used = "".join(
        traversable.read_text("utf-8")
        for folder in ("chalicelib.board", "chalicelib.pages")
        for traversable in resources.files(folder).iterdir()
        if traversable.name.endswith((".html", ".py"))
    )
    built = re.compile(
        "^(lamp|level|form|count|status|legend|ground|sign|clock|unit|reason|state|rate|left_out|refused|role)_"
    )
    for key in page_words("zh"):
        assert key in used or built.match(key), key


@pytest.mark.parametrize("asked", [None, "", "fr", "zh"])
def test_chinese_comes_first(asked):
    """Whoever does not ask for English gets Chinese."""
    assert choose_language(asked) == "zh"


@pytest.mark.parametrize("page", ["board", "cards", "departments", "log"])
@pytest.mark.parametrize("chosen", ["zh", "en"])
def test_pages_of_an_empty_county(page, chosen):
    """Before anything has happened there is something to read all the same."""
    html = pages.render_page(page, chosen, NOTHING)
    assert html.count("<h1") == 1
    assert "None" not in html


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "不到 1 小时"),
        (59, "不到 1 小时"),
        (60, "还剩 1 小时"),
        (1439, "还剩 23 小时"),
        (1440, "还剩 1 天"),
        (2880, "还剩 2 天"),
    ],
)
def test_how_long_is_left(minutes, text):
    """Rounded down, so that it never promises more than there is."""
    assert view.time_left(minutes, page_words("zh")) == text


def test_a_due_case_shows_no_internal_number():
    """Only its public name."""
    now = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
    dues = {"promise": Due(now + timedelta(hours=2))}
    snapshot = CaseSnapshot("hall:SECRET", "c_ab", 1, now, "green", "Housing", "X", dues=dues)
    row = view.due_row(snapshot, now, ZONE, {"X": "食品经营许可"})
    assert row["item_name"] == "食品经营许可"
    assert row["left_minutes"] == 120
    assert "SECRET" not in str(row)


def test_a_bar_is_full():
    """Its parts follow one another and end at 100."""
    parts = view.lamp_bar({"pending": 1, "green": 1, "yellow": 0, "red": 1, "closed": 9})
    assert [kind for kind, _, _ in parts] == ["red", "green", "pending"]
    assert parts[-1][1] + parts[-1][2] == pytest.approx(100, abs=0.02)
    assert view.lamp_bar(dict.fromkeys(("pending", "green", "yellow", "red", "closed"), 0)) == []


@pytest.mark.parametrize(
    ("path", "location"), [("/", ""), (None, ""), ("/api/", ""), ("/api", "api/"), ("/a/b", "b/")]
)
def test_the_root_without_its_slash_leads_to_the_one_with_it(path, location):
    """Relative to where the reader is, whatever stands before it."""
    assert missing_slash({"path": path}) == location


def test_links_in_the_local_cloud_do_not_depend_on_the_slash():
    """Its forms of address are told apart by headers; elsewhere nothing is assumed."""
    context = {"apiId": "ab12", "stage": "api"}
    long, host = {"host": "127.0.0.1:4599"}, {"host": "ab12.execute-api.localhost:4599"}
    short = long | {"x-forwarded-prefix": "/local"}
    assert base_of(context, long, is_local=True) == "/_aws/execute-api/ab12/api/"
    assert base_of(context, host, is_local=True) == "/api/"
    assert base_of(context, short, is_local=True) == "/local/"
    assert base_of(context, short, is_local=False) == ""
    assert base_of({}, short, is_local=True) == ""


def test_what_is_heavy_is_not_imported_with_the_app():
    """A function starts without what only some requests need."""
    heavy = ("jinja2", "boto3", "pynamodb")
    code = f"import sys, app; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_words_within_a_line_are_no_boxes() -> None:
    """A rule for these alone holds on every page, for whatever one page needs of them."""
    css = resources.files("chalicelib").joinpath("pages", "style.css").read_text("utf-8")
    rules = re.findall(r"([^{}@]+)\{([^{}]*)\}", css)
    inline = {"a", "b", "dd", "dt", "li", "span", "td", "time"}
    found = [said for names, said in rules if inline & {one.strip() for one in names.split(",")}]
    assert found
    assert not [said for said in found if re.search(r"background|border|padding|margin", said)]
