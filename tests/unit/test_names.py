"""Names that look the same are the same; what cannot be seen is in none."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Rejected
from chalicelib.intake import payload
from chalicelib.intake.event_types import Reported
from chalicelib.intake.fields import TEN_YEARS
from chalicelib.intake.name_text import clean_line, clean_name, clean_prose
from tests.support.described import SCHEMAS

OPENING = {"item": "X-01", "department": "住房局", "region": "370102"}


@pytest.mark.parametrize(
    "written",
    ["住房局 ", " 住房局", "\u3000住房局\u00a0", "住房局\u2003"],
)
def test_blanks_around_a_name_are_not_part_of_it(written: str) -> None:
    """Whatever blank it is."""
    assert clean_name(written) == "住房局"


def test_blanks_within_a_name_are_one_space() -> None:
    """A page shows them alike."""
    assert clean_name("Housing\u00a0 \u3000Bureau") == "Housing Bureau"


def test_a_name_is_composed() -> None:
    """The letter and its accent are one."""
    assert clean_name("Bure\u0301au") == "Bur\u00e9au"
    assert clean_name("\u1112\u1161\u11ab") == "\ud55c"


@pytest.mark.parametrize(
    "character",
    [
        *("\u0000", "\u0007", "\t", "\n", "\r", "\u007f", "\u0085", "\u009f"),  # control
        *("\u00ad", "\u061c", "\u200b", "\u200d", "\u200e", "\u202a", "\u202e"),  # format
        *("\u2060", "\u2066", "\u2069", "\ufeff", "\U000e0041", "\u180e"),
        *("\ue000", "\uf8ff", "\U000f0000", "\U0010fffd"),  # private use
        *("\ufdd0", "\ufdef", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff"),  # noncharacters
        *("\u2028", "\u2029"),  # of lines and paragraphs
        *("\u034f", "\u115f", "\u3164", "\uffa0", "\ufe00", "\ufe0f", "\u2800", "\U000e0100"),
    ],
)
@pytest.mark.parametrize("shape", ["{}住房局", "住房{}局", "住房局{}"])
def test_what_cannot_be_seen_is_in_no_name(character: str, shape: str) -> None:
    """At its beginning, within it or at its end: it would make another department."""
    with pytest.raises(ValueError, match=f"U\\+{ord(character):04X}"):
        clean_name(shape.format(character))
    with pytest.raises(Rejected) as caught:
        payload.read_data(
            Reported.CASE_ACCEPTED, {**OPENING, "department": shape.format(character)}
        )
    assert (caught.value.status, caught.value.field) == (422, "data.department")


@pytest.mark.parametrize("character", ["\U00020000", "\U0002a6d6", "·", "（", "ئ", "ཀ", "—"])
def test_what_can_be_seen_may_be_in_a_name(character: str) -> None:
    """Rare characters, other scripts, punctuation."""
    assert clean_name(f"住房{character}局") == f"住房{character}局"


def test_a_name_has_from_1_to_200_characters() -> None:
    """As it is kept: neither the blanks around it nor its spelling count."""
    assert clean_name("房" * 200 + " " * 50) == "房" * 200
    for bad in ("房" * 201, "", " ", "\u3000"):
        with pytest.raises(ValueError, match=r"longer|empty"):
            clean_name(bad)


@given(st.text(max_size=8))
def test_a_clean_name_stays_as_it_is(text: str) -> None:
    """Cleaned twice it is the same, composed, and without blanks around it."""
    try:
        name = clean_name(text)
    except ValueError:
        return
    assert clean_name(name) == name == name.strip() == unicodedata.normalize("NFC", name)


def test_prose_keeps_its_lines_and_nothing_else_that_is_no_text() -> None:
    """Tabs and new lines may stay within; marks of direction may not."""
    assert clean_prose(" 一\n\t二\r\n三 \n", 20) == "一\n\t二\r\n三"
    for bad in ("一\u202e二", "一\u200b二", "一\u0000二", "一\uffff二", "一\ue000二"):
        with pytest.raises(ValueError, match="is not allowed"):
            clean_prose(bad, 20)
    with pytest.raises(ValueError, match="longer than 20"):
        clean_prose("一" * 21, 20)


def test_a_line_may_choose_the_form_of_a_letter() -> None:
    """A person's name is no key: its variants of characters are its own."""
    assert clean_line(" 葛\U000e0100 ") == "葛\U000e0100"
    with pytest.raises(ValueError, match=r"U\+000A"):
        clean_line("一\n二")


NAMED = {
    Reported.CASE_ACCEPTED: ("item", "department", "region"),
    Reported.STAGE_ENTERED: ("stage", "department", "post"),
}


@pytest.mark.parametrize(("kind", "names"), NAMED.items())
def test_every_name_of_an_event_is_cleaned(kind: Reported, names: tuple[str, ...]) -> None:
    """So that the same event in another spelling is the same event."""
    given = dict.fromkeys(names, "a")
    for name in names:
        assert payload.read_data(kind, {**given, name: " e\u0301 "})[name] == "\u00e9"
        with pytest.raises(Rejected) as caught:
            payload.read_data(kind, {**given, name: "a\u200b"})
        assert caught.value.field == f"data.{name}"


def test_a_part_is_named_as_all_are() -> None:
    """Two that look the same are one, and refused; forty characters are its most."""
    parts = [{"department": "水务局"}, {"department": "水务局 "}]
    with pytest.raises(Rejected, match="two parts of the same department"):
        payload.read_data(Reported.CASE_ACCEPTED, {**OPENING, "parts": parts})
    for name in ("department", "stage", "after"):
        part = {"department": "a", name: "房" * 40}
        assert payload.read_data(Reported.CASE_ACCEPTED, {**OPENING, "parts": [part]})
        with pytest.raises(Rejected) as caught:
            payload.read_data(
                Reported.CASE_ACCEPTED, {**OPENING, "parts": [{**part, name: "房" * 41}]}
            )
        assert caught.value.field == f"data.parts.0.{name}"


@pytest.mark.parametrize(
    "procedure", [" hearing", "hearing\n", "hearing\u200b", "Hearing", "听证", "a" * 65]
)
def test_a_procedure_is_a_code(procedure: str) -> None:
    """Of small letters: there is nothing to trim."""
    with pytest.raises(Rejected) as caught:
        payload.read_data(Reported.CASE_SUSPENDED, {"procedure": procedure})
    assert caught.value.field == "data.procedure"


@pytest.mark.parametrize(
    ("unit", "most"), [("wd", 2610), ("d", 3660), ("wh", 20_880), ("h", 87_840), ("mo", 120)]
)
@pytest.mark.parametrize(
    ("kind", "field", "more"),
    [
        (Reported.CASE_ACCEPTED, "promise", OPENING),
        (Reported.CASE_ACCEPTED, "statutory", OPENING),
        (Reported.CASE_ACCEPTED, "gap_limit", OPENING),
        (Reported.STAGE_ENTERED, "limit", {"stage": "a"}),
        (Reported.CASE_SUSPENDED, "approved", {"procedure": "hearing"}),
        (Reported.CASE_EXTENDED, "by", {}),
    ],
)
def test_an_amount_is_from_1_to_ten_years_of_its_unit(
    unit: str, most: int, kind: Reported, field: str, more: dict[str, str]
) -> None:
    """In every field that has one."""
    for amount in (1, most):
        said = {"amount": amount, "unit": unit}
        assert payload.read_data(kind, {**more, field: said})[field] == said
    for amount in (-1, 0, most + 1, 10_000_000):
        with pytest.raises(Rejected) as caught:
            payload.read_data(kind, {**more, field: {"amount": amount, "unit": unit}})
        assert (caught.value.status, caught.value.field) == (422, f"data.{field}.amount")


def test_the_schema_says_the_longest_amount_of_each_unit() -> None:
    """As the OpenAPI document shows it."""
    said = {
        one["properties"]["unit"]["const"]: one["properties"]["amount"]["maximum"]
        for one in SCHEMAS["Amount"]["anyOf"]
    }
    assert said == TEN_YEARS
    item = SCHEMAS["OpeningData"]["properties"]["item"]
    assert (item["minLength"], item["maxLength"]) == (1, 200)
