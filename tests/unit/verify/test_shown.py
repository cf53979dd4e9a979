"""What may differ between what is shown and what the leaves say, and what may not."""

import pytest

from infra.verify.shown.alike import Differing, TokenNames, differing, in_words
from infra.verify.shown.published import ReadingTime, Window

ROW = {"at": "2026-11-09T09:30:00.000Z", "stands": True, "n": 1, "who": "~abcdefghijkl", "x": None}
HOURS = [f"2026-11-09T0{hour}:00:00.000Z" for hour in range(10)]


def wrong(shown: dict[str, object], *, is_whole: bool = True) -> list[str]:
    """The fields of ROW that are shown otherwise."""
    return [each.field for each in differing(ROW, shown, TokenNames(), is_whole=is_whole)]


@pytest.mark.parametrize(
    ("shown", "fields"),
    [
        ({"at": "2026-11-09T17:30:00.000+08:00"}, []),
        ({"at": "2026-11-09T17:30:00.001+08:00"}, ["at"]),
        ({"at": "2026-11-09T17:30:00"}, ["at"]),
        ({"who": "住房局"}, []),
        ({"who": ""}, ["who"]),
        ({"stands": 1}, ["stands"]),
        ({"n": True}, ["n"]),
        ({"n": "1"}, ["n"]),
        ({"x": ""}, ["x"]),
        ({"more": "1"}, ["more"]),
        ({"more": None}, []),
    ],
)
def test_only_offsets_and_names_for_tokens_may_differ(
    shown: dict[str, object], fields: list[str]
) -> None:
    """Neither a type, nor an empty text for nothing, nor a field too many."""
    assert wrong({**ROW, **shown}) == fields


def test_a_field_that_is_not_there_has_no_value() -> None:
    """And what one does not know of may stand beside, where that is allowed."""
    assert wrong({name: value for name, value in ROW.items() if name != "x"}) == []
    assert wrong({name: value for name, value in ROW.items() if name != "n"}) == ["n"]
    assert wrong({**ROW, "more": 1}, is_whole=False) == []


def test_a_token_within_a_text_stands_for_one_name_and_a_name_for_one_token() -> None:
    """Both ways, through all that is compared."""
    names = TokenNames()
    told = "移交~abcdefghijkl办理"
    assert names.fit(told, "移交住房局办理")
    assert names.shown_as("~abcdefghijkl") == "住房局"
    assert names.fit("~abcdefghijkl", "~abcdefghijkl"), "not known yet, where that was shown"
    assert not names.fit("~abcdefghijkl", "水务局")
    assert not names.fit("~bbbbbbbbbbbb", "住房局")
    assert not names.fit(told, "移送住房局办理")


def test_lists_are_compared_part_by_part_and_a_finding_names_a_few() -> None:
    """A list of another length is one difference."""
    rows = [{"level": "red"}, {"level": "yellow"}]
    found = [*differing({"rows": rows}, {"rows": [rows[0], {"level": "red"}]}, TokenNames())]
    assert found == [Differing("rows[1].level", "red", "yellow")]
    assert in_words(found) == (
        "rows[1].level：'red'，应为 'yellow'",
        "rows[1].level: 'red', not 'yellow'",
    )
    (whole,) = differing({"rows": rows}, {"rows": rows[:1]}, TokenNames())
    assert whole.field == "rows"
    assert len(in_words([whole] * 9)[1].split(";")) == 4


def follow(through: int, *changes: int) -> list[int]:
    """What may be shown after entries an hour apart, of which some change a number to their own."""
    reading, window = ReadingTime(through), Window(-1)
    for index, recorded in enumerate(HOURS):
        reading.pass_entry(index, recorded)
        if index in changes:
            window.add(index, reading)
    window.settle(reading)
    return window.states


def test_what_is_settled_must_be_shown_and_what_came_since_may_be() -> None:
    """The last counted entry is as new as the reading; what is not counted may be there too."""
    assert follow(10, 3, 5) == [5]
    assert follow(10, 3, 9) == [3, 9], "it came in the last ten minutes"
    assert follow(5, 3, 7) == [3, 7], "not counted by the board's own word"
    assert follow(0, 3) == [-1, 3], "nothing was counted"


def test_an_entry_that_was_recorded_long_ago_and_came_late_is_as_new_as_it_came() -> None:
    """An event that was received in an outage is in the log hours later."""
    reading, window = ReadingTime(3), Window("none")
    for index, recorded in enumerate([HOURS[1], HOURS[9], HOURS[2]]):
        reading.pass_entry(index, recorded)
    window.add("late", reading)
    assert window.states == ["none", "late"]
