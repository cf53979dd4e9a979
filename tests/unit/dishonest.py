"""A dishonest source, as properties try it: any news of its case, of any time, told whenever.

What it cannot shape is when its news is received.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.policy.limit import Limit
from tests.unit.claims.hall import by_hall
from tests.unit.told import (
    RULES,
    accepted,
    at,
    corrected,
    delivering,
    extended,
    reported,
    resumed,
    suspended,
)

START = at("2025-04-14T10:00")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WHERE = {"item": "X-01", "department": "Housing", "region": "370102"}
ENDS = ("decided", "withdrawn", "cancelled", "returned", "forwarded", "acceptance.withdrawn")
PARTS = [
    {"department": "Planning", "stage": "plan", "limit": Limit(2, "wd").written()},
    {"department": "Fire", "stage": "fire", "after": "plan"},
]
RULES_OF = {name: replace(RULES, sources=delivering(name)) for name in ("0s", "10m", "24h", "1wd")}


class Story(Struct, frozen=True, dict=True):
    """What is *told* of a case, in the order of receipt, by a source with a *delivery* time."""

    told: Sequence[Fact]
    delivery: str

    @property
    def rules(self) -> Rules:
        """The rules with the source of that delivery time."""
        return RULES_OF[self.delivery]

    @property
    def end(self) -> datetime:
        """Long after everything."""
        return max(max(fact.recorded_at, fact.at) for fact in self.told) + 1000 * DAY


@st.composite
def stories(draw: st.DrawFn, *, ended: bool = True) -> Story:
    """A case of any news; one that is not *ended* has no event that would close it."""
    count = draw(st.integers(1, 8))
    batches = draw(st.lists(st.integers(0, 40 * 24), min_size=2, max_size=2))
    told = [_acceptance(draw, "hall/0")]
    told += [_news(draw, f"hall/{n}", count, ended=ended) for n in range(1, count + 1)]
    received = [by_hall(fact, _receipts(draw, fact.at, batches)) for fact in told]
    return Story(
        sorted(received, key=lambda fact: fact.recorded_at), draw(st.sampled_from([*RULES_OF]))
    )


def _receipts(draw: st.DrawFn, occurred: datetime, batches: Sequence[int]) -> datetime:
    """When it is received: at once, about a delivery time later, in a batch, or far too late."""
    match draw(st.sampled_from(["at once", "at once", "soon", "batch", "late"])):
        case "at once":
            return occurred
        case "soon":
            return occurred + draw(st.sampled_from([5, 9, 10, 11])) * MINUTE
        case "batch":
            return max(occurred, START + draw(st.sampled_from(batches)) * 60 * MINUTE)
        case _:
            return occurred + draw(st.integers(0, 60 * 48)) * 30 * MINUTE


# From a week before the acceptance to six weeks after it.
_TIMES = st.integers(-7 * 24, 42 * 24).map(lambda hours: START + hours * 60 * MINUTE)
_ACCEPTED_AT = st.just(START) | _TIMES
_RIGHT = st.none() | _TIMES


def _acceptance(draw: st.DrawFn, key: str) -> Fact:
    promise = draw(st.sampled_from(["1wd", "5wd", "10wd", "5d", "8h"]))
    statutory = draw(st.sampled_from(["", "8wd", "20wd"]))
    kind: dict[str, Any] = draw(
        st.sampled_from([{}, {}, {"kind": "forwarded"}, {"kind": "joint", "parts": PARTS}])
    )
    return accepted(draw(_ACCEPTED_AT), promise, statutory, key=key, **kind)


def _news(draw: st.DrawFn, key: str, count: int, *, ended: bool) -> Fact:
    """Return a piece of news; a correction is of one of *count* others, or of a correction."""
    kinds = [kind for kind in _KINDS if ended or kind != "end"]
    kind, when = draw(st.sampled_from(kinds)), draw(_TIMES)
    if kind == "corrected":
        right = draw(_RIGHT)
        about = f"hall/{draw(st.integers(0, count))}"
        return corrected(when, about, "" if right is None else right, key=key)
    return _MAKERS[kind](draw, key, when)


def _again(draw: st.DrawFn, key: str, _: datetime) -> Fact:
    fact = _acceptance(draw, key)
    return replace(fact, data={**fact.data, "department": "Roads"})


def _suspended(draw: st.DrawFn, key: str, when: datetime) -> Fact:
    name = draw(st.sampled_from(["testing", "hearing", "made_up"]))
    length = draw(st.sampled_from(["", "1wd", "3wd", "90wd"]))
    return suspended(when, name, approved=length, key=key)


def _resumed(draw: st.DrawFn, key: str, when: datetime) -> Fact:
    return resumed(when, draw(st.sampled_from(["testing", "hearing", ""])), key=key)


def _extended(draw: st.DrawFn, key: str, when: datetime) -> Fact:
    role = draw(st.sampled_from(["head_of_authority", "clerk", "nobody_knows"]))
    by = draw(st.sampled_from(["3wd", "10wd", "12mo"]))
    return extended(when, by, approved_by=role, key=key)


def _staged(draw: st.DrawFn, key: str, when: datetime) -> Fact:
    stage = draw(st.sampled_from(["review", "plan", "fire"]))
    if draw(st.booleans()):
        return reported("stage.left", when, stage=stage, key=key)
    limit = Limit(draw(st.sampled_from([1, 3])), "wd").written()
    return reported("stage.entered", when, stage=stage, limit=limit, key=key)


def _filed(draw: st.DrawFn, key: str, when: datetime) -> Fact:
    kind = draw(st.sampled_from(["submitted", "received"]))
    return reported(kind, when, **WHERE, terms={"promise": "10wd"}, key=key)


def _supplement(draw: st.DrawFn, key: str, when: datetime) -> Fact:
    kind = draw(st.sampled_from(["supplement_notified", "supplement_submitted"]))
    return reported(kind, when, unlisted=draw(st.integers(0, 1)), key=key)


def _acted(draw: st.DrawFn, key: str, when: datetime) -> Fact:
    kinds = ["document.delivered", "result.published", "irregularity.found", "delay.explained"]
    return reported(draw(st.sampled_from(kinds)), when, rule="V-32", key=key)


def _ended(draw: st.DrawFn, key: str, when: datetime) -> Fact:
    outcome = draw(st.sampled_from(["granted", "refused"]))
    return reported(draw(st.sampled_from(ENDS)), when, outcome=outcome, key=key)


_MAKERS = {
    "suspended": _suspended,
    "resumed": _resumed,
    "extended": _extended,
    "staged": _staged,
    "again": _again,
    "filed": _filed,
    "supplement": _supplement,
    "acted": _acted,
    "end": _ended,
}
_KINDS = (*_MAKERS, "corrected", "corrected", "suspended", "resumed", "staged", "supplement", "end")
