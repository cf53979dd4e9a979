"""Receipts: four lines that promise (AUDIT_LOG §3.3), in the one way they are written."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from chalicelib.errors import Corrupt
from chalicelib.log.tlog.receipt import Receipt, read_receipt

HASH = bytes.fromhex("ce57389683e1c549e40f41b10050406004865b078189dbbe71140745437f870c")
AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
TEXT = """\
audit.example.gov/log/receipt
zlc4loPhxUnkD0GxAFBAYASGWweBidu+cRQHRUN/hww=
at 2026-11-21T08:30:00Z
by 2026-11-21T08:40:00Z
"""


def test_the_example():
    """As AUDIT_LOG has it, for the second entry of its log."""
    receipt = Receipt("audit.example.gov/log/receipt", HASH, AT, AT + timedelta(minutes=10))
    assert receipt.text == TEXT
    assert read_receipt(TEXT) == receipt


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("at 2026", "at  2026"), ("at ", "At "), ("at ", ""), ("at ", "by "), ("by ", "at "),
        ("08:30:00Z", "08:30:00z"), ("08:30:00Z", "08:30:00"), ("08:30:00Z", "08:30:00+00:00"),
        ("08:30:00Z", "08:30:00.000Z"), ("08:30:00Z", "8:30:00Z"), ("08:30:00Z", "08:30:60Z"),
        ("T08:30", " 08:30"), ("2026-11-21T08:30", "2026-11-31T08:30"), ("08:40", "08:29"),
        ("2026-11-21T08:30", "2026-1-21T08:30"), ("2026", "٢٠٢٦"), ("zlc4", "zlc"),
        ("hww=", "hwx="),
        ("hww=", "hww"), ("zlc4", "zlc4zlc4"), ("audit.", ""), ("audit", "au dit"),
        ("audit.example.gov/log/receipt", ""), ("by 2026-11-21T08:40:00Z\n", ""), ("Z\n", "Z\n\n"),
        ("Z\n", "Z\r\n"), ("Z\nby", "Zby"), ("audit", "\naudit"), ("40:00Z\n", "40:00Z"),
        ("40:00Z\n", "40:00Z\nmore\n"),
    ],
)  # fmt: skip
def test_what_is_no_receipt(right, wrong):
    """Only the one way to write it is read; nothing is promised for before."""
    assert right in TEXT
    if right == "audit.":  # another name is another receipt
        assert read_receipt(TEXT.replace(right, wrong)).name == "example.gov/log/receipt"
        return
    with pytest.raises(Corrupt):
        read_receipt(TEXT.replace(right, wrong, 1))


@pytest.mark.parametrize(
    "at",
    [
        AT.replace(microsecond=1),
        AT.replace(tzinfo=None),
        AT.astimezone(timezone(timedelta(hours=8))),
    ],
)
def test_a_receipt_is_in_whole_seconds_of_utc(at):
    """What could not be read back is not made."""
    for times in ((at, AT), (AT, at)):
        with pytest.raises(ValueError, match="whole second"):
            Receipt("a", HASH, *times)
