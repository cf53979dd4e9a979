"""A department's data quality as the public sees it: counts, their denominators, small cells."""

import json
import re
from html import unescape

import pytest

from chalicelib.board import pages, view
from chalicelib.board.board_item import BoardItem, read_tally
from chalicelib.board.projection import Tally
from chalicelib.board.rates import (
    department_quality,
    format_permille,
    thousandths,
    total_quality,
)
from chalicelib.pages.words import LANGUAGES, page_words
from chalicelib.policy.data_quality import SIGNS, CorrectedOften, DataQuality, LateRecording
from chalicelib.policy.limit import NonzeroLimit
from chalicelib.policy.shipped import load_profile
from tests.unit.resting import ours
from tests.unit.test_pages import NOTHING

LATE = LateRecording(NonzeroLimit.parse("2wd"), ours("L"))
MEASURED = DataQuality(
    fewest_cases=3, basis=ours("B"), late_recording=LATE, corrected=CorrectedOften(1, ours("C"))
)
STATUTORY = load_profile("statutory").data_quality


def tally(department: str, cases: int, **flagged: int) -> Tally:
    """A department with so many *cases*, of which so many bear which sign."""
    return Tally(department, 9, cases=cases, flagged=flagged)


def test_the_shipped_policy_measures_every_sign():
    """Each with what it rests on."""
    assert STATUTORY.measured == SIGNS
    assert all(getattr(STATUTORY, sign).basis for sign in SIGNS)
    assert STATUTORY.claims


def test_a_rate_never_comes_without_its_denominator():
    """All that is measured is there, nothing else is."""
    shown = department_quality(tally("Water", 40, late_recording=3, zero_time=7), MEASURED)
    assert shown == {
        "cases": 40,
        "signs": {
            "late_recording": {"cases": 3, "permille": 75},
            "corrected": {"cases": 0, "permille": 0},
        },
    }


@pytest.mark.parametrize(("cases", "is_shown"), [(0, False), (2, False), (3, True)])
def test_a_small_department_is_not_broken_down(cases, is_shown):
    """PUB-13: with fewer than three cases each number would be a case."""
    assert (
        department_quality(tally("Water", cases, corrected=1), MEASURED) is not None
    ) is is_shown


def test_a_department_without_cases_has_no_rate():
    """Even where a profile breaks everything down."""
    assert (
        department_quality(tally("Water", 0), DataQuality(corrected=CorrectedOften(1, ours("C"))))
        is None
    )


def test_the_total_counts_the_small_ones_too():
    """Together they are enough."""
    tallies = [tally("A", 2, corrected=1), tally("B", 8, corrected=4)]
    assert total_quality(tallies, MEASURED)["signs"]["corrected"] == {"cases": 5, "permille": 500}
    assert total_quality([], MEASURED)["signs"]["corrected"] == {"cases": 0, "permille": None}


@pytest.mark.parametrize(
    ("flagged", "cases", "rate", "text"),
    [
        (0, 7, 0, "0.0%"),
        (1, 7, 143, "14.3%"),
        (1, 2000, 1, "0.1%"),
        (1, 2001, 0, "0.0%"),
        (2, 3, 667, "66.7%"),
        (7, 7, 1000, "100.0%"),
        (0, 0, None, "–"),
    ],
)
def test_rates_are_whole_thousandths(flagged, cases, rate, text):
    """Rounded to the nearest, a half upwards, without a float."""
    assert thousandths(flagged, cases) == rate
    assert format_permille(rate) == text


@pytest.mark.parametrize("chosen", LANGUAGES)
def test_the_page_shows_every_department(chosen):
    """Each sign has its name and says what it means; the small department has words, no numbers."""
    tally = Tally(
        "Water", 9, lamps={**Tally("").lamps, "green": 40}, cases=40, flagged={"zero_time": 3}
    )
    other = Tally(
        "Fire", 9, lamps={**Tally("").lamps, "green": 2}, cases=2, flagged={"zero_time": 2}
    )
    tallies, w = [tally, other], page_words(chosen)
    shown = {
        "totals": view.totals(tallies, STATUTORY),
        "departments": view.department_rows(tallies, STATUTORY),
    }
    html = unescape(pages.render_page("departments", chosen, {**NOTHING, **shown}))
    for sign in SIGNS:
        assert w[f"sign_{sign}"] in html
        assert w[f"sign_text_{sign}"] in html
    of_signs = html[html.index(w["quality_text"]) : html.index(w["rates_text"])]
    rows = re.findall(r'<tr><th scope="row">(Water|Fire)</th>(.*?)</tr>', of_signs, re.DOTALL)
    cells = dict(rows)
    assert '>3 <span class="rate">7.5%</span>' in cells["Water"]
    assert w["quality_too_few"] in cells["Fire"]
    assert "rate" not in cells["Fire"]


def test_nothing_is_shown_where_nothing_is_measured():
    """A profile without the section has no table of zeros."""
    tallies = [Tally("Water", 9, lamps={**Tally("").lamps, "green": 40}, cases=40)]
    shown = {
        "totals": view.totals(tallies, DataQuality()),
        "departments": view.department_rows(tallies, DataQuality()),
    }
    html = pages.render_page("departments", "zh", {**NOTHING, **shown})
    assert page_words("zh")["quality"] not in html


def test_a_tally_from_before_cases_were_counted_counts_those_that_stand():
    """Else the first flag after an upgrade would be one of no cases."""
    lamps = {"pending": 1, "green": 2, "yellow": 0, "red": 0, "closed": 40}
    old = {"department": "Water", "through": 9, "lamps": lamps, "cards": Tally("").cards}
    tally = read_tally(BoardItem("TALLY", "D#Water", index=9, body=json.dumps(old)))
    assert (tally.cases, tally.flagged) == (43, {})
    new = {**old, "cases": 50, "flagged": {"corrected": 1}}
    tally = read_tally(BoardItem("TALLY", "D#Water", index=9, body=json.dumps(new)))
    assert (tally.cases, tally.flagged) == (50, {"corrected": 1})
