"""Late news of a source: it acts from its receipt, and its own time waits for an inspector."""

from msgspec.structs import replace

from chalicelib.calendar.shipped import load_calendar
from chalicelib.cases.rules import Rules
from chalicelib.policy.shipped import load_profile
from chalicelib.policy.sources import Delivery, DeliveryTime, Registration, Registrations
from tests.support.asker import Asker, data
from tests.support.inspector import decide
from tests.support.memory_stage import MemoryWorld
from tests.support.story import story

START = "2026-11-02T09:00:00"


def delivers_within(county: MemoryWorld, promised: str) -> None:
    """Let every source of *county* promise to tell within so long a time."""
    source = Registration(deliveries=(Delivery(DeliveryTime.parse(promised)),))
    rules = Rules(load_profile("statutory"), load_calendar("CN"), Registrations({"hall": source}))
    vars(county.services)["rules"] = lambda _region="": rules


def yellow(county: MemoryWorld, case: str = "1") -> tuple[str, str]:
    """Return the last verdict about the yellow card of *case*, and the reason for it."""
    facts = county.facts(case)
    card = next(f.n for f in facts if f.kind == "card.issued" and f.text("level") == "yellow")
    checks = [f for f in facts if f.kind == "card.rechecked" and f.data["card"] == card]
    return (checks[-1].text("verdict"), checks[-1].text("reason")) if checks else ("", "")


def test_a_pause_told_after_the_card_waits_for_an_inspector():
    """F-02: the card stays; accepted, it loses its ground; refused after all, it stands again."""
    with story(START) as county:
        county.accept(START, promise="5wd", law="8wd")
        county.until("2026-11-10T08:00:00", minutes=240)
        assert county.snapshot().lamp == "yellow"
        number = county.services.board.cards(9)[0].numbers
        late = "2026-11-02T10:00:00"
        county.report("case.suspended", late, procedure="hearing", recorded=late)
        county.until("2026-11-10T09:00:00")
        assert (county.snapshot().lamp, yellow(county)) == ("yellow", ("", ""))
        assert county.snapshot().is_paused, "from its receipt on"
        assert (county.snapshot().claims.number, county.snapshot().claims.card) == (1, True)
        decide(county, "1", "case.suspended", "accept")
        assert (county.snapshot().lamp, yellow(county)) == ("green", ("lost", "claim_accepted"))
        assert county.snapshot().claims.number == 0
        decide(county, "1", "case.suspended", "refuse")
        assert (county.snapshot().lamp, yellow(county)) == ("yellow", ("stands", "claim_refused"))
        assert county.services.board.cards(9)[0].numbers == number


def test_a_decision_told_late_closes_the_case_and_leaves_its_card():
    """F-03a: closed from the receipt on; its own time is contested, and the cards stay."""
    with story(START) as county:
        county.accept(START, promise="5wd", law="8wd")
        county.until("2026-11-17T08:00:00", minutes=240)
        assert [level for level, _ in county.cards()] == ["warning", "yellow", "red"]
        county.report("case.decided", "2026-11-03T09:00:00", outcome="granted")
        county.until("2026-11-17T09:00:00")
        assert county.snapshot().lamp == "closed"
        assert not [fact for fact in county.facts() if fact.kind == "card.rechecked"]
        decide(county, "1", "case.decided", "accept")
        checks = [f for f in county.facts() if f.kind == "card.rechecked"]
        assert {(f.text("level"), f.text("verdict"), f.text("reason")) for f in checks} == {
            ("warning", "lost", "claim_accepted"),
            ("yellow", "lost", "claim_accepted"),
            ("red", "lost", "claim_accepted"),
        }


def test_an_extension_told_late_stays_out_when_it_is_refused():
    """F-03b: whatever comes after the refusal, the card stands."""
    with story(START) as county:
        county.accept(START, promise="5wd", law="8wd")
        county.until("2026-11-10T08:00:00", minutes=240)
        by = {"amount": 10, "unit": "wd"}
        county.report("case.extended", "2026-11-06T09:00:00", by=by, reason="x")
        county.until("2026-11-10T09:00:00")
        decide(county, "1", "case.extended", "refuse")
        county.until("2026-11-18T09:00:00", minutes=240)
        assert yellow(county) == ("", "")
        assert [level for level, _ in county.cards()] == ["warning", "yellow"]
        assert "claim.overdue" not in [fact.kind for fact in county.facts()]


def test_an_acceptance_said_never_to_have_been_stays_until_it_is_accepted():
    """F-03c: a late correction does not act; accepted, the case was never accepted."""
    with story(START) as county:
        county.accept(START, promise="5wd", law="8wd", id="a1")
        county.until("2026-11-10T08:00:00", minutes=240)
        county.report("case.corrected", "2026-11-10T08:00:00", event="a1", withdrawn=True)
        county.until("2026-11-20T09:00:00", minutes=240)
        assert (county.snapshot().lamp, yellow(county)) == ("red", ("", ""))
        assert county.snapshot().claims.number == 1
        decide(county, "1", "case.corrected", "accept")
        assert yellow(county) == ("lost", "claim_accepted")
        decide(county, "1", "case.corrected", "refuse")
        assert (county.snapshot().lamp, yellow(county)) == ("red", ("stands", "claim_refused"))


def test_a_case_past_its_limit_waits_to_be_judged():
    """From the legal instant until the delivery time is over the pages say 待核, without a card."""
    with story(START) as county:
        delivers_within(county, "2h")
        county.accept(START, promise="5wd", law="8wd")
        county.until("2026-11-09T17:00:00", minutes=240)
        ask = Asker(county.services)

        def shown() -> tuple[bool, int, bool, bool]:
            (line,) = data(ask("GET", "/v1/cases"))["cases"]
            told = data(ask("GET", "/v1/cases/hall%3A1/explain"))
            county.services.registry.delete("BOARD", "DUE")  # which may be a minute old
            counted = data(ask("GET", "/departments.json"))
            page = ask("GET", "/").body.decode()
            (row,) = counted["departments"]
            assert row["unjudged"] == counted["totals"]["unjudged"]
            assert told["unjudged"] == ("（待核）" in told["explanation"])
            is_tagged = '<em class="tag">待核</em>' in page
            return line["unjudged"], row["unjudged"], told["unjudged"], is_tagged

        assert shown() == (False, 0, False, False)
        county.until("2026-11-09T17:30:00")
        assert shown() == (False, 0, False, False), "the last instant is in time"
        county.wall.forward(milliseconds=1)
        assert shown() == (True, 1, True, True)
        county.until("2026-11-09T19:30:00")
        assert shown() == (True, 1, True, True)
        assert county.snapshot().lamp == "green"
        county.wall.forward(milliseconds=1)
        county.tick()
        assert county.snapshot().lamp == "yellow"
        assert shown() == (False, 0, False, False)
        (card,) = [fact for fact in county.facts() if fact.kind == "card.issued"]
        assert card.text("noticed") == "on_time"


def test_a_case_told_long_after_its_limit_waits_too():
    """Its source may still tell what happened before: the pages show it; two reads a department."""
    with story("2026-11-29T09:00:00") as county:
        delivers_within(county, "2h")
        for case in ("1", "2"):
            county.accept(START, case, promise="5wd", law="8wd")
        county.accept("2026-11-29T09:00:00", "3", promise="5wd", law="8wd", department="Water")
        county.pump.drain()
        ask = Asker(county.services)
        begun = len(county.cloud.calls)
        body = data(ask("GET", "/departments.json"))
        queries = county.cloud.calls[begun:].count(("Query", "test-Cases/index/department"))
        assert {row["department"]: row["unjudged"] for row in body["departments"]} == {
            "Housing": 2,
            "Water": 0,
        }
        assert (body["totals"]["unjudged"], queries) == (2, 4)
        assert ask("GET", "/").body.decode().count('<em class="tag">待核</em>') == 2
        county.until("2026-11-29T11:00:01")
        assert data(ask("GET", "/departments.json"))["totals"]["unjudged"] == 0
        assert county.snapshot().lamp == "red"


def test_a_decision_on_its_way_makes_no_card():
    """Told within the delivery time it counts, and the case was never yellow."""
    with story(START) as county:
        delivers_within(county, "2h")
        county.accept(START, promise="5wd", law="8wd")
        county.until("2026-11-09T18:30:00", minutes=240)
        county.report("case.decided", "2026-11-09T17:00:00", outcome="granted")
        county.until("2026-11-10T09:00:00", minutes=60)
        assert county.snapshot().lamp == "closed"
        assert [level for level, _ in county.cards()] == ["warning"]
        assert not county.snapshot().is_unjudged(county.wall.at)
        body = data(Asker(county.services)("GET", "/v1/cases/hall%3A1"))
        assert body["claims"] == []


def test_the_snapshot_says_since_when_a_case_waits():
    """At the legal instant itself it does not wait yet."""
    with story(START) as county:
        county.accept(START, promise="5wd", law="8wd")
        county.pump.drain()
        snapshot = county.snapshot()
        assert snapshot.unjudged_at is not None
        assert not snapshot.is_unjudged(snapshot.unjudged_at)
        assert not replace(snapshot, unjudged_at=None).is_unjudged(county.wall.at)
