"""Every clock of a case against one that walks; and what holds whatever is told of a case."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.findings.recheck import stands
from chalicelib.intake.event_types import FINDING_TYPES
from chalicelib.permit.decide import decide, evaluate
from chalicelib.permit.lamp_history import lamp
from chalicelib.permit.simulate import simulate
from chalicelib.policy.limit import UNITS
from tests.unit import oracle
from tests.unit.clocks.living import handed_in, listed, notified, received
from tests.unit.clocks.walker import Life, Visit, expected
from tests.unit.strategies import (
    History,
    amounts,
    arrivals,
    in_an_outage,
    limit_of,
    outage_until,
    starts,
)
from tests.unit.told import MS, RULES, accepted, numbered, reported, suspended

OTHER_RULES = ("V-05", "V-06", "V-08", "V-14", "V-28", "V-34")
FAR = timedelta(days=400)


class Drawn:
    """Instants of a life, each a while after the one before, some of them never."""

    def __init__(self, draw: st.DrawFn) -> None:
        """Begin somewhere."""
        self.draw = draw
        self.now = draw(starts())

    def later(self, days: int = 12) -> datetime:
        """Some time on."""
        self.now += self.draw(st.integers(0, 96 * days)) * oracle.QUARTER
        return self.now

    def maybe(self, since: datetime, least: int = 0, most: int = 3000) -> datetime | None:
        """Some quarters of an hour after *since*, or never."""
        when = since + self.draw(st.integers(least, most)) * oracle.QUARTER
        return when if self.draw(st.integers(0, 3)) else None

    def asked(self) -> list[tuple[datetime, datetime | None]]:
        """Up to two notices of what is missing, and when it came; the last perhaps never did.

        A notice at the very instant at which the last one was answered would have no order.
        """
        found: list[tuple[datetime, datetime | None]] = []
        for _ in range(self.draw(st.integers(0, 2))):
            self.now += oracle.QUARTER if found else timedelta()
            told = self.later()
            came = self.later() if self.draw(st.integers(0, 3)) else None
            found.append((told, came))
            if came is None:
                break
        return found

    def visits(self) -> list[Visit]:
        """Up to three stages."""
        found = []
        for _ in range(self.draw(st.integers(0, 3))):
            enters = self.later(4)
            found.append(Visit(enters, self.maybe(enters), self.draw(amounts(UNITS, 8))))
        return found

    def procedures(self) -> list[oracle.Stop]:
        """Up to two of them, each approved for some days."""
        found = []
        for _ in range(self.draw(st.integers(0, 2))):
            begins, approved = self.later(4), (self.draw(st.integers(1, 6)), "wd")
            found.append(oracle.Stop(begins, self.maybe(begins, 1, 1500), approved))
        return found


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """A case in order: each thing a while after the one before, some of them never."""
    of = Drawn(draw)
    begun, asked = of.now, of.asked()
    is_waiting = bool(asked) and asked[-1][1] is None
    since = of.later() if not is_waiting and draw(st.booleans()) else None
    gap_closed = of.maybe(of.now, 1)
    visits, procedures = of.visits(), of.procedures()
    ended = of.later(20) if draw(st.integers(0, 3)) else None
    return Life(
        received=begun,
        asked=asked,
        accepted=since,
        gap_closed=gap_closed,
        promise=draw(st.integers(3, 40)),
        visits=visits,
        procedures=procedures,
        ended=ended,
        how=draw(st.sampled_from(["granted", "refused", "withdrawn"])),
        delivered=of.maybe(of.now, 0, 2500),
        published=of.maybe(of.now, 0, 2500),
    )


def told(life: Life) -> list[Fact]:
    """The same life as facts."""
    facts = [received(life.received, promise=f"{life.promise}wd")]
    for asked, came in life.asked:
        facts += [notified(asked), *([handed_in(came)] if came else [])]
    if life.accepted:
        facts.append(accepted(life.accepted, f"{life.promise}wd", gaps=["deed"]))
        facts += [handed_in(life.gap_closed)] if life.gap_closed else []
    for n, visit in enumerate(life.visits):
        name = {"stage": f"stage {n}"}
        limit = limit_of(visit.limit).written()
        facts.append(reported("stage.entered", visit.entered, **name, limit=limit))
        facts += [reported("stage.left", visit.left, **name)] if visit.left else []
    for n, stop in enumerate(life.procedures):
        assert stop.approved is not None
        procedure = ("testing", "hearing")[n]
        facts.append(suspended(stop.begin, procedure, approved=f"{stop.approved[0]}wd"))
        facts += [reported("resumed", stop.end, procedure=procedure)] if stop.end else []
    if life.ended:
        kind = "withdrawn" if life.how == "withdrawn" else "decided"
        facts.append(reported(kind, life.ended, outcome=life.how))
    done = {"document.delivered": life.delivered, "result.published": life.published}
    facts += [reported(kind, when) for kind, when in done.items() if when]
    return sorted(facts, key=lambda fact: fact.at)


@given(lives())
def test_each_clock_is_over_when_a_clerk_would_say_so(life: Life) -> None:
    """Acceptance, gap, stages, procedures, delivery, publication; each to the millisecond."""
    facts = told(life)
    cards = simulate(facts, RULES, facts[-1].at + FAR)
    ours = Counter(
        (fact.text("rule"), fact.at)
        for fact in cards
        if fact.kind in ("card.issued", "card.proposed", "warning.issued")
        and fact.text("rule") in OTHER_RULES
        and fact.text("ground") != "near"
    )
    assert ours == Counter(expected(life))
    assert "card.rechecked" not in {fact.kind for fact in cards}


_KINDS = (
    *("submitted", "received", "supplement_notified", "supplement_submitted", "accepted"),
    *("stage.entered", "stage.left", "suspended", "resumed", "extended", "decided", "decided"),
    *("withdrawn", "returned", "forwarded", "acceptance.withdrawn"),
    *("document.delivered", "result.published"),
)
_PARTS = [
    {"department": "Planning", "stage": "plan", "limit": {"amount": 2, "unit": "wd"}},
    {"department": "Fire", "stage": "fire", "limit": {"amount": 3, "unit": "wd"}, "after": "plan"},
]

_PLACES = [{"stage": "plan", "department": "Planning"}, {"stage": "fire", "department": "Fire"}]
_PLACES.append({"stage": "review"})


def _acceptance(draw: st.DrawFn, when: datetime, key: str, said: dict[str, str]) -> Fact:
    """An acceptance with the terms that are *said*, and perhaps more."""
    more: dict[str, Any] = {"kind": said["kind"]} if "kind" in said else {}
    more |= draw(st.sampled_from([{}, {"gaps": ["deed"]}, {"parts": _PARTS}]))
    more |= draw(st.sampled_from([{}, {"expires_at": "2025-05-20"}]))
    fact = accepted(when, said["promise"], said.get("statutory", ""), key=key, **more)
    return listed(fact, deemed=said["deemed"]) if "deemed" in said else fact


def _step(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """What is said of another step, sound or not."""
    limit = limit_of(draw(amounts(UNITS, 6))).written()
    if kind in ("stage.entered", "stage.left"):
        return {**draw(st.sampled_from(_PLACES)), "limit": limit}
    if kind in ("suspended", "resumed"):
        procedure = {"procedure": draw(st.sampled_from(["testing", "site_survey"]))}
        sound = {"approved": limit, "notified_at": "2025-01-01T00:00:00.000Z", "given": ["basis"]}
        return procedure | (sound if kind == "suspended" else {})
    if kind == "extended":
        by = draw(st.sampled_from(["head", "section_head"]))
        return {"by": limit, "approved_by": by, "notified_at": ""}
    outcome = draw(st.sampled_from(["granted", "refused"]))
    return {"outcome": outcome} if kind == "decided" else {}


@st.composite
def dirty(draw: st.DrawFn) -> list[Fact]:
    """Up to a dozen things, of every kind, in any order, many within a millisecond of the rest."""
    start = oracle.close_of(draw(st.dates(date(2025, 4, 1), date(2025, 5, 10))))
    said: dict[str, str] = {"promise": draw(st.sampled_from(["3wd", "12wd"]))}
    said |= draw(st.sampled_from([{}, {"statutory": "9wd"}, {"kind": "joint"}, {"deemed": "文"}]))
    said |= draw(st.sampled_from([{}, {}, {"kind": "forwarded"}, {"kind": "immediate"}]))
    has_terms = draw(st.booleans())
    facts: list[Fact] = []
    for n in range(draw(st.integers(2, 12))):
        kind, key = draw(st.sampled_from(_KINDS)), f"hall/{n:02}"
        odd = draw(st.sampled_from([-MS, 0 * MS, MS, 0 * MS]))
        hours = draw(st.sampled_from([timedelta(), timedelta(hours=-7)]))
        when = start + timedelta(days=draw(st.integers(0, 25))) + hours + odd
        if kind in ("submitted", "received"):
            facts.append(received(when, kind, key=key, **(said if has_terms else {})))
        elif kind == "accepted":
            facts.append(_acceptance(draw, when, key, said))
        else:
            facts.append(reported(kind, when, key=key, **_step(draw, kind)))
    facts.sort(key=lambda fact: fact.at)
    if draw(st.booleans()):
        return [replace(fact, sequence=f"{n:04d}") for n, fact in enumerate(facts)]
    return facts


def shown(facts: Sequence[Fact]) -> set[tuple[str, ...]]:
    """What stands of all that was found."""
    return {
        (fact.kind, fact.text("rule"), fact.text("level"), fact.key)
        for fact in facts
        if fact.kind in FINDING_TYPES and stands(fact, CaseHistory(facts))
    }


@given(dirty())
def test_nothing_is_found_at_or_after_the_stop_of_its_clock(facts: list[Fact]) -> None:
    """And a rule, a level and what it is about have one card, beside what gives way to it."""
    limits = evaluate(CaseHistory(numbered(facts)), RULES).limits
    stops = {
        (state.clock.name, state.clock.about): state.clock.stop for state in limits.clock_states
    }
    for finding in limits.findings:
        stop = stops.get((finding.clock, finding.about))
        assert stop is None or finding.at < stop
    cards = Counter(
        (finding.rule, finding.level, finding.about)
        for finding in limits.findings
        if finding.kind.startswith("card.") and not finding.gives_way_to
    )
    assert set(cards.values()) <= {1}


@given(st.data(), dirty())
def test_whatever_came_late_the_end_is_the_same(data: st.DataObject, facts: list[Fact]) -> None:
    """The same stands, the same lamp, also when judged again; all of it comes in time."""
    late = in_an_outage(data.draw(arrivals(History(tuple(facts)))))
    until, rules = late[-1].recorded_at + FAR, outage_until(late[-1].recorded_at)
    lived = simulate(in_an_outage(facts), rules, max(until, facts[-1].at + FAR))
    late_lived = simulate(late, rules, until)
    again = numbered(late)
    again += decide(CaseHistory(again), rules, until).append
    cases = [CaseHistory(some) for some in (lived, late_lived, again)]
    assert len({lamp(evaluate(case, rules).permit, case) for case in cases}) == 1
    assert shown(lived) == shown(late_lived) == shown(again)


def _is_extended_too_early(facts: Sequence[Fact]) -> bool:
    """Return whether an extension comes before it is known of which kind its case is."""
    relevant = (fact for fact in facts if "terms" in fact.data or fact.kind == "case.extended")
    first = next(relevant, None)
    return first is not None and "terms" not in first.data


@given(dirty())
def test_told_in_order_nothing_is_ever_taken_back(facts: list[Fact]) -> None:
    """Settle first, for every clock: what was crossed stays crossed.

    A proposal in doubt only gives way to the certain card of the same breach. But for an extension
    before the terms of its case: who may grant it depends on these.
    """
    assume(not _is_extended_too_early(facts))
    lived = simulate(facts, RULES, facts[-1].at + FAR)
    taken_back = [fact for fact in lived if fact.kind in ("card.rechecked", "case.rechecked")]
    assert {fact.text("reason") for fact in taken_back} <= {"beyond_doubt"}


@given(st.data(), dirty())
def test_no_wake_is_too_late(data: st.DataObject, facts: list[Fact]) -> None:
    """Nothing changes before the wake; something does at it, or the case waits for a catalogue."""
    on_record = numbered(facts[: data.draw(st.integers(1, len(facts)))])
    now = on_record[-1].at
    for _ in range(40):
        decision = decide(CaseHistory(on_record), RULES, now)
        on_record.extend(decision.append)
        wake = decision.wake_at
        last = wake - MS if wake else now + timedelta(days=2000)
        between = now + data.draw(st.integers(0, (last - now) // MS)) * MS
        for instant in (between, last):
            assert decide(CaseHistory(on_record), RULES, instant).append == ()
        if wake is None:
            return
        assert wake > now
        assert decision.ended or decide(CaseHistory(on_record), RULES, wake).append != ()
        now = wake
    raise AssertionError
