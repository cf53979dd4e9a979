"""Disclosures and digests, as RFC 9901 has them."""

import json
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import Corrupt
from chalicelib.vault.sd_jwt import Disclosure, digest, disclosure, read_disclosure
from tests.support.trials import times

# RFC 9901 sections 4.2.1 and 4.2.3: ["_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius"]
MOEBIUS = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
DIGEST = "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"


def coded(said: object) -> str:
    """Write anything in the place of a disclosure."""
    return urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def test_the_example_of_the_specification():
    """Its disclosure is read, and its digest is ours."""
    assert read_disclosure(MOEBIUS) == ("family_name", "Möbius")
    assert digest(MOEBIUS) == DIGEST


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=times(50))
@given(st.binary(min_size=16, max_size=32), st.text(min_size=1), JSON)
def test_what_is_written_can_be_read(salt, name, value):
    """Whatever the field is called and holds."""
    assert read_disclosure(disclosure(salt, name, value)) == Disclosure(name, value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!" + MOEBIUS,
        MOEBIUS + "=",
        MOEBIUS[:-1] + "1",  # other spare bits, the same bytes
        MOEBIUS + "\n",
        coded(["_26bc4LT-ac6q2KI6cBW5es", "family_name"]),
        coded(["_26bc4LT-ac6q2KI6cBW5es", "", "x"]),
        coded(["_26bc4LT-ac6q2KI6cBW5es", 1, "x"]),
        coded([None, "family_name", "x"]),
        coded(["short", "family_name", "x"]),
        coded({"a": 1}),
        coded(["_26bc4LT-ac6q2KI6cBW5es", "a", float("nan")]),
        "Möbius",
    ],
)
def test_nothing_else_is_one(text):
    """Two readers could read it differently, or its salt could be guessed."""
    with pytest.raises(Corrupt):
        read_disclosure(text)
