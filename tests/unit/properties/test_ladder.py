"""The ladder (逐级督办), whatever people do and whenever supervision looks (DOMAIN §3.2, §3.4).

Cards with random acts at random instants, swept at each wake, late, or not for weeks. What must
hold is said here by itself, with the naive clock of `oracle`: each level in order, none twice, none
early, none missed.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from chalicelib.card import decide as escalation
from chalicelib.card.state import fold_card
from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from tests.unit import oracle
from tests.unit.told import CALENDAR, MS, RULES, climbing_by_law, numbered, reported

BY_LAW = Rules(climbing_by_law(), CALENDAR)

NEXT = {"yellow": ("red", (3, "wd")), "red": ("supervision", (5, "wd"))}
RANKS = ["yellow", "red", "supervision"]
ACTS = (
    "card.confirmed", "card.acknowledged", "card.responded", "card.responded", "card.appealed",
    "card.appealed", "appeal.decided", "appeal.decided", "card.revoked", "card.rechecked",
    "card.sent_back", "card.sent_back", "card.remedied", "escalation.dismissed", "card.confirmed",
)  # fmt: skip
WHERE = {"card": "c_a.7", "department": "Housing", "region": "370102", "item": "X-01"}
DAY = timedelta(days=1)


class Walk(Struct, frozen=True, dict=True):
    """What is told of a card, and by how much each wake is missed."""

    told: tuple[Fact, ...]
    delays: tuple[timedelta, ...]


@st.composite
def acts(draw: st.DrawFn, start: datetime) -> Fact:
    """Something that a person does, or that is told of the card's ground."""
    near = [n * DAY + d for n in (1, 3, 5, 7, 9) for d in (-MS, timedelta(), MS)]
    whens = st.sampled_from(near) | st.integers(0, 96 * 80).map(lambda n: n * oracle.QUARTER)
    when = start + draw(whens)
    kind = draw(st.sampled_from(ACTS))
    data: dict[str, str] = {"role": draw(st.sampled_from(["department", "inspector"]))}
    if kind == "appeal.decided":
        data["outcome"] = draw(st.sampled_from(["upheld", "upheld", "sent_back", "revoked"]))
    if kind == "card.rechecked":
        data = {**WHERE, "verdict": draw(st.sampled_from(["lost", "stands"]))}
    if kind == "card.remedied":
        data = {**WHERE, **draw(st.sampled_from([{}, {}, {"verdict": "lost"}]))}
    return reported(kind, when, **data)


@st.composite
def walks(draw: st.DrawFn, *, prompt: bool = False) -> Walk:
    """A card of some level, issued or proposed, and up to eight things that happen to it."""
    day = draw(st.dates(datetime(2024, 1, 2).date(), datetime(2026, 2, 20).date()))  # noqa: DTZ001
    quarter = draw(st.integers(0, 95))
    start = datetime.combine(day, datetime.min.time(), oracle.CHINA) + quarter * oracle.QUARTER
    kind, level = draw(
        st.sampled_from(
            [
                ("card.issued", "yellow"),
                ("card.issued", "red"),
                ("card.proposed", "yellow"),
                ("case.escalated", "supervision"),
            ]
        )
    )
    opening = reported(kind, start.astimezone(UTC), level=level, rule="V-16", **WHERE)
    more = [draw(acts(start.astimezone(UTC))) for _ in range(draw(st.integers(0, 8)))]
    if kind == "card.proposed" and draw(st.booleans()):
        # Confirmed: the case that it was found in says so, and the card is issued.
        more.append(
            reported("card.issued", start.astimezone(UTC) + DAY, level=level, rule="V-16", **WHERE)
        )
    told = (opening, *sorted(more, key=lambda fact: fact.at))
    late = st.sampled_from([timedelta(), timedelta(), MS, timedelta(minutes=1), 4 * DAY, 60 * DAY])
    delays = () if prompt else tuple(draw(st.lists(late, max_size=12)))
    return Walk(told, delays)


class Card:
    """A card's own case: tell it things, let it be looked at. Its ladder rests on law, or not."""

    def __init__(self, rules: Rules = BY_LAW) -> None:
        self.facts: list[Fact] = []
        self.rules = rules

    def decide_case(self, now: datetime) -> Decision:
        """Look at it now, twice: the second time there is nothing to say."""
        decision = escalation.decide(CaseHistory(self.facts), self.rules, now)
        self.facts.extend(decision.append)
        assert self.facts == numbered(self.facts)
        again = escalation.decide(CaseHistory(self.facts), self.rules, now)
        assert (again.append, again.wake_at) == ((), decision.wake_at)
        return decision


def walked(walk: Walk, rules: Rules = BY_LAW) -> list[Fact]:
    """Tell all that is told and look at each wake, by so much too late as *walk* says."""
    card, delays = Card(rules), iter(walk.delays)
    wake: datetime | None = None
    for fact in walk.told:
        while wake is not None and (now := wake + next(delays, timedelta())) <= fact.at:
            wake = card.decide_case(now).wake_at
        card.facts.append(fact.numbered(len(card.facts)))
        wake = card.decide_case(fact.at).wake_at
    for _ in range(30):
        if wake is None:
            return card.facts
        wake = card.decide_case(wake + next(delays, timedelta())).wake_at
    raise AssertionError("a card that never comes to rest")


def climbs(facts: Sequence[Fact]) -> list[Fact]:
    """By what it was raised on silence."""
    return [f for f in facts if f.kind == "case.escalated" and f.text("rule") == "V-51"]


def counted(facts: Sequence[Fact]) -> list[Fact]:
    """What was told and is not set aside."""
    aside = {fact.data["told"] for fact in facts if fact.kind == "event.set_aside"}
    return [fact for fact in facts if fact.n not in aside]


def both_ended(before: Fact, heard: Sequence[Fact], climb: Fact) -> datetime:
    """Return when both times had ended that ran from *before*, or anew from what came then."""

    def ends(since: datetime, limit: tuple[int, str]) -> datetime:
        end = oracle.due(since.astimezone(oracle.CHINA), [limit], [])
        assert end is not None
        return end

    came = [f for f in heard if f.n > before.n and f.recorded_at <= climb.at]
    settling = [f for f in came if f.kind == "appeal.decided" or f.text("verdict") == "stands"]
    undone = [f for f in came if f.kind == "card.remedied" and f.text("verdict") == "lost"]
    anew = [*settling, *undone, *(f for f in came if f.kind == "card.sent_back")]
    since = max(fact.recorded_at for fact in (before, *anew))
    answer_by = ends(since, NEXT[before.text("level")][1])
    if any(fact.text("outcome") == "upheld" for fact in settling):
        return answer_by
    appealable = max(fact.recorded_at for fact in (before, *settling))
    return max(answer_by, ends(appealable, (5, "wd")))


@given(walks())
def test_on_no_law_nothing_climbs_but_what_a_person_confirms(walk: Walk) -> None:
    """Each step is proposed when both times have ended, and goes up by that person's act alone."""
    facts = walked(walk, RULES)
    steps = [fact for fact in facts if fact.kind == "escalation.proposed"]
    levels = [fact for fact in facts if fact.kind in ("card.issued", "case.escalated")]
    for step in steps:
        before = [fact for fact in levels if fact.n < step.n][-1]
        assert step.recorded_at > step.at >= before.recorded_at
        assert step.at == both_ended(before, counted(facts), step)
    for climb in climbs(facts):
        assert "basis" not in climb.data
        proposed = [step for step in steps if step.n < climb.n][-1]
        confirmed = [f for f in counted(facts) if f.kind == "card.confirmed" and f.at == climb.at]
        assert any(proposed.n < act.n < climb.n for act in confirmed)


@given(walks())
def test_each_level_is_reached_in_order_once_and_never_early(walk: Walk) -> None:
    """Of every card: from its first level upwards, one by one, each by silence of its own."""
    facts = walked(walk)
    first = walk.told[0].text("level")
    reached = [first, *(fact.text("level") for fact in climbs(facts))]
    assert reached == RANKS[RANKS.index(first) :][: len(reached)]
    heard = counted(facts)
    opened = [f for f in facts if f.told and f.kind in ("card.issued", "case.escalated")]
    raised = [*opened[:1], *climbs(facts)]
    assert opened or not climbs(facts), "nobody's card climbs"
    for before, climb in pairwise(raised):
        assert climb.recorded_at > climb.at, "late is strictly after"
        assert climb.at == both_ended(before, heard, climb)
        within = [f for f in heard if before.recorded_at <= f.at <= climb.at and f.n > before.n]
        answers = [f for f in within if f.kind in ("card.responded", "card.sent_back")]
        assert not answers or answers[-1].kind == "card.sent_back", "who answered is not silent"
        appeals = [f for f in within if f.kind in ("card.appealed", "appeal.decided")]
        assert not appeals or appeals[-1].kind == "appeal.decided", "an appeal stops the ladder"
        gone = [f for f in within if f.kind in ("card.rechecked", "card.revoked")]
        assert not gone or gone[-1].text("verdict") == "stands", "what has no ground climbs not"


@given(walks())
def test_who_is_silent_climbs_to_the_top(walk: Walk) -> None:
    """In the end each card is answered, appealed, gone, nobody's yet, or as high as it goes."""
    facts = walked(walk)
    state = fold_card(CaseHistory(facts))
    if state.state in ("issued", "acknowledged", "sent_back") and state.remedied is None:
        assert state.level == "supervision"
    if state.state == "responded":
        assert "appeal" in state.possible, "closed when nothing can be appealed any more"


@given(walks())
def test_no_wake_is_too_late_and_none_is_idle(walk: Walk) -> None:
    """A millisecond before it there is nothing to say, at it there is."""
    card = Card()
    for fact in walk.told:
        card.facts.append(fact.numbered(len(card.facts)))
        card.decide_case(fact.at)
    now = walk.told[-1].at
    for _ in range(30):
        decision = escalation.decide(CaseHistory(card.facts), BY_LAW, now)
        last = decision.wake_at - MS if decision.wake_at else now + 900 * DAY
        assert escalation.decide(CaseHistory(card.facts), BY_LAW, last).append == ()
        if decision.wake_at is None:
            return
        assert decision.wake_at > now
        now = decision.wake_at
        before = len(card.facts)
        decision = card.decide_case(now)
        assert len(card.facts) > before or decision.wake_at is None or decision.wake_at > now
    raise AssertionError("a card that never comes to rest")


@given(walks())
def test_what_is_revoked_or_dismissed_stays_so(walk: Walk) -> None:
    """A revoked card says so once, with its reason, and nothing follows (APP-02)."""
    facts = walked(walk)
    annulled = [fact for fact in facts if fact.kind == "card.annulled"]
    state = fold_card(CaseHistory(facts))
    assert len(annulled) == (state.state == "revoked")
    for fact in annulled:
        assert fact.text("reason") == "revoked"
        assert not [f for f in facts[fact.n :] if f.kind in ("case.escalated", "card.closed")]
    if state.state == "dismissed":
        assert {f.kind for f in facts if not f.told} <= {"event.set_aside"}


@given(walks())
def test_every_act_counts_or_is_set_aside_once(walk: Walk) -> None:
    """Nothing that people did passes in silence."""
    facts = walked(walk)
    aside = [fact.data["told"] for fact in facts if fact.kind == "event.set_aside"]
    assert len(set(aside)) == len(aside)
    assert aside == [fact.n for fact, _ in fold_card(CaseHistory(facts)).set_aside]


def test_a_second_appeal_is_heard_as_the_first_was() -> None:
    """Sent back, and appealed again within the time that then began: no silence."""
    card = Card()
    for kind, when, data in (
        ("card.issued", "2024-01-02T09:00", {"level": "yellow", "rule": "V-16", **WHERE}),
        ("card.appealed", "2024-01-03T09:00", {"role": "department"}),
        ("appeal.decided", "2024-01-05T09:00", {"role": "inspector", "outcome": "sent_back"}),
        ("card.appealed", "2024-01-10T09:00", {"role": "department"}),
    ):
        card.facts.append(reported(kind, when, **data).numbered(len(card.facts)))
        card.decide_case(card.facts[-1].at)
    card.decide_case(card.facts[-1].at + 3 * DAY)
    assert climbs(card.facts) == []
    assert fold_card(CaseHistory(card.facts)).state == "appealed"
