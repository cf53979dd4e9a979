"""The Idempotency-Key: what is one, and what it is called."""

import pytest

from chalicelib.errors import Rejected
from chalicelib.intake.idempotency import MAX_KEY, name_request, read_idempotency_key


@pytest.mark.parametrize(
    ("header", "key"),
    [
        (None, ""),
        ('"8e03978e-40d5"', "8e03978e-40d5"),
        ("8e03978e-40d5", "8e03978e-40d5"),
        (" a\t", "a"),
        ('"a b, c"', "a b, c"),
        (r'"a \"b\" \\"', 'a "b" \\'),
        ("x" * MAX_KEY, "x" * MAX_KEY),
        (f'"{"x" * MAX_KEY}"', "x" * MAX_KEY),
        ('"' + r"\"" * MAX_KEY + '"', '"' * MAX_KEY),
    ],
)
def test_a_key_is_a_text_with_quotes_or_without(header, key):
    """The quotes are not part of it, as the draft says."""
    assert read_idempotency_key(header) == key


@pytest.mark.parametrize(
    "header",
    [
        "",
        "  ",
        '""',
        '"',
        '"a',
        'a"',
        '"a"b"',
        r'"a\b"',
        "a b",
        "a, b",
        '"a", "b"',
        "键",
        '"键"',
        '"a\nb"',
        "a\x00",
        "x" * (MAX_KEY + 1),
        f'"{"x" * (MAX_KEY + 1)}"',
    ],
)
def test_what_is_no_key_is_refused(header):
    """By its name: to take it for none would do the same thing twice."""
    with pytest.raises(Rejected) as refused:
        read_idempotency_key(header)
    assert (refused.value.status, refused.value.field) == (422, "Idempotency-Key")


def test_a_name_is_one_holders_and_one_keys():
    """Two holders may choose the same key; the name is short, ASCII, and tells neither."""
    names = {
        name_request(key, holder) for key in ("1", "2", "x" * MAX_KEY) for holder in ("a", "b")
    }
    assert len(names) == 6
    assert {len(name) for name in names} == {36}
    assert all(name.isascii() and name.startswith("key/") for name in names)
    assert name_request("1", "a") == name_request("1", "a")
