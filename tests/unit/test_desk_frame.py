"""The words, dates and pieces that all pages of the desks share."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import fields as fields_of

from chalicelib.desk.frame import desk_words, render_desk
from chalicelib.desk.moments import write_day, write_left, write_moment
from chalicelib.desk.posts_view import post_rows
from chalicelib.errors import LANGUAGES
from chalicelib.intake.payload import MODELS
from chalicelib.people.person import Appointment, Person
from chalicelib.vault.redaction import PUBLIC, ROLES

DESK = Path(__file__).parents[2] / "chalicelib" / "desk"
ZH, EN = desk_words("zh"), desk_words("en")
FIELD = re.compile(r"{(\w*)}")


@pytest.mark.parametrize("words", sorted(DESK.rglob("words.toml")), ids=str)
def test_both_languages_have_the_same_words(words):
    """And the same fields within them; a page names no word that only one language has."""
    table = tomllib.loads(words.read_text("utf-8"))
    assert tuple(sorted(table)) == tuple(sorted(LANGUAGES))
    assert table["zh"].keys() == table["en"].keys()
    for name, text in table["zh"].items():
        assert set(FIELD.findall(text)) == set(FIELD.findall(table["en"][name])), name


def test_every_private_field_of_an_event_has_a_name_for_people():
    """A desk names what it opens, and the page of a record what is kept."""
    fields = {one.encode_name for data in MODELS.values() for one in fields_of(data)}
    private = (fields - PUBLIC) | {"basis", "reason", "to"} | ROLES  # where it is prose, or a name
    for words in (ZH, EN):
        assert sorted(name for name in private if not words.get(f"kept_{name}")) == []
    assert "applicant" in private


def test_a_date_has_its_year_and_its_day_of_the_week():
    """In both languages; an instant has the time of day as well."""
    at = "2026-11-24T17:30:00.000+08:00"
    assert write_day(at, ZH) == "2026年11月24日 周二"
    assert write_day("2026-11-24", EN) == "24 November 2026, Tuesday"
    assert write_moment(at, EN) == "24 November 2026, Tuesday, 17:30"
    assert write_moment(at, ZH) == "2026年11月24日 周二 17:30"
    assert write_moment("", ZH) == write_day("", ZH) == ""


def test_the_last_moment_of_a_day_is_its_24_hours():
    """As the Civil Code writes it (article 203), and not as 23:59 with a rest."""
    assert write_moment("2026-11-24T23:59:59.999+08:00", ZH) == "2026年11月24日 周二 24:00"


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (0, "还剩 0 分钟", "0 min left"),
        (59, "还剩 59 分钟", "59 min left"),
        (60, "还剩 1 小时", "1 h left"),
        (47 * 60 + 59, "还剩 47 小时", "47 h left"),
        (48 * 60, "还剩 2 天", "2 days left"),
        (-1, "已超 1 分钟", "1 min over"),
        (-61, "已超 1 小时", "1 h over"),
        (-50 * 60, "已超 2 天", "2 days over"),
    ],
)
def test_how_long_is_left_is_told_in_hours_for_two_days(minutes, zh, en):
    """An office plans by the hour what is due today and tomorrow."""
    assert write_left(minutes, ZH) == zh
    assert write_left(minutes, EN) == en


FRAME = {
    "base": "",
    "who": ["承办人"],
    "form_token": "f0",
    "new_key": lambda: "k",
    "is_scripted": False,
    "menu": [("today", "desk")],
    "current": "desk",
    "section": "",
    "here": "desk",
    "other_language": "desk?lang=en",
    "made_at": "2026-11-24T17:30:00.000+08:00",
}

PIECES = """{% extends 'desk.html' %}{% block content %}{% import 'pieces.html' as p with context %}
{{ p.lamp('red') }} {{ p.left(-90) }} {{ p.moment('2026-11-24T17:30:00.000+08:00') }}
{{ p.level({'level': 'yellow', 'form': 'card'}) }} {{ p.level({'level': 'red', 'form': none}) }}
{{ p.level({'level': '', 'form': 'card'}) }}
{{ p.empty('<没有>') }} {{ p.counted(3, '') }} {{ p.pager('', 'desk/cases?after=x') }}
{% call p.form('desk/x', '提交') %}{{ p.words('text', '内容', '<b>', '', 20, '太长') }}
{{ p.one_of('ground', '理由', [('a', '甲')], 'a') }}{% endcall %}
{{ p.problems([('text', '太长')]) }}{{ p.publicity('甲', '乙') }}
{% call p.table('表', ['一']) %}<tr><td data-label="一">1</td></tr>{% endcall %}
{% endblock %}"""


def test_every_form_has_the_token_and_a_key(tmp_path):
    """No page writes these two by hand, so none can forget them; what was typed is escaped."""
    (tmp_path / "words.toml").write_text("[zh]\n[en]\n")
    (tmp_path / "trial.html").write_text(PIECES)
    page = render_desk(tmp_path, "trial", "zh", FRAME)
    form = page[page.index('action="desk/x"') :]
    assert '<input type="hidden" name="csrf" value="f0">' in form
    assert '<input type="hidden" name="key" value="k">' in form
    assert "&lt;b&gt;" in form
    assert "<b>太长" not in page
    assert 'href="desk#f-text"' in page
    assert "&lt;没有&gt;" in page
    assert "已超 1 小时" in page
    assert "红牌（待确认）" in page
    assert ">建议</span>" in page  # it has no level, and is a link in every list of cards


POSTS = "{% extends 'desk.html' %}{% block content %}{% include 'posts.html' %}{% endblock %}"


def test_posts_tell_what_is_held_and_for_whom(tmp_path):
    """A post that is over says so; of who is stood in for there is no name here."""
    held = Appointment("p-1", "承办人", "clerk", date(2026, 1, 1), None, "住建局", items=("X-01",))
    over = Appointment(
        "p-2",
        "窗口",
        "department",
        date(2025, 1, 1),
        date(2025, 12, 31),
        "住建局",
        section="一科",
        deputy_for="p_other",
    )
    person = Person("p_" + "a" * 16, (held, over))
    rows = post_rows(person, date(2026, 11, 24), {"X-01": "许可"})
    (tmp_path / "words.toml").write_text("[zh]\n[en]\n")
    (tmp_path / "trial.html").write_text(POSTS)
    page = render_desk(tmp_path, "trial", "zh", {**FRAME, "posts": rows})
    first, second = page.split("<tbody>")[1].split("</tr>")[:2]
    assert "承办人 · 经办人" in first
    assert "许可" in first
    assert "长期" in first
    assert "代理" in second
    assert "现在不任此职" in second
    assert "p_other" not in page


def test_the_frame_is_small():
    """An old computer loads a page of at most 100 kB; the style sheet is most of that."""
    page = render_desk(DESK, "error", "zh", {**FRAME, "problem": "x"})
    assert len(page.encode()) < 40_000
    assert "http://www.w3.org" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
