"""The public keys of sources: what is one, and how the log states them."""

import base64
from collections.abc import Mapping

import pytest

from chalicelib.errors import BadInput, Corrupt
from chalicelib.intake.source_key import read_source_key
from chalicelib.policy.source_keys import NO_KEYS, AdoptedKeys, read_adopted
from tests.support.source_pair import SourcePair

MINE, NEXT, OTHER = SourcePair("mine"), SourcePair("next"), SourcePair("other")
FIELD = 2**255 - 19
# Public key, message, signature.
RFC_8032 = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        """
e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155
5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b
""",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        """
92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da
085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00
""",
    ),
)


def test_a_known_answer() -> None:
    """Tests 1 and 2 of RFC 8032, section 7.1: one key signs nothing, another one byte."""
    for public, message, made in RFC_8032:
        key = read_source_key("whpk_" + base64.b64encode(bytes.fromhex(public)).decode())
        signature = bytes.fromhex(made)
        assert key.has_signed(bytes.fromhex(message), signature)
        assert not key.has_signed(b"x" + bytes.fromhex(message), signature)


def test_a_key_under_which_anybody_signs_is_none() -> None:
    """Every point whose order divides eight, found by adding points; in each way to write it."""
    weak = _points_of_small_order()
    assert len(weak) == 5
    for y in (*weak, *(y + FIELD for y in weak if y + FIELD < 2**255)):
        for sign in (0, 2**255):
            raw = (y + sign).to_bytes(32, "little")
            with pytest.raises(Corrupt, match="anybody can sign"):
                read_source_key("whpk_" + base64.b64encode(raw).decode())


def _points_of_small_order() -> set[int]:
    """Return their second coordinates: any point, times the order of the large group (RFC 8032)."""
    d = -121665 * pow(121666, -1, FIELD) % FIELD
    order = 2**252 + 27742317777372353535851937790883648493

    def add(p: tuple[int, int], q: tuple[int, int]) -> tuple[int, int]:
        product = d * p[0] * q[0] * p[1] * q[1]
        x = (p[0] * q[1] + q[0] * p[1]) * pow(1 + product, -1, FIELD)
        y = (p[1] * q[1] + p[0] * q[0]) * pow(1 - product, -1, FIELD)
        return x % FIELD, y % FIELD

    def times(number: int, p: tuple[int, int]) -> tuple[int, int]:
        total = (0, 1)
        for bit in f"{number:b}":
            total = add(total, total)
            total = add(total, p) if bit == "1" else total
        return total

    found = set()
    for y in range(2, 20):
        square = (y * y - 1) * pow(d * y * y + 1, -1, FIELD) % FIELD
        x = pow(square, (FIELD + 3) // 8, FIELD)
        for root in (x, x * pow(2, (FIELD - 1) // 4, FIELD) % FIELD):
            if root * root % FIELD == square:
                point = times(order, (root, y))
                found |= {times(number, point)[1] for number in range(8)}
    return found


@pytest.mark.parametrize(
    "text",
    ["", "whpk_", "whpk_???", "whsec_" + "A" * 44, "whpk_AAAA", MINE.public[5:], MINE.public + "="],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    """There is one way to write a key."""
    with pytest.raises(Corrupt):
        read_source_key(text)


def test_keys_are_stated_with_their_fingerprints() -> None:
    """And read back only if they fit; at most two, so that one can follow another."""
    mine, following = map(read_source_key, (MINE.public, NEXT.public))
    keys = NO_KEYS.with_key(mine).with_key(following).with_key(mine)
    assert keys.keys == (following, mine)
    stated = AdoptedKeys(keys.keys, required=True).data("permits")
    assert stated == {
        "source": "permits",
        "keys": [
            {"key": NEXT.fingerprint, "public": NEXT.public},
            {"key": MINE.fingerprint, "public": MINE.public},
        ],
        "required": True,
    }
    assert read_adopted(stated) == ("permits", AdoptedKeys(keys.keys, required=True))
    assert read_adopted({"source": "permits"}) == ("permits", NO_KEYS)
    assert keys.without_key(mine).keys == (following,)
    assert keys.named(MINE.fingerprint[:8]) == keys.named(MINE.public) == mine
    for name in ("", "x"):
        with pytest.raises(BadInput):
            keys.named(name)
    with pytest.raises(BadInput):
        keys.with_key(read_source_key(OTHER.public))


@pytest.mark.parametrize(
    "stated",
    [
        {},
        {"source": 7},
        {"source": "permits", "more": 1},
        {"source": "permits", "required": 1},
        {"source": "permits", "keys": "whpk_"},
        {"source": "permits", "keys": [{"public": MINE.public}]},
        {"source": "permits", "keys": [{"key": NEXT.fingerprint, "public": MINE.public}]},
        {"source": "permits", "keys": [{"key": MINE.fingerprint, "public": MINE.public}] * 3},
    ],
)
def test_a_statement_of_keys_is_as_it_is_written(stated: Mapping[str, object]) -> None:
    """A fingerprint of another key names nothing."""
    with pytest.raises(Corrupt):
        read_adopted(stated)
