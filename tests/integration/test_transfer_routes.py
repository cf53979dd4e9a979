"""A transfer (移送) is answered once, by the department that it names or by an inspector."""

from urllib.parse import quote

import pytest
from msgspec.structs import replace

from chalicelib.errors import Rejected
from chalicelib.permit.ownership.acts import TransferAnswer
from chalicelib.permit.ownership.store import OwnershipActs
from tests.support.asker import Asker, data, taken
from tests.support.memory_stage import memory_world
from tests.unit.told import clock

START, REASON = "2026-11-02T09:00:00", {"reason": "不属于本部门职权"}
CASE = f"/v1/cases/{quote('hall:1', safe='')}"


@pytest.fixture
def county():
    """Give a county with one case of Housing, which its source hands on to Water."""
    with memory_world(START) as made:
        made.accept(START, "1", promise="9wd")
        made.until("2026-11-03T10:00:00")
        made.report("case.transferred", "2026-11-03T10:00:00", department="Water", reason="移送")
        made.until("2026-11-04T10:00:00")
        yield made


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role, or of a department."""
    return Asker(county.services)


def transfer(county):
    """Give the number of the transfer."""
    return next(fact.n for fact in county.facts() if fact.kind == "case.transferred")


def path(n, act="agree", case=CASE):
    """Give the address of an answer to transfer *n*."""
    return f"{case}/transfers/{n}/{act}"


def acts(county):
    """Give what people did about whose the case is, as it is on record."""
    county.pump.drain()
    kinds = ("transfer.agreed", "transfer.declined")
    return [fact for fact in county.facts() if fact.kind in kinds]


@pytest.mark.parametrize(("who", "role"), [("Water", "department"), ("inspector", "inspector")])
def test_consent_moves_the_case(county, ask, who, role):
    """The role is in the open; what was written and with which key is not."""
    n = transfer(county)
    answer = taken(ask("POST", path(n), who, REASON))
    assert answer == {"case": "hall:1", "n": n, "answer": "transfer.agreed", "status": "recorded"}
    (fact,) = acts(county)
    assert fact.data == {"transfer": n, "role": role, "given": ["actor", "text"]}
    assert clock(fact.at) == clock(fact.recorded_at) == "2026-11-04T10:00"
    assert county.snapshot().department == "Water"
    leaves = "".join(one.leaf for one in county.services.facts.of_case("hall:1"))
    assert REASON["reason"] not in leaves
    assert ask.bearer(who).split("_")[1] not in leaves


def test_consent_needs_no_words(county, ask):
    """With no body at all, or an empty object; with a reason it is one of words."""
    n = transfer(county)
    assert data(ask("POST", path(n), "Water", {"reason": " "}), 422)["field"] == "reason"
    data(ask("POST", path(n), "Water"), 202)
    (fact,) = acts(county)
    assert fact.data["given"] == ["actor"]


def test_a_refused_transfer_leaves_the_case_where_it_is(county, ask):
    """And who declined reads it no more."""
    n = transfer(county)
    assert ask("GET", CASE, "Water").status_code == 200
    data(ask("POST", path(n, "decline"), "Water", REASON), 202)
    (fact,) = acts(county)
    assert (fact.kind, fact.data["role"]) == ("transfer.declined", "department")
    assert county.snapshot().department == "Housing"
    assert ask("GET", CASE, "Water").status_code == 404
    assert ask("GET", CASE, "Housing").status_code == 200


@pytest.mark.parametrize("act", ["agree", "decline"])
def test_a_transfer_is_answered_once(county, ask, act):
    """Before the answer is on record as well as after; the refusal says how it ended."""
    n, state = transfer(county), {"agree": "agreed", "decline": "declined"}[act]
    data(ask("POST", path(n, act), "Water", REASON), 202)
    for _ in range(2):
        for again in ("agree", "decline"):
            for who in ("Water", "inspector"):
                problem = data(ask("POST", path(n, again), who, REASON), 409)
                assert problem["state"] == state
                assert data(ask("POST", path(n, again), who, REASON, "k"), 409)["state"] == state
        assert len(acts(county)) == 1


def test_a_repeated_answer_is_taken_once(county, ask):
    """Under its key, also where the receiver may not read the case any more."""
    n = transfer(county)
    first = ask("POST", path(n, "decline"), "Water", REASON, "k")
    again = [ask("POST", path(n, "decline"), "Water", REASON, "k")]
    assert len(acts(county)) == 1
    county.until("2026-11-05T10:00:00")
    again.append(ask("POST", path(n, "decline"), "Water", REASON, "k"))
    assert {(one.status_code, one.body) for one in again} == {
        (202, data(first, 202) and first.body)
    }
    for other in (path(n), path(n, "decline")):
        refused = data(ask("POST", other, "Water", {"reason": "另"}, "k"), 409)
        assert refused["field"] == "Idempotency-Key"
    assert len(acts(county)) == 1


@pytest.mark.parametrize("keys", [("", ""), ("k1", "k2"), ("k1", ""), ("", "k2")])
def test_of_two_answers_at_once_the_first_counts(county, keys):
    """The second saw nothing of it, whatever key it has; the same again is the same answer."""
    services = county.services
    acts_of = OwnershipActs(services.facts, services.inbox)
    owned = acts_of.read("hall:1", services.rules("370102"), services.now())
    agreed = TransferAnswer("agree", transfer(county), "", "department", "a" * 16)
    for _ in range(2):
        acts_of.record(agreed, owned, keys[0])
    for later in (replace(agreed, act="decline", reason="x"), replace(agreed, actor="b" * 16)):
        with pytest.raises(Rejected) as refused:
            acts_of.record(later, owned, keys[1])
        assert (refused.value.status, refused.value.also) == (409, {"state": "agreed"})
    assert [fact.kind for fact in acts(county)] == ["transfer.agreed"]


def test_a_key_is_for_one_act_about_a_case(county, ask):
    """Another transfer, or whose the case is, under a key that was used: 409 with its name."""
    first = transfer(county)
    county.report("case.transferred", "2026-11-04T10:00:00", department="Water", reason="移送")
    county.until("2026-11-04T11:00:00")
    data(ask("POST", path(first), "inspector", key="k"), 202)
    for _ in range(2):
        later = max(fact.n for fact in county.facts() if fact.kind == "case.transferred")
        for address, body in (
            (path(later), None),
            (f"{CASE}/reassign", {"department": "Parks", **REASON}),
        ):
            refused = data(ask("POST", address, "inspector", body, "k"), 409)
            assert refused["field"] == "Idempotency-Key"
        assert len(acts(county)) == 1


def test_what_the_source_took_back_waits_for_no_answer(county, ask):
    """Its withdrawal is on record beside it."""
    n = transfer(county)
    county.report("case.corrected", "2026-11-04T10:00:00", event="e2", withdrawn=True)
    county.until("2026-11-04T11:00:00")
    assert data(ask("POST", path(n), "inspector"), 409)["state"] == "withdrawn"
    assert ask("GET", CASE, "Water").status_code == 404
    assert acts(county) == []


def test_a_closed_case_can_still_be_taken_over(county, ask):
    """Its delivery is still to come, and that is the receiver's."""
    county.report("case.decided", "2026-11-04T10:00:00", outcome="granted")
    county.until("2026-11-04T11:00:00")
    assert county.snapshot().lamp == "closed"
    data(ask("POST", path(transfer(county)), "Water"), 202)
    acts(county)
    assert county.snapshot().department == "Water"


def asked_of(ask, who="Water", query=""):
    """Give what stands beside the open cases as waiting for a consent."""
    return data(ask("GET", f"/v1/cases{query}", who))["transfers"]


def test_who_is_asked_finds_the_transfer_in_its_own_list(county, ask):
    """With what is needed to answer; others do not, and an inspector names the department."""
    n, address = transfer(county), "cases/hall%3A1"
    (row,) = asked_of(ask)
    assert row == {
        "case": "hall:1",
        "public_id": county.snapshot().public_case,
        "n": n,
        "from": "Housing",
        "to": "Water",
        "region": "370102",
        "item": "X-01",
        "since": "2026-11-03T10:00:00.000+08:00",
        "links": {
            "case": address,
            "agree": f"{address}/transfers/{n}/agree",
            "decline": f"{address}/transfers/{n}/decline",
        },
    }
    assert asked_of(ask, query="?lamp=red") == [row]
    assert asked_of(ask, "inspector", "?department=Water") == [row]
    for who, query in (("Housing", ""), ("Roads", ""), ("inspector", "")):
        assert asked_of(ask, who, query) == []
    data(ask("POST", f"/v1/{row['links']['agree']}", "Water"), 202)
    acts(county)
    assert asked_of(ask) == []
    (case,) = data(ask("GET", "/v1/cases", "Water"))["cases"]
    assert case["id"] == "hall:1"


@pytest.mark.parametrize("ends", ["declined", "withdrawn"])
def test_a_transfer_that_is_over_waits_for_nobody(county, ask, ends):
    """Declined by the receiver, or taken back by its source; a closed case waits all the same."""
    county.report("case.decided", "2026-11-04T10:00:00", outcome="granted")
    county.until("2026-11-04T11:00:00")
    assert [row["n"] for row in asked_of(ask)] == [transfer(county)]
    if ends == "declined":
        data(ask("POST", path(transfer(county), "decline"), "Water", REASON), 202)
    else:
        county.report("case.corrected", "2026-11-04T11:00:00", event="e2", withdrawn=True)
    county.until("2026-11-04T12:00:00")
    assert asked_of(ask) == []


def test_of_several_transfers_the_last_waits_in_the_list(county, ask):
    """Once it is answered the one before it comes back, for it waits too."""
    county.report("case.transferred", "2026-11-04T10:00:00", department="Roads", reason="移送")
    county.until("2026-11-04T11:00:00")
    (row,) = asked_of(ask, "Roads")
    assert asked_of(ask) == []
    data(ask("POST", path(row["n"], "decline"), "Roads", REASON), 202)
    acts(county)
    assert [each["n"] for each in asked_of(ask)] == [transfer(county)]
    assert asked_of(ask, "Roads") == []


@pytest.mark.parametrize(
    ("who", "status"),
    [("Housing", 403), ("Roads", 404), ("operator", 403), ("Water", 202), ("inspector", 202)],
)
def test_who_may_answer(county, ask, who, status):
    """To a department that is neither, the case does not exist."""
    assert ask("POST", path(transfer(county)), who).status_code == status
    assert len(acts(county)) == (status == 202)


@pytest.mark.parametrize("who", ["inspector", "Housing", "Roads"])
@pytest.mark.parametrize("n", ["0", "99", "x", "-1"])
def test_only_a_transfer_is_answered(county, ask, who, n):
    """Another fact is none, to whomever; a stranger does not learn that there is the case."""
    problem = data(ask("POST", path(n), who), 404)
    assert (problem["detail"] == "没有这个办件。") == (who == "Roads")
    assert ask("POST", path(0, case="/v1/cases/hall%3A9"), who).status_code == 404


@pytest.mark.parametrize(
    ("act", "body", "refusal"),
    [
        ("decline", None, (422, "reason")),
        ("decline", {"reason": " \u200b"}, (422, "reason")),
        ("decline", {"reason": "x" * 2001}, (422, "reason")),
        ("agree", {"reason": 7}, (422, "reason")),
        ("agree", {"text": "x"}, (422, "text")),
        ("agree", [], (400, None)),
    ],
)
def test_an_answer_that_is_wrong_leaves_nothing(county, ask, act, body, refusal):
    """With the field."""
    answer = ask("POST", path(transfer(county), act), "Water", body)
    assert data(answer, refusal[0]).get("field") == refusal[1]
    assert county.services.inbox.waiting("hall:1") == []


def test_who_had_the_case_and_who_is_asked_read_it(county, ask):
    """The others do not; an ordinary request reads the facts once."""
    assert [ask("GET", CASE, who).status_code for who in ("Housing", "Water", "Roads")] == [
        *(200, 200, 404),
    ]
    data(ask("POST", path(transfer(county)), "Water"), 202)
    acts(county)
    assert [ask("GET", CASE, who).status_code for who in ("Housing", "Water", "Roads")] == [
        *(200, 200, 404),
    ]
    begun = len(county.cloud.calls)
    data(ask("GET", CASE, "Water"))
    calls = county.cloud.calls[begun:]
    assert calls.count(("Query", "test-Facts")) == 1
