"""Conduct through the whole chain: told, found, proposed, confirmed by a person, and a card."""

from chalicelib.card.state import fold_card
from chalicelib.cases.case_id import card_case
from chalicelib.cases.history import CaseHistory
from chalicelib.intake.event import OURS, Event
from chalicelib.policy.catalogue import read_catalogue
from tests.support.memory_stage import memory_world
from tests.support.world import World

ITEMS = """item,name,department,kind,promise,statutory,basis,stages,materials,fees
X-01,许可,Housing,promise,5wd,20wd,某法第一条,,身份证明,工本费:10
"""


def confirm(county: World, card: str) -> None:
    """Say yes to a proposal, as `POST /v1/cards/{id}/confirm` does."""
    case = card_case(card)
    now = county.wall.at.isoformat()
    event = Event(
        id="confirmed",
        source=OURS,
        subject=case,
        type="card.confirmed",
        time=now,
        data={"role": "inspector"},
    )
    county.services.inbox.put_own_event(case, "confirmed", event, county.wall.at)


def proposals(county: World) -> dict[str, str]:
    """What waits for a person, by rule: the card's id."""
    public = county.snapshot("1").public_case
    return {
        fact.text("rule"): f"{public}.{fact.n}"
        for fact in county.facts("1")
        if fact.kind == "card.proposed"
    }


def test_what_an_intake_system_tells_becomes_a_card_only_by_a_person() -> None:
    """Names and texts stay private; what is judged is on record, and so is who said yes."""
    with memory_world("2026-11-02T09:00:00") as county:
        county.services.catalogues.write(read_catalogue(ITEMS.encode(), "items.csv"))
        county.accept("2026-11-02T09:00:00", promise="5wd", voucher=False)
        county.report(
            "case.supplement_notified",
            "2026-11-02T10:00:00",
            materials=["身份证明", "王小明的无犯罪记录证明"],
        )
        county.report("fee.charged", "2026-11-02T10:30:00", amount=1001, basis="王小明交")
        county.report(
            "irregularity.found", "2026-11-02T11:00:00", rule="V-32", found_by="王五", text="索要"
        )
        county.until("2026-11-02T12:00:00")
        waiting = proposals(county)
        assert waiting.keys() == {"V-18", "V-23", "V-32", "V-34"}
        assert county.snapshot("1").lamp == "green"
        confirm(county, waiting["V-18"])
        county.tick()
        (card,) = (fact for fact in county.facts("1") if fact.kind == "card.issued")
        assert (card.text("rule"), card.text("level")) == ("V-18", "red")
        assert county.snapshot("1").lamp == "red"
        assert proposals(county) == waiting
        record = county.services.facts.of_case(card_case(waiting["V-18"]))
        assert fold_card(CaseHistory([one.fact for one in record])).state == "issued"
        leaves = "".join(one.leaf for one in county.services.facts.of_case("hall:1"))
        for name in ("王小明", "王五", "索要", "身份证明"):
            assert name not in leaves
