"""What inspectors and departments write about a case is read by inspectors, and by nobody else."""

import json
from urllib.parse import quote

import pytest

from chalicelib.intake.shredding import shredding_event
from infra.operate.disclosing import private_facts
from infra.operate.shredding import check_shredding
from tests.support.asker import Asker, data
from tests.support.described import fields_of
from tests.support.late_pause import claim_of, late_pause, path
from tests.support.published import publish
from tests.support.traces import openings, traces

CASE = f"/v1/cases/{quote('hall:1', safe='')}"
APPLICANT = {"name": "王小明", "contact": "13800138000"}
BASIS = "《个人信息保护法》第四十七条第一款第三项"
WORDS = {
    "claim.accepted": "听证通知书有回执",
    "claim.refused": "回执是补的",
    "transfer.declined": "不属于本部门职权",
    "case.reassigned": "当初录错了部门",
    "irregularity.found": "窗口没有给书面凭证",
}


@pytest.fixture
def county():
    """Give a county in which much was decided about a case that names its applicant."""
    with late_pause() as made:
        made.report("case.transferred", "2026-11-10T09:00:00", department="Water", reason="移送")
        made.report("case.received", "2026-11-10T09:00:00", "1", applicant=APPLICANT, **WHERE)
        made.until("2026-11-10T09:30:00")
        decide(made, Asker(made.services))
        yield made


WHERE = {"item": "X-01", "department": "Housing", "region": "370102", "title": "店面"}


def decide(county, ask):
    """Decide in every way that has words, one after another."""
    n = claim_of(county)
    moved = next(fact.n for fact in county.facts() if fact.kind == "case.transferred")
    decided = {"reason": WORDS["claim.accepted"]}
    for who, address, body in (
        ("inspector", path("1", n), decided),
        ("inspector", path("1", n, "refuse"), {"reason": WORDS["claim.refused"]}),
        (
            "Water",
            f"{CASE}/transfers/{moved}/decline",
            {"reason": WORDS["transfer.declined"]},
        ),
        (
            "inspector",
            f"{CASE}/reassign",
            {"department": "Roads", "reason": WORDS["case.reassigned"]},
        ),
        (
            "inspector",
            f"{CASE}/findings",
            {"rule": "V-15", "text": WORDS["irregularity.found"]},
        ),
    ):
        county.wall.forward(minutes=1)
        data(ask("POST", address, who, body), 202)
        county.pump.drain()


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role, or of a department."""
    return Asker(county.services)


def read_words(ask, who, case=CASE):
    """Give the texts in the history of a case, by the kind of the fact."""
    facts = data(ask("GET", case, who))["facts"]
    assert not any("actor" in fact or "actor" in fact["data"] for fact in facts)
    return {fact["kind"]: fact["text"] for fact in facts if "text" in fact}


def test_an_inspector_reads_what_colleagues_and_departments_wrote(county, ask):
    """Beside the fact; which key somebody used is shown to nobody."""
    assert read_words(ask, "inspector") == WORDS
    answer = data(ask("GET", CASE))
    assert all(text not in json.dumps(answer, ensure_ascii=False) for text in APPLICANT.values())
    assert "text" in fields_of("Case", "facts", "items")


@pytest.mark.parametrize("who", ["Housing", "Roads"])
def test_a_department_reads_none_of_it(ask, who):
    """Neither who had the case nor who has it."""
    assert read_words(ask, who) == {}


def test_nothing_of_it_is_public_or_in_the_open(county):
    """No leaf, page, alert or table says it; the vault's texts are enciphered."""
    publish(county)
    assert traces(county.cloud, tuple(WORDS.values())) == {}


def test_an_ordinary_case_asks_the_vault_for_nothing(county, ask):
    """Only one in which somebody wrote something costs another read."""
    for case, reads in (("hall%3A2", 0), ("hall%3A1", 1)):
        begun = len(county.cloud.calls)
        data(ask("GET", f"/v1/cases/{case}"))
        assert county.cloud.calls[begun:].count(("Query", "test-Vault")) == reads


def test_the_words_can_be_disclosed_and_go_with_the_case(county, ask):
    """Shredding destroys them too; what is written afterwards stays."""
    services = county.services
    disclosed = [fact.disclosures.keys() for fact in private_facts(services, "hall:1")]
    assert len([names for names in disclosed if "text" in names]) == len(WORDS)
    assert openings(county.cloud, "hall:1")
    event = shredding_event("hall:1", 0, BASIS, services.now())
    services.inbox.put_own_event("hall:1", event["id"], event, services.now())
    county.tick()
    assert read_words(ask, "inspector") == {}
    assert openings(county.cloud, "hall:1") == []
    assert check_shredding(services, "hall:1", 0).left == ()
    data(ask("POST", f"{CASE}/findings", body={"rule": "V-15", "text": "又一次"}), 202)
    county.tick()
    assert read_words(ask, "inspector") == {"irregularity.found": "又一次"}
