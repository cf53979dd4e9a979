"""A department's year, whatever is told in whatever order: what stands is a matter of counting."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cases.fact import Fact
from tests.unit.department_year import card, derived, keys_in_force, rechecked, revoked, year
from tests.unit.told import ZONE

START = datetime(2025, 1, 1, tzinfo=ZONE)
CARDS = st.fixed_dictionaries(
    {
        "day": st.integers(0, 364),
        "level": st.sampled_from(["yellow", "yellow", "red"]),
        "item": st.sampled_from(["X-01", "X-02", ""]),
        "region": st.sampled_from(["370102", "370103"]),
        "end": st.sampled_from(["", "", "lost", "revoked", "back"]),
    }
)


def reports(number: int, one: dict[str, object]) -> list[Fact]:
    """A card and what became of it."""
    name, day = f"c_{number}.3", START + timedelta(days=int(str(one["day"])), hours=17)
    when, later = day.isoformat(), (day + timedelta(days=1)).isoformat()
    told = [card(name, when, str(one["level"]), item=one["item"], region=one["region"])]
    if one["end"] in ("lost", "back"):
        told.append(rechecked(name, later, 4))
    if one["end"] == "back":
        told.append(rechecked(name, later, 5, "stands"))
    if one["end"] == "revoked":
        told.append(revoked(name, later))
    return told


def expected(cards: list[dict[str, object]]) -> set[str]:
    """Counted by hand: two yellows of an item in the year make a red, and more make no other."""
    count = Counter(
        (one["region"], one["item"])
        for one in cards
        if one["level"] == "yellow" and one["end"] in ("", "back") and one["item"]
    )
    return {f"L-02/{region}/{item}/2025/1" for (region, item), many in count.items() if many > 1}


def reds(facts: list[Fact]) -> set[str]:
    """What stands of the reds that yellows led to."""
    return {key for key in keys_in_force(facts) if key.startswith("L-02")}


@given(st.lists(CARDS, max_size=9), st.randoms(use_true_random=False), st.booleans())
def test_what_stands_is_what_was_told(
    cards: list[dict[str, object]],
    random: Random,
    at_once: bool,  # noqa: FBT001 - drawn, not passed
) -> None:
    """In every order, one by one or at once; and nothing is found twice."""
    told = [fact for number, one in enumerate(cards) for fact in reports(number, one)]
    random.shuffle(told)
    facts = year(*told, at_once=at_once)
    assert reds(facts) == expected(cards)
    found = Counter(fact.key for fact in derived(facts))
    assert all(times == 1 for times in found.values())


@given(st.lists(CARDS, max_size=9), st.randoms(use_true_random=False))
def test_supervisions_by_the_quarter(cards: list[dict[str, object]], random: Random) -> None:
    """Of reds alone: one for each quarter that has two reds that count."""
    only = [{**one, "level": "red"} for one in cards]
    told = [fact for number, one in enumerate(only) for fact in reports(number, one)]
    random.shuffle(told)
    count = Counter(
        (one["region"], ((START + timedelta(days=int(str(one["day"])))).month + 2) // 3)
        for one in only
        if one["end"] in ("", "back")
    )
    assert keys_in_force(year(*told)) == {
        f"L-03/{region}//2025-Q{quarter}/1" for (region, quarter), many in count.items() if many > 1
    }


@given(st.lists(CARDS, min_size=1, max_size=8))
def test_one_more_card_takes_nothing_away(cards: list[dict[str, object]]) -> None:
    """What stands without it stands with it."""
    told = [fact for number, one in enumerate(cards) for fact in reports(number, one)]
    extra = card("c_more.3", "2025-08-08", "yellow")
    assert reds(year(*told)) <= reds(year(*told, extra))
