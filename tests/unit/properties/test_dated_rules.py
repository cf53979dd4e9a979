"""For any two versions of the rules, a case is judged by one of them: that of its day."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.permit.claims.reading import days_of
from chalicelib.permit.decide import decide, evaluate
from chalicelib.policy.dated_profile import DatedProfile, read_dated_profile
from tests.unit.dated import rules_of_days, text_with
from tests.unit.strategies import History, histories
from tests.unit.told import ZONE, numbered

_ROWS = """
[[threshold]]
clock = "promise"
rule = "V-02"
level = "yellow"
over = "{over}wd"
{effective}
basis = [{{ law = "优化营商环境条例#36.2" }}]

[[extension]]
most = "{most}wd"
approved_by = ["head_of_authority"]
{effective}
basis = [{{ law = "行政许可法#42.1" }}]

[extension.joint]
most = "{most}wd"
approved_by = ["head_of_authority"]
basis = [{{ law = "行政许可法#42.2" }}]

[[clocks.acceptance]]
limit = "{receipt}wd"
{effective}
basis = [{{ law = "行政许可法#32.1(4)" }}]
"""


def _base() -> str:
    """The default profile without the rows that the versions have."""
    text = text_with()
    for name in ("[extension]", "[extension.joint]", "[clocks.acceptance]"):
        head, tail = text.split(f"\n{name}", 1)
        text = f"{head}\n[{tail.split(chr(10) + '[', 1)[1]}"
    head, tail = text.split("\n[[threshold]]              # V-02 超过承诺时限", 1)
    return f"{head}\n[{tail.split(chr(10) + '[', 1)[1]}"


BASE = _base()
VERSIONS: st.SearchStrategy[dict[str, int]] = st.builds(
    dict,
    over=st.integers(0, 3),
    most=st.integers(1, 20),
    receipt=st.integers(1, 9),
)


@cache
def _profile(*rows: str) -> DatedProfile:
    return read_dated_profile(BASE + "".join(rows), "mine.toml")


def _rows(version: dict[str, int], since: str = "") -> str:
    effective = f'effective = "{since}"' if since else ""
    return _ROWS.format(**version, effective=effective)


def _judged(facts: Sequence[Fact], rules: Rules, now: datetime) -> tuple[Any, ...]:
    """What follows at an instant, without the name of the text that it follows from."""
    decision = decide(CaseHistory(facts), rules, now)
    named = {"policy": "", "calendar": ""}
    append = [replace(fact, data={**fact.data, **named}) for fact in decision.append]
    return append, replace(decision, append=(), judged_by="")


@pytest.mark.parametrize("as_texts", [True, False])
@given(
    history=histories(),
    before=VERSIONS,
    after=VERSIONS,
    days=st.integers(-30, 30),
    later=st.integers(0, 60),
)
def test_a_case_is_judged_by_the_version_of_its_day_alone(
    history: History,
    before: dict[str, int],
    after: dict[str, int],
    days: int,
    later: int,
    *,
    as_texts: bool,
) -> None:
    """Whatever happens in it, and whenever it is judged; two texts or one with dates."""
    facts = numbered(history.told)
    accepted = next(fact.at for fact in facts if fact.kind == "case.accepted")
    day = (accepted + timedelta(days=days)).astimezone(ZONE).date()
    old, new = rules_of_days(_profile(_rows(before))), rules_of_days(_profile(_rows(after)))
    if as_texts:
        profiles = (_profile(_rows(before)), (f"{day}T00:00", _profile(_rows(after))))
        both = rules_of_days(*profiles)
    else:
        both = rules_of_days(_profile(_rows(before), _rows(after, str(day))))
    now = max(fact.recorded_at for fact in facts) + timedelta(days=later)
    judged = evaluate(CaseHistory(facts), both.as_of(now)).weighing.judged
    instants = days_of(judged.permit, judged.case, both)
    is_after = {instant.astimezone(ZONE).date() >= day for instant in instants}
    assume(len(is_after) == 1)
    alone = new if is_after == {True} else old
    assert _judged(facts, both, now) == _judged(facts, alone, now)


@given(histories(), VERSIONS, VERSIONS, st.integers(1, 400))
def test_a_version_that_begins_later_changes_nothing_now(
    history: History, before: dict[str, int], after: dict[str, int], days: int
) -> None:
    """It is loaded and not applied: not even the wake of a case differs."""
    facts = numbered(history.told)
    now = max(fact.recorded_at for fact in facts)
    day = (now + timedelta(days=days)).astimezone(ZONE).date()
    loaded = rules_of_days(_profile(_rows(before), _rows(after, str(day))))
    alone = rules_of_days(_profile(_rows(before)))
    assert _judged(facts, loaded, now) == _judged(facts, alone, now)


def _crossed(facts: Sequence[Fact], rules: Rules, now: datetime) -> set[tuple[str, str, datetime]]:
    """Rule, level and instant of every card about the promise."""
    findings = evaluate(CaseHistory(facts), rules.as_of(now)).limits.findings
    found = (each for each in findings if each.clock == "promise" and each.level != "warning")
    return {(each.rule, each.level, each.at) for each in found}


@given(histories(), st.integers(0, 3), st.integers(0, 3), st.integers(0, 40))
def test_a_running_row_takes_nothing_back_and_reaches_back_to_nothing(
    history: History, before: int, after: int, days: int
) -> None:
    """Up to its day all is as by the old row alone; from then on as by the new one alone.

    What the new row would put before its day is found at the close of the first working day.
    """
    facts = numbered(history.told)
    accepted = next(fact.at for fact in facts if fact.kind == "case.accepted")
    day = (accepted + timedelta(days=days)).astimezone(ZONE).date()
    row = {"most": 10, "receipt": 5}
    marks = f'effective = "{day}"\napplies_to = "running"'
    running = _ROWS.format(over=after, effective=marks, **row).split("[[extension]]")[0]
    both = rules_of_days(_profile(_rows({"over": before, **row}), running))
    old, new = (rules_of_days(_profile(_rows({"over": n, **row}))) for n in (before, after))
    now, since = accepted + timedelta(days=900), datetime.combine(day, time(), ZONE)
    found, by_old, by_new = (_crossed(facts, rules, now) for rules in (both, old, new))
    assert {each for each in found if each[2] < since} == {e for e in by_old if e[2] < since}
    later = {each for each in found if each[2] >= since} - by_new
    assert all((each[2] - since) < timedelta(days=12) for each in later)
    assert {each[:2] for each in later} <= {each[:2] for each in by_new if each[2] < since}
