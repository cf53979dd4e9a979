"""Whose a case is, in the log: what the doors record is sound, and each way to steer is found."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.asker import Asker, data
from tests.support.replayed import Leaf, PublicWorld, found, public_world
from tests.support.rewritten import leaves

__all__ = ["leaves"]  # the fixture

REASON = {"reason": "不属于本部门职权"}
CASE = "/v1/cases/hall%3A1"


@pytest.fixture(scope="module")
def county() -> Iterator[PublicWorld]:
    """Give a county in which a case was mended, and handed on with the consent of its receiver."""
    with public_world("2026-11-02T09:00:00") as made:
        ask = Asker(made.services)
        made.accept("2026-11-02T09:00:00", promise="5wd")
        made.until("2026-11-03T09:00:00", minutes=12 * 60)
        body = {"department": "Roads", **REASON}
        data(ask("POST", f"{CASE}/reassign", "inspector", body), 202)
        for number, (act, who) in enumerate([("decline", "Water"), ("agree", "inspector")]):
            day = f"2026-11-{4 + number:02}T10:00:00"
            made.until(day, minutes=12 * 60)
            made.report("case.transferred", day, department="Water")
            made.tick()
            n = made.facts()[-1].n
            made.wall.forward(minutes=10)
            data(ask("POST", f"{CASE}/transfers/{n}/{act}", who, REASON), 202)
            made.tick()
        made.until("2026-11-12T09:00:00", minutes=12 * 60)
        made.close()
        yield made


def the(leaves: list[Leaf], kind: str) -> Leaf:
    """The only leaf of a kind."""
    (leaf,) = [each for each in leaves if each["k"] == kind]
    return leaf


def test_an_honest_log_is_sound(county: PublicWorld, leaves: list[Leaf]) -> None:
    """The promise's card is the owner's, as it was mended."""
    assert found(county) == []
    cards = [leaf for leaf in leaves if leaf["k"] == "card.issued" and leaf.get("told") is not True]
    assert {card["data"]["department"] for card in cards if "department" in card["data"]} == {
        "Roads"
    }


@pytest.mark.parametrize(
    ("kind", "change", "why"),
    [
        ("transfer.agreed", {"role": "operator"}, "not for this role: operator"),
        ("transfer.declined", {"role": "source"}, "not for this role: source"),
        ("case.reassigned", {"role": "department"}, "not for this role: department"),
        ("transfer.agreed", {"transfer": 0}, "about no transfer that was on record"),
        ("transfer.agreed", {"transfer": 99}, "about no transfer that was on record"),
        ("transfer.declined", {"transfer": -1}, "about no transfer that was on record"),
    ],
)
def test_an_act_that_was_nobody_s_to_take(
    county: PublicWorld, leaves: list[Leaf], kind: str, change: dict[str, Any], why: str
) -> None:
    """By another role, or in answer to nothing."""
    act = the(leaves, kind)
    act["data"] = {**act["data"], **change}
    assert any(why in issue for issue in found(county, leaves))


@pytest.mark.parametrize("kind", ["transfer.agreed", "transfer.declined", "case.reassigned"])
def test_an_act_at_another_time_or_of_a_source(
    county: PublicWorld, leaves: list[Leaf], kind: str
) -> None:
    """The time of an act is that of its record, and no source acts for a person."""
    act = the(leaves, kind)
    earlier = {**act, "at": "2026-11-02T02:00:00.000Z"}
    told = {**act, "key": "e_" + "a" * 26, "src": "hall"}
    for forged, why in ((earlier, "claims another time"), (told, "is not for this source")):
        changed = [forged if leaf is act else leaf for leaf in leaves]
        assert any(why in issue for issue in found(county, changed)), why
