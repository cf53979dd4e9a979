"""What a case's history answers of cards, and what it hands on to the history that follows."""

from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory, number_of
from tests.unit.told import accepted, at, corrected, numbered, reported

START = "2025-04-14T10:00"


def derived(kind: str, **data: object) -> Fact:
    """Return a fact that supervision derived."""
    return replace(reported(kind, START, **data), told=False, recorded_at=at(START))


def test_a_confirmed_card_has_the_number_of_its_proposal() -> None:
    """So its re-checks and its revocation are found by that number; other cards have their own."""
    facts = [
        accepted(START),
        derived("card.proposed", key="p"),
        derived("card.issued", card=1, key="i"),
        derived("card.rechecked", card=1, verdict="lost", key="r"),
    ]
    history = CaseHistory(numbered(facts))
    _, proposal, card, recheck = history.facts
    assert (number_of(proposal), number_of(card)) == (1, 1)
    assert history.rechecks_of(card) == history.rechecks_of(proposal) == [recheck]


def test_what_is_derived_leaves_the_corrections_as_they_were() -> None:
    """They are not applied a second time; what is reported has them applied anew."""
    start = accepted(START, key="hall/a")
    history = CaseHistory(numbered([start]))
    warning = derived("warning.issued", key="w").numbered(1)
    before = history.as_corrected
    assert history.followed_by([warning]).as_corrected is before
    earlier = corrected("2025-04-15T09:00", start, "2025-04-10T10:00").numbered(1)
    after = history.followed_by([earlier])
    assert [fact.at for fact in after.told if fact.key == "hall/a"] == [at("2025-04-10T10:00")]
