"""A leaf has room for what must be said: nobody escapes a card by telling too much."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from chalicelib.errors import Corrupt, Rejected
from chalicelib.findings.issuing import MOST, bounded
from chalicelib.intake.event import normalise
from chalicelib.log.leaf import LeafPosition, make_leaf
from tests.support.posted import posted
from tests.unit.told import File, accepted, at, reported, resumed, suspended

HERE = LeafPosition("hall:1", "c_" + "a" * 26, b"\xff" * 32)
LONG = {"item": "项" * 160, "department": "部" * 160, "region": "区" * 140}


def test_no_number_of_pauses_keeps_a_card_out_of_the_log():
    """A thousand of them, in a case whose names are as long as they may be; 200 reports act."""
    first = accepted("2026-03-02T09:00", promise="20wd", statutory="23wd")
    reports = [replace(first, data={**first.data, **LONG})]
    then = at("2026-03-02T09:00")
    for _ in range(1000):
        reports.append(suspended(then := then + timedelta(minutes=3)))
        reports.append(resumed(then := then + timedelta(minutes=1)))
    case = File(*reports)
    judged = case.decide_case("2026-06-20T09:00").append
    for fact in judged:
        make_leaf(HERE, fact, [])
    clocks = [fact for fact in judged if fact.data.get("clock") in ("promise", "statutory")]
    assert {fact.data["level"] for fact in clocks} == {"warning", "yellow", "red"}
    for fact in clocks:
        assert fact.data["rests_on"] == [*range(30), *range(171, 201)]


def test_a_leaf_of_4096_bytes_is_the_longest():
    """Letters of one byte; and of three, which are counted as bytes too."""
    told = accepted("2026-03-02T09:00")
    room = 4096 - len(make_leaf(HERE, _named(told, ""), []).encode())
    for name in ("x" * room, "项" * (room // 3) + "x" * (room % 3)):
        assert len(make_leaf(HERE, _named(told, name), []).encode()) == 4096
        with pytest.raises(Corrupt, match="4097 bytes; at most 4096"):
            make_leaf(HERE, _named(told, name + "x"), [])


def _named(fact, more):
    return replace(fact, data={**fact.data, "item": "X-01" + more})


def test_grounds_are_the_first_and_the_last():
    """In order; of not too many, all."""
    assert bounded([3, 1, 2]) == [1, 2, 3]
    assert bounded(range(MOST)) == list(range(MOST))
    assert bounded(range(1000)) == [*range(MOST // 2), *range(1000 - MOST // 2, 1000)]


def _told(kind, /, **data):
    return posted(kind, "2026-03-02T09:00:00+08:00", data)


def _accepted(**data):
    payload = {"item": "X-01", "department": "Housing", "region": "370102"}
    return _told("case.accepted", **payload | data)


def _parts(count, letters):
    return [
        {"department": f"{n}{'部' * letters}", "stage": "阶" * letters, "after": "前" * letters}
        for n in range(count)
    ]


def test_a_card_of_a_stage_has_room_too():
    """Whose name and department are long, in a case that was opened with long names."""
    stage = {"stage": "段" * 110, "department": "室" * 110}
    normalise(_told("stage.entered", **stage))
    first = accepted("2026-03-02T09:00", promise="20wd", statutory="23wd")
    entered = reported(
        "stage.entered", "2026-03-02T10:00", **stage, limit={"amount": 1, "unit": "wd"}
    )
    case = File(replace(first, data={**first.data, **LONG}), entered)
    facts = case.decide_case("2026-03-10T09:00").append
    assert "段" * 110 in {fact.data.get("stage") for fact in facts}
    for fact in facts:
        make_leaf(HERE, fact, [])


@pytest.mark.parametrize(
    "data",
    [LONG, {"parts": _parts(10, 9)}, {"kind": "joint", "parts": _parts(3, 38)}],
    ids=["long names", "ten parts", "long parts"],
)
def test_an_acceptance_that_has_room_is_taken(data):
    """With digests of all that is private in it, and signed with its source's own key."""
    event = normalise(_accepted(**data))
    shown = {name: value for name, value in event["data"].items() if name != "given"}
    fact = reported("case.accepted", "2026-03-02T09:00", **shown, terms={"rules": {"x" * 1500: 1}})
    make_leaf(HERE, replace(fact.numbered(0), signed="A" * 43), ["A" * 43] * 12)


def test_an_acceptance_that_has_no_room_is_refused_before_anything_is_promised():
    """The source learns it at once."""
    with pytest.raises(Rejected, match="too long together"):
        normalise(_accepted(parts=_parts(10, 39)))
    with pytest.raises(Rejected, match="too long together"):
        normalise(_told("stage.entered", stage="段" * 200, department="室" * 200))
