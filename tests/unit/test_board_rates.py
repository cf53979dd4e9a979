"""The rates beside a department's cards, and the refusals at the door, as the public sees them."""

import json
import re
from datetime import date
from html import unescape
from typing import Any

import pytest

from chalicelib.board import pages, view
from chalicelib.board.board_item import BoardItem, read_tally
from chalicelib.board.projection import Tally, merge_tallies
from chalicelib.board.rates import department_rates, last_days, refusal_rows, total_rates
from chalicelib.pages.words import LANGUAGES, Language, page_words
from chalicelib.plumbing.doorkeeper import REASONS
from chalicelib.policy.data_quality import TELLING_SIGNS, DataQuality
from tests.support.described import fields_of
from tests.unit.resting import ours
from tests.unit.test_pages import NOTHING

MEASURED = DataQuality(fewest_cases=3, claims=ours("C"))
FLAGGED = {"told_late": 12, "told_after_due": 1, "late_recording": 9}
STEPS = {"contested": 8, "accepted": 1, "refused": 2, "overdue": 4, "closed": 16, "ended": 6}
STEPS |= {"days": 120, "excluded_days": 9, "history": 5, "told_after_end": 2}


def tally(department: str, cases: int, **more: Any) -> Tally:
    """A department with so many cases, all green."""
    return Tally(department, 9, lamps={**Tally("").lamps, "green": cases}, cases=cases, **more)


def rate(count: int, of: int, permille: int | None) -> dict[str, int | None]:
    """A rate as it is published."""
    return {"count": count, "of": of, "permille": permille}


def test_each_rate_has_its_own_denominator() -> None:
    """Cases, contests, decisions, closings or days; the sum of all departments likewise."""
    water = tally("Water", 40, flagged=FLAGGED, steps=STEPS)
    wanted = {
        "told_late": rate(12, 40, 300),
        "contested": rate(8, 40, 200),
        "accepted": rate(1, 3, 333),
        "refused": rate(2, 3, 667),
        "overdue": rate(4, 8, 500),
        "told_after_due": rate(1, 40, 25),
        "ended": rate(6, 16, 375),
        "excluded_days": rate(9, 120, 75),
    }
    assert department_rates(water, MEASURED) == wanted
    both = total_rates([water, tally("Fire", 8, steps={"closed": 8})], MEASURED)
    assert (both["told_late"], both["ended"]) == (rate(12, 48, 250), rate(6, 24, 250))


def test_where_nothing_is_there_to_divide_by_there_is_no_rate() -> None:
    """Not an error, not a hundred per cent, and not a rate of nothing."""
    assert set(map(str, total_rates([], MEASURED).values())) == {str(rate(0, 0, None))}


def test_what_is_left_out_is_shown_of_every_department() -> None:
    """Of a small one too, so that nobody hides a case there; it is in no rate."""
    small = view.department_row(tally("Fire", 1, steps={"told_after_end": 40}), MEASURED)
    assert (small["rates"], small["data_quality"]) == (None, None)
    assert small["left_out"] == {"history": 0, "told_after_end": 40}
    both = [tally("Water", 40, steps=STEPS), tally("Fire", 1, steps={"told_after_end": 40})]
    totals = view.totals(both, MEASURED)
    assert totals["left_out"] == {"history": 5, "told_after_end": 42}
    assert (totals["data_quality"]["cases"], totals["rates"]["contested"]["of"]) == (41, 41)


@pytest.mark.parametrize(("cases", "is_shown"), [(0, False), (2, False), (3, True)])
def test_a_small_department_is_not_broken_down(cases: int, *, is_shown: bool) -> None:
    """With fewer than the profile says, each number would be a case."""
    shown = department_rates(tally("Water", cases, steps={"ended": 1, "closed": 1}), MEASURED)
    assert (shown is not None) is is_shown


def test_late_telling_is_no_rate_where_the_profile_does_not_flag_it() -> None:
    """A zero would say that nothing was told late."""
    assert set(total_rates([], DataQuality())).isdisjoint(TELLING_SIGNS)


def test_a_tally_from_before_these_counts_has_none() -> None:
    """It is read, and counts from then on."""
    old = {"department": "Water", "through": 9, "lamps": dict(Tally("").lamps), "cases": 4}
    assert read_tally(BoardItem("TALLY", "D#Water", index=9, body=json.dumps(old))).steps == {}


def test_refusals_are_of_the_last_seven_days_across_a_year() -> None:
    """Today is the last."""
    days = last_days(date(2027, 1, 2))
    assert (days[0], days[-1], len(days)) == ("2026-12-27", "2027-01-02", 7)


def test_refusals_are_added_up_by_source_and_reason() -> None:
    """Of all days; whoever was refused most comes first."""
    counts = [("clinic", "time", 3), ("hall", "field", 2), ("hall", "time", 1), ("hall", "time", 4)]
    assert refusal_rows(["2026-11-15", "2026-11-21"], counts) == {
        "from": "2026-11-15",
        "to": "2026-11-21",
        "sources": [
            {"source": "hall", "events": 7, "reasons": {"field": 2, "time": 5}},
            {"source": "clinic", "events": 3, "reasons": {"time": 3}},
        ],
    }


@pytest.mark.parametrize("chosen", LANGUAGES)
def test_the_page_shows_rates_and_refusals_in_words(chosen: Language) -> None:
    """Each says what it is of; the small department has words, no numbers."""
    tallies = [
        tally("Water", 40, flagged=FLAGGED, steps=STEPS),
        tally("Fire", 2, steps=STEPS),
        tally("Roads", 4),
    ]
    w, reasons = page_words(chosen), [("hall", reason, 5) for reason in sorted(REASONS)]
    shown = {
        "totals": view.totals(tallies, MEASURED),
        "departments": view.department_rows(tallies, MEASURED),
        "refusals": refusal_rows(["2026-11-15", "2026-11-21"], reasons),
    }
    html = unescape(pages.render_page("departments", chosen, {**NOTHING, **shown}))
    for why in ("history", "told_after_end"):
        assert f"<b>{w[f'left_out_{why}']}</b> {w[f'left_out_text_{why}']}" in html
    for name in total_rates(tallies, MEASURED):
        assert f"<b>{w[f'rate_{name}']}</b> {w[f'rate_text_{name}']}" in html
    rows = html[html.index(w["rates_text"]) :]
    cells = dict(
        re.findall(r'<tr><th scope="row">(Water|Fire|Roads)</th>(.*?)</tr>', rows, re.DOTALL)
    )
    assert '>12/40 <span class="rate">30.0%</span>' in cells["Water"]
    assert '>6/16 <span class="rate">37.5%</span>' in cells["Water"]
    assert '>9/120 <span class="rate">7.5%</span>' in cells["Water"]
    assert w["quality_too_few"] in cells["Fire"]
    assert "rate" not in cells["Fire"]
    for name in ("Water", "Fire"):
        assert re.findall(r">(\d+)</td>", cells[name])[-2:] == ["5", "2"]
    assert re.findall(r">([^<]*)</td>", cells["Roads"])[2:5] == ["–", "–", "–"]
    assert ("0/4" in cells["Roads"], "0/0" in html) == (True, False)
    assert all(f"{w[f'refused_{reason}']} 5" in html for reason in REASONS)
    assert w["refusals_none"] not in html


def test_what_is_published_is_described() -> None:
    """Every rate is in the schema of the answer, and what is left out."""
    totals = fields_of("Departments", "totals")
    shown = view.totals([], MEASURED)
    assert set(totals["rates"]["properties"]) == set(shown["rates"])
    assert set(totals["left_out"]["properties"]) == set(shown["left_out"])


def test_a_name_that_became_known_takes_what_was_counted_under_its_token() -> None:
    """Cases, signs and steps of both rows; the other rows stay."""
    rows = [
        tally("~abc", 2, flagged={"told_late": 1}, steps={"contested": 1, "closed": 2}),
        tally("Roads", 4),
        tally("Water", 3, flagged={"told_late": 2}, steps={"contested": 5}),
    ]
    merged = merge_tallies(rows, lambda name: "Water" if name == "~abc" else name)
    water = tally("Water", 5, flagged={"told_late": 3}, steps={"contested": 6, "closed": 2})
    assert merged == [water, tally("Roads", 4)]
