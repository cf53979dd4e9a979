"""Whose case it is: the first acceptance on record, transfers with consent, an inspector's mend."""

import pytest
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.permit.state import fold
from tests.unit.told import File, accepted, decided, opened, reported

DECLINED = [("case.transferred", "the transfer was declined")]


def ours(kind: str, when: str, **data: object) -> Fact:
    """Return what a person did through our own API."""
    return replace(reported(kind, when, **data), origin="hall:1")


def transferred(when: str, to: str = "Water") -> Fact:
    """Return a transfer that the source reported."""
    return reported("case.transferred", when, department=to)


def owner(case: File) -> dict[str, str]:
    """Return the department that answers for the promise, and the one that has the case now."""
    permit = fold(CaseHistory(case.facts))
    return {"owner": permit.belongs_to["department"], "current": permit.ownership.current}


def test_a_second_acceptance_moves_nothing_whatever_time_it_claims() -> None:
    """The cards stay where they were earned (F-01)."""
    case = opened("5wd")
    case.decide_case("2025-04-22T09:00")
    earlier = accepted("2025-04-14T09:00", "5wd", recorded="2025-04-22T10:00")
    case.receive(replace(earlier, data={**earlier.data, "department": "Water"}))
    assert owner(case) == {"owner": "Housing", "current": "Housing"}
    assert case.set_aside() == [("case.accepted", "accepted before")]
    assert [f.text("sign") for f in case.facts if f.kind == "data.flagged"] == [
        "late_recording",
        "accepted_again",
        "told_late",
    ]
    assert case.verdicts() == []
    assert {f.text("department") for f in case.facts if f.kind == "card.issued"} == {"Housing"}


def test_a_transfer_counts_only_with_consent() -> None:
    """Until then the case is where it was."""
    case = opened("5wd")
    case.receive(transferred("2025-04-15T10:00"))
    assert owner(case) == {"owner": "Housing", "current": "Housing"}
    case.receive(ours("transfer.agreed", "2025-04-16T10:00", transfer=case.facts[-1].n))
    assert owner(case) == {"owner": "Housing", "current": "Water"}


def test_the_promise_stays_with_whoever_accepted_and_later_clocks_go_along() -> None:
    """Cards stay where they were earned; delivery is the receiver's."""
    case = opened("5wd")
    case.receive(transferred("2025-04-15T10:00"))
    case.receive(ours("transfer.agreed", "2025-04-16T10:00", transfer=case.facts[-1].n))
    case.decide_case("2025-04-22T09:00")
    case.receive(decided("2025-04-22T10:00", outcome="granted"))
    case.decide_case("2025-05-20")
    cards = [(f.text("rule"), f.text("department")) for f in case.facts if f.kind == "card.issued"]
    assert ("V-02", "Housing") in cards
    assert ("V-08", "Water") in cards


@pytest.mark.parametrize(
    ("answers", "current", "aside"),
    [
        (["transfer.declined"], "Housing", DECLINED),
        (
            ["transfer.declined", "transfer.agreed"],
            "Housing",
            [("case.transferred", "the transfer was declined")],
        ),
        (["transfer.agreed", "transfer.declined"], "Water", []),
    ],
)
def test_the_first_answer_to_a_transfer_counts(
    answers: list[str], current: str, aside: list[tuple[str, str]]
) -> None:
    """A second answer changes nothing."""
    case = opened("5wd")
    case.receive(transferred("2025-04-15T10:00"))
    n = case.facts[-1].n
    for hour, kind in enumerate(answers, 10):
        case.receive(ours(kind, f"2025-04-16T{hour}:00", transfer=n))
    assert owner(case)["current"] == current
    assert case.set_aside() == aside


def test_a_source_cannot_agree_for_the_receiver_nor_reassign() -> None:
    """Only what a person did through our own door counts."""
    case = opened("5wd")
    case.receive(transferred("2025-04-15T10:00"))
    n = case.facts[-1].n
    case.receive(reported("transfer.agreed", "2025-04-16T10:00", transfer=n))
    case.receive(reported("case.reassigned", "2025-04-16T11:00", department="Water"))
    assert owner(case) == {"owner": "Housing", "current": "Housing"}


def test_an_inspector_mends_whose_case_it_is_and_cards_stay() -> None:
    """New cards go to the right department; the old ones can be revoked."""
    case = opened("5wd", statutory="10wd")
    case.decide_case("2025-04-22T09:00")
    case.receive(ours("case.reassigned", "2025-04-22T10:00", department="Water"))
    case.decide_case("2025-05-20")
    cards = [(f.text("level"), f.text("department")) for f in case.facts if f.kind == "card.issued"]
    assert cards == [("yellow", "Housing"), ("red", "Water")]
    assert owner(case) == {"owner": "Water", "current": "Water"}
    assert case.verdicts() == []
    assert case.facts[0].data["department"] == "Housing"
