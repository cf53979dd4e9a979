"""V-27 先办后录: a department that works first and writes down afterwards; one that does not."""

from typing import Any
from zoneinfo import ZoneInfo

from chalice.test import Client
from msgspec.structs import replace

import app
from chalicelib.instant import parse
from chalicelib.policy.sources import Outage
from tests.support.alerted import make_alerts
from tests.support.asker import Asker, data
from tests.support.end_state import cards_in_force, check
from tests.support.environment import environment
from tests.support.inspector import contested, decide
from tests.support.story import story
from tests.support.world import World

ZONE = ZoneInfo("Asia/Shanghai")
START = "2026-11-03T09:00:00"
HONEST, KEYED_IN = ("W1", "W2", "W3"), ("H1", "H2", "H3")


def key_in(county: World, case: str, done: str) -> None:
    """Housing keys in a case that it had finished long ago, every node with the time of its end."""
    county.accept(done, case, promise="9wd", law="12wd")
    county.report("stage.entered", done, case, stage="review")
    county.report("case.decided", done, case, outcome="granted")
    hand_over(county, case, done)


def hand_over(county: World, case: str, at: str) -> None:
    """The result is delivered and published."""
    county.report("document.delivered", at, case)
    county.report("result.published", at, case)


def flagged(county: World, case: str) -> list[str]:
    """The signs that a case was flagged with."""
    return sorted(f.text("sign") for f in county.facts(case) if f.kind == "data.flagged")


def a_month_of_two_departments(county: World) -> None:
    """Water tells three cases as they go; Housing keys in three of its four at the month's end."""
    for case in HONEST:
        county.accept(START, case, promise="9wd", law="12wd", department="Water")
    county.until("2026-11-04T10:00:00")
    for case in HONEST:
        county.report("stage.entered", "2026-11-04T10:00:00", case, stage="review")
    county.until("2026-11-06T10:00:00")
    for case in HONEST:
        county.report("case.decided", "2026-11-06T10:00:00", case, outcome="granted")
        hand_over(county, case, "2026-11-06T10:00:00")
    county.until("2026-11-27T16:30:00")
    for case, day in zip(KEYED_IN, ("2026-11-04", "2026-11-05", "2026-11-09"), strict=True):
        key_in(county, case, f"{day}T16:00:00")
    county.accept("2026-11-27T16:00:00", "H4", promise="9wd", law="12wd")
    county.until("2026-11-27T16:40:00")


def test_a_department_keys_in_at_the_end_of_the_month_what_it_had_finished() -> None:
    """Inspectors hear of each sign once; a sign is no card and lights no lamp."""
    with story(START) as county:
        a_month_of_two_departments(county)
        every = ["late_recording", "month_end", "same_second", "told_late", "zero_time"]
        assert [flagged(county, case) for case in KEYED_IN] == [every] * 3
        assert flagged(county, "H4") == ["told_late"], "half an hour after it happened"
        assert [flagged(county, case) for case in HONEST] == [[]] * 3
        assert {county.snapshot(case).lamp for case in KEYED_IN} == {"closed"}
        assert (county.cards("H4"), county.cards("W1")) == ([], [])

        told = make_alerts(county.services.log_reader.entries(0), ZONE)
        signs = [event["data"] for event in told if event["type"] == "data.flagged"]
        assert len(signs) == 16
        one = next(sign for sign in signs if sign["sign"] == "month_end")
        assert (one["rule"], one["department"], one["case"]) == ("V-27", "Housing", "hall:H1")
        assert one["rests_on"] == [0, 1, 2, 3, 4]
        assert "basis" not in one, "a measure of ours rests on no law"


def test_a_case_keyed_in_after_its_promise_has_cards_until_an_inspector_believes_its_end() -> None:
    """Nine working days from 4 November end on the 17th; its decision acts from the 27th."""
    with story(START) as county:
        a_month_of_two_departments(county)
        assert county.cards("H1") == [
            ("warning", "2026-11-13T09:30:00.000Z"),
            ("yellow", "2026-11-17T09:30:00.000Z"),
            ("red", "2026-11-20T09:30:00.000Z"),
        ]
        assert contested(county, "H1") == ["case.decided"]
        assert contested(county, "H4") == [], "it betters nothing"
        every = flagged(county, "H1")
        decide(county, "H1", "case.decided", "accept")
        # Decided on the 4th, it was to be delivered by the 18th: that is another claim.
        after = ["document.delivered", "result.published"]
        assert contested(county, "H1") == ["case.decided", *after]
        assert cards_in_force(county.facts("H1")) == {
            ("yellow", "V-08", "2026-11-18T09:30:00+00:00")
        }
        for kind in after:
            decide(county, "H1", kind, "accept")
        assert cards_in_force(county.facts("H1")) == set()
        assert county.snapshot("H1").lamp == "closed"
        assert flagged(county, "H1") == every, "a sign stays"
        assert len(cards_in_force(county.facts("H2"))) == 3


def departments() -> dict[str, dict[str, Any]]:
    """The rows of the public data by department, and of all together."""
    body = data(Client(app.app).http.get("/departments.json"))
    return {row["department"]: row for row in body["departments"]} | {"": body["totals"]}


def test_the_public_sees_rates_with_what_they_are_rates_of() -> None:
    """By department, on the page as in the data; nothing of a case."""
    with environment(), story(START) as county:
        a_month_of_two_departments(county)
        shown = departments()
        assert shown["Water"]["data_quality"]["cases"] == 3
        signs = shown["Water"]["data_quality"]["signs"]
        assert {one["cases"] for one in signs.values()} == {0}
        rates = shown["Water"]["rates"]
        assert rates["told_late"] == {"count": 0, "of": 3, "permille": 0}
        assert rates["ended"] == {"count": 0, "of": 3, "permille": 0}
        assert rates["excluded_days"] == {"count": 0, "of": 9, "permille": 0}
        assert rates["overdue"] == {"count": 0, "of": 0, "permille": None}
        assert shown[""]["rates"]["told_late"] == {"count": 1, "of": 4, "permille": 250}
        page = Client(app.app).http.get("/departments").body.decode()
        assert "数据质量" in page
        assert "25.0%" in page
        assert "hall" not in page


def test_what_is_keyed_in_after_its_end_is_in_no_rate_and_counted_beside_them() -> None:
    """Three of Housing's four; where the end is refused the case was told before it, as judged."""
    with environment(), story(START) as county:
        a_month_of_two_departments(county)
        shown = departments()
        assert shown["Housing"]["left_out"] == {"history": 0, "told_after_end": 3}
        assert shown["Water"]["left_out"] == {"history": 0, "told_after_end": 0}
        assert shown[""]["left_out"] == {"history": 0, "told_after_end": 3}
        assert shown["Housing"]["lamps"]["closed"] == 3, "each has its lamp and its cards"
        assert shown["Housing"]["cards"]["yellow"] == 3
        assert (shown["Housing"]["rates"], shown["Housing"]["data_quality"]) == (None, None)
        assert shown[""]["data_quality"]["cases"] == 4
        assert shown[""]["data_quality"]["signs"]["month_end"] == {"cases": 0, "permille": 0}
        assert shown[""]["rates"]["contested"] == {"count": 0, "of": 4, "permille": 0}
        assert shown[""]["rates"]["excluded_days"] == {"count": 0, "of": 9, "permille": 0}
        for case in KEYED_IN[:2]:
            decide(county, case, "case.decided", "refuse")
        shown = departments()
        assert shown["Housing"]["left_out"] == {"history": 0, "told_after_end": 1}
        rates, quality = shown["Housing"]["rates"], shown["Housing"]["data_quality"]
        assert rates["told_late"] == {"count": 3, "of": 3, "permille": 1000}
        assert rates["contested"] == {"count": 2, "of": 3, "permille": 667}
        assert rates["refused"] == {"count": 2, "of": 2, "permille": 1000}
        # From the 4th and the 5th of November to the 27th, when their ends were received.
        assert rates["excluded_days"] == {"count": 0, "of": 17 + 16, "permille": 0}
        assert quality["signs"]["month_end"] == {"cases": 2, "permille": 667}
        decide(county, "H1", "case.decided", "accept")
        assert departments()["Housing"]["left_out"] == {"history": 0, "told_after_end": 2}
        check(county, county.told)


def test_a_card_takes_its_points_though_its_case_was_told_after_its_end() -> None:
    """Else a case that is kept back until its end would cost nothing: a score is one of cards."""
    with environment(), story(START) as county:
        a_month_of_two_departments(county)
        asked = "/v1/scores?month=2026-11&department=Housing"
        deductions = data(Asker(county.services)("GET", asked))["deductions"]
        promised = [each for each in deductions if each["cards"][-1]["rule"] == "V-02"]
        assert [each["worth"] for each in promised if len(each["cards"]) == 1] == [5, 5, 5]


def test_what_an_outage_of_ours_held_up_is_not_the_departments_doing() -> None:
    """Received at once and judged later, or received when an outage on record had ended."""
    with story(START) as county:
        ours = Outage(county.wall.at, parse("2026-11-12T09:00:00+08:00"), "升级")
        county.services.registrations.change(lambda before: replace(before, outages=(ours,)))
        county.accept(START, "1", promise="2wd")
        county.wall.forward(days=9)  # received, and no stream ran
        county.tick()
        county.accept(START, "2", promise="2wd")
        county.accept("2026-11-02T16:00:00", "3", promise="2wd")
        county.tick()
        assert flagged(county, "1") == []
        assert flagged(county, "2") == []
        assert flagged(county, "3") == ["late_recording", "told_late"], "it was late before that"


def test_when_a_source_wrote_it_down_explains_a_delay_and_does_not_lift_it() -> None:
    """Both came nine days late; one was written down at once, as its own system says."""
    with story("2026-11-12T09:00:00") as county:
        county.accept(START, "1", promise="2wd", recorded="2026-11-03T09:01:00")
        county.accept(START, "2", promise="2wd")
        county.tick()
        for case, is_explained in (("1", True), ("2", False)):
            assert flagged(county, case) == ["late_recording", "told_late"]
            (late,) = [f for f in county.facts(case) if f.text("sign") == "late_recording"]
            assert late.data.get("explained", False) is is_explained


def test_a_flag_is_given_once_and_stays() -> None:
    """Told again, told more, corrected: the sign was there, and it is not there twice."""
    with story("2026-11-09T10:00:00") as county:
        county.accept(START, id="a1", promise="9wd", law="12wd")
        county.tick()
        assert flagged(county, "1") == ["late_recording", "told_late"]
        county.accept(START, id="a1", promise="9wd", law="12wd")
        county.report("stage.entered", "2026-11-04T09:00:00", stage="review")
        county.pump.twice = True
        county.tick()
        assert flagged(county, "1") == ["late_recording", "told_late"]
        right = {"event": "a1", "time": "2026-11-09T09:00:00+08:00"}
        county.report("case.corrected", "2026-11-09T10:00:00", **right)
        county.until("2026-11-10T10:00:00")
        signs = ["corrected", "late_recording", "told_late"]
        assert flagged(county, "1") == signs
        (tally,) = county.services.board.all_tallies()
        assert (tally.cases, dict(tally.flagged)) == (1, dict.fromkeys(signs, 1))
