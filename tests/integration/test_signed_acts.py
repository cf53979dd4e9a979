"""Acts that a person signs with a passkey, at their doors: what is believed, kept and refused."""

import json
from datetime import timedelta

import pytest
from msgspec.structs import replace

from chalicelib.cases.case_id import card_case
from chalicelib.desk.passkeys import enrolling
from chalicelib.errors import Rejected
from chalicelib.people.assertion import NotSigned
from chalicelib.policy.profile import Profile
from chalicelib.policy.signing import SignatureRules
from tests.support.asker import data, taken
from tests.support.signing_people import Signer, changed
from tests.support.soft_passkey import PRESENT, Page

WHY = "经核实，情况不属实。"


@pytest.fixture
def first(county):
    """Give the first inspector with a passkey."""
    return Signer(county, "erste").enrol()


@pytest.fixture
def inspector(county, first):
    """Give an inspector for whom the first one signed."""
    return Signer(county, "zweite").enrol(first)


def facts(county, card):
    """Give the facts of a card."""
    records = county.services.facts.of_case(card_case(card.rpartition("/")[2]))
    return [record.fact for record in records]


def revoked(county, card):
    """Give the fact that revoked a card."""
    return next(fact for fact in facts(county, card) if fact.kind == "card.revoked")


def revocation(signer, path, **more):
    """Sign that a card is revoked, in the state in which it is."""
    name, last = path.rpartition("/")[2], facts(signer.county, path)[-1].key
    return signer.sign(words=WHY, **{"act": "revoke", "card": name, "after": last, **more})


def test_a_signed_act_is_on_record_with_its_key(county, ask, card, inspector):
    """The fact names the key; the vault has what was signed, and the leaf commits to that."""
    signature = revocation(inspector, card)
    body = {"text": WHY, "signature": signature}
    assert taken(ask("POST", f"{card}/revoke", body=body))["status"] == "recorded"
    county.pump.drain()
    fact = revoked(county, card)
    assert fact.signed == inspector.key.fingerprint
    kept = county.services.vault.private_fields(card_case(card.rpartition("/")[2]))[fact.key]
    assert kept["actor"] == inspector.id, "who signs acts in his own name"
    assert kept["assertion"] == {name: value for name, value in signature.items() if name != "key"}
    leaf = county.services.facts.of_case(card_case(card.rpartition("/")[2]))[fact.n].leaf
    assert json.loads(leaf)["signed"] == inspector.key.fingerprint
    assert inspector.id not in leaf
    assert signature["signature"] not in leaf


def test_an_act_without_a_signature_says_so_by_having_none(county, ask, card, inspector):
    """It is offered, not required."""
    taken(ask("POST", f"{card}/revoke", body={"text": WHY}))
    county.pump.drain()
    assert revoked(county, card).signed == ""


def test_the_same_signed_act_is_done_once(county, ask, card, inspector):
    """Whatever Idempotency-Key it comes under; with the same receipt."""
    body = {"text": WHY, "signature": revocation(inspector, card)}
    answers = [data(ask("POST", f"{card}/revoke", body=body, key=key), 202) for key in ("a", "b")]
    county.pump.drain()
    answers.append(data(ask("POST", f"{card}/revoke", body=body, key="c"), 202))
    assert answers[0] == answers[1] == answers[2]
    assert [fact.kind for fact in facts(county, card)].count("card.revoked") == 1


def refused(ask, card, act, body, status=422):
    """Send an act that is refused; give the field that is wrong."""
    return data(ask("POST", f"{card}/{act}", body=body), status)["field"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"act": "confirm"}, "signature.act.act"),
        ({"card": "c_aaaaaaaaaaaaaaaaaaaaaaaaaa.4"}, "signature.act.card"),
        ({"outcome": "upheld"}, "signature.act.outcome"),
        ({"role": "department"}, "signature"),
        ({"by": "p_nobodyaaaaaaaaaa"}, "signature"),
        ({"at": "2026-11-10T01:00:00.000Z"}, "signature"),
        ({"seen": {"size": 3, "root": "A" * 43 + "="}}, "signature.act.seen"),
        ({"seen": {"size": 0, "root": "A" * 43 + "="}}, "signature.act.seen"),
    ],
)
def test_what_was_signed_is_what_is_asked_for(ask, card, inspector, more, field):
    """Though the signature itself be right: 422 with the field, and nothing is recorded."""
    county, body = inspector.county, {"text": WHY, "signature": revocation(inspector, card, **more)}
    before = facts(county, card)
    assert refused(ask, card, "revoke", body) == field
    county.pump.drain()
    assert facts(county, card) == before


def test_other_words_than_were_signed_are_refused(ask, card, inspector):
    """A text is signed by its salted digest."""
    signature = revocation(inspector, card)
    body = {"text": WHY + "！", "signature": signature}
    assert refused(ask, card, "revoke", body) == "signature.act.text"


def test_a_wrong_signature_is_never_recorded(county, ask, card, first, inspector):
    """Changed, of another person's key, of a page elsewhere, without the person: each is 422."""
    right = revocation(inspector, card)
    name, last = card.rpartition("/")[2], facts(county, card)[-1].key
    made = {"words": WHY, "act": "revoke", "card": name, "after": last}
    wrong = [
        changed(right, nonce="A" * 22),
        {**right, "key": first.key.fingerprint},
        {**right, "signature": right["signature"][:-4] + "AAAA"},
        inspector.sign(Page(origin="https://evil.example"), **made),
        inspector.sign(Page(flags=PRESENT), **made),
        first.sign(by=inspector.id, **made),
        "signature",
        {},
    ]
    before = facts(county, card)
    for signature in wrong:
        assert refused(ask, card, "revoke", {"text": WHY, "signature": signature}) == "signature"
    county.pump.drain()
    assert facts(county, card) == before


def test_a_signature_is_of_one_state(county, ask, card, inspector, take):
    """Signed before the department answered: 409, load the page again; signed anew it is taken."""
    early = revocation(inspector, card)
    take(card, "respond", "Housing", {"text": "已办结"})
    body = {"text": WHY, "signature": early}
    assert refused(ask, card, "revoke", body, 409) == "signature.act.after"
    body["signature"] = revocation(inspector, card)
    assert taken(ask("POST", f"{card}/revoke", body=body))["status"] == "recorded"


def test_what_waits_to_be_a_fact_is_a_state_too(county, ask, card, inspector):
    """An answer of a second ago, which nobody has judged yet."""
    early = revocation(inspector, card)
    data(ask("POST", f"{card}/respond", "Housing", {"text": "已办结"}), 202)
    body = {"text": WHY, "signature": early}
    assert refused(ask, card, "revoke", body, 409) == "signature.act.after"


def test_a_signature_holds_for_five_minutes(county, ask, card, inspector):
    """Then it is too old."""
    body = {"text": WHY, "signature": revocation(inspector, card)}
    county.wall.at += timedelta(minutes=5, seconds=1)
    assert refused(ask, card, "revoke", body) == "signature"


def test_a_revoked_key_signs_nothing(county, ask, card, inspector):
    """From that request on; what it signed before stays."""
    signature = revocation(inspector, card)
    inspector.revoke()
    assert refused(ask, card, "revoke", {"text": WHY, "signature": signature}) == "signature"
    again = Signer(county, "zweite")
    with pytest.raises(AssertionError):
        again.answer({"allow": [], "challenge": ""})


def test_a_key_is_believed_once_the_log_has_it(county, ask, card, first):
    """A second before, the act is refused, and may come again."""
    new = Signer(county, "neu")
    new.offer()
    asked = enrolling.to_vouch(county.services, first.caller, new.key.fingerprint)
    first.vouch(first.answer(asked))
    body = {"text": WHY, "signature": revocation(new, card)}
    assert refused(ask, card, "revoke", body, 409) == "signature"
    county.tick()
    assert taken(ask("POST", f"{card}/revoke", body=body))["status"] == "recorded"


def test_nobody_supervises_his_own_department_by_a_programs_key(county, ask, card, first):
    """The program's key reaches the card; the person who signed holds a post in it."""
    own = Signer(county, "eigen", "inspector", "Housing").enrol(first)
    body = {"text": WHY, "signature": revocation(own, card)}
    assert data(ask("POST", f"{card}/revoke", body=body), 403)


def test_a_department_signs_its_appeal(county, ask, card, first):
    """In its own role; an inspector's key is none for it."""
    clerk = Signer(county, "haus", "department", "Housing").enrol(first)
    name, last = card.rpartition("/")[2], facts(county, card)[-1].key
    made = {"words": WHY, "act": "appeal", "card": name, "after": last}
    body = {"text": WHY, "signature": first.sign(**made)}
    assert data(ask("POST", f"{card}/appeal", "Housing", body), 403)
    body["signature"] = clerk.sign(**made)
    assert taken(ask("POST", f"{card}/appeal", "Housing", body))["status"] == "recorded"


def under(monkeypatch, county, **rules):
    """Let the profile say of some acts whether they are signed."""
    original = type(county.services).rules

    def changed_rules(self, region):
        made = original(self, region)
        profile: Profile = replace(made.profile, signature=SignatureRules(**rules))
        return replace(made, profile=profile)

    monkeypatch.setattr(type(county.services), "rules", changed_rules)


def test_a_profile_may_require_it(monkeypatch, county, ask, card, inspector):
    """Then nothing is done without; other acts are as they were."""
    under(monkeypatch, county, revoke="required")
    answer = data(ask("POST", f"{card}/revoke", body={"text": WHY}), 422)
    assert answer["field"] == "signature"
    body = {"text": WHY, "signature": revocation(inspector, card)}
    assert taken(ask("POST", f"{card}/revoke", body=body))["status"] == "recorded"


def test_a_profile_may_not_take_it(monkeypatch, ask, card, county, inspector):
    """An act that is not signed here, and one that never is."""
    under(monkeypatch, county, revoke="none")
    body = {"text": WHY, "signature": revocation(inspector, card)}
    assert refused(ask, card, "revoke", body) == "signature"
    last = facts(county, card)[-1].key
    made = {"act": "acknowledge", "card": card.rpartition("/")[2], "after": last}
    assert refused(ask, card, "acknowledge", {"signature": inspector.sign(**made)}) == "signature"


def test_an_inspector_signs_a_finding(county, ask, inspector):
    """The rule is the outcome, the case by its public name."""
    snapshot = county.snapshot()
    last = county.facts()[-1].key
    signature = inspector.sign(
        words=WHY, act="find", case=snapshot.public_case, outcome="V-15", after=last
    )
    body = {"rule": "V-15", "text": WHY, "signature": signature}
    path = "/v1/cases/hall%3A1/findings"
    answers = [data(ask("POST", path, body=body), 202) for _ in range(2)]
    assert answers[0] == answers[1]
    county.pump.drain()
    found = next(fact for fact in county.facts() if fact.kind == "irregularity.found")
    assert found.signed == inspector.key.fingerprint
    again = inspector.sign(
        words=WHY, act="find", case=snapshot.public_case, outcome="V-16", after=last
    )
    body = {"rule": "V-16", "text": WHY, "signature": again}
    assert data(ask("POST", path, body=body), 409)["field"] == "signature.act.after"
    body["rule"] = "V-17"
    assert data(ask("POST", path, body=body), 422)["field"] == "signature.act.outcome"


def test_nobody_vouches_for_himself_or_out_of_his_role(county, first):
    """And the ceremony is over once a key stands."""
    mine, clerk = Signer(county, "mein"), Signer(county, "haus", "department", "Housing")
    mine.offer()
    clerk.enrol(first)
    for second in (mine, clerk):
        with pytest.raises(Rejected) as wrong:
            enrolling.to_vouch(county.services, second.caller, mine.key.fingerprint)
        assert wrong.value.status == 403
    with pytest.raises(Rejected) as wrong:
        enrolling.admit_first(county.services, mine.key.fingerprint)
    assert wrong.value.status == 409
    asked = enrolling.to_vouch(county.services, first.caller, mine.key.fingerprint)
    other = Signer(county, "andre").enrol(first)
    with pytest.raises(NotSigned):
        other.vouch(first.answer(asked))


def test_nobody_vouches_for_himself_by_another_id(county, first):
    """He was made by the claims of his provider, and an import said later who he is."""
    made = Signer(county, "made")
    made.offer()
    known = Signer(county, "wirklich").enrol(first)
    known.caller = replace(known.caller, also=(made.id,))
    with pytest.raises(Rejected) as wrong:
        enrolling.to_vouch(county.services, known.caller, made.key.fingerprint)
    assert wrong.value.status == 403
    asked = enrolling.to_vouch(county.services, first.caller, made.key.fingerprint)
    signed = known.sign(**{name: value for name, value in json.loads(asked["act"]).items()
                           if name in ("act", "key", "person", "outcome")})  # fmt: skip
    with pytest.raises(Rejected) as wrong:
        known.vouch(signed)
    assert wrong.value.status == 403
