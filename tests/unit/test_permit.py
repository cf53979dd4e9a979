"""What a set of told facts folds into, whatever the order in which they came."""

from itertools import permutations

import pytest
from msgspec.structs import replace

from chalicelib.cases.fact import Fact, in_order_of_time
from chalicelib.cases.from_event import adopted_terms
from chalicelib.cases.history import CaseHistory
from chalicelib.permit.state import Permit, fold
from chalicelib.policy.limit import Limit
from chalicelib.policy.terms import Terms
from tests.unit.told import (
    accepted,
    at,
    clock,
    decided,
    extended,
    numbered,
    reported,
    resumed,
    suspended,
)

DAY = "2025-04-14T10:00"
NOON = "2025-04-15T12:00"


def pauses(*told: Fact) -> list[tuple[str, str | None]]:
    """The pauses that *told* folds into, in order of time."""
    found = [procedure.pause for procedure in fold(CaseHistory(numbered(told))).procedures]
    return sorted((clock(p.start), clock(p.end) if p.end else None) for p in found)


def aside(permit: Permit) -> list[tuple[str, str]]:
    """What was set aside, and why."""
    return sorted((fact.kind, reason) for fact, reason in permit.set_aside)


def test_nothing_is_told() -> None:
    """An empty case is one that nothing is known about."""
    permit = fold(CaseHistory())
    assert (permit.origin, permit.acceptance, permit.closing) == ({}, None, None)


def test_before_acceptance_the_first_event_says_where_it_belongs() -> None:
    """Item and department are those of the acceptance, before it those of the first on record."""
    first = reported("submitted", DAY, item="X-01", department="Housing")
    other = reported("received", NOON, item="X-02", department="Water")
    assert fold(CaseHistory(numbered([first, other]))).origin["department"] == "Housing"
    assert fold(CaseHistory(numbered([other, first]))).origin["department"] == "Water"
    moved = reported("accepted", "2025-04-16", item="X-03", department="Traffic")
    assert fold(CaseHistory(numbered([other, first, moved]))).origin["department"] == "Traffic"


def test_a_second_acceptance_or_closing_is_set_aside() -> None:
    """The first acceptance on record counts, and the first closing by time, when told last too."""
    reports = [
        accepted(DAY, "5wd", key="hall/a"),
        accepted(NOON, "9wd", key="hall/b"),
        decided("2025-04-16", key="hall/c"),
        reported("withdrawn", "2025-04-17", key="hall/d"),
    ]
    for order in permutations(reports):
        permit = fold(CaseHistory(numbered(order)))
        assert permit.acceptance is not None
        assert permit.closing is not None
        on_record = next(fact.key for fact in order if fact.kind == "case.accepted")
        assert (permit.acceptance.key, permit.closing.key) == (on_record, "hall/c")
        assert aside(permit) == [
            ("case.accepted", "accepted before"),
            ("case.withdrawn", "closed before"),
        ]


@pytest.mark.parametrize("kind", ["decided", "withdrawn", "cancelled", "returned"])
def test_every_ending_closes(kind: str) -> None:
    """Decided, withdrawn, cancelled and returned all stop the clock."""
    assert (
        fold(CaseHistory(numbered([accepted(DAY, "5wd"), reported(kind, NOON)]))).closing
        is not None
    )


def test_what_happens_after_the_end_is_set_aside() -> None:
    """At the very instant of the end it still counts (DESIGN §4, equal instants)."""
    reports = [accepted(DAY, "5wd"), decided(NOON)]
    with_it = [suspended(NOON), extended(NOON, "5wd")]
    after = [suspended("2025-04-15T12:00:00.001"), extended("2025-04-15T12:00:00.001", "5wd")]
    assert aside(fold(CaseHistory(numbered(reports + with_it)))) == []
    assert aside(fold(CaseHistory(numbered(reports + after)))) == [
        ("case.extended", "the case was closed"),
        ("case.suspended", "the case was closed"),
    ]
    assert aside(fold(CaseHistory(numbered([*reports, resumed("2025-04-16")])))) == [
        ("case.resumed", "nothing to resume")
    ]


def test_a_procedure_may_outlast_its_case() -> None:
    """What was left open is ended after the decision, and is supervised until then (PAU-05)."""
    reports = [accepted(DAY, "5wd"), suspended(DAY), decided(NOON), resumed("2025-04-16")]
    assert aside(fold(CaseHistory(numbered(reports)))) == []
    assert pauses(*reports) == [(DAY, "2025-04-16T00:00")]


def test_a_resumption_ends_what_it_names_or_all_that_is_open() -> None:
    """Procedures are apart; a resumption without a name is of all of them."""
    testing, hearing = suspended(DAY), suspended("2025-04-14T11:00", "hearing")
    begun = [clock(testing.at), clock(hearing.at)]
    assert pauses(testing, hearing) == [(begun[0], None), (begun[1], None)]
    assert pauses(testing, hearing, resumed(NOON)) == [(begun[0], NOON), (begun[1], None)]
    assert pauses(testing, hearing, resumed(NOON, "")) == [(begun[0], NOON), (begun[1], NOON)]


def test_what_does_not_fit_is_set_aside() -> None:
    """A suspension of what is suspended, a resumption of nothing."""
    reports = [suspended(DAY), suspended(NOON), resumed("2025-04-16", "hearing")]
    permit = fold(CaseHistory(numbered(reports)))
    assert aside(permit) == [
        ("case.resumed", "nothing to resume"),
        ("case.suspended", "already suspended"),
    ]
    assert pauses(*reports) == [(DAY, None)]
    assert aside(fold(CaseHistory(numbered([resumed(DAY, "")])))) == [
        ("case.resumed", "nothing to resume")
    ]


def test_equal_instants_take_their_order() -> None:
    """Accepted, suspended and resumed, extended, decided, whatever came first."""
    reports = [accepted(NOON, "5wd"), suspended(NOON), extended(NOON, "5wd"), decided(NOON)]
    kinds = [fact.kind for fact in reports]
    for order in permutations(reports):
        assert [fact.kind for fact in in_order_of_time(list(order))] == kinds


@pytest.mark.parametrize("by", ["sequence", "written"])
def test_at_equal_instants_the_source_says_what_came_first(by: str) -> None:
    """Suspended then resumed is a pause of no length; resumed then suspended goes on."""

    def nth(fact: Fact, n: int) -> Fact:
        if by == "sequence":
            return replace(fact, sequence=f"{n}")
        return replace(fact, written_at=at(f"2025-04-15T13:00:0{n}"))

    before = suspended(DAY)
    one, two = suspended(NOON), resumed(NOON)
    assert pauses(nth(one, 1), nth(two, 2)) == [(NOON, NOON)]
    assert pauses(nth(one, 2), nth(two, 1)) == [(NOON, None)]
    assert pauses(before, nth(one, 2), nth(two, 1)) == [(DAY, NOON), (NOON, None)]
    assert pauses(before, nth(one, 1), nth(two, 2)) == [(DAY, NOON)]
    permit = fold(CaseHistory(numbered([nth(one, 2), nth(two, 1)])))
    assert aside(permit) == [("case.resumed", "nothing to resume")]


def test_the_sequence_goes_before_when_it_was_written() -> None:
    """Only where a source numbers nothing does its clock decide."""
    fact = replace(suspended(NOON), sequence="1", written_at=at("2025-04-16"))
    two = replace(resumed(NOON), sequence="2", written_at=at("2025-04-15T13:00"))
    assert pauses(fact, two) == [(NOON, NOON)]


def test_at_equal_instants_without_an_order_the_facts_are_read_as_they_fit() -> None:
    """What was open is ended first; a suspension that is ended at once was of no length."""
    fact, two = suspended(NOON), resumed(NOON)
    assert pauses(fact, two) == pauses(two, fact) == [(NOON, NOON)]
    assert aside(fold(CaseHistory(numbered([two, fact])))) == []
    assert pauses(suspended(DAY), two, fact) == [(DAY, NOON), (NOON, None)]
    assert pauses(suspended(DAY, "hearing"), fact, two) == [(DAY, None), (NOON, NOON)]


def test_a_stray_resumption_does_not_swallow_another_suspension() -> None:
    """One procedure's resumption of nothing leaves another's suspension at that instant alone."""
    reports = [suspended(NOON, "hearing"), resumed(NOON, "testing")]
    assert pauses(*reports) == [(NOON, None)]
    assert aside(fold(CaseHistory(numbered(reports)))) == [("case.resumed", "nothing to resume")]
    both = [suspended(NOON, "hearing"), suspended(NOON, "testing"), resumed(NOON, "")]
    assert pauses(*both) == [(NOON, NOON), (NOON, NOON)]


def test_a_cap_is_kept_with_its_pause() -> None:
    """The approved length goes with the suspension."""
    permit = fold(CaseHistory(numbered([suspended(DAY, approved="3wd")])))
    assert permit.procedures[0].pause.approved == Limit(3, "wd")


def test_adopted_terms_belong_to_their_acceptance() -> None:
    """Terms that the catalogue gave later are not another acceptance's, nor do they leave it."""
    bare = accepted(NOON, key="hall/late")
    terms = adopted_terms(bare, Terms(promise=Limit(5, "wd")), at("2025-04-16")).numbered(1)
    permit = fold(CaseHistory([bare.numbered(0), terms]))
    assert permit.terms == Terms(promise=Limit(5, "wd"))
    earlier = accepted(DAY, key="hall/early").numbered(2)
    assert fold(CaseHistory([bare.numbered(0), terms, earlier])).terms == permit.terms
    first = accepted(DAY, key="hall/early").numbered(0)
    other = [first, bare.numbered(1), terms.numbered(2)]
    assert fold(CaseHistory(other)).terms is None
    assert fold(CaseHistory([accepted(DAY, "9wd").numbered(0)])).terms == Terms(
        promise=Limit(9, "wd")
    )


def test_a_fold_rests_on_the_facts_that_make_its_clock() -> None:
    """Not on what was set aside, nor on what has nothing to do with it; adopted terms included.

    Which extension counts is for the policy to say.
    """
    bare = accepted(DAY)
    reports = [
        reported("submitted", DAY, item="X-01"),
        bare,
        suspended(NOON),
        suspended("2025-04-15T13:00"),
        reported("stage.entered", NOON, stage="review"),
        resumed("2025-04-16"),
        extended("2025-04-16", "5wd"),
        extended("2025-04-17", "5wd"),
        decided("2025-04-18"),
    ]
    adopted = adopted_terms(bare, Terms(promise=Limit(5, "wd")), at(DAY)).numbered(9)
    assert fold(CaseHistory([*numbered(reports), adopted])).rests_on == (1, 2, 5, 8, 9)
