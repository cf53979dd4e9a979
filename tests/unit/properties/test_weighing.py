"""The weighing of late news (CLAIMS §4), whatever a source tells, and however it is processed.

Receipt times and decisions are given. Everything else, and above all the order and the number of
runs in which it is processed, must not matter. What is found by evidence alone stays.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.findings.finding import Finding
from chalicelib.findings.recheck import stands
from chalicelib.intake.event_types import FINDING_TYPES, Derived
from chalicelib.permit.claims.better import cuts_off
from chalicelib.permit.claims.reading import CaseReading, read
from chalicelib.permit.claims.readings import Readings
from chalicelib.permit.claims.weighing import weigh
from chalicelib.permit.decide import decide, evaluate
from chalicelib.permit.lamp_history import lamp
from chalicelib.permit.simulate import simulate
from tests.support.trials import times
from tests.unit.dishonest import DAY, Story, stories
from tests.unit.told import MS, accepted_claim, numbered, refused_claim

MAIN = {"promise", "first_review", "renewal", "statutory"}
GRAVITY = {"": 0, "warning": 1, "yellow": 2, "red": 3}
Found = tuple[str, ...]


def standing(facts: Sequence[Fact]) -> set[Found]:
    """Rule, level, clock, department and kind of all that stands of what was found."""
    case = CaseHistory(facts)
    return {
        (
            fact.text("rule"),
            fact.text("level"),
            fact.text("clock"),
            fact.text("department"),
            fact.kind,
        )
        for fact in facts
        if fact.kind in FINDING_TYPES and not fact.told and stands(fact, case)
    }


def listed(facts: Sequence[Fact]) -> set[str]:
    """The keys of the late news that is put before an inspector and waits."""
    numbers = {fact.data["claim"] for fact in facts if fact.kind == "claim.contested"}
    return {facts[n].key for n in numbers if isinstance(n, int)}


def contested(facts: Sequence[Fact], story: Story) -> set[str]:
    """The keys of the late news whose own time would better something."""
    return {one.fact.key for one in weigh(CaseHistory(facts), story.rules).contested}


def outcome(facts: Sequence[Fact], story: Story) -> tuple[object, ...]:
    """What a case comes to: cards, lamp, and what waits for a person."""
    case = CaseHistory(facts)
    waiting = contested(facts, story)
    shines = lamp(evaluate(case, story.rules).permit, case)
    return standing(facts), shines, waiting, listed(facts) & waiting


@st.composite
def decisions(draw: st.DrawFn, story: Story) -> list[Fact]:
    """What inspectors decide of some of the news of *story*, in the order of receipt."""
    count = draw(st.integers(0, 3))
    last = story.told[-1].recorded_at
    return [
        draw(st.sampled_from([accepted_claim, refused_claim]))(
            draw(st.integers(0, len(story.told) - 1)),
            last + draw(st.integers(1, 30)) * DAY,
            key=f"duban/{n}",
        )
        for n in range(count)
    ]


def processed(
    data: st.DataObject, story: Story, received: Sequence[Fact], *, again: bool
) -> list[Fact]:
    """The case as it was processed in runs of which each has all that was received by then."""
    facts: list[Fact] = []
    rest = list(received)
    now = rest[0].recorded_at
    while rest:
        now = max(now, rest[0].recorded_at) + data.draw(st.integers(0, 20 * 24)) * timedelta(
            hours=1
        )
        while rest and rest[0].recorded_at <= now:
            facts.append(rest.pop(0).numbered(len(facts)))
        for _ in range(2 if again else 1):
            facts += decide(CaseHistory(facts), story.rules, now).append
    return at_rest(facts, story, story.end)


def at_rest(facts: list[Fact], story: Story, now: datetime) -> list[Fact]:
    """The case after it was decided at *now* until nothing more follows."""
    for _ in range(100):
        decision = decide(CaseHistory(facts), story.rules, now)
        facts += decision.append
        if not decision.append:
            return facts
    raise AssertionError("a case that never comes to rest")


@settings(max_examples=times(50))
@given(st.data(), stories())
def test_however_it_is_processed_a_case_comes_to_the_same(
    data: st.DataObject, story: Story
) -> None:
    """From wake to wake, in a few runs, twice, or all at once in the end."""
    lived = simulate(story.told, story.rules, story.end)
    at_once = numbered(story.told)
    for _ in range(4):
        at_once += decide(CaseHistory(at_once), story.rules, story.end).append
    late = processed(data, story, story.told, again=data.draw(st.booleans()))
    assert outcome(late, story) == outcome(lived, story)
    assert outcome(at_once, story) == outcome(lived, story)
    assert decide(CaseHistory(lived), story.rules, story.end).append == ()


@settings(max_examples=times(60))
@given(st.data(), stories())
def test_what_is_contested_is_listed_in_the_end(data: st.DataObject, story: Story) -> None:
    """No claim waits unseen: its readings part some day, or it counts by itself."""
    facts = simulate(story.told, story.rules, story.end)
    assert contested(facts, story) <= listed(facts)


@settings(max_examples=times(60))
@given(st.data(), stories())
def test_decisions_count_whenever_they_are_processed(data: st.DataObject, story: Story) -> None:
    """The last one about each claim, by the numbers that the news has on record."""
    made = sorted(data.draw(decisions(story)), key=lambda fact: fact.recorded_at)
    # Told in one run, so that the numbers are the same however the rest is processed.
    news = numbered(story.told)
    now = news[-1].recorded_at
    begun = [*news, *decide(CaseHistory(news), story.rules, now).append]
    ends = []
    for together in (False, True):
        facts = list(begun)
        for fact in made:
            facts.append(fact.numbered(len(facts)))
            if not together:
                facts += decide(CaseHistory(facts), story.rules, fact.recorded_at).append
        ends.append(outcome(at_rest(facts, story, story.end + 60 * DAY), story))
    assert ends[0] == ends[1]


def subjects(reading: CaseReading) -> dict[tuple[str, ...], list[Finding]]:
    """The findings of a reading by rule, clock, department, and what they are about."""
    found: dict[tuple[str, ...], list[Finding]] = {}
    for finding in reading.limits.findings:
        clock = "main" if finding.clock in MAIN else finding.clock
        owner = finding.department or reading.permit.belongs_to["department"]
        found.setdefault((finding.rule, clock, owner, finding.about), []).append(finding)
    return found


def is_covered(findings: Sequence[Finding], others: Sequence[Finding]) -> bool:
    """Whether each of *findings* is there too, or an earlier or graver one that is as certain."""
    return all(
        any(
            other.at <= finding.at
            and GRAVITY[other.level] >= GRAVITY[finding.level]
            and (other.kind != Derived.CARD_PROPOSED or finding.kind == Derived.CARD_PROPOSED)
            for other in others
        )
        for finding in findings
    )


def is_no_better(before: CaseReading, after: CaseReading) -> bool:
    """Whether each subject that is found *before* has one of its own that covers it *after*.

    But for an ending near a limit: that may share the one by which the limit itself is broken.
    """
    wanted, there = subjects(before), subjects(after)
    for key, findings in list(wanted.items()):
        broken = [others for one, others in there.items() if one[:3] == key[:3]]
        near = all(finding.ground == "ended_near_limit" for finding in findings)
        if near and any(is_covered(findings, others) for others in broken):
            del wanted[key]

    def can_match(rest: list[tuple[str, ...]], free: frozenset[tuple[str, ...]]) -> bool:
        if not rest:
            return True
        first, *others = rest
        fitting = [
            one for one in free if one[:3] == first[:3] and is_covered(wanted[first], there[one])
        ]
        return any(can_match(others, free - {one}) for one in fitting)

    return can_match([*wanted], frozenset(there))


@settings(max_examples=times(150))
@given(stories())
def test_without_decisions_nothing_judged_is_better_than_from_receipt(story: Story) -> None:
    """Than where all late news happened when it was received, and no late correction was made."""
    for count in range(1, len(story.told) + 1):
        case = CaseHistory(numbered(story.told[:count]))
        base = read(Readings(case, story.rules).grant(()), story.rules)
        assert is_no_better(base, weigh(case, story.rules).judged)


@settings(max_examples=times(100))
@given(stories())
def test_what_an_end_cuts_off_is_bettered(story: Story) -> None:
    """What is said without reading the case again is so when it is read again."""
    for count in range(1, len(story.told) + 1):
        readings = Readings(CaseHistory(numbered(story.told[:count])), story.rules)
        before = read(readings.grant(()), story.rules)
        for late in readings.late:
            if cuts_off(before, late):
                assert not is_no_better(before, read(readings.grant({late.n}), story.rules))


def found_by_evidence(story: Story) -> Iterator[tuple[Finding, str]]:
    """What is judged before each next receipt where all late news acts from its receipt."""
    news = numbered(story.told)
    for count in range(1, len(news)):
        now = news[count].recorded_at - MS
        if news[count - 1].recorded_at <= now:
            case = CaseHistory(news[:count])
            base = read(Readings(case, story.rules).grant(()), story.rules)
            owner = base.permit.belongs_to["department"]
            yield from ((finding, owner) for finding in base.limits.at(now).crossed)


@settings(max_examples=times(75))
@given(stories())
def test_what_is_found_by_evidence_alone_stays(story: Story) -> None:
    """No later news of the source takes it away, makes it milder, or hands it to another."""
    end = standing(simulate(story.told, story.rules, story.end))
    for finding, owner in found_by_evidence(story):
        if finding.level in ("yellow", "red"):
            assert is_among(finding, finding.department or owner, end), finding


def is_among(finding: Finding, department: str, cards: set[Found]) -> bool:
    """Whether one of *cards* is of that rule, clock and department, and at least as grave."""
    main = finding.clock in MAIN
    return any(
        rule == finding.rule
        and (clock in MAIN if main else clock == finding.clock)
        and GRAVITY[level] >= GRAVITY[finding.level]
        and to == department
        and kind in {finding.kind, "card.issued"}
        for rule, level, clock, to, kind in cards
    )


@settings(max_examples=times(60))
@given(stories(ended=False))
def test_a_case_that_is_never_ended_is_over_some_day(story: Story) -> None:
    """No pause, extension or correction lets it stay green for good without a person."""
    facts = simulate(story.told, story.rules, story.end)
    case = CaseHistory(facts)
    if evaluate(case, story.rules).limits.start is not None:
        cards = [f for f in facts if f.kind in ("card.issued", "card.proposed") and stands(f, case)]
        assert [card for card in cards if card.text("clock") in MAIN]


@settings(max_examples=times(60))
@given(stories())
def test_no_card_is_early(story: Story) -> None:
    """None is on record before its legal instant has passed."""
    for fact in simulate(story.told, story.rules, story.end):
        if fact.kind in FINDING_TYPES and not fact.told:
            assert fact.recorded_at > fact.at
