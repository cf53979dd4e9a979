"""A profile may list the kinds of device with which somebody of a role enrols a passkey."""

import pytest
from msgspec.structs import replace

from chalicelib.desk.passkeys import enrolling
from chalicelib.errors import BadInput
from chalicelib.people.assertion import NotSigned
from chalicelib.policy.profile import read_profile
from infra.policy.entries import entries
from tests.support.signing_people import Signer, raw_of
from tests.support.soft_passkey import AAGUID, ORIGIN, by_itself
from tests.unit.policy_file import STATUTORY

ANOTHER = "d8522d9f575b486688a9ba99fa02f35b"


def listing(monkeypatch, county, **devices):
    """Let the profile list devices by role."""
    original = type(county.services).profile

    def profile(self, region=""):
        return replace(original(self, region), devices=devices)

    monkeypatch.setattr(type(county.services), "profile", profile)


def test_a_device_that_is_not_listed_makes_no_passkey(monkeypatch, county):
    """422 before it waits; and a device is asked who made it, for the roles with a list alone."""
    inspector, clerk = Signer(county, "erste"), Signer(county, "haus", "department", "Housing")
    listing(monkeypatch, county, inspector=(ANOTHER,))
    asked = enrolling.begin(county.services, inspector.who, inspector.caller, ORIGIN)
    assert asked["attestation"] == "direct"
    asked = enrolling.begin(county.services, clerk.who, clerk.caller, ORIGIN)
    assert asked["attestation"] == "none"
    with pytest.raises(NotSigned) as refused:
        inspector.offer()
    assert (refused.value.cause, refused.value.status) == ("device", 422)
    assert county.services.passkeys.waiting() == []
    clerk.offer()
    listing(monkeypatch, county, inspector=(ANOTHER, AAGUID.hex()))
    inspector.offer()
    assert len(county.services.passkeys.waiting()) == 2


def test_what_vouches_for_a_key_waits_with_it_and_stays(county):
    """As it came, whoever asks later."""
    inspector = Signer(county, "erste")
    asked = enrolling.begin(county.services, inspector.who, inspector.caller, ORIGIN)
    made = inspector.key.registration(raw_of(asked["challenge"]), attest=by_itself)
    enrolling.offer(county.services, inspector.who, inspector.caller, made, ORIGIN)
    (waiting,) = county.services.passkeys.waiting()
    assert waiting.registration == made
    enrolling.admit_first(county.services, inspector.key.fingerprint)
    assert county.services.passkeys.registration(inspector.key.fingerprint) == made


@pytest.mark.parametrize(
    "devices", ['inspector = "x"', f'inspector = ["{ANOTHER.upper()}"]', 'inspector = ["1"]']
)
def test_a_list_is_of_kinds_of_device(devices):
    """A misspelt one would keep everybody out."""
    basis = 'basis = [{ proposed = "…" }]'
    with pytest.raises(BadInput):
        read_profile(f"{STATUTORY}\n[acts]\ndevices = {{ {devices} }}\n{basis}\n", "file")


def test_a_list_is_an_entry_of_its_profile():
    """`duban policy diff` tells it."""
    basis = 'basis = [{ proposed = "…" }]'
    text = f'{STATUTORY}\n[acts]\ndevices = {{ inspector = ["{ANOTHER}"] }}\n{basis}\n'
    found = entries(read_profile(text, "file"))
    assert found["devices.inspector"].value == ANOTHER
