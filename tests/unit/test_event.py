"""What the event reader takes, what it refuses, and with which name."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Rejected
from chalicelib.intake import event
from tests.support.posted import posted

GOOD = posted(
    "case.accepted",
    "2026-11-02T09:30:00+08:00",
    {
        "item": "food-permit",
        "department": "market",
        "region": "370102",
        "promise": {"amount": 10, "unit": "wd"},
    },
    source="county-permits",
    subject="370102-2026-0001",
)


def body(**changes):
    """Give the good event with *changes*; `...` leaves an attribute out."""
    merged = {**GOOD, **changes}
    return json.dumps({k: v for k, v in merged.items() if v is not ...}).encode()


def refusal(raw):
    """Read *raw*, expecting a refusal."""
    with pytest.raises(Rejected) as caught:
        event.read_event(raw)
    return caught.value


def test_a_good_event_is_normalised():
    """Times come out in UTC with milliseconds; what is not used is left out."""
    read = event.read_event(body(traceparent="00-abc", recordedtime="2026-11-02T01:31:00.1234Z"))
    assert read == {
        "id": "e-1",
        "source": "county-permits",
        "subject": "370102-2026-0001",
        "type": "case.accepted",
        "time": "2026-11-02T01:30:00.000Z",
        "recordedtime": "2026-11-02T01:31:00.123Z",
        "data": GOOD["data"],
    }
    assert type(read["type"]) is str


def test_equal_content_in_another_spelling_is_equal():
    """Offsets, white space, order of keys and unset attributes make no other event."""
    other = json.dumps(
        {**dict(reversed(GOOD.items())), "time": "2026-11-02T01:30:00Z", "dataschema": None},
        indent=3,
    ).encode()
    assert event.read_event(other) == event.read_event(body())


@pytest.mark.parametrize("name", ["specversion", "id", "source", "subject", "type", "time"])
@pytest.mark.parametrize("value", [..., None, "", 7, ["x"], {"x": 1}, True])
def test_a_required_attribute_is_never_filled_in(name, value):
    """Missing, null, empty or of another kind: refused with its name."""
    problem = refusal(body(**{name: value}))
    assert (problem.status, problem.field) == (422, name)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("specversion", "0.3"),
        ("specversion", "1.0.2"),
        ("id", "e-1 "),
        ("id", "办件-1"),
        ("id", "x" * 257),
        ("id", "a\nb"),
        ("source", "市场监管局"),
        ("subject", "2026-杭-1"),
        ("time", "2026-11-02T09:30:00"),
        ("time", "2026-11-02"),
        ("time", "2026-02-30T09:30:00Z"),
        ("time", "2026-11-02T23:59:60Z"),
        ("time", "2026-11-02T24:00:00Z"),
        ("time", "2026-11-02T09:30:00+24:00"),
        ("time", "0001-01-01T00:00:00+08:00"),
        ("time", "9999-12-31T23:59:59-08:00"),
        ("time", "２０２６-11-02T09:30:00Z"),
        ("recordedtime", "yesterday"),
        ("sequence", 7),
        ("datacontenttype", "text/xml"),
        ("data_base64", "e30="),
        ("data", []),
        ("data", "text"),
        ("Traceparent", "x"),
        ("trace-parent", "x"),
        ("x" * 41, "x"),
        ("priority", 2**31),
        ("priority", {"a": 1}),
        ("priority", "two\nlines"),
    ],
)
def test_a_wrong_attribute_is_refused_with_its_name(field, value):
    """422 and the attribute."""
    problem = refusal(body(**{field: value}))
    assert (problem.status, problem.field) == (422, field)


@pytest.mark.parametrize("value", [True, 0, -5, 2**31 - 1, "any text é 办", None])
def test_extension_attributes_of_every_allowed_kind_pass(value):
    """Boolean, 32-bit integer, one-line text, unset."""
    assert event.read_event(body(priority=value)) == event.read_event(body())


@pytest.mark.parametrize(
    "character", ["\ufffe", "\uffff", "\ufdd0", "\ufdef", "\U0001fffe", "\U0010ffff"]
)
@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("priority", {"priority": "a{}"}),
        ("dataschema", {"dataschema": "a{}"}),
        ("subject", {"subject": "a{}"}),
        ("data.item", {"data": {"item": "a{}"}}),
        ("data.applicant.name", {"data": {"applicant": {"name": "a{}"}}}),
        ("data.materials.1", {"data": {"materials": ["a", "a{}"]}}),
    ],
)
def test_a_noncharacter_is_refused_wherever_it_stands(character, field, changes):
    """CloudEvents 1.0 has none in a text, so no event does."""
    raw = body(**changes).replace(b"{}", json.dumps(character)[1:-1].encode())
    problem = refusal(raw)
    assert (problem.status, problem.field) == (422, field)


@pytest.mark.parametrize("character", ["\ufdcf", "\ufdf0", "\ufffd", "\U0001fffd", "\U00020000"])
def test_what_stands_beside_the_noncharacters_is_a_character(character):
    """The bounds of both ranges."""
    assert event.read_event(body(priority=f"a{character}")) == event.read_event(body())


def test_an_unknown_type_is_refused_with_the_list_of_known_ones():
    """The sender sees what it could have meant."""
    problem = refusal(body(type="case.approved"))
    assert problem.field == "type"
    assert "case.accepted" in problem.en
    assert "result.published" in problem.en


@pytest.mark.parametrize(
    ("field", "data"),
    [
        ("data.department", {"department": ...}),
        ("data.item", {"item": ""}),
        ("data.item", {"item": "x" * 201}),
        ("data.item", {"item": "a\u0000b"}),
        ("data.promise.amount", {"promise": {"amount": 0, "unit": "wd"}}),
        ("data.promise.amount", {"promise": {"amount": -1, "unit": "wd"}}),
        ("data.promise.amount", {"promise": {"amount": 10_001, "unit": "wd"}}),
        ("data.promise.amount", {"promise": {"amount": "10", "unit": "wd"}}),
        ("data.promise.amount", {"promise": {"amount": True, "unit": "wd"}}),
        ("data.promise.amount", {"promise": {"amount": 10.5, "unit": "wd"}}),
        ("data.promise.amount", {"promise": {"amount": 10.0, "unit": "wd"}}),
        ("data.promise.amount", {"promise": {"amount": 10**400, "unit": "wd"}}),
        ("data.promise.unit", {"promise": {"amount": 10, "unit": "weeks"}}),
        ("data.promise.unit", {"promise": {"amount": 10}}),
        ("data.promise", {"promise": "10wd"}),
        ("data.due_at", {"promise": ..., "due_at": "2026-11-31"}),
        ("data.due_at", {"promise": ..., "due_at": "1066-10-14"}),
        ("data.due_at", {"promise": ..., "due_at": "0001-01-01T00:00:00Z"}),
        ("data", {"due_at": "2026-11-21T17:30:00+08:00"}),
        ("data.kind", {"kind": "slow"}),
        ("data.colour", {"colour": "red"}),
    ],
)
def test_wrong_data_is_refused_with_the_path(field, data):
    """422 names the field inside data, unknown ones too."""
    merged = {k: v for k, v in {**GOOD["data"], **data}.items() if v is not ...}
    problem = refusal(body(data=merged))
    assert (problem.status, problem.field) == (422, field)


def test_an_amount_says_what_it_must_be():
    """In words of JSON, not of Python."""
    problem = refusal(body(data={**GOOD["data"], "promise": "10wd"}))
    assert str(problem) == "data.promise: must be an object"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        b'{"id": "a", "id": "b"}',
        body().replace(b'"amount": 10', b'"amount": 10, "amount": 20'),
        body().replace(b'"amount": 10', b'"amount": NaN'),
        body().replace(b'"amount": 10', b'"amount": -Infinity'),
        body().replace(b"food-permit", b"\\ud800"),
        body().replace(b'"item"', b'"\\udfff"'),
        body(data=json.loads("[" * 40 + "]" * 40)),
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_what_cannot_be_read_is_refused_cleanly(raw):
    """400, whatever the defect: never another error."""
    assert refusal(raw).status == 400


def test_more_digits_than_python_converts_are_refused_cleanly():
    """A number of 5,000 digits is a wrong field, not an error of ours."""
    raw = body().replace(b'"amount": 10', b'"amount": ' + b"9" * 5000)
    assert refusal(raw).field == "data.promise.amount"


def test_what_only_a_defective_act_lacks_is_taken():
    """A suspension without notice is an irregularity to be seen, not an unreadable event."""
    data = {"procedure": "hearing"}
    assert event.read_event(body(type="case.suspended", data=data))["data"] == data


@pytest.mark.parametrize(
    ("field", "data"),
    [
        ("data.event", {"withdrawn": True}),
        ("data.event", {"event": "", "withdrawn": True}),
        ("data.event", {"event": "x" * 257, "withdrawn": True}),
        ("data.event", {"event": "受理", "withdrawn": True}),
        ("data", {"event": "e-1"}),
        ("data", {"event": "e-1", "withdrawn": True, "time": "2026-11-02T09:30:00+08:00"}),
        ("data.withdrawn", {"event": "e-1", "withdrawn": False}),
        ("data.withdrawn", {"event": "e-1", "withdrawn": 1}),
        ("data.time", {"event": "e-1", "time": "2026-11-02T09:30:00"}),
        ("data.time", {"event": "e-1", "time": "2026-11-02"}),
        ("data.reason", {"event": "e-1", "withdrawn": True, "reason": ""}),
    ],
)
def test_a_correction_is_of_one_event_and_says_one_thing(field, data):
    """Another time, or that it never happened."""
    problem = refusal(body(type="case.corrected", data=data))
    assert (problem.status, problem.field) == (422, field)


def test_the_right_time_is_normalised_like_all_times():
    """In UTC, so that the same correction is the same event."""
    data = {"event": "e-1", "time": "2026-11-02T09:30:00+08:00"}
    told = event.read_event(body(type="case.corrected", data=data))["data"]
    assert told == {"event": "e-1", "time": "2026-11-02T01:30:00.000Z"}


def test_a_bad_event_never_blocks_its_neighbours():
    """Each place of a batch has its event or its own refusal, with the id where it can be told."""
    good, doubled = body().decode(), '{"id": "d", "specversion": "1.0", "specversion": "1.0"}'
    bad = [doubled, "7", "null", '{"id": "n", "x": NaN}', '{"id": 1e400}', '{"id": "\\ud800"}']
    read: list[Any] = event.read_batch(f"[{good},{','.join(bad)},{good}]".encode())
    assert read[0] == read[-1] == event.read_event(body())
    assert [found[0] for found in read[1:-1]] == ["d", None, None, "n", None, None]
    assert [found[1].status for found in read[1:-1]] == [400, 400, 400, 400, 422, 400]


def test_a_batch_has_at_most_a_hundred_events():
    """One more is refused whole; none at all is a batch too."""
    assert event.read_batch(b"[]") == []
    with pytest.raises(Rejected) as caught:
        event.read_batch(b"[" + b",".join([body()] * 101) + b"]")
    assert caught.value.status == 422
    with pytest.raises(Rejected):
        event.read_batch(body())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(name=st.sampled_from([*GOOD, "recordedtime", "anything"]), value=json_values)
def test_any_value_anywhere_is_taken_or_refused(name, value):
    """Nothing a sender writes raises anything but a refusal."""
    with suppress(Rejected):
        assert event.read_event(body(**{name: value}))["id"]


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(raw):
    """No random bytes are an event, and none are an error of ours."""
    assert refusal(raw).status in (400, 422)
