"""The ids of our own cases: what they name, and that a table takes them whatever is told."""

import pytest

from chalicelib.cases.case_id import (
    card_case,
    department_case,
    item_case,
    kind_of,
    parts_of,
    register_case,
)
from chalicelib.errors import Corrupt

MOST = 1024  # bytes of a sort key: the id is one in the index of what is held


@pytest.mark.parametrize("name", ["住建局", "a/b:c%2F", "局" * 100, "~", " "])
def test_a_name_is_encoded_whole(name: str) -> None:
    """And can be read back."""
    assert parts_of(department_case(name, 2026)) == [name, "2026"]
    assert kind_of(item_case(name)) == "item"


@pytest.mark.parametrize("name", ["局" * 101, "局" * 200, "\U00020000" * 200, "x" * 901])
def test_a_very_long_name_goes_by_its_hash(name: str) -> None:
    """A source may tell names of 200 characters: no two share a case, and each can be stored."""
    cases = [department_case(name, 2026), item_case(name), register_case(name, "supervision", 2026)]
    assert all(len(case.encode()) <= MOST for case in cases)
    assert department_case(name, 2026) != department_case(name[:-1] + "b", 2026)
    assert department_case(name, 2026) == department_case(name, 2026)
    assert len(parts_of(cases[0])) == 2


def test_a_kind_is_told_by_the_id() -> None:
    """What is not ours is a permit; what looks like ours and is none is an error."""
    assert kind_of("hall:duban:card/1") == "permit"
    assert kind_of(card_case("c_a.1")) == "card"
    assert kind_of(register_case("", "red", 2026)) == "register"
    with pytest.raises(Corrupt):
        kind_of("duban:cards/c_a.1")
