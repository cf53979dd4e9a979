"""From a normalised event to a fact, and from a fact to its record and back."""

import json

import pytest
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.from_event import told_fact, told_key
from chalicelib.cases.snapshot import WAKE_SHARDS, CaseSnapshot, wake_shard
from chalicelib.cases.stored_fact import read_fact
from chalicelib.errors import Corrupt
from chalicelib.log.leaf import MAX_BYTES, LeafPosition, make_leaf
from chalicelib.policy.limit import Limit
from chalicelib.policy.terms import Terms
from tests.unit.told import at

EVENT = {
    "id": "e1",
    "source": "hall",
    "subject": "1",
    "type": "case.accepted",
    "time": "2025-04-14T02:00:00.000Z",
}
SECRET = bytes(32)
# HMAC-SHA256 under 32 zero bytes, by `openssl dgst -sha256 -mac HMAC`: 16 bytes of it, in base32.
HALL_E1 = "e_cfgdaentrvr7feblccd237zo6u"
HALL_E_1 = "e_ryn2473cw6zse45igdfyn6x24a"


def test_an_event_becomes_a_told_fact() -> None:
    """It happened when its source says, and was recorded when it arrived."""
    fact = told_fact(EVENT, {"item": "X-01"}, at("2025-04-15"), secret=SECRET)
    assert (fact.kind, fact.key, fact.told) == ("case.accepted", HALL_E1, True)
    assert (fact.at, fact.recorded_at) == (at("2025-04-14T10:00"), at("2025-04-15"))
    assert (fact.written_at, fact.sequence, fact.data) == (None, "", {"item": "X-01"})
    assert told_key(EVENT, SECRET) == fact.key != told_key(EVENT, bytes(31) + b"1")


def test_what_we_tell_ourselves_keeps_its_id() -> None:
    """It says nothing that is not public, and needs no secret."""
    assert told_key({"source": "duban", "id": "c_abc.7"}, b"") == "duban/c_abc.7"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("7", "0000000007"),
        ("007", "0000000007"),
        ("1234567890", "1234567890"),
        ("00000000001234567890", "1234567890"),
        ("12345678901", ""),  # as long as the number of a telephone
        ("370102199001011234", ""),
        ("a7", ""),
        ("７", ""),
        ("-7", ""),
    ],
)
def test_what_the_source_says_of_its_order_is_kept(said: str, kept: str) -> None:
    """When it wrote the event down, and as which, where that is a number that can be public."""
    event = {**EVENT, "recordedtime": "2025-04-14T03:00:00.000Z", "sequence": said}
    fact = told_fact(event, {}, at("2025-04-15"), secret=SECRET)
    assert (fact.written_at, fact.sequence) == (at("2025-04-14T11:00"), kept)


def test_a_correction_names_the_key_of_its_event() -> None:
    """One of the same source, whatever stands in it."""
    data = {"event": "e/1", "withdrawn": True}
    event = {**EVENT, "id": "e2", "type": "case.corrected", "data": data}
    fact = told_fact(event, {"withdrawn": True}, at("2025-04-15"), secret=SECRET)
    assert fact.corrects == HALL_E_1


@pytest.mark.parametrize(
    ("received", "happened", "claimed"),
    [
        ("2025-04-14T10:00", "2025-04-14T10:00", None),
        ("2025-04-14T09:59:59.999", "2025-04-14T09:59:59.999", "2025-04-14T02:00:00.000Z"),
        ("2025-04-14T09:00", "2025-04-14T09:00", "2025-04-14T02:00:00.000Z"),
    ],
)
def test_an_event_has_happened_when_it_is_received(
    received: str, happened: str, claimed: str | None
) -> None:
    """A clock ahead of ours makes it no later; what it claimed stays beside it."""
    fact = told_fact(EVENT, {"item": "X-01"}, at(received), secret=SECRET)
    assert (fact.at, fact.recorded_at) == (at(happened), at(received))
    assert fact.data == {"item": "X-01", **({"claimed": claimed} if claimed else {})}


def test_a_correction_leads_to_no_time_that_is_to_come() -> None:
    """Neither its own time nor the one that it gives."""
    right = "2025-04-14T02:30:00.000Z"
    data = {"event": "e1", "time": right}
    event = {**EVENT, "id": "e2", "type": "case.corrected", "data": data}
    for received, time, claimed in (
        ("2025-04-14T10:30", right, None),
        ("2025-04-14T10:20", "2025-04-14T02:20:00.000Z", right),
        ("2025-04-14T09:50", "2025-04-14T01:50:00.000Z", right),
    ):
        fact = told_fact(event, {"time": right}, at(received), secret=SECRET)
        assert fact.at == min(at("2025-04-14T10:00"), at(received))
        assert (fact.data["time"], fact.data.get("claimed")) == (time, claimed)


@pytest.mark.parametrize("kind", ["case.suspended", "case.extended"])
def test_a_notice_was_given_when_it_is_received(kind: str) -> None:
    """One from a clock ahead of ours is taken as given then, and flagged as its event is."""
    given = "2025-04-14T02:30:00.000Z"
    event = {**EVENT, "type": kind}
    for received, notified, claimed in (
        ("2025-04-14T10:30", given, None),
        ("2025-04-14T10:29:59.999", "2025-04-14T02:29:59.999Z", given),
        ("2025-04-14T09:50", "2025-04-14T01:50:00.000Z", given),
    ):
        fact = told_fact(event, {"notified_at": given}, at(received), secret=SECRET)
        assert fact.at == min(at("2025-04-14T10:00"), at(received))
        assert (fact.data["notified_at"], fact.data.get("claimed")) == (notified, claimed)


def test_an_event_was_written_down_when_it_is_received() -> None:
    """It proves nothing, so it is not flagged either."""
    event = {**EVENT, "recordedtime": "2025-04-14T02:30:00.000Z"}
    fact = told_fact(event, {}, at("2025-04-14T10:20"), secret=SECRET)
    assert (fact.written_at, fact.data) == (at("2025-04-14T10:20"), {})


def test_what_we_tell_ourselves_is_not_put_right() -> None:
    """A notification has the instant of its fact, whenever it arrives."""
    own = {**EVENT, "source": "duban", "id": "c_abc.7", "type": "card.issued"}
    fact = told_fact(own, {}, at("2025-04-14T09:00"), secret=b"")
    assert (fact.at, fact.data) == (at("2025-04-14T10:00"), {})


def test_an_acceptance_carries_its_terms() -> None:
    """As they were when it arrived."""
    terms = Terms(Limit(5, "wd"))
    fact = told_fact(EVENT, {"item": "X-01"}, at("2025-04-15"), terms, secret=SECRET)
    assert fact.data["terms"] == terms.written()


TOLD = Fact(
    3, "case.corrected", HALL_E1, at("2025-04-14"), at("2025-04-15"), told=True, data={"card": 1}
)
DERIVED = replace(TOLD, kind="card.issued", key="V-02/promise", told=False, data={"level": "red"})


@pytest.mark.parametrize(
    ("fact", "more"),
    [
        (TOLD, {"told": True}),
        (replace(TOLD, sequence="0000000007"), {"told": True, "seq": "0000000007"}),
        (replace(TOLD, corrects=HALL_E_1), {"told": True, "corrects": HALL_E_1}),
        (
            replace(TOLD, written_at=at("2025-04-14T11:00")),
            {"told": True, "wrote": "2025-04-14T03:00:00.000Z"},
        ),
        (DERIVED, {}),
    ],
)
def test_a_fact_is_its_leaf(fact: Fact, more: dict[str, object]) -> None:
    """All that judging goes by is in the leaf, in the open, and is read back from it."""
    leaf = make_leaf(LeafPosition("hall:1", "c_x", b"\0" * 32), fact, [])
    assert json.loads(leaf) == {
        "v": 1,
        "case": "c_x",
        "n": 3,
        "prev": "A" * 43 + "=",
        "k": fact.kind,
        "key": fact.key,
        "at": "2025-04-13T16:00:00.000Z",
        "rec": "2025-04-14T16:00:00.000Z",
        "data": fact.data,
        **more,
    }
    assert read_fact(leaf) == fact
    assert read_fact(leaf, "duban:item/X") == replace(fact, origin="duban:item/X")


def test_only_a_case_of_our_own_is_named() -> None:
    """In its first leaf, once: what an intake system calls a case is never public."""
    first = replace(DERIVED, n=0)
    ours = LeafPosition("duban:card/c_x.7", "c_y", None)
    assert json.loads(make_leaf(ours, first, []))["own"] == "duban:card/c_x.7"
    assert "own" not in json.loads(make_leaf(ours, DERIVED, []))
    assert "own" not in json.loads(make_leaf(LeafPosition("hall:1", "c_y", None), first, []))


def test_a_leaf_says_nothing_that_is_not_listed_and_has_an_end() -> None:
    """A field that nobody allowed stops the writing, and so does one that is too long."""
    with pytest.raises(Corrupt, match="name"):
        make_leaf(LeafPosition("hall:1", "c_y", None), replace(TOLD, data={"name": "x"}), [])
    with pytest.raises(Corrupt, match=f"at most {MAX_BYTES}"):
        make_leaf(
            LeafPosition("hall:1", "c_y", None), replace(TOLD, data={"basis": "x" * 4096}), []
        )


def test_a_head_knows_its_shard() -> None:
    """The same case is always in the same one."""
    snapshot = CaseSnapshot("hall:1", "p", 1, at("2025-04-14"), "green")
    assert snapshot.wake_shard == wake_shard("hall:1")
    assert {wake_shard(f"hall:{n}") for n in range(2000)} == set(range(WAKE_SHARDS))
