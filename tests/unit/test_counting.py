"""A local stage can be told to count days as a log that is fed into it does."""

from datetime import time
from zoneinfo import ZoneInfo

import pytest

from chalicelib.errors import BadInput, Rejected
from chalicelib.lambdas.routes import read_clock_request, read_counting
from chalicelib.policy.shipped import load_profile

STATUTORY = load_profile("statutory")
AMSTERDAM = {"zone": "Europe/Amsterdam", "cutoff": "24:00", "rest_day": "keep"}


def test_a_profile_that_counts_otherwise_is_another_policy() -> None:
    """Its version says how it counts, so that no card claims a policy it was not issued under."""
    changed = STATUTORY.counted_as(AMSTERDAM)
    assert changed.zone == ZoneInfo("Europe/Amsterdam")
    assert changed.cutoff == time(23, 59, 59, 999000)
    as_mapped = f"{STATUTORY.version}+as-mapped"
    assert changed.version == f"{as_mapped}+Europe/Amsterdam,23:59:59.999,keep"
    assert STATUTORY.counted_as({}) == STATUTORY
    same = STATUTORY.counted_as({"zone": "Asia/Shanghai", "cutoff": "office"})
    assert same.version == as_mapped


@pytest.mark.parametrize(
    "counting", [{"zone": "Mars"}, {"cutoff": "noon"}, {"rest_day": "later"}, {"colour": "red"}]
)
def test_what_cannot_be_counted_by_is_refused(counting: dict[str, str]) -> None:
    """422 for the one who asks, BadInput inside."""
    with pytest.raises(BadInput):
        STATUTORY.counted_as(counting)
    with pytest.raises(Rejected) as caught:
        read_counting({"counting": {"region": "370102", **counting}}, STATUTORY)
    assert (caught.value.status, caught.value.field) == (422, "counting")


@pytest.mark.parametrize(
    "counting",
    [
        *(None, [], "CN", {"cutoff": 24}, AMSTERDAM),
        *(
            {"region": region}
            for region in ("", "x", "37010", "3701020", "replay-XY", "３７０１０２")
        ),
    ],
)
def test_counting_is_an_object_of_texts(counting: object) -> None:
    """422, as is one whose region is neither a division code nor that of a replayed log."""
    with pytest.raises(Rejected):
        read_counting({"counting": counting}, STATUTORY)


def test_counting_comes_with_the_clock() -> None:
    """It may be sent with the time and the speed, or alone."""
    body = {"speed": 1, "counting": {"region": "370102", **AMSTERDAM}}
    assert read_clock_request(body) == (None, 1)
    assert read_counting(body, STATUTORY) == ("370102", AMSTERDAM)
    assert read_counting({"speed": 1}, STATUTORY) is None
    assert read_clock_request({"counting": {}}) == (None, None)
