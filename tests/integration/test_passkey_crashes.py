"""The process dies at any call while a passkey is enrolled, and somebody goes on another day."""

from contextlib import suppress
from datetime import timedelta
from itertools import count

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.desk.passkeys import enrolling
from chalicelib.errors import Rejected
from tests.support.memory_stage import memory_world
from tests.support.rights import acting_as
from tests.support.signing_people import Signer

DIED = (PynamoDBException, BotoCoreError, ClientError)
NOW = "2026-11-10T09:00:00"


@pytest.fixture
def county():
    """Give a county on a working day."""
    with memory_world(NOW) as made:
        yield made


def vouch(second: Signer, key: str) -> None:
    """Sign for the passkey *key*."""
    with acting_as("api"):
        asked = enrolling.to_vouch(second.services, second.caller, key)
        second.vouch(second.answer(asked))


def stated(county, key):
    """Give the data of each statement that the log has of *key*."""
    cases = {case for case, _ in county.cloud.items["test-Facts"] if case.startswith("duban:log/")}
    facts = [each.fact for case in cases for each in county.services.facts.of_case(case)]
    return [
        each.data for each in facts if each.kind == "person.enrolled" and each.data["key"] == key
    ]


@pytest.mark.parametrize("flavour", ["before", "after"])
@pytest.mark.parametrize("days", [0, 1])
def test_a_key_is_stated_once_whoever_goes_on_whenever(county, flavour, days):
    """And what the doors keep of it is what the log says: who signed for it, on which day."""
    first = Signer(county, "erste").enrol()
    other = Signer(county, "andere").enrol(first)
    restore = county.save()
    for number in count():
        restore()
        new = Signer(county, "neu" + "abcdefghijklmnopqrstuvwxyz"[number])
        new.offer()
        key = new.key.fingerprint
        with county.faulty.failing(number, flavour), suppress(*DIED):
            vouch(first, key)
        is_done = not county.faulty.failed
        county.until((county.wall.at + timedelta(days=days, hours=8, minutes=1)).isoformat()[:19])
        if any(each.statement.key == key for each in county.services.passkeys.waiting()):
            vouch(other, key)
        county.tick()
        (data,) = stated(county, key)
        kept = county.services.passkeys.find(new.id, key)
        assert kept
        assert {**kept.enrolment, "vouched": {**kept.enrolment["vouched"]}} == data
        assert data["by"] in (first.id, other.id)
        assert key in {each.key for each in county.services.passkeys.standing()}
        if is_done:
            assert number > 5
            return


def test_who_signed_for_it_first_must_still_stand(county):
    """Or the log would state a key for which one signed who may not any more."""
    first = Signer(county, "erste").enrol()
    other = Signer(county, "andere").enrol(first)
    new = Signer(county, "neu")
    new.offer()
    key = new.key.fingerprint
    number = next(number for number in count() if dies_once_it_is_kept(county, first, key, number))
    first.revoke()
    with pytest.raises(Rejected) as refusal:
        vouch(other, key)
    assert refusal.value.status == 409
    county.tick()
    assert (stated(county, key), number > 0) == ([], True)


def dies_once_it_is_kept(county, first, key, number):
    """Sign for *key*, and die at a call: whether it is kept then what the log is to state."""
    with county.faulty.failing(number, "before"), pytest.raises(DIED):
        vouch(first, key)
    (waiting,) = county.services.passkeys.waiting()
    return bool(waiting.to_state)
