"""What a liar hands in at the doors: another card's signature, an old one, one who left, twins."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from msgspec.structs import replace

from chalicelib.cases.case_id import card_case
from chalicelib.desk.passkeys import enrolling
from chalicelib.errors import Rejected
from chalicelib.people.assertion import NotSigned
from chalicelib.people.person import Person
from tests.support.asker import data
from tests.support.roles_by_claims import MAPPING, set_roles
from tests.support.signing_county import WHY, SigningCounty, signing_county
from tests.support.signing_people import Signer, raw_of
from tests.support.soft_passkey import Page, url64

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@pytest.fixture
def made():
    """Give a county with two cards and two inspectors who may sign."""
    with signing_county() as county:
        yield county


def signature_of(made: SigningCounty, signer: Signer, case: str = "1", page: Page | None = None):
    """Sign that the card of a case is revoked."""
    about = {"act": "revoke", "card": made.card(case), "after": made.last(case)}
    return signer.sign(page, words=WHY, **about)


def hand_in(made: SigningCounty, signature, case="1", status=422, key=""):
    """Hand it in for the card of a case."""
    path, body = f"/v1/cards/{made.card(case)}/revoke", {"text": WHY, "signature": signature}
    return data(made.ask("POST", path, body=body, key=key), status)


def revocations(made: SigningCounty, case="1"):
    """Give the facts that revoke the card of a case."""
    made.county.pump.drain()
    records = made.county.services.facts.of_case(card_case(made.card(case)))
    return [record.fact for record in records if record.fact.kind == "card.revoked"]


def test_a_signature_is_of_one_card(made):
    """The other card is alike in all but its name; its own `after` does not help."""
    first = signature_of(made, made.second)
    assert hand_in(made, first, "2")["field"] == "signature.act.card"
    about = {"act": "revoke", "card": made.card("2"), "after": made.last("1")}
    crossed = made.second.sign(words=WHY, **about)
    assert made.last("1") != made.last("2")
    assert hand_in(made, crossed, "2", 409)["field"] == "signature.act.after"
    assert revocations(made, "2") == []


def test_a_signature_counts_once(made):
    """Again, under other keys, and with the other of its two forms: the same receipt."""
    signature = signature_of(made, made.second)
    r, s = decode_dss_signature(raw_of(signature["signature"]))
    twin = {**signature, "signature": url64(encode_dss_signature(r, ORDER - s))}
    answers = [hand_in(made, each, status=202, key=key) for each, key in (
        (signature, "a"), (twin, "b"), (twin, ""), (signature, "c"),
    )]  # fmt: skip
    assert answers == [answers[0]] * 4
    assert len(revocations(made)) == 1
    kept = made.county.services.vault.private_fields(card_case(made.card()))
    assert kept[revocations(made)[0].key]["assertion"]["signature"] == signature["signature"]


def test_a_counter_may_go_back(made):
    """It is not looked at: a synced passkey has none."""
    hand_in(made, signature_of(made, made.second, "1", Page(counter=7)), status=202)
    hand_in(made, signature_of(made, made.second, "2", Page(counter=3)), "2", 202)


def leave(made: SigningCounty, signer: Signer):
    """Let the person's post end yesterday."""
    today = made.county.services.wall().date()
    person = signer.who.person
    ended = (replace(each, until=today - timedelta(days=1)) for each in person.appointments)
    made.county.services.people.put_all([Person(person.id, tuple(ended))])


def test_who_left_signs_nothing(made):
    """His key stands until somebody revokes it; the right went with the post."""
    signature = signature_of(made, made.second)
    leave(made, made.second)
    assert made.county.services.passkeys.find(made.second.id, made.second.key.fingerprint)
    hand_in(made, signature, status=403)
    assert revocations(made) == []


def test_a_key_that_was_revoked_vouches_for_nobody(made):
    """Asked before, answered after: 422; nothing is stated."""
    new = Signer(made.county, "neu")
    new.offer()
    services = made.county.services
    answer = made.second.answer(
        enrolling.to_vouch(services, made.second.caller, new.key.fingerprint)
    )
    made.second.revoke()
    with pytest.raises(NotSigned):
        made.second.vouch(answer)
    assert services.passkeys.find(new.id, new.key.fingerprint) is None


def test_nobody_is_his_own_second_person(made):
    """With another key of his own, nor with another post."""
    services, first = made.county.services, made.first
    again = Signer(made.county, "erste")
    again.key = type(again.key)("a second key of the same person")
    again.offer()
    for caller in (first.caller, replace(first.caller, role="department", department="Housing")):
        with pytest.raises(Rejected) as refused:
            enrolling.to_vouch(services, caller, again.key.fingerprint)
        assert refused.value.status == 403
    about = {"key": again.key.fingerprint, "person": again.id, "outcome": "inspector"}
    signed = first.sign(act="enrol", **about)
    with pytest.raises(Rejected) as refused:
        first.vouch(signed)
    assert refused.value.status == 403
    assert services.passkeys.find(again.id, again.key.fingerprint) is None


def test_no_program_hands_in_what_was_signed_where_claims_give_roles(made):
    """The posts on record no longer say what the person may do; an own session does."""
    signature = signature_of(made, made.second)
    set_roles(made.county, MAPPING)
    assert hand_in(made, signature, status=403)["field"] == "signature"
    assert revocations(made) == []
    set_roles(made.county, None)
    hand_in(made, signature, status=202)
    assert len(revocations(made)) == 1
