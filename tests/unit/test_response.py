"""The body of a response to a card, and the event that it becomes."""

import pytest

from chalicelib.cards.response import MAX_TEXT, read_text, responded
from chalicelib.errors import Rejected
from tests.unit.told import at


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", ""),
        (b" \n", ""),
        (b"{}", ""),
        (b'{"text": null}', ""),
        ('{"text": "已补正"}'.encode(), "已补正"),
    ],
)
def test_a_text_or_none(body: bytes, expected: str) -> None:
    """An answer without words is an answer."""
    assert read_text(body) == expected


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b"[]", 400),
        (b'{"tekst": "x"}', 422),
        (b'{"text": 7}', 422),
        (b'{"text": "' + b"x" * (MAX_TEXT + 1) + b'"}', 422),
    ],
)
def test_anything_else_is_refused(body: bytes, status: int) -> None:
    """With the field where there is one."""
    with pytest.raises(Rejected) as refused:
        read_text(body)
    assert refused.value.status == status


def test_it_becomes_an_event_of_the_case() -> None:
    """About the card by its number; without words there is no text."""
    event = responded("hall:1", "p.3", 3, "done", at("2025-04-14T10:00"))
    assert event["type"] == "card.responded"
    assert event["time"] == "2025-04-14T02:00:00.000Z"
    assert event["data"] == {"card": 3, "text": "done"}
    assert responded("hall:1", "p.3", 3, "", at("2025-04-14"))["data"] == {"card": 3}
