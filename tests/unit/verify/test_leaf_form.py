"""A leaf holds what is allowed, written in the one way that it can be (I10)."""

import json
from typing import Any

import pytest
import rfc8785

from infra.verify.leaf_fields import Malformed
from infra.verify.leaf_form import _write, read_leaves
from tests.support.shown_log import issues_of, leaves, published, read, written

RIGHT = leaves(12)
NAME = "e_" + "a" * 26
DIGESTS = ["A" * 43, "B" * 43, "C" * 43, "D" * 43]


def with_(**more: Any) -> dict[str, Any]:
    """A right leaf with some fields of another value; None takes one away."""
    said = {**RIGHT[4], **more}
    return {name: value for name, value in said.items() if value is not None}


def is_right(*given: bytes) -> list[bool]:
    """Of each leaf, whether it is let through."""
    return [not isinstance(one, Malformed) for one in read_leaves(given)]


@pytest.mark.parametrize(
    "said",
    [
        with_(),
        with_(told=None, src=None, key="overdue/🀄/受理"),
        with_(d=DIGESTS),
        with_(seq="0000000042", wrote="2026-03-02T01:00:00.000Z", corrects=NAME),
        with_(n=0, prev="", own="duban:item/1"),
        with_(data={"promise": {"amount": 20, "unit": "wd"}, "approved_by": "deputy_head"}),
        with_(data={"basis": '《条例》第三条 \\ "乙" \u007f'}),
        with_(data={"stage": "x,null"}),
        with_(key="duban/act", src=None, data={"decided_by": "Zhang San"}),
        with_(src="a.b_c~9-Z"),
        with_(signed=DIGESTS[0]),
        with_(k="card.revoked", key="duban/act", src=None, signed=DIGESTS[0], d=DIGESTS),
        with_(signed=DIGESTS[0], d=DIGESTS, seq="0000000042", wrote="2026-03-02T01:00:00.000Z"),
    ],
)
def test_what_the_encoder_writes_is_let_through(said: dict[str, Any]) -> None:
    """And so it is between others."""
    assert is_right(written(RIGHT[0]), written(said), written(RIGHT[1])) == [True] * 3


@pytest.mark.parametrize(
    "said",
    [
        with_(phone="13800000000"),
        with_(data={"applicant": "张三"}),
        with_(data={"approved_by": "张三"}),
        with_(key="demo/张三/accepted"),
        with_(data=None),
        with_(data=[]),
        with_(data={"amount": 1.5}),
        with_(data={"amount": 1 << 53}),
        with_(data={"parts": [{"limit": None, "x": [1]}]}),
        with_(v=2),
        with_(v=True),
        with_(n=-1),
        with_(n=True),
        with_(k="Case Submitted"),
        with_(case="c_370102199001011234"),
        with_(prev="x"),
        with_(at="2026-03-02T01:00:00Z"),
        with_(at="2026-02-30T01:00:00.000Z"),
        with_(rec="2026-03-02T09:00:00.000+08:00"),
        with_(told=False),
        with_(told=None, src=None, seq="0000000042"),
        with_(told=None),
        with_(src=None),
        with_(src=""),
        with_(src="大厅"),
        with_(src="a:b"),
        with_(key="duban/act"),
        with_(signed=""),
        with_(signed="王小明"),
        with_(signed=DIGESTS[0][:42]),
        with_(signed=[DIGESTS[0]]),
        with_(key="duban/act", src=None, signed=DIGESTS[0]),
        with_(told=None, src=None, signed=DIGESTS[0]),
        with_(seq="42"),
        with_(seq="37010219900101123X"),
        with_(own="duban:item/1"),
        with_(d=[]),
        with_(d=DIGESTS[:3]),
        with_(d=DIGESTS[::-1]),
        with_(d=[*DIGESTS[:3], "张三"]),
        with_(data={"basis": "长" * 1400}),
    ],
)
def test_what_is_not_allowed_is_named(said: dict[str, Any]) -> None:
    """Personal data, other fields, other kinds of values; the leaves beside it are right."""
    assert is_right(written(RIGHT[0]), written(said), written(RIGHT[1])) == [True, False, True]


@pytest.mark.parametrize(
    "leaf",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b"nonsense",
        b"[" * 4000,
        written(RIGHT[4]).replace(b":", b": ", 1),
        written(RIGHT[4])[:-1] + b"}\n",
        written(RIGHT[4])[:-1] + b',"v":1}',
        written(RIGHT[4]).replace(b'"v":1', b'"v":1e0'),
        json.dumps(RIGHT[4], separators=(",", ":")).encode(),
        written(RIGHT[4]).replace(b"370102", rb"\u00337010"),
        written(RIGHT[4]).replace(b"370102", rb"\ud800"),
        written(RIGHT[4]).replace(b'"370102"', b"NaN"),
    ],
)
def test_there_is_one_way_to_write_a_leaf(leaf: bytes) -> None:
    """RFC 8785: no spaces, no doubled names, in order, each text in one spelling."""
    assert is_right(written(RIGHT[0]), leaf, written(RIGHT[1])) == [True, False, True]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"1,[3", b"4]"),
        (b'{"a":1},{"b":[{}', b"{}]}"),
        (written(RIGHT[0]) + b"," + written(RIGHT[1])[:-1], b'"x":1}'),
    ],
)
def test_two_halves_are_not_two_leaves(one: bytes, other: bytes) -> None:
    """Leaves are read together, and still each must be one by itself."""
    assert is_right(one, other) == [False, False]


def test_every_character_is_written_as_the_standard_has_it() -> None:
    """The short way has no spelling of its own for any; half of a surrogate pair has none."""
    every = [chr(n) for n in range(0x110000) if not 0xD800 <= n < 0xE000]
    assert _write(every) == rfc8785.dumps(every).decode()
    names: dict[str, Any] = {
        name: [-1, 1 << 52, True, None, {}] for name in every[: 0x10000 - 0x800 : 7]
    }
    assert _write(names) == rfc8785.dumps(names).decode()
    assert not _write(["\ud800"])


def test_names_beyond_the_basic_plane_are_sorted_as_the_standard_says() -> None:
    """RFC 8785 sorts by UTF-16: 𠀀 (U+20000) before ！ (U+FF01)."""
    said = written(with_(data={"promise": {"甲": 1}}))
    both = b'{"\xf0\xa0\x80\x80":1,"\xef\xbc\x81":1}'
    other = b'{"\xef\xbc\x81":1,"\xf0\xa0\x80\x80":1}'
    plain = '{"甲":1}'.encode()
    assert is_right(said.replace(plain, both), said.replace(plain, other)) == [True, False]


def test_a_leaf_that_is_not_allowed_is_a_finding() -> None:
    """At its place in the log."""
    said = [*RIGHT[:11], {**RIGHT[11], "phone": "13800000000"}]
    assert issues_of(read(published(said))) == [("I10", 11)]
