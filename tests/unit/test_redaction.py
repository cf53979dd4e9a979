"""What of a told event may be public, and how the rest is committed to."""

import hashlib
import json
from base64 import urlsafe_b64decode
from itertools import count

import pytest

from chalicelib.vault.redaction import digests, disclosures, open_disclosures, redact


def salts():
    """Salts that a test can foresee."""
    return (number.to_bytes(16) for number in count())


def test_only_what_is_listed_stays_open():
    """The rest is private, and the fact keeps which of it was given."""
    split = redact(
        {"item": "X", "title": "王小明的饭店", "reason": "", "applicant": {"name": "王"}}
    )
    assert split.open == {"item": "X", "given": ["applicant", "title"]}
    assert split.private == {"title": "王小明的饭店", "applicant": {"name": "王"}}


def test_the_event_that_is_corrected_is_not_named_in_public():
    """Its id is the source's own and may say anything; the right time is public."""
    told = {"event": "王小明/受理", "time": "2025-04-14T02:00:00.000Z", "reason": "录错"}
    split = redact(told)
    assert split.open == {"time": "2025-04-14T02:00:00.000Z", "given": ["event", "reason"]}
    assert redact({"event": "x", "withdrawn": True}).open["withdrawn"] is True


@pytest.mark.parametrize(
    "private", [{}, {"text": "王小明\n"}, {"text": "x", "applicant": {"name": "王", "n": [1]}}]
)
def test_what_is_kept_apart_can_be_opened_again(private):
    """By whoever has the disclosures, and by nobody else."""
    assert open_disclosures(disclosures(private, salts())) == private


@pytest.mark.parametrize(
    ("approver", "is_open"),
    [("head_of_authority", True), ("王局长", False), ("Wang Xiaoming", False), ("", False)],
)
def test_a_role_is_open_and_a_name_in_its_place_is_not(approver, is_open):
    """Who approved is public as a role only."""
    assert ("approved_by" in redact({"approved_by": approver}).open) is is_open


@pytest.mark.parametrize(("finder", "is_open"), [("inspector", True), ("王五", False)])
def test_an_event_of_our_own_hides_a_name_in_place_of_a_role_too(finder, is_open):
    """An inspector may write anything there; his own role is open by its own field."""
    redacted = redact({"role": "inspector", "found_by": finder, "level": "red"}, by_us=True)
    assert ("found_by" in redacted.open) is is_open
    assert redacted.private == ({} if is_open else {"found_by": finder})
    assert {"role", "level"} <= redacted.open.keys()


def test_digests_open_with_their_disclosures_only_and_hide_how_many_there_are():
    """SD-JWT: base64url of SHA-256 over the disclosure, among decoys."""
    opened = disclosures({"title": "店", "reason": "急"}, salts())
    shown = digests(opened, salts())
    assert len(shown) == len(digests({}, salts())) == 4
    for name, text in opened.items():
        digest = hashlib.sha256(text.encode()).digest()
        assert any(urlsafe_b64decode(one + "=") == digest for one in shown)
        salt, told, _ = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        assert (told, len(urlsafe_b64decode(salt + "=="))) == (name, 16)
    assert len(digests(disclosures(dict.fromkeys("abcde", 1), salts()), salts())) == 8
