"""What a source leaves out, or says otherwise, never serves it better than telling all of it.

A telling is compared with the fullest lawful one of the same pause and extension: everything given,
by whoever may, for as long as the law allows.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.findings.finding import Finding
from chalicelib.intake.event_types import Derived
from chalicelib.permit.decide import evaluate
from chalicelib.policy.limit import UNITS, Limit
from tests.unit.told import RULES, accepted, at, numbered, reported, resumed

START = at("2025-03-03T10:00")
NOTICE = {"given": ["basis"], "notified_at": "2025-01-01T00:00:00.000Z"}
FULL = {"procedure": "testing", **NOTICE, "approved": Limit(30, "wd").written()}
FULLEST = {"by": Limit(10, "wd").written(), "approved_by": "head_of_authority", **NOTICE}


class Life(NamedTuple):
    """A case, its pause from *begun* for *days* (None: never resumed), its extension *granted*."""

    promise: str
    statutory: str
    begun: datetime
    days: int | None
    granted: datetime


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """The pause and the extension come some time in the first weeks."""
    limits = st.sampled_from(["3wd", "10wd", "20wd", "15d", "1mo", "100h", "40wh"])
    begun = START + timedelta(hours=draw(st.integers(0, 400)))
    days = draw(st.none() | st.integers(0, 80))
    granted = START + timedelta(hours=draw(st.integers(0, 700)))
    return Life(draw(limits), draw(st.just("") | limits), begun, days, granted)


def _limits() -> st.SearchStrategy[dict[str, int | str]]:
    amounts = st.builds(Limit, st.sampled_from([1, 5, 30, 400, 3000]), st.sampled_from(UNITS))
    return amounts.map(Limit.written)


@st.composite
def pauses(draw: st.DrawFn) -> Mapping[str, Any]:
    """Any telling of the pause: fields left out, another length, an unknown procedure."""
    said = {**FULL, "approved": draw(_limits() | st.just(FULL["approved"]))}
    said["procedure"] = draw(st.sampled_from(["testing", "testing", "testing", "lunch"]))
    left_out = draw(st.sets(st.sampled_from(["given", "notified_at", "approved"])))
    return {name: value for name, value in said.items() if name not in left_out}


@st.composite
def extensions(draw: st.DrawFn) -> Mapping[str, Any]:
    """Any telling of the extension: another length, another role or none, untold."""
    roles = ["head_of_authority", "head", "section_head", "nobody_knows", ""]
    said = {**FULLEST, "by": draw(_limits()), "approved_by": draw(st.sampled_from(roles))}
    left_out = draw(st.sets(st.sampled_from(["given", "notified_at", "approved_by"])))
    return {name: value for name, value in said.items() if name not in left_out}


def found(life: Life, pause: Mapping[str, Any], extension: Mapping[str, Any]) -> list[Finding]:
    """What is found in the end if it is told so."""
    told: list[Fact] = [accepted(START, life.promise, life.statutory)]
    told.append(reported("suspended", life.begun, **pause))
    if life.days is not None:
        told.append(resumed(life.begun + timedelta(days=life.days), pause["procedure"]))
    told.append(reported("extended", life.granted, **extension))
    facts = numbered(sorted(told, key=lambda fact: fact.at))
    findings = evaluate(CaseHistory(facts), RULES).limits.findings
    return [finding for finding in findings if finding.clock in ("promise", "statutory")]


def _is_as_early(finding: Finding, others: list[Finding]) -> bool:
    """Return whether another of the same rule and level (a case has one red) is no later."""
    same = (one for one in others if one.level == finding.level)
    if finding.level != "red":
        same = (one for one in same if one.rule == finding.rule)
    return any(one.at <= finding.at for one in same)


@given(lives(), pauses(), extensions())
def test_no_telling_is_better_than_the_fullest(
    life: Life, pause: Mapping[str, Any], extension: Mapping[str, Any]
) -> None:
    """No card is later than with all of it, proposed or automatic."""
    fullest = [one for one in found(life, FULL, FULLEST) if one.level != "warning"]
    variant = [one for one in found(life, pause, extension) if one.level != "warning"]
    # The silence about a yellow counts from where that is certain.
    over = [one for one in fullest if one.ground == one.clock]
    assert [one for one in over if not _is_as_early(one, variant)] == []


@given(lives(), pauses(), extensions())
def test_no_automatic_card_is_later_where_the_pause_was_no_longer_than_the_longest(
    life: Life, pause: Mapping[str, Any], extension: Mapping[str, Any]
) -> None:
    """Forty days are never more than thirty working days: what ends by then is cut by nobody.

    A pause that lasts longer is a proposal, for the longest is a number of the profile (DFT-05).
    """
    lawful = life._replace(days=min(life.days if life.days is not None else 40, 40))
    fullest, variant = found(lawful, FULL, FULLEST), found(lawful, pause, extension)
    automatic = [one for one in variant if one.kind == Derived.CARD_ISSUED]
    issued = [one for one in fullest if one.kind == Derived.CARD_ISSUED]
    assert [one for one in issued if not _is_as_early(one, automatic)] == []


@given(lives(), pauses(), extensions())
def test_nothing_is_issued_that_a_lawful_reading_does_not_break(
    life: Life, pause: Mapping[str, Any], extension: Mapping[str, Any]
) -> None:
    """Told soundly in every field, no card is later than the automatic ones of the telling.

    What is known to be unlawful (an unknown procedure) excludes nothing in any reading.
    """
    if pause["procedure"] != "testing":
        return
    sound = {**FULL, **({"approved": pause["approved"]} if "approved" in pause else {})}
    whole = {**FULLEST, "by": extension["by"]}
    told = found(life, pause, extension)
    automatic = [one for one in told if one.kind == Derived.CARD_ISSUED and one.level != "warning"]
    over = [one for one in automatic if one.ground == one.clock]
    assert [one for one in over if not _is_as_early(one, found(life, sound, whole))] == []
