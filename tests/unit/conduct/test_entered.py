"""What an inspector enters (人工发现): a proposal whatever the profile says, and at once."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from chalicelib.cases.history import CaseHistory
from chalicelib.permit.decide import decide
from chalicelib.policy.sources import Delivery, DeliveryTime, Registration, Registrations
from tests.unit.clocks.living import live
from tests.unit.conduct.judging import ACCEPTED, DAY_2, LATER, a_case, changed
from tests.unit.conduct.test_findings import irregular, of
from tests.unit.told import MS, RULES, File, at, decided, reported


@pytest.mark.parametrize(
    ("key", "kind"), [("duban/finding/1", "card.proposed"), ("", "card.issued")]
)
def test_what_an_inspector_enters_is_proposed_whatever_the_profile_issues_by_itself(
    key: str, kind: str
) -> None:
    """A person confirms it; what an intake system reports goes by the profile."""
    entered = irregular("V-15", **({"key": key} if key else {}), role="inspector")
    facts = live(a_case(), entered, until=LATER, profile=changed("V-15", automatic=True))
    assert of("V-15", facts).kind == kind
    warned = live(a_case(), entered, until=LATER, profile=changed("V-15", level="warning"))
    assert of("V-15", warned).kind == "warning.issued"


@pytest.mark.parametrize(("key", "source"), [("duban/finding/1", ""), ("e_a", "hall")])
def test_what_an_inspector_enters_waits_for_nobody_to_deliver(key: str, source: str) -> None:
    """What an intake system reports waits for the time within which it promises to."""
    hall = replace(Registration(), deliveries=(Delivery(DeliveryTime.parse("10m")),))
    rules = replace(RULES, sources=Registrations({"hall": hall}))
    entered = replace(irregular("V-15", key=key, role="inspector"), source=source)
    case = [replace(a_case(), source="hall").numbered(0), entered.numbered(1)]
    waits = timedelta(minutes=10) if source else timedelta()

    def found(now: datetime) -> list[str]:
        return [fact.text("rule") for fact in decide(CaseHistory(case), rules, now).append]

    assert "V-15" not in found(at(DAY_2) + waits)
    assert "V-15" in found(at(DAY_2) + waits + MS)


@pytest.mark.parametrize(
    "kind", ["irregularity.found", "card.responded", "card.sent_back", "card.appealed"]
)
def test_what_people_do_in_the_second_of_the_end_is_no_sign_of_invented_steps(kind: str) -> None:
    """V-27: an intake system invents steps of its own, not findings or answers."""
    case = File(a_case(), reported("stage.entered", DAY_2, stage="s"), decided(ACCEPTED))
    assert "same_second" not in signs(case)
    for role in ("department", "inspector"):
        case.receive(reported(kind, ACCEPTED, role=role, recorded=DAY_2), DAY_2)
    assert "same_second" not in signs(case)
    case.receive(reported("stage.left", ACCEPTED, stage="s", recorded=DAY_2), DAY_2)
    assert "same_second" in signs(case)


def signs(case: File) -> set[str]:
    """The signs of bad data that the case is flagged with."""
    return {fact.text("sign") for fact in case.facts if fact.kind == "data.flagged"}
