"""A log with an organisation is restored: people, posts, successions, passkeys, signed acts."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.cases.case_id import card_case, department_case
from chalicelib.people.organisation import Organisation, Post, Tenure
from chalicelib.people.units import DatedName, Department, Succession
from chalicelib.statement.state import enrolment_event
from infra.recovery.restoring import restore
from tests.support.asker import data
from tests.support.published import publish
from tests.support.signing_county import SigningCounty, signing_county
from tests.support.soft_passkey import SoftPasskey

A, B = f"p_{'a' * 16}", f"p_{'b' * 16}"
MERGED = Organisation(
    (
        Department("H", (DatedName("Housing"),), until=date(2026, 11, 9)),
        Department("N", (DatedName("住建局"),)),
    ),
    (Succession("H", "merge", date(2026, 11, 10), "N"),),
    posts=(Post("N-1", "N", "承办岗", addressee="handler"),),
    tenures=(Tenure(A, "N-1", date(2020, 1, 1)), Tenure(B, "N-1", date(2020, 1, 1), None, A)),
)
MADE_AGAIN = ("Log", "Facts", "Cases", "Board")


@pytest.fixture
def lived() -> Iterator[SigningCounty]:
    """Give a county after a merger, in which an inspector signed, and another's key was revoked."""
    with signing_county() as made:
        made.county.services.organisation.change(lambda _: MERGED)
        made.county.tick()
        made.revoke("1", made.second)
        made.first.revoke()
        made.county.tick()
        publish(made.county)
        yield made


def lose(county: Any, *tables: str) -> None:
    """Empty some tables."""
    for name in tables:
        county.cloud.items[f"test-{name}"] = {}


def signed(lived: SigningCounty, case: str) -> list[str]:
    """Return the keys of the facts about the card of *case* that have an assertion."""
    kept = lived.county.services.vault.private_fields(card_case(lived.card(case)))
    facts = lived.county.services.facts.of_case(card_case(lived.card(case)))
    return [each.fact.key for each in facts if "assertion" in kept.get(each.fact.key, {})]


def told(lived: SigningCounty) -> dict[str, Any]:
    """Return what doors, recipients, successions and keys say."""
    services, ask = lived.county.services, lived.ask
    passkeys: Any = services.passkeys  # each of these is there
    card = data(ask("GET", f"/v1/cards/{lived.card('2')}", "住建局"))
    year = services.facts.of_case(department_case("Housing", 2026))
    acts = services.facts.of_case(card_case(lived.card("1")))
    return {
        "doors": {who: ask("GET", f"/v1/cards/{lived.card('2')}", who).status_code
                  for who in ("住建局", "Housing", "Parks")},
        "posts": card["posts"],
        "kept_by": card["kept_by"],
        "successions": [dict(each.fact.data) for each in year
                        if each.fact.kind == "department.succeeded"],
        "standing": services.passkeys.standing(),
        "acts": [each.fact for each in acts],
        "signed": signed(lived, "1"),
        "statements": [passkeys.named(each.id, each.key.fingerprint).statement
                       for each in (lived.first, lived.second)],
        "revoked": [passkeys.named(each.id, each.key.fingerprint).is_revoked
                    for each in (lived.first, lived.second)],
    }  # fmt: skip


def test_doors_recipients_successions_and_keys_are_the_same_again(lived: SigningCounty) -> None:
    """All tables that are made from the log, and that of signing in, are lost."""
    was = told(lived)
    assert was["doors"] == {"住建局": 200, "Housing": 200, "Parks": 403}
    assert [each["to"] for each in was["successions"]] == ["住建局"]
    assert was["posts"][0]["people"] == [A]
    assert (len(was["signed"]), len(was["standing"]), was["revoked"]) == (1, 1, [True, False])
    lose(lived.county, *MADE_AGAIN, "SignIn")
    assert lived.county.services.passkeys.standing() == []
    restored = restore(lived.county.services, writes=True)
    assert restored.passkeys == 2
    lived.county.tick()
    publish(lived.county)
    assert restore(lived.county.services, writes=False).passkeys == 0

    assert told(lived) == was


def test_a_restored_key_signs_on_and_has_no_id_of_a_credential(lived: SigningCounty) -> None:
    """Whoever has it still does; nobody is admitted as the first again."""
    lose(lived.county, "SignIn")
    assert restore(lived.county.services, writes=False).passkeys == 2
    restore(lived.county.services, writes=True)
    stored = lived.county.services.passkeys.named(lived.second.id, lived.second.key.fingerprint)
    assert stored is not None
    assert stored.credential_id == ""
    lived.revoke("2", lived.second)
    assert len(signed(lived, "2")) == 1


def test_a_key_that_was_revoked_is_not_left_standing(lived: SigningCounty) -> None:
    """A restore that broke off before it had revoked it, and a table that says otherwise."""
    services, first = lived.county.services, lived.first
    kept = services.passkeys.named(first.id, first.key.fingerprint)
    assert kept is not None
    lose(lived.county, "SignIn")
    services.passkeys.add(first.id, replace(kept, is_revoked=False))
    restored = restore(services, writes=True)
    assert restored.passkeys == 2
    assert services.passkeys.find(first.id, first.key.fingerprint) is None
    assert [each.person for each in services.passkeys.standing()] == [lived.second.id]


def test_a_key_is_restored_as_the_log_states_it(lived: SigningCounty) -> None:
    """Another's public key beneath its name, or a role that it never had, are mended."""
    services, second = lived.county.services, lived.second
    kept = services.passkeys.named(second.id, second.key.fingerprint)
    assert kept is not None
    lose(lived.county, "SignIn")
    services.passkeys.add(second.id, replace(kept, enrolment={**kept.enrolment, "role": "auditor"}))
    assert restore(services, writes=False).passkeys == 2
    restore(services, writes=True)
    assert services.passkeys.named(second.id, second.key.fingerprint) == kept
    assert {each.role for each in services.passkeys.standing()} == {"inspector"}


def test_a_key_that_nobody_vouched_for_does_not_come_back(lived: SigningCounty) -> None:
    """The operator had the log state it, though another one stood; `duban verify` says so."""
    services, false = lived.county.services, SoftPasskey("false")
    kept = services.passkeys.named(lived.second.id, lived.second.key.fingerprint)
    assert kept is not None
    named = ("role", "rp", "origins", "aaguid", "attestation")
    person = {"person": f"p_{'f' * 16}", "key": false.fingerprint, "public": false.public}
    now = services.now()
    stated = {**{name: kept.enrolment[name] for name in named}, **person}
    event = enrolment_event(stated, now, services.profile().zone)
    services.inbox.notify(event["subject"], event, now)
    lived.county.tick()
    publish(lived.county)
    lose(lived.county, "SignIn")
    assert restore(services, writes=True).passkeys == 2
    assert services.passkeys.named(person["person"], false.fingerprint) is None
