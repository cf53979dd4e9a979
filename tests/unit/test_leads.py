"""A lead by its records: where it stands, what fits, and how its records are told to the log."""

import json

import pytest
from msgspec.structs import replace

from chalicelib.errors import Rejected
from chalicelib.lead.state import ACTS, Lead, Sealed, proposals, read_lead, read_opening
from chalicelib.vault.redaction import redact
from tests.unit.told import at

OPEN = Sealed("open", at("2026-11-02T09:00"), "收费超出公示标准", "k1", "c_a.3")
HAND = Sealed("hand_over", at("2026-11-02T10:00"), "移送", "k2")
RECEIPT = Sealed("note_receipt", at("2026-11-03T09:00"), "已签收", "k2")
CLOSE = Sealed("close", at("2026-11-02T09:30"), "查无实据", "k1")


@pytest.mark.parametrize(
    ("records", "state", "fits"),
    [
        ([OPEN], "opened", {"hand_over", "close"}),
        ([OPEN, HAND], "handed_over", {"note_receipt", "close"}),
        ([OPEN, HAND, RECEIPT], "receipt_noted", set()),
        ([OPEN, CLOSE], "closed", set()),
        # What does not fit changes nothing: two inspectors may act in the same moment.
        ([OPEN, CLOSE, HAND], "closed", set()),
        ([OPEN, RECEIPT], "opened", {"hand_over", "close"}),
    ],
)
def test_where_a_lead_stands(records, state: str, fits: set[str]) -> None:
    """Opened, handed over, its receipt noted; or closed before that."""
    lead = Lead("a" * 26, tuple(records))
    assert lead.state == state
    assert lead.card == "c_a.3"
    for act in ACTS:
        if act in fits:
            lead.must_fit(act)
        else:
            with pytest.raises(Rejected) as refusal:
                lead.must_fit(act)
            assert refusal.value.status == 409
            assert refusal.value.also == {
                "state": state,
                "possible": [a for a in ACTS if a in fits],
            }
            assert state not in refusal.value.zh  # in Chinese, with what can be done


def test_records_come_back_in_their_order_whatever_the_vault_returns() -> None:
    """The vault orders them by their keys, which are random."""
    kept = {
        f"k{n}": {"sealed": record.event("a" * 26, f"k{n}")["data"]["sealed"]}
        for n, record in enumerate([RECEIPT, OPEN, HAND])
    }
    assert read_lead("a" * 26, kept) == Lead("a" * 26, (OPEN, HAND, RECEIPT))


@pytest.mark.parametrize("record", [OPEN, HAND, replace(CLOSE, reason="查" * 3000)])
def test_the_open_part_of_every_record_is_the_same(record: Sealed) -> None:
    """That something was sealed; all else is private, in one field."""
    event = record.event("a" * 26, "b" * 26)
    assert event["type"] == "record.sealed"
    assert event["subject"] == "duban:sealed/" + "a" * 26
    split = redact(event["data"], by_us=True)
    assert split.open == {"given": ["sealed"]}
    assert json.loads(str(split.private["sealed"]))["act"] == record.act


def test_only_the_rules_of_the_profile_are_proposed_and_each_card_once() -> None:
    """A card that a lead is about already is not proposed again."""
    cards = [("c_a.3", "V-23"), ("c_b.3", "V-02"), ("c_c.3", "V-32")]
    refer = frozenset({"V-23", "V-32"})
    assert proposals(cards, refer, set()) == ["c_a.3", "c_c.3"]
    assert proposals(cards, refer, {"c_a.3", ""}) == ["c_c.3"]


@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"reason": "  "}', b'{"reason": "x", "unit": "y"}', b'{"card": 3, "reason": "x"}'],
)
def test_an_opening_needs_a_reason(body: bytes) -> None:
    """And nothing that is not known."""
    with pytest.raises(Rejected):
        read_opening(body)
    assert read_opening('{"reason": "有人反映"}'.encode()) == ("", "有人反映")
