"""Told wrongly, late, or not at all: what inspectors hear, and what anybody sees, in the end."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.instant import parse
from tests.support.asker import Asker, data
from tests.support.end_state import cards_in_force
from tests.support.environment import environment
from tests.support.inspector import contested, decide
from tests.support.story import story
from tests.support.world import World

START = "2026-11-02T09:00:00"  # a Monday; five working days from it end on 9 November
ACCEPTED = "%E5%BC%A0%E4%B8%89/accepted"  # the id holds a name: 张三
DUE = "2026-11-09T17:30:00.000+08:00"
NEXT_DAY = "2026-11-10T08:00:00"


@contextmanager
def overdue(decided: str = "") -> Iterator[World]:
    """A case on the morning after it fell due; *decided* the same morning, where that is given."""
    with environment(), story(START) as county:
        county.accept(START, promise="5wd", law="8wd", id=ACCEPTED)
        if decided:
            county.until(decided)
            county.report("case.decided", decided, id="decision", outcome="granted")
        county.until(NEXT_DAY)
        yield county


def correct(county: World, at: str, event: str, right: str = "", **more: Any) -> None:
    """Tell that *event* was at *right*, or not at all."""
    payload = {"time": f"{right}+08:00"} if right else {"withdrawn": True}
    county.report("case.corrected", at, event=event, **payload, **more)


def alerts(county: World, since: int = 0) -> list[dict[str, Any]]:
    """What the inspectors were told, from the entry at *since* on."""
    last = f"?lastEventId={since - 1:016d}" if since else ""
    return list(data(Asker(county.services)("GET", f"/v1/alerts{last}")))


def payloads(told: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """Type and these data of each alert."""
    return [(one["type"], *(one["data"].get(name) for name in names)) for one in told]


THURSDAYS = "2026-11-12T09:30:00.000Z"  # five working days from Thursday


def published(county: World) -> list[tuple[str, str, bool]]:
    """Level, legal instant and whether it stands, of the published warnings and cards."""
    cards = county.services.board.cards(99)
    return [(card.level, card.at, card.stands) for card in cards]


def test_the_acceptance_was_on_thursday() -> None:
    """Told too late to act by itself; accepted, it takes the ground of the yellow card away."""
    with overdue() as county:
        assert county.snapshot().lamp == "yellow"
        so_far = county.services.log.head().size
        correct(county, NEXT_DAY, ACCEPTED, "2026-11-05T09:00:00", reason="张三录错了日期")
        county.until("2026-11-10T09:00:00")
        snapshot = county.snapshot()
        assert (snapshot.lamp, snapshot.due_at and snapshot.due_at.isoformat()) == (
            "yellow",
            "2026-11-09T09:30:00+00:00",
        )
        told = [one for one in alerts(county, so_far) if one["type"] != "data.flagged"]
        correction = next(fact.n for fact in county.facts() if fact.kind == "case.corrected")
        assert payloads(told, "cause", "told", "claim", "time") == [
            ("event.corrected", correction, 0, None, "2026-11-05T09:00:00.000+08:00"),
            ("claim.contested", None, None, correction, "2026-11-10T08:00:00.000+08:00"),
        ]
        assert {stands for _, _, stands in published(county)} == {True}

        so_far = county.services.log.head().size
        decide(county, "1", "case.corrected", "accept")
        snapshot = county.snapshot()
        assert (snapshot.lamp, snapshot.due_at) == ("green", parse(THURSDAYS))
        decision = next(fact.n for fact in county.facts() if fact.kind == "claim.accepted")
        assert payloads(alerts(county, so_far), "level", "verdict", "reason", "cause", "claim") == [
            ("claim.accepted", None, None, None, None, correction),
            ("card.rechecked", "warning", "lost", "claim_accepted", decision, None),
            ("card.rechecked", "yellow", "lost", "claim_accepted", decision, None),
        ]
        assert {stands for _, _, stands in published(county)} == {False}
        shown = data(Asker(county.services)("GET", "/cards.json"))["cards"]
        assert {card["status_reason"] for card in shown} == {"claim_accepted"}
        assert county.services.board.all_tallies()[0].lamps["green"] == 1
        county.until("2026-11-13T08:00:00")
        old = "2026-11-09T09:30:00.000Z"
        assert {("yellow", THURSDAYS, True), ("yellow", old, False)} <= {*published(county)}
        assert county.snapshot().lamp == "yellow"


def test_the_case_shows_both_and_the_log_neither_id_nor_reason() -> None:
    """Whoever may see the case sees the original, and beside it a correction that acts."""
    with overdue() as county:
        correct(county, NEXT_DAY, ACCEPTED, "2026-11-05T09:00:00", reason="张三录错了日期")
        county.until("2026-11-10T09:00:00")

        def facts() -> list[dict[str, Any]]:
            answer = Asker(county.services)("GET", "/v1/cases/hall%3A1", "Housing")
            return list(data(answer)["facts"])

        correction = next(fact for fact in facts() if fact["kind"] == "case.corrected")
        assert correction["corrects"] == 0
        assert "correction" not in facts()[0], "nobody has accepted it"
        decide(county, "1", "case.corrected", "accept")
        assert facts()[0]["at"] == "2026-11-02T09:00:00.000+08:00"
        assert facts()[0]["correction"] == {
            "by": correction["n"],
            "time": "2026-11-05T09:00:00.000+08:00",
        }
        leaves = "".join(record.leaf for record in county.services.facts.of_case("hall:1"))
        assert "张三" not in leaves
        assert "%E5%BC%A0" not in leaves
        leaf = json.loads(county.services.facts.of_case("hall:1")[correction["n"]].leaf)
        assert leaf["data"]["given"] == ["event", "reason"]


def test_a_pause_that_comes_after_the_card() -> None:
    """Suspended in time and rightly, told when the card was out: an inspector makes it count."""
    with overdue() as county:
        so_far = county.services.log.head().size
        county.report(
            "case.suspended",
            "2026-11-04T10:00:00",
            procedure="testing",
            approved={"amount": 5, "unit": "wd"},
            basis="《行政许可法》第四十五条",
            approver="李四",
            notified_at="2026-11-04T10:00:00+08:00",
        )
        county.report("case.resumed", "2026-11-06T10:00:00", procedure="testing")
        county.until("2026-11-10T09:00:00")
        # From its receipt on it adds nothing: it has ended, and the case was overdue before.
        snapshot = county.snapshot()
        assert (snapshot.lamp, snapshot.is_paused) == ("yellow", False)
        assert contested(county) == ["case.suspended"], "a resumption only makes it shorter"

        decide(county, "1", "case.suspended", "accept")
        told = alerts(county, so_far)
        checked = [one for one in told if one["type"] == "card.rechecked"]
        assert payloads(checked, "level", "verdict", "reason") == [
            ("card.rechecked", "warning", "lost", "claim_accepted"),
            ("card.rechecked", "yellow", "lost", "claim_accepted"),
        ]
        facts = county.facts()
        assert {facts[one["data"]["cause"]].kind for one in checked} == {"claim.accepted"}
        assert county.snapshot().lamp == "green"
        county.until("2026-11-12T08:00:00")
        assert published(county)[0] == ("yellow", "2026-11-11T09:30:00.000Z", True)
        assert county.snapshot().lamp == "yellow"


def test_a_decision_that_never_was() -> None:
    """Closed until an inspector agrees; then it is open, with the cards as the law has them.

    By itself the withdrawal does not act: what the decision made due, its delivery and
    publication, would be due no more.
    """
    with overdue(decided="2026-11-05T10:00:00") as county:
        assert (county.snapshot().lamp, county.cards()) == ("closed", [])
        so_far = county.services.log.head().size
        correct(county, NEXT_DAY, "decision")
        county.tick()
        assert (county.snapshot().lamp, county.cards()) == ("closed", [])
        assert contested(county) == ["case.corrected"]
        tally = county.services.board.all_tallies()[0]
        assert (tally.lamps["closed"], tally.lamps["yellow"]) == (1, 0)

        decide(county, "1", "case.corrected", "accept")
        told = [one for one in alerts(county, so_far) if one["type"].endswith(".issued")]
        assert payloads(told, "level", "noticed", "due_at") == [
            ("warning.issued", "warning", "late_news", DUE),
            ("card.issued", "yellow", "late_news", DUE),
        ]
        assert told[1]["time"] == DUE
        tally = county.services.board.all_tallies()[0]
        assert (tally.lamps["closed"], tally.lamps["yellow"]) == (0, 1)
        assert county.snapshot().lamp == "yellow"
        county.until("2026-11-13T08:00:00")
        assert county.snapshot().lamp == "red"


def test_a_correction_before_its_event_twice_and_then_withdrawn() -> None:
    """Set aside until its event comes, then it counts; once, however often it is delivered."""
    with environment(), story(START) as county:
        county.pump.twice = True
        correct(county, START, "late one", "2026-10-26T09:00:00", id="c")
        county.tick()
        assert county.facts()[-1].text("reason") == "nothing to correct"
        county.accept(START, promise="5wd", law="8wd", id="late one")
        county.tick()
        kinds = [fact.kind for fact in county.facts()]
        assert kinds.count("event.readmitted") == 1
        assert kinds.count("event.corrected") == 1
        assert [level for level, _ in county.cards()] == ["warning"]
        county.until("2026-11-03T08:00:00")
        assert county.snapshot().lamp == "yellow"  # accepted on 26 October, due on 2 November
        correct(county, "2026-11-03T08:30:00", "c", id="d")
        county.until("2026-11-03T09:00:00")
        assert county.snapshot().lamp == "green"
        county.until(NEXT_DAY)
        assert county.snapshot().lamp == "yellow"


def test_corrected_or_told_rightly_at_first_comes_to_the_same() -> None:
    """A case that was told wrongly stands where its twin does, once that is accepted."""
    with environment(), story(START) as county:
        county.accept(START, "1", promise="5wd", law="8wd", id="wrong")
        county.accept("2026-11-03T09:00:00", "2", promise="5wd", law="8wd")
        county.report("case.decided", "2026-11-04T09:00:00", "1", id="wrong too", outcome="granted")
        county.until("2026-11-09T09:00:00")
        correct(county, "2026-11-09T09:00:00", "wrong", "2026-11-03T09:00:00")
        correct(county, "2026-11-09T09:01:00", "wrong too")
        county.until("2026-11-09T09:02:00")
        assert county.snapshot("1").lamp == "closed"
        decide(county, "1", "case.corrected", "accept")
        county.until("2026-11-16T08:00:00")
        assert cards_in_force(county.facts("1")) == cards_in_force(county.facts("2"))
        snapshot, other = county.snapshot("1"), county.snapshot("2")
        assert (snapshot.lamp, snapshot.dues, snapshot.wake_at) == (
            other.lamp,
            other.dues,
            other.wake_at,
        )
        assert snapshot.lamp == "red"
