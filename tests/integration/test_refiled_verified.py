"""Handed in again, in the log: honest links are sound; a false one, or one left out, is found."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.replayed import Leaf, PublicWorld, found, public_world
from tests.support.rewritten import leaves

__all__ = ["leaves"]  # the fixture

START = "2026-11-02T09:00:00"
END, AGAIN = "2026-11-09T16:59:00", "2026-11-09T17:00:00"
SHOP: dict[str, Any] = {"title": "甲店食品经营许可"}


@pytest.fixture(scope="module")
def county() -> Iterator[PublicWorld]:
    """Give a county in which cases end near their limit, and more are accepted.

    1 is handed in again as 2, and that as 3. 5 told no applicant: 6 to 8 may be it, and 9 too, but
    three are enough. 10 is of another item.
    """
    with public_world(START) as made:
        made.accept(START, "1", **SHOP)
        made.accept(START, "5", item="X-05")
        made.until(END, minutes=24 * 60)
        for case in "15":
            made.report("case.withdrawn", END, case, reason="x")
        made.until(AGAIN)
        made.accept(AGAIN, "2", "30wd", **SHOP)
        made.accept(AGAIN, "10", "30wd", item="X-10", **SHOP)
        made.until("2026-11-10T09:00:00", minutes=60)
        for case in "6789":
            made.accept("2026-11-10T09:00:00", case, "30wd", item="X-05")
            made.tick()
        made.report("case.withdrawn", "2026-11-10T09:00:00", "2", reason="x")
        made.until("2026-11-10T10:00:00", minutes=10)
        made.accept("2026-11-10T10:00:00", "3", "30wd", **SHOP)
        made.until("2026-11-12T09:00:00", minutes=12 * 60)
        made.close()
        yield made


def public(county: PublicWorld, case: str) -> str:
    """The public name of a case."""
    return county.snapshot(case).public_case


def links_of(county: PublicWorld, leaves: list[Leaf], case: str) -> list[Leaf]:
    """The links in a case."""
    name = public(county, case)
    return [leaf for leaf in leaves if leaf["case"] == name and leaf["k"] == "case.refiled"]


def without(leaves: list[Leaf], gone: list[Leaf]) -> list[Leaf]:
    """The log without these leaves, and without what followed them in their cases."""
    at = {leaf["case"]: leaf["n"] for leaf in gone}
    return [leaf for leaf in leaves if leaf["case"] not in at or leaf["n"] < at[leaf["case"]]]


def test_an_honest_log_is_sound(county: PublicWorld, leaves: list[Leaf]) -> None:
    """The second case follows the first; the third both, from the beginning of the first."""
    assert found(county) == []
    links = {case: links_of(county, leaves, case) for case in ("2", "3", "6", "7", "8", "9", "10")}
    assert [len(each) for each in links.values()] == [1, 2, 1, 1, 1, 0, 0]
    assert {link["data"]["time"] for each in links.values() for link in each} == {
        "2026-11-02T01:00:00.000Z"
    }
    assert all(link["data"]["in_doubt"] for case in "678" for link in links[case])


def test_what_was_open_before_the_end_is_not_owed_a_link() -> None:
    """Its acceptance is told an hour after the end, and was before it: no link, and no finding."""
    with public_world(START) as made:
        made.accept(START, "5", item="X-05")
        made.until(END, minutes=24 * 60)
        made.report("case.withdrawn", END, "5", reason="x")
        made.until("2026-11-09T18:00:00", minutes=10)
        made.accept("2026-11-09T16:00:00", "6", "30wd", item="X-05")
        made.until("2026-11-11T09:00:00", minutes=12 * 60)
        made.close()
        assert not any(leaf["k"] == "case.refiled" for leaf in made.leaves())
        assert found(made) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"time": "2026-10-02T01:00:00.000Z"}, "the first acceptance, or its terms, are not those"),
        ({"terms": {"promise": "1wd"}}, "the first acceptance, or its terms, are not those"),
        ({"in_doubt": None}, "it is not said to be in doubt"),
        ({"first": "c_" + "a" * 26}, "it names no earlier case of this log"),
    ],
)
def test_a_link_that_says_otherwise(
    county: PublicWorld, leaves: list[Leaf], change: dict[str, Any], why: str
) -> None:
    """Of when, of how long, of how sure, or of what."""
    (link,) = links_of(county, leaves, "6")
    link["data"] = {name: value for name, value in (link["data"] | change).items() if value}
    assert any(why in issue for issue in found(county, leaves))


def moved(county: PublicWorld, leaves: list[Leaf], case: str, to: str, first: str) -> list[Leaf]:
    """The log with the link of *case* put into the case *to*, as one to *first*."""
    (link,) = links_of(county, leaves, case)
    name = public(county, first)
    false = {
        **link,
        "case": public(county, to),
        "key": f"duban/refiled/{name}",
        "data": {**link["data"], "first": name},
    }
    return [*leaves, false]


@pytest.mark.parametrize(
    ("move", "why"),
    [
        (("2", "10", "1"), "the two are of different items"),
        (("2", "3", "10"), "had not ended near its limit without a decision"),
        (("6", "9", "5"), "more than 3 cases are linked in doubt"),
        (("2", "2", "2"), "it names no earlier case"),
        (("2", "9", "5"), "it is not said to be in doubt"),
    ],
)
def test_a_link_that_was_made_up(
    county: PublicWorld, leaves: list[Leaf], move: tuple[str, str, str], why: str
) -> None:
    """To another item, to what did not end, or to one case too many."""
    assert any(why in issue for issue in found(county, moved(county, leaves, *move)))


def test_a_link_to_what_began_later(county: PublicWorld, leaves: list[Leaf]) -> None:
    """The first case does not follow the second, which ended past the first one's limit."""
    (link,) = links_of(county, leaves, "2")
    second = public(county, "2")
    false = {**link, "case": public(county, "1"), "key": f"duban/refiled/{second}"}
    false["data"] = {**link["data"], "first": second}
    false["rec"] = false["at"] = "2026-11-12T01:00:00.000Z"
    why = "it was not accepted after the case that it names"
    assert any(why in issue for issue in found(county, [*leaves, false]))


def test_a_link_in_doubt_that_was_left_out(county: PublicWorld, leaves: list[Leaf]) -> None:
    """Everybody sees that neither told an applicant, and who ended near the limit."""
    left = without(leaves, links_of(county, leaves, "7"))
    assert any("is not linked in doubt to" in issue for issue in found(county, left))


def test_a_link_by_the_applicant_that_was_left_out_is_not_seen(
    county: PublicWorld, leaves: list[Leaf]
) -> None:
    """That is private; docs/verify.md says so."""
    left = without(leaves, [links_of(county, leaves, "2")[0], links_of(county, leaves, "3")[0]])
    assert not any("case.refiled" in issue or "linked" in issue for issue in found(county, left))


@pytest.mark.parametrize("is_late", [True, False])
def test_a_case_whose_acceptance_was_taken_back_by_contested_news(*, is_late: bool) -> None:
    """It stands until an inspector decides: so the case is linked, and the log is sound."""
    with public_world(START) as made:
        made.accept(START, "1", **SHOP)
        made.until("2026-11-03T09:00:00", minutes=60)
        made.accept("2026-11-03T09:00:00", "2", "1wd", id="again", **SHOP)
        made.until("2026-11-05T09:00:00", minutes=60)
        said = "2026-11-03T10:00:00" if is_late else "2026-11-05T09:00:00"
        made.report("case.corrected", said, "2", event="again", withdrawn=True)
        made.until(END, minutes=24 * 60)
        made.report("case.withdrawn", END, reason="x")
        made.until("2026-11-12T09:00:00", minutes=12 * 60)
        made.close()
        assert links_of(made, made.leaves(), "2")
        assert found(made) == []


def test_no_more_links_are_owed_than_are_made(county: PublicWorld, leaves: list[Leaf]) -> None:
    """Of four that may follow it three are found; so a reader does not judge one case for all."""
    gone = [link for case in "678" for link in links_of(county, leaves, case)]
    wrong = [issue for issue in found(county, without(leaves, gone)) if "not linked in" in issue]
    assert len(wrong) == 3
