"""Handing in again: of one applicant, and watched from the first acceptance of all."""

from collections.abc import Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.permit.refiling.state import digest_marks, read_marks, refiled_event, same_applicant
from chalicelib.permit.state import fold
from tests.unit.told import File, accepted, at, reported

AGAIN = "2025-04-21T17:01"  # a minute after the first case, of 14 April, is withdrawn


def application(name: str = "", title: str = "") -> dict[str, Any]:
    """The private fields of an application."""
    applicant = {"applicant": {"name": name}} if name else {}
    return {**applicant, **({"title": title} if title else {})}


def compared(*applications: Mapping[str, Any]) -> bool | None:
    """What is said of two applications."""
    first, other = (read_marks([each]) for each in applications)
    assert same_applicant(other, first) is same_applicant(first, other)
    return same_applicant(first, other)


@pytest.mark.parametrize("name", ["张三", "张 三", "张\u3000三"])
def test_blanks_make_no_other_applicant(name: str) -> None:
    """The name counts, whatever the application is called."""
    assert compared(application("张三", "开办药店"), application(name, "另一件")) is True


@pytest.mark.parametrize("mark", ["\ufe00", "\ufe0f", "\U000e0100", "\u034f", "\u3164", "\u2800"])
def test_what_nobody_can_see_makes_no_other_applicant(mark: str) -> None:
    """The door lets it in: it may choose the form of a letter. Alone it is no name."""
    assert compared(application("张三"), application(f"张{mark}三{mark}")) is True
    assert compared(application("", "开办药店"), application("", f"开办{mark}药店")) is True
    assert compared(application("张三"), application(mark)) is None


def test_blanks_make_no_other_title() -> None:
    """It counts where no name is told."""
    assert compared(application("", "开办药店"), application("", "开办 药店")) is True
    assert compared(application("", "开办药店"), application("", "另一件")) is False


def test_another_name_is_another_applicant() -> None:
    """Though the title is the same."""
    assert compared(application("张三", "开办药店"), application("李四", "开办药店")) is False


def test_a_title_counts_where_one_of_them_left_the_name_out() -> None:
    """Another title alone says nothing: the name that was left out may be the same."""
    named = application("张三", "开办药店")
    assert compared(named, application("", "开办药店")) is True
    assert compared(named, application("", "另一件")) is None


@pytest.mark.parametrize("told", [application(), application("张三"), application("", "开办药店")])
def test_what_was_left_out_leaves_it_open(told: dict[str, Any]) -> None:
    """Neither yes nor no: with all that could be told it might be either."""
    assert compared(application(), told) is None


def test_a_name_and_a_title_cannot_be_compared() -> None:
    """Each told what the other left out."""
    assert compared(application("张三"), application("", "开办药店")) is None


def test_letters_are_alike_in_any_width_and_case() -> None:
    """As intake systems write them."""
    assert compared(application("ＡＣＭＥ Ltd"), application("Acme LTD")) is True


def test_every_name_that_a_case_was_told_counts() -> None:
    """Whoever tells a false name first, and the true one later, is found by either."""
    twice = read_marks([application("李四"), {"materials": ["x"]}, application("张三")])
    assert same_applicant(read_marks([application("张三")]), twice) is True


def test_a_digest_is_compared_like_the_name_and_says_nothing_without_its_key() -> None:
    """Two keys make two digests of one name; a title is never taken for a name."""
    marks = read_marks([application("张三", "张三")])
    first, other = digest_marks(marks, b"1" * 16), digest_marks(marks, b"2" * 16)
    assert same_applicant(first, digest_marks(read_marks([application("张三")]), b"1" * 16)) is True
    assert set(first["name"]).isdisjoint({*other["name"], *first["title"], "张三"})


def link(of: File, *, in_doubt: bool = False) -> Fact:
    """The fact by which a later case follows *of*, told as soon as it was accepted."""
    event = refiled_event(
        "hall:1", "c_first", fold(CaseHistory(of.facts)), at(AGAIN), in_doubt=in_doubt
    )
    told = reported("refiled", AGAIN, **event["data"], key=f"duban/{event['id']}")
    return replace(told, origin="hall:1")


def withdrawn_near_its_limit() -> File:
    """A case of five working days, due on 21 April at 17:30, withdrawn half an hour before."""
    case = File(accepted("2025-04-14T10:00", "5wd", "20wd"))
    case.receive(reported("withdrawn", "2025-04-21T17:00"))
    return case


def test_the_later_case_is_over_when_the_first_promise_is() -> None:
    """Its own promise began anew."""
    case = File(accepted(AGAIN, "5wd", "20wd"))
    case.receive(link(withdrawn_near_its_limit()))
    case.decide_case("2025-04-22T09:00")
    assert case.proposed() == [("V-02", "refiled", "2025-04-21T17:30")]
    assert case.issued() == []


def test_an_explicit_due_instant_is_handed_on_too() -> None:
    """A source that tells by when, not how long, is bound by that."""
    first = File(accepted("2025-04-14T10:00", due_at="2025-04-21T10:00:00.000Z"))
    first.receive(reported("withdrawn", "2025-04-21T17:00"))
    case = File(accepted(AGAIN, "5wd"))
    case.receive(link(first))
    case.decide_case("2025-04-22T09:00")
    assert case.proposed() == [("V-02", "refiled", "2025-04-21T18:00")]


def test_a_link_to_what_was_accepted_later_has_no_clock() -> None:
    """A case does not follow one that began after it."""
    case = File(accepted("2025-04-11T10:00", "30wd"))
    case.receive(link(withdrawn_near_its_limit()))
    case.decide_case("2025-04-23")
    assert case.proposed() == []


def test_a_chain_is_watched_from_its_beginning() -> None:
    """The second case ends early in its own time, and late in the first one's."""
    second = File(accepted(AGAIN, "5wd", "20wd"))
    second.receive(link(withdrawn_near_its_limit()))
    second.receive(reported("withdrawn", "2025-04-22T10:00"))
    decision = second.decide_case("2025-04-22T10:01")
    assert decision.ended is not None
    third = link(second)
    assert third.text("time") == "2025-04-14T02:00:00.000Z"
    assert third.data["terms"] == {"promise": "5wd", "statutory": "20wd"}


def test_the_end_of_the_second_case_is_near_the_limit_of_the_first() -> None:
    """Which ends on 27 April at 17:30; of its own promise a day is used."""
    first = File(accepted("2025-04-14T10:00", statutory="10wd"))
    first.receive(reported("withdrawn", "2025-04-26T10:00"))
    again = accepted("2025-04-26T10:01", "20wd")
    case = File(again)
    case.receive(replace(link(first), at=again.at, recorded_at=again.at))
    case.receive(reported("withdrawn", "2025-04-27T10:00"))
    decision = case.decide_case("2025-04-27T10:01")
    assert case.proposed() == [("V-03", "ended_near_limit", "2025-04-27T10:00")]
    assert decision.ended is not None


def test_of_several_links_the_first_acceptance_counts_and_one_beyond_doubt_before() -> None:
    """C follows B, and A before it; and a case that may be of anybody."""
    links = [
        reported("refiled", AGAIN, first="c_b", time="2025-04-15T02:00:00.000Z"),
        reported("refiled", AGAIN, first="c_a", time="2025-04-14T02:00:00.000Z"),
        reported("refiled", AGAIN, first="c_x", time="2025-04-13T02:00:00.000Z", in_doubt=True),
    ]
    for number in range(3):
        case = File(accepted(AGAIN, "5wd"), *links[number:], *links[:number])
        chosen = fold(CaseHistory(case.facts)).refiled
        assert chosen is not None
        assert chosen.text("first") == "c_a"


def test_what_is_found_by_a_link_in_doubt_is_in_doubt() -> None:
    """A person is told that it may be another's case."""
    case = File(accepted(AGAIN, "5wd"))
    case.receive(link(withdrawn_near_its_limit(), in_doubt=True))
    case.decide_case("2025-04-22T09:00")
    (proposal,) = [fact for fact in case.facts if fact.kind == "card.proposed"]
    assert (proposal.text("ground"), proposal.data["in_doubt"]) == ("refiled", True)
    assert case.proposed() == [("V-02", "refiled", "2025-04-21T17:30")]


def test_doubt_is_handed_on_along_a_chain() -> None:
    """C surely follows B; whether B followed A nobody can say."""
    second = File(accepted(AGAIN, "5wd"))
    second.receive(link(withdrawn_near_its_limit(), in_doubt=True))
    second.receive(reported("withdrawn", "2025-04-22T10:00"))
    assert link(second).data["in_doubt"] is True
    assert "in_doubt" not in link(withdrawn_near_its_limit()).data


def test_an_ending_is_watched_before_its_proposal_is_judged() -> None:
    """A source that delivers within a day tells the second case at once."""
    case = withdrawn_near_its_limit()
    decision = case.decide_case("2025-04-21T17:00")
    assert decision.append == ()
    assert decision.ended is not None
    assert decision.wake_at == at("2025-04-21T17:00:00.001")


def test_what_ended_near_its_limit_is_looked_for_once_more() -> None:
    """Ten minutes later, when the index has all that was open; then no more."""
    case = withdrawn_near_its_limit()
    case.decide_case("2025-04-21T17:01")
    assert case.decide_case("2025-04-21T17:02").wake_at == at("2025-04-21T17:10")
    assert case.decide_case("2025-04-21T17:10").wake_at is None
    assert case.decide_case("2025-05-21").ended is not None
    assert case.decide_case("2025-07-22").ended is None
