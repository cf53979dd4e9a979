"""Whatever a source tells of limits, no clock of its case runs longer than if it told nothing."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.instant import text
from chalicelib.permit.clocks.binding import Listed, adopt_terms, bind
from chalicelib.policy.catalogue import ITEM_KINDS, CatalogueItem
from chalicelib.policy.limit import UNITS, Limit
from tests.unit.told import RULES, File, at, reported

START = at("2025-01-01")
INSTANTS = st.integers(0, 600 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
LIMITS = st.builds(Limit, st.integers(1, 60), st.sampled_from(UNITS))
KINDS = st.sampled_from(ITEM_KINDS)
TOLD = st.fixed_dictionaries(
    {},
    optional={
        "promise": LIMITS.map(Limit.written),
        "statutory": LIMITS.map(Limit.written),
        "kind": KINDS,
        "due_at": INSTANTS.map(text),
    },
)
WHERE = {"item": "X-01", "department": "Housing", "region": "370102"}


@st.composite
def items(draw: st.DrawFn) -> CatalogueItem | None:
    """Give an item of the catalogue, or none."""
    promise, statutory = draw(st.none() | LIMITS), draw(st.none() | LIMITS)
    if promise is None and statutory is None:
        return None
    return CatalogueItem(
        "X-01", "许可", "Housing", draw(KINDS), promise, statutory, "某法", stages=()
    )


def one_promise(told: dict[str, Any]) -> dict[str, Any]:
    """Drop a due instant beside a promise: the door takes only one of both."""
    return {name: each for name, each in told.items() if name != "due_at" or "promise" not in told}


def dues(item: CatalogueItem | None, start: datetime, **told: Any) -> dict[str, datetime]:
    """When the clocks run out of a case that is *told* so."""
    told = {
        name: value for name, value in told.items() if name != "due_at" or "promise" not in told
    }
    terms, details = bind(WHERE | told, start, Listed(item, "v1"), RULES)
    data: dict[str, Any] = {**WHERE, **told, **details, "terms": terms.written()}
    fact = reported(
        "case.accepted", start, key="hall/1", **{k: data[k] for k in data if k != "kind"}
    )
    decision = File(fact).decide_case(start)
    return {clock: due.last_moment.at for clock, due in decision.dues.items()}


@given(item=items(), start=INSTANTS, told=TOLD)
def test_nothing_that_is_told_makes_a_clock_run_longer(
    item: CatalogueItem | None, start: datetime, told: dict[str, Any]
) -> None:
    """And none that would run is missing."""
    found, untold = dues(item, start, **told), dues(item, start)
    assert untold.keys() <= found.keys()
    assert all(found[clock] <= ends for clock, ends in untold.items())


@given(before=items(), after=items(), start=INSTANTS, days=st.integers(0, 90), told=TOLD)
def test_a_later_catalogue_makes_no_clock_run_longer(
    before: CatalogueItem | None,
    after: CatalogueItem | None,
    start: datetime,
    days: int,
    told: dict[str, Any],
) -> None:
    """Whenever it comes; adopting it again changes nothing more."""
    if after is None:
        return
    told = {
        name: value for name, value in told.items() if name != "due_at" or "promise" not in told
    }
    terms = bind(WHERE | told, start, Listed(before, "v1" if before else ""), RULES).terms
    now = start + timedelta(days=days)
    adopted = adopt_terms(terms, start, Listed(after, "v2"), RULES, now)
    assert adopt_terms(adopted, start, Listed(after, "v2"), RULES, now) == adopted
    assert adopted.statutory is not None
    for limit, was in ((adopted.statutory, terms.statutory), (adopted.promise, terms.promise)):
        if was is not None and limit is not None:
            assert _ends(limit, start) <= _ends(was, start)
    assert (adopted.kind, adopted.stages) == (terms.kind, terms.stages)


def _ends(limit: Limit, start: datetime) -> datetime:
    terms = {"statutory": str(limit)}
    fact = reported("case.accepted", start, key="hall/1", **WHERE, terms=terms)
    return File(fact).decide_case(start).dues["statutory"].last_moment.at
