"""Answers, what sends them back, and findings of inspectors, as anybody reads them in the log."""

from collections.abc import Iterator

import pytest

from chalicelib.cases.case_id import card_case
from chalicelib.policy.catalogue import read_catalogue
from tests.support.asker import Asker, data
from tests.support.environment import environment
from tests.support.replayed import Leaf, PublicWorld, found, own, public_world
from tests.support.rewritten import leaves

__all__ = ["leaves"]  # the fixture

START = "2026-11-02T09:00:00"  # a Monday; five working days from it end on 9 November
ITEMS = """item,name,department,kind,promise,statutory,basis,stages
X-01,许可,Housing,promise,5wd,30wd,某法第一条,
"""
LISTED = {"item": "X-01", "department": "Housing", "region": "370102"}


@pytest.fixture(scope="module")
def county() -> Iterator[PublicWorld]:
    """Give a county whose yellow card was answered, sent back, and left in silence.

    An inspector finds something else in the case, and confirms it.
    """
    with environment(), public_world(START) as made:
        ask = Asker(made.services)
        made.services.catalogues.write(read_catalogue(ITEMS.encode(), "items.csv"))
        made.tick()
        made.report("case.accepted", START, "1", **LISTED)
        made.until("2026-11-09T17:31:00")
        made.until("2026-11-10T09:00:00")
        card = f"/v1/cards/{made.snapshot().public_case}.2"
        data(ask("POST", f"{card}/respond", "Housing", {"text": "已办"}), 202)
        made.until("2026-11-11T09:00:00")
        data(ask("POST", f"{card}/send_back", body={"text": "何日办的"}), 202)
        made.tick()
        made.until("2026-11-12T09:00:00")
        finding = {"rule": "V-15", "text": "没有书面凭证"}
        data(ask("POST", "/v1/cases/hall%3A1/findings", body=finding), 202)
        made.tick()
        made.until("2026-11-12T09:05:00")
        (proposed,) = data(ask("GET", "/v1/cards?state=proposed"))["cards"]
        data(ask("POST", f"/v1/cards/{proposed['id']}/confirm"), 202)
        made.tick()
        made.until("2026-11-16T17:31:00")
        made.close()
        yield made


def first(leaves: list[Leaf], kind: str, **data: object) -> Leaf:
    """The first leaf of this *kind* with these *data*."""
    return next(
        leaf
        for leaf in leaves
        if leaf["k"] == kind and all(leaf["data"].get(name) == data[name] for name in data)
    )


def test_an_honest_log_is_sound(county: PublicWorld, leaves: list[Leaf]) -> None:
    """The step up by silence follows from when the answer was sent back; the finding is one."""
    step = first(leaves, "escalation.proposed", rule="V-51")
    assert (step["at"], step["data"]["ground"]) == ("2026-11-16T09:30:00.000Z", "unanswered")
    assert [leaf["k"] for leaf in leaves].count("card.sent_back") == 2  # the card, and its case
    assert first(leaves, "irregularity.found")["data"]["role"] == "inspector"
    assert first(leaves, "card.issued", rule="V-15")["data"]["ground"] == "found"
    assert found(county) == []


def test_a_finding_that_no_inspector_entered(county: PublicWorld, leaves: list[Leaf]) -> None:
    """A department finds nothing in its own case, and nothing against another."""
    first(leaves, "irregularity.found")["data"]["role"] = "department"
    assert "irregularity.found is not for this role: department" in found(county, leaves)[0]


def test_a_proposal_without_the_finding_behind_it(county: PublicWorld, leaves: list[Leaf]) -> None:
    """It rests on that fact; nothing else in the case makes it."""
    gone = first(leaves, "irregularity.found")
    issues = found(county, [leaf for leaf in leaves if leaf is not gone])
    assert any("V-15" in issue or "card.proposed" in issue for issue in issues)


def test_an_answer_that_only_its_department_sent_back(
    county: PublicWorld, leaves: list[Leaf]
) -> None:
    """Whether an answer is good enough is for an inspector to say."""
    case = own(leaves)[card_case(f"{first(leaves, 'case.accepted')['case']}.2")]
    for leaf in leaves:
        if leaf["k"] == "card.sent_back":
            leaf["data"]["role"] = "department"
    assert any(
        f"{case} " in issue or "card.sent_back is not for this role" in issue
        for issue in found(county, leaves)
    )


def test_a_sending_back_that_the_permit_never_hears_of(
    county: PublicWorld, leaves: list[Leaf]
) -> None:
    """Else the red card of silence would be kept away by leaving out one message."""
    public = first(leaves, "case.accepted")["case"]
    gone = [leaf for leaf in leaves if leaf["k"] == "card.sent_back" and leaf["case"] == public]
    issues = found(county, [leaf for leaf in leaves if leaf not in gone])
    assert any("should have been told to" in issue for issue in issues)
