"""The board's legend says what the policy in force does, whichever it is."""

import pytest

from chalicelib.board.legend import describe_threshold, legend
from chalicelib.board.pages import render_page
from chalicelib.pages.words import page_words
from chalicelib.policy.limit import Limit
from chalicelib.policy.shipped import OURS, load_profile
from chalicelib.policy.threshold import CLOCKS, Threshold
from tests.unit.resting import ours
from tests.unit.test_pages import NOTHING
from tests.unit.told import climbing_by_law

SILENT = "，答复期和申诉期都届满仍未答复也未申诉的，"
LAW = load_profile("statutory").conduct["V-16"].basis

LEGENDS = {
    "statutory": [
        ("warning", "临近承诺时限：剩 2 个工作日，或已用去 90%，以先到者为准。"),
        ("yellow", "超过承诺时限。"),
        ("red", "超过法定时限。"),
    ],
    "hunan": [
        ("warning", "临近承诺时限：剩 3 个工作日。"),
        ("yellow", "超过承诺时限。"),
        ("red", "超过法定时限。"),
    ],
    "yulin": [
        ("yellow", "临近承诺时限：已用去 90%（经人工确认）。"),
        ("red", "超过承诺时限；或超过法定时限。"),
    ],
    "meizhou": [
        ("warning", "临近承诺时限：剩 1 个工作日；或临近承诺时限：剩 1 日。"),
        ("yellow", "超过承诺时限。"),
        ("red", "黄牌后 3 个工作日届满仍未办结（经人工确认）；或超过法定时限。"),
    ],
    "dongguan": [
        ("warning", "临近承诺时限：剩 2 个工作日，或已用去 90%，以先到者为准。"),
        ("yellow", "超过承诺时限。"),
        ("red", "黄牌后 3 个工作日届满仍未办结（经人工确认）；或超过法定时限。"),
    ],
}


@pytest.mark.parametrize("name", OURS)
def test_each_profile_has_its_own(name: str) -> None:
    """A level that the main clocks do not have is not there."""
    assert legend(load_profile(name), "", page_words("zh"))["cards"] == LEGENDS[name]


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("chosen", ["zh", "en"])
def test_the_page_shows_it(name: str, chosen: str) -> None:
    """In both languages, and how time is counted with it."""
    w = page_words("en" if chosen == "en" else "zh")
    shown = legend(load_profile(name), "", w)
    html = render_page("board", "en" if chosen == "en" else "zh", {**NOTHING, "legend": shown})
    for _, text in shown["cards"]:
        assert text in html
    assert shown["clock"].replace("'", "&#39;") in html
    assert shown["clock"] == w["legend_clock_H" if name == "hunan" else "legend_clock_L"]


@pytest.mark.parametrize(
    ("row", "zh", "en"),
    [
        (
            Threshold("procedure", "V-06", "red", ours("x"), over=Limit(1, "wd")),
            "超过特别程序时限 1 个工作日（经人工确认）",
            "Over the length of a special procedure by 1 working day (once a person confirms it)",
        ),
        (
            Threshold("promise", "V-01", "warning", ours("x"), left=Limit(1, "d"), percent=90),
            "临近承诺时限：剩 1 日，或已用去 90%，以先到者为准",
            "The promised limit is near: 1 day left, or 90% used, whichever comes first",
        ),
        (
            Threshold("publication", "V-28", "yellow", LAW, over=Limit(0, "wd"), automatic=False),
            "超过公示时限（经人工确认）",
            "Over the limit of publication (once a person confirms it)",
        ),
        (
            Threshold("promise", "V-03", "red", ours("x"), after_yellow=Limit(3, "wd")),
            "黄牌后 3 个工作日届满仍未办结（经人工确认）",
            "The case still open 3 working days after its yellow card (once a person confirms it)",
        ),
    ],
)
def test_a_threshold_in_words(row: Threshold, zh: str, en: str) -> None:
    """One of them is one, not ones."""
    assert describe_threshold(row, "", page_words("zh")) == zh
    assert describe_threshold(row, "", page_words("en")) == en


def test_every_clock_has_a_name() -> None:
    """And a word for what it is to be over it, where a permit case has it."""
    for clock in CLOCKS:
        assert f"clock_{clock}" in page_words("zh")
        if clock not in ("consultation", "complaint"):
            assert f"ground_{clock}" in page_words("zh")


def test_what_silence_leads_to_is_told_level_by_level() -> None:
    """From the profile's ladder: how long, and what then; who is asked nothing is not there."""
    assert legend(load_profile("statutory"), "", page_words("zh"))["ladder"] == [
        f"黄牌应在 3 个工作日内答复{SILENT}由人工决定是否升级为红牌。",
        f"红牌应在 5 个工作日内答复{SILENT}由人工决定是否升级为督办。",
        "督办应在 30 日内答复。",
    ]
    assert legend(load_profile("statutory"), "", page_words("en"))["ladder"][0] == (
        "Yellow card: to be answered within 3 working days; without an answer or an appeal, "
        "when both times are over, a person decides whether it becomes: Red card."
    )


def test_where_a_place_has_its_own_document_silence_leads_up_by_itself() -> None:
    """What is the place's own there is only a model elsewhere."""
    shown = [
        legend(climbing_by_law(), region, page_words("zh"))["ladder"][0]
        for region in ("370102", "410502")
    ]
    assert shown == [
        f"黄牌应在 3 个工作日内答复{SILENT}升级为红牌。",
        f"黄牌应在 3 个工作日内答复{SILENT}由人工决定是否升级为红牌。",
    ]
