"""Short forms of what an intake system reports: facts of one case, in the time of Shanghai."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from chalicelib import instant
from chalicelib.calendar.shipped import load_calendar
from chalicelib.calendar.workdays import Calendar
from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.clock.counting import Counting
from chalicelib.clock.due import Due
from chalicelib.clock.pause import Pause
from chalicelib.clock.timeline import Extension, Interruptions, Period, periods
from chalicelib.instant import parse
from chalicelib.intake.event_types import ISSUED_TYPES
from chalicelib.permit.decide import decide, evaluate
from chalicelib.permit.lamp_history import lamp
from chalicelib.permit.rules.time_limits import CheckedLimits
from chalicelib.policy.basis import Basis, Citation
from chalicelib.policy.documents import load_documents
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile
from chalicelib.policy.shipped import load_profile
from chalicelib.policy.sources import (
    NO_SOURCES,
    Delivery,
    DeliveryTime,
    Registration,
    Registrations,
)

ZONE = ZoneInfo("Asia/Shanghai")
PROFILE = load_profile("statutory")
CALENDAR = load_calendar("CN")
RULES = Rules(PROFILE, CALENDAR)
SHANDONG = Basis((Citation(load_documents()["山东省行政执法监督条例"], ("28",)),))
"""A document of the province of Jinan (370102): what rests on it is automatic there alone."""
COUNTING = RULES.counting
MS = timedelta(milliseconds=1)
AT_ONCE = Registrations({"hall": Registration(deliveries=(Delivery(DeliveryTime(0, "s")),))})
MAIN_RULES = ("V-01", "V-02", "V-03")

_ids = count()


def at(text: str) -> datetime:
    """`2025-04-14` (midnight), `2025-04-14T10:00` or `…:00.001`, in Shanghai; an offset wins."""
    if len(text) == 10:
        text += "T00:00"
    return parse(text + ":00" if len(text) == 16 else text, ZONE)


def clock(instant: datetime) -> str:
    """An instant as the clock on the wall shows it, as short as it can be told."""
    wall = instant.astimezone(ZONE).replace(tzinfo=None)
    spec = "milliseconds" if wall.microsecond else "seconds" if wall.second else "minutes"
    return wall.isoformat(timespec=spec)


LAW = {"joint": "45wd", "forwarded": "20wd"}  # 行政许可法 42(2), 43
REASONED = frozenset({"decided", "returned", "acceptance.withdrawn"})  # with reasons, as it should


def reported(kind: str, when: str | datetime, /, **data: Any) -> Fact:
    """Return a reported fact of *when*; it was recorded then too, unless `recorded` is later.

    Its `source` delivers as the rules say; without one it must come when it happens.
    """
    happened = at(when) if isinstance(when, str) else when
    if kind.removeprefix("case.") in REASONED:
        data.setdefault("given", ["reason"])
    recorded = data.pop("recorded", happened)
    return Fact(
        n=-1,
        kind=kind if "." in kind else f"case.{kind}",
        key=data.pop("key", f"hall/{next(_ids):06d}"),
        at=happened,
        recorded_at=at(recorded) if isinstance(recorded, str) else recorded,
        told=True,
        data=data,
        sequence=data.pop("sequence", ""),
        source=data.pop("source", ""),
        written_at=data.pop("written_at", None),
    )


def accepted(when: str | datetime, promise: str = "", statutory: str = "", **more: Any) -> Fact:
    """An acceptance with these limits and no others, as of an item of the *kind* that is told."""
    data: dict[str, Any] = {"item": "X-01", "department": "Housing", "region": "370102"}
    for name, text in (("promise", promise), ("statutory", statutory)):
        if text:
            data[name] = Limit.parse(text).written()
    for name in ("due_at", "kind"):
        if name in more:
            data[name] = more.pop(name)
    by_law = LAW.get(data.get("kind", ""), "")
    terms = {"promise": promise, "statutory": statutory or by_law}
    terms |= {name: data.get(name, "") for name in ("due_at", "kind")}
    if any(terms.values()):
        data["terms"] = {name: text for name, text in terms.items() if text}
    return reported("case.accepted", when, **data, **more)


def suspended(when: str | datetime, procedure: str = "testing", **more: Any) -> Fact:
    """A suspension as it should be, on a basis and with notice; `approved="10wd"` caps it."""
    told = {"given": ["approver", "basis"], "notified_at": "2020-01-01T00:00:00.000Z"}
    more = {**told, "approved": "30wd", **more}
    approved = more.pop("approved")
    if approved:
        more["approved"] = Limit.parse(approved).written()
    return reported("case.suspended", when, procedure=procedure, **more)


def resumed(when: str | datetime, procedure: str = "testing", **more: Any) -> Fact:
    """A resumption; no procedure ends all that are open."""
    named = {"procedure": procedure} if procedure else {}
    return reported("case.resumed", when, **named, **more)


def extended(when: str | datetime, by: str, **more: Any) -> Fact:
    """An extension as it should be: by the head of the authority, and told to the applicant."""
    more = {"approved_by": "head", "notified_at": "2020-01-01T00:00:00.000Z", **more}
    return reported("case.extended", when, by=Limit.parse(by).written(), **more)


def decided(when: str | datetime, **more: Any) -> Fact:
    """A decision; unless it is `outcome="granted"` it leaves nothing to deliver or publish."""
    return reported("case.decided", when, **{"outcome": "refused", **more})


def corrected(
    when: str | datetime, about: Fact | str, right: str | datetime = "", **more: Any
) -> Fact:
    """A correction, made *when*, of a fact (or of a key): it was at *right*, or not at all."""
    then = at(right) if isinstance(right, str) and right else right
    data = {"time": instant.text(then)} if isinstance(then, datetime) else {"withdrawn": True}
    told = reported("case.corrected", when, **data, **more)
    return replace(told, corrects=about if isinstance(about, str) else about.key)


def accepted_claim(n: int, when: str | datetime, **more: Any) -> Fact:
    """An inspector's decision of *when*: the time that fact *n* claims is taken for true (采信)."""
    return replace(reported("claim.accepted", when, claim=n, **more), origin="hall:1")


def refused_claim(n: int, when: str | datetime, **more: Any) -> Fact:
    """An inspector's decision of *when*: the time that fact *n* claims is not taken (不采信)."""
    return replace(reported("claim.refused", when, claim=n, **more), origin="hall:1")


def clock_due(limits: CheckedLimits, *names: str) -> Due | None:
    """Return when the first clock of these *names* runs out."""
    states = (state for state in limits.clock_states if state.clock.name in names)
    return next((state.due for state in states), None)


def delivering(delivery: str, **more: Any) -> Registrations:
    """Return one registered source, "hall", with a *delivery* time and whatever *more* it has."""
    more.setdefault("deliveries", (Delivery(DeliveryTime.parse(delivery)),))
    live_from = more.pop("live_from", None)
    return Registrations({"hall": Registration(**more)}, at(live_from) if live_from else None)


def issued(
    card: str, when: str | datetime, level: str = "yellow", *, origin: str = "hall:1", **more: Any
) -> Fact:
    """Return the fact that tells another case that *card* was issued in the case *origin*."""
    where = {"department": "Housing", "region": "370102", "item": "X-01"}
    data = {"card": card, "level": level, "rule": "V-02", **where, **more}
    return replace(reported("card.issued", when, **data), origin=origin)


def climbing_by_law(profile: Profile = PROFILE) -> Profile:
    """Return *profile* with a ladder that rests on a document of Shandong."""
    rungs = {level: replace(rung, basis=SHANDONG) for level, rung in profile.ladder.rungs.items()}
    return replace(profile, ladder=replace(profile.ladder, rungs=rungs))


def numbered(facts: Iterable[Fact]) -> list[Fact]:
    """The facts as they are on record: numbered from 0 as they came."""
    return [fact.numbered(n) for n, fact in enumerate(facts)]


class File:
    """A case on record: report facts to it, decide it, read its facts. It knows no cloud."""

    def __init__(
        self,
        *told: Fact,
        calendar: Calendar = CALENDAR,
        profile: Profile = PROFILE,
        sources: Registrations = NO_SOURCES,
    ):
        self.facts = numbered(told)
        self.rules = Rules(profile, calendar, sources)

    def decide_case(self, now: str | datetime) -> Decision:
        """Decide the case at *now* and append the facts that it derives."""
        when = at(now) if isinstance(now, str) else now
        decision = decide(CaseHistory(self.facts), self.rules, when)
        assert [fact.n for fact in decision.append] == [
            len(self.facts) + n for n in range(len(decision.append))
        ]
        self.facts.extend(decision.append)
        return decision

    def receive(self, fact: Fact, now: str | datetime | None = None) -> Decision:
        """Append one more reported fact, and decide the case when it arrived."""
        self.facts.append(fact.numbered(len(self.facts)))
        return self.decide_case(fact.recorded_at if now is None else now)

    def issued(self, rule: str = "") -> list[tuple[str, str]]:
        """Level and legal instant of everything issued, or of what was issued by *rule*."""
        facts = [f for f in self.facts if f.kind in ISSUED_TYPES and rule in ("", f.text("rule"))]
        return [(f.text("level"), clock(f.at)) for f in facts]

    def proposed(self) -> list[tuple[str, str, str]]:
        """Rule, ground and legal instant of what waits for a person to confirm it."""
        facts = [fact for fact in self.facts if fact.kind == "card.proposed"]
        return [(fact.text("rule"), fact.text("ground"), clock(fact.at)) for fact in facts]

    def kinds(self) -> list[str]:
        """The kinds of all derived facts."""
        return [fact.kind for fact in self.facts if not fact.told]

    def verdicts(self, *rules: str) -> list[tuple[str, str]]:
        """Level and verdict of every re-check by *rules*: by default those of the main clocks."""
        facts = [fact for fact in self.facts if fact.kind == "card.rechecked"]
        checks = [fact for fact in facts if fact.text("rule") in (rules or MAIN_RULES)]
        return [(fact.text("level"), fact.text("verdict")) for fact in checks]

    def contested(self) -> list[tuple[int, str]]:
        """Number and kind of the late news that was put before an inspector."""
        facts = [fact for fact in self.facts if fact.kind == "claim.contested"]
        return [(int(str(fact.data["claim"])), fact.text("type")) for fact in facts]

    def lamp(self) -> str:
        """What the case shines, as it is judged."""
        case = CaseHistory(self.facts)
        return lamp(evaluate(case, self.rules).permit, case)

    def set_aside(self) -> list[tuple[str, str]]:
        """Kind and reason of what was told but did not fit."""
        facts = [fact for fact in self.facts if fact.kind == "event.set_aside"]
        return [(fact.text("type"), fact.text("reason")) for fact in facts]


def pause(begin: str, end: str = "", approved: str = "") -> Pause:
    """A pause from *begin* to *end* (none: still open), capped where *approved*."""
    return Pause(at(begin), at(end) if end else None, Limit.parse(approved) if approved else None)


def walk(
    start: str,
    limit: str,
    *pauses: Pause,
    extensions: Sequence[tuple[str, str]] = (),
    counting: Counting = COUNTING,
) -> list[Period]:
    """Return the periods of a clock; each extension is (when, by how much)."""
    granted = [Extension(at(when), Limit.parse(by)) for when, by in extensions]
    return list(periods(at(start), Limit.parse(limit), Interruptions(pauses, granted), counting))


def due_of(start: str, limit: str, *pauses: Pause, **more: Any) -> str | None:
    """When a clock runs out in the end; None in a pause without end."""
    last = walk(start, limit, *pauses, **more)[-1].due
    return clock(last.at) if last else None


# A case of five working days from a Monday on, eight by law: warned, due (yellow), and red.
START = "2025-04-14T10:00"
WARN, DUE, RED = "2025-04-17T17:30", "2025-04-21T17:30", "2025-04-24T17:30"


def opened(promise: str = "5wd", statutory: str = "8wd", **more: str) -> File:
    """Return a case accepted at START, and decided then."""
    case = File(accepted(START, promise, statutory, **more))
    case.decide_case(START)
    return case
