"""The vault: one name and one key for each case, and nothing to read once the key is destroyed."""

from contextlib import suppress

import pytest
from pynamodb.exceptions import PynamoDBException

from chalicelib.cases.case_id import acts_in
from chalicelib.errors import Conflict, Corrupt
from chalicelib.vault.cipher import decipher, encipher
from chalicelib.vault.sd_jwt import disclosure
from chalicelib.vault.store import Vault
from tests.support.faulty import FLAVOURS
from tests.support.memory_stage import memory_world
from tests.support.stage import stage

CASE = "hall:1"
TOLD = {"name": disclosure(b"s" * 16, "name", "Wang")}


@pytest.fixture
def county():
    """A county in memory."""
    with memory_world("2026-11-02T09:00:00") as made:
        yield made


def keep(vault, case, key, told):
    """Keep under the secret that the case has now."""
    return vault.keep(case, key, told, vault.secret(case))


def texts(county):
    """Everything that the vault's table holds."""
    return str(county.cloud.items["test-Vault"])


def test_a_case_has_one_name_and_one_key(county):
    """Whoever asks, and however often."""
    vault = county.services.vault
    first = vault.secret(CASE)
    assert len(first.key) == 32
    assert first == vault.secret(CASE)
    assert first.public == vault.secret(CASE).public
    assert vault.secret("hall:2").key != first.key
    assert vault.secret(acts_in(CASE)).key not in (first.key, vault.secret("hall:2").key)
    assert {case for case, _ in vault.names()} == {CASE, "hall:2"}


def test_what_is_kept_is_read_back_and_stored_unreadably(county):
    """Under the case's key."""
    vault = county.services.vault
    assert keep(vault, CASE, "e_1", TOLD) == TOLD
    assert keep(vault, CASE, "e_1", {"name": "other"}) == TOLD, "what an earlier try kept stays"
    assert vault.private_fields(CASE) == {"e_1": {"name": "Wang"}}
    assert TOLD["name"] not in texts(county)


def test_a_text_opens_for_its_own_place_and_key_alone():
    """Neither moved to another case nor read with another's key."""
    written = encipher("words", "hall:1/FACT#e", b"k" * 32, b"n" * 12)
    assert decipher(written, "hall:1/FACT#e", b"k" * 32) == "words"
    for about, key in (("hall:2/FACT#e", b"k" * 32), ("hall:1/FACT#e", b"l" * 32)):
        with pytest.raises(Corrupt):
            decipher(written, about, key)


def test_shredding_leaves_the_name_and_nothing_that_was_kept(county):
    """Of this case; others keep theirs."""
    vault = county.services.vault
    before = vault.secret(CASE)
    keep(vault, CASE, "e_1", TOLD)
    keep(vault, "hall:2", "e_1", TOLD)
    vault.shred(CASE, 3)
    assert vault.private_fields(CASE) == {}
    assert vault.private_fields("hall:2") == {"e_1": {"name": "Wang"}}
    after = vault.secret(CASE)
    assert after.public == before.public
    assert after.key != before.key


def test_what_is_told_after_a_shredding_outlives_its_repetition(county):
    """The same request again takes nothing more away."""
    vault = county.services.vault
    keep(vault, CASE, "e_1", TOLD)
    vault.shred(CASE, 3)
    keep(vault, CASE, "e_2", TOLD)
    vault.shred(CASE, 3)
    assert vault.private_fields(CASE) == {"e_2": {"name": "Wang"}}
    vault.shred(CASE, 9)
    assert vault.private_fields(CASE) == {}


def test_what_was_kept_under_a_destroyed_key_is_replaced(county):
    """By whoever kept it, came late, and now writes the fact after the shredding."""
    vault = county.services.vault
    keep(vault, CASE, "e_1", TOLD)
    late = dict(county.cloud.items["test-Vault"][CASE, "FACT#e_1"])
    vault.shred(CASE, 0)
    county.cloud.items["test-Vault"][CASE, "FACT#e_1"] = late
    again = {"name": disclosure(b"t" * 16, "name", "Wang")}
    assert keep(vault, CASE, "e_1", again) == again
    vault.shred(CASE, 0)
    assert vault.disclosures(CASE) == {"e_1": again}


def test_who_comes_late_keeps_nothing_that_can_be_read(county):
    """The secret was read before the shredding, and the text is written after it."""
    vault = county.services.vault
    before = vault.secret(CASE)
    vault.shred(CASE, 0)
    vault.keep(CASE, "e_1", TOLD, before)
    assert vault.private_fields(CASE) == {}
    assert keep(vault, CASE, "e_1", TOLD) == TOLD, "what it left is in nobody's way"
    with pytest.raises(Conflict):
        vault.keep(CASE, "e_1", TOLD, before)
    assert vault.disclosures(CASE) == {"e_1": TOLD}


def test_a_shredding_that_dies_anywhere_is_ended_by_the_next(county):
    """Whichever call fails, and however."""
    vault, case = county.services.vault, "hall:1"
    keep(vault, case, "e_1", TOLD)
    key, restore = vault.secret(case).key, county.save()
    with county.faulty.failing(-1, "before"):
        vault.shred(case, 0)
    for at in range(len(county.faulty.calls)):
        for flavour in FLAVOURS:
            restore()
            with county.faulty.failing(at, flavour):
                with suppress(PynamoDBException):
                    vault.shred(case, 0)
                assert county.faulty.failed
            vault.shred(case, 0)
            assert texts(county).count("FACT#") == 0
            assert vault.secret(case).key != key


def test_the_same_on_moto():
    """Conditions and deletions as DynamoDB has them."""
    with stage() as (services, _):
        vault = Vault(services.settings.vault_table)
        keep(vault, CASE, "e_1", TOLD)
        vault.shred(CASE, 0)
        vault.shred(CASE, 0)
        assert vault.private_fields(CASE) == {}
        keep(vault, CASE, "e_1", TOLD)
        assert vault.private_fields(CASE) == {"e_1": {"name": "Wang"}}
