"""Whatever a source tells, and whatever an inspector decides, an honest log is sound."""

from datetime import timedelta
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.claimed import HEARING, ClaimedWorld, claimed_world, hall, local, local_text
from tests.support.replayed import found
from tests.support.trials import times

START = "2026-11-02T09:00:00"
BEGAN, END = local(START), local("2026-11-19T09:00:00")
MINUTE = timedelta(minutes=1)
MOST = 14 * 24 * 60  # minutes in which all occurs; a promise of five working days ends in between
DATA: dict[str, dict[str, Any]] = {
    "case.suspended": {**HEARING},
    "case.resumed": {"procedure": "hearing"},
    "case.extended": {"by": {"amount": 5, "unit": "wd"}},
    "case.decided": {"outcome": "granted"},
    "case.corrected": {"withdrawn": True},
}


class Told(NamedTuple):
    """An event of a *kind* that *occurred* so many minutes after the start, told *late* by some."""

    kind: str
    occurred: int
    late: int

    @property
    def told(self) -> int:
        """When it is told."""
        return self.occurred + self.late


EVENTS = st.builds(
    Told,
    st.sampled_from([*DATA]),
    st.integers(0, MOST),
    st.one_of(st.integers(0, 12), st.integers(0, 3000)),
)


def tell(county: ClaimedWorld, told: Told, ids: list[str]) -> None:
    """Tell an event, once its time has come; a correction takes back the one that was told last."""
    county.until(local_text(max(county.wall.at, BEGAN + told.told * MINUTE)), minutes=480)
    data = dict(DATA[told.kind])
    if told.kind == "case.corrected":
        data["event"] = ids[-1]
    ids.append(f"t{len(ids)}")
    county.report(told.kind, local_text(BEGAN + told.occurred * MINUTE), id=ids[-1], **data)
    county.tick()


def decide(county: ClaimedWorld, outcomes: list[str]) -> None:
    """Let an inspector decide what is contested, each claim once; some are left alone."""
    contested = [fact.data["claim"] for fact in county.facts() if fact.kind == "claim.contested"]
    decided = [fact.data["claim"] for fact in county.facts() if "claim." in fact.kind and fact.told]
    for claim, outcome in zip(contested, outcomes, strict=False):
        if outcome and claim not in decided:
            county.decide_claim(outcome, int(str(claim)))


@settings(max_examples=times(6), deadline=None)
@given(
    st.lists(EVENTS, max_size=5),
    st.sampled_from(["0s", "5s", "10m", "24h", "1wd"]),
    st.lists(st.sampled_from(["accepted", "refused", ""]), min_size=6, max_size=6),
)
def test_an_honest_log_is_sound(events: list[Told], delivery: str, outcomes: list[str]) -> None:
    """Nothing is missing, nothing does not follow, nothing was kept back."""
    with claimed_world(START, hall(delivery)) as county:
        where = {"item": "X-01", "department": "Housing", "region": "370102"}
        county.report("case.submitted", START, id="t", **where)
        county.accept(START)
        county.tick()
        ids = ["t"]
        for told in sorted(events, key=lambda each: each.told):
            tell(county, told, ids)
            decide(county, outcomes)
        county.until(local_text(max(county.wall.at, END)), minutes=480)
        decide(county, outcomes)
        county.close()
        assert found(county) == []
