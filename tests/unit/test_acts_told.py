"""What may be told of how a case was handled: what is taken, what is refused, what is public."""

import json
from typing import Any

import pytest

from chalicelib.errors import Rejected
from chalicelib.intake import event
from chalicelib.vault.redaction import redact
from tests.support.posted import posted

WHERE = {"item": "X-01", "department": "Housing", "region": "370102"}
GOOD: list[tuple[str, dict[str, Any]]] = [
    ("case.supplement_notified", {"materials": ["deed"], "notice": False}),
    ("case.accepted", {**WHERE, "voucher": True, "channel": "outside"}),
    ("acceptance.withdrawn", {"reason": "…", "remedies": True}),
    ("stage.left", {"stage": "review", "officers": 1}),
    ("case.resumed", {"procedure": "testing", "officers": 2}),
    ("case.decided", {"outcome": "refused", "remedies": False, "opinion": True}),
    ("case.decided", {"outcome": "granted", "decided_by": "head_of_authority"}),
    ("case.returned", {"remedies": False}),
    ("fee.charged", {"amount": 0}),
    ("fee.charged", {"amount": 12_050, "standard": 10_000, "basis": "发改价格"}),
    ("intermediary.engaged", {"chosen_by": "department"}),
    ("intermediary.engaged", {"chosen_by": "applicant", "listed": False}),
    ("delay.explained", {}),
    ("irregularity.found", {"rule": "V-15"}),
    ("irregularity.found", {"rule": "V-34", "found_by": "inspector", "text": "卷内无…"}),
]


def read(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """Read an event of *kind* as it is posted."""
    raw = json.dumps(posted(kind, "2026-11-02T09:30:00+08:00", data)).encode()
    told: dict[str, Any] = event.read_event(raw)["data"]
    return told


@pytest.mark.parametrize(("kind", "data"), GOOD)
def test_it_is_taken_as_it_is(kind: str, data: dict[str, Any]) -> None:
    """Nothing is filled in: what is not said stays unsaid."""
    assert read(kind, data) == data


@pytest.mark.parametrize(
    ("kind", "field", "data"),
    [
        ("case.accepted", "voucher", {**WHERE, "voucher": "no"}),
        ("case.accepted", "voucher", {**WHERE, "voucher": 0}),
        ("case.accepted", "channel", {**WHERE, "channel": "post"}),
        ("case.accepted", "listed", {**WHERE, "listed": False}),  # that is for us to say
        ("case.supplement_notified", "unlisted", {"materials": ["x"], "unlisted": 1}),
        ("case.supplement_submitted", "notice", {"materials": ["x"], "notice": True}),
        ("stage.entered", "officers", {"stage": "review", "officers": 2}),
        ("stage.left", "officers", {"stage": "review", "officers": 0}),
        ("stage.left", "officers", {"stage": "review", "officers": 101}),
        ("stage.left", "officers", {"stage": "review", "officers": True}),
        ("case.cancelled", "remedies", {"remedies": True}),
        ("fee.charged", "amount", {}),
        ("fee.charged", "amount", {"amount": -1}),
        ("fee.charged", "amount", {"amount": 10.5}),
        ("fee.charged", "amount", {"amount": "10"}),
        ("fee.charged", "amount", {"amount": 10**12 + 1}),
        ("fee.charged", "standard", {"amount": 1, "standard": -1}),
        ("intermediary.engaged", "chosen_by", {"listed": True}),
        ("intermediary.engaged", "chosen_by", {"chosen_by": "somebody"}),
        ("delay.explained", "text", {"text": "x"}),
        ("irregularity.found", "rule", {"text": "x"}),
        ("irregularity.found", "rule", {"rule": "V-02"}),  # the machine's alone
        ("irregularity.found", "rule", {"rule": "V-22"}),  # of the catalogue
        ("irregularity.found", "rule", {"rule": "V-27"}),  # measured, never carded
        ("irregularity.found", "level", {"rule": "V-15", "level": "red"}),  # the profile's
    ],
)
def test_what_is_wrong_is_refused_with_its_name(
    kind: str, field: str, data: dict[str, Any]
) -> None:
    """Strict, as everywhere."""
    with pytest.raises(Rejected) as caught:
        read(kind, data)
    assert (caught.value.status, caught.value.field) == (422, f"data.{field}")


def test_yes_no_and_how_many_are_public_and_what_people_wrote_is_not() -> None:
    """A no stays on record: it is what a rule is judged by."""
    shown: dict[str, object] = {
        "remedies": False,
        "opinion": False,
        "voucher": False,
        "notice": False,
    }
    shown |= {"officers": 1, "amount": 0, "standard": 0, "chosen_by": "department", "listed": False}
    shown |= {"channel": "outside", "rule": "V-32"}
    private = {"text": "王小明说…", "basis": "发改价格", "materials": ["无犯罪记录证明"]}
    split = redact({**shown, **private})
    assert split.open == {**shown, "given": ["basis", "materials", "text"]}
    assert split.private == private


@pytest.mark.parametrize(("who", "is_open"), [("inspector", True), ("王小明", False)])
def test_who_found_it_is_public_as_a_role_only(who: str, is_open: bool) -> None:  # noqa: FBT001
    """A name in its place is kept apart."""
    for name in ("found_by", "decided_by"):
        assert (name in redact({name: who}).open) is is_open
