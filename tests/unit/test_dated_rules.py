"""A case is judged by the rules of the day on which it was accepted (DOMAIN §1.8, CLAIMS §9)."""

from datetime import datetime
from functools import partial

import pytest

from chalicelib.calendar.overlay import overlay_calendar
from chalicelib.calendar.workdays import Calendar
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.errors import BadInput
from chalicelib.permit.clocks.binding import Listed, bind_terms
from chalicelib.permit.decide import decide, evaluate
from chalicelib.permit.simulate import simulate
from chalicelib.policy.catalogue import read_catalogue
from chalicelib.policy.dated_profile import read_dated_profile
from chalicelib.policy.sources import NO_SOURCES
from tests.support.spring_festival import EXTENDED
from tests.unit.dated import (
    LATER_YELLOW,
    RUNNING_YELLOW,
    profile_with,
    rules_of_days,
    text_with,
)
from tests.unit.told import (
    CALENDAR,
    PROFILE,
    RULES,
    accepted,
    accepted_claim,
    at,
    clock,
    decided,
    delivering,
    numbered,
    reported,
)

STATUTORY_LIMITS = """
[[clocks.statutory]]
limit = "10wd"
basis = [{ law = "行政许可法#42.1" }]

[[clocks.statutory]]
limit = "6wd"
effective = "2026-07-01"
basis = [{ law = "行政许可法#42.1" }]
"""
ACCEPTANCE_LIMITS = STATUTORY_LIMITS.replace("clocks.statutory", "clocks.acceptance").replace(
    "10wd", "5wd"
)
CATALOGUE = "item,name,department,kind,promise,statutory,basis\nX-01,n,Housing,promise,{},20wd,l\n"


def yellows(facts: list[Fact], rules: Rules, until: str) -> list[str]:
    """When the promise was found broken."""
    issued = simulate(facts, rules, at(until))
    return [clock(f.at) for f in issued if f.text("rule") == "V-02" and f.kind == "card.issued"]


def due_of(facts: list[Fact], rules: Rules, name: str) -> str:
    """When a clock of the case runs out."""
    dues = decide(CaseHistory(numbered(facts)), rules, facts[-1].at).dues
    return clock(dues[name].at)


def listed(promise: str) -> Listed:
    """The catalogue's entry with this promise."""
    (entry,) = read_catalogue(CATALOGUE.format(promise).encode(), "items.csv")
    return Listed(entry, promise)


@pytest.mark.parametrize(
    ("day", "promise", "due"),
    [("2026-06-30", "10wd", "2026-07-14T17:30"), ("2026-07-01", "6wd", "2026-07-09T17:30")],
)
def test_t_36_a_promise_is_that_of_the_catalogue_of_the_day(
    day: str, promise: str, due: str
) -> None:
    """10 → 6 working days from 1 July: the later case is due first."""
    start = at(f"{day}T10:00")
    told = {"item": "X-01", "department": "Housing", "region": "370102"}
    terms = bind_terms(told, start, listed(promise), RULES)
    case = [reported("case.accepted", start, **told, terms=terms.written())]
    assert due_of(case, RULES, "promise") == due


@pytest.mark.parametrize(
    ("day", "due"), [("2026-06-30", "2026-07-14T17:30"), ("2026-07-01", "2026-07-09T17:30")]
)
def test_t_36_a_limit_of_the_profile_is_that_of_the_day(day: str, due: str) -> None:
    """The same with two rows of one limit, side by side."""
    rules = rules_of_days(profile_with(clocks_statutory=STATUTORY_LIMITS))
    start = at(f"{day}T10:00")
    terms = bind_terms({"item": "X-01"}, start, Listed(), rules.at(start))
    told = {"item": "X-01", "department": "Housing", "region": "370102"}
    case = [reported("case.accepted", start, **told, terms=terms.written())]
    assert due_of(case, rules, "statutory") == due


def test_a_case_keeps_the_threshold_of_its_day() -> None:
    """Accepted on the last day of June, and on the first of July, by local days."""
    rules = rules_of_days(profile_with(LATER_YELLOW))
    found = partial(yellows, rules=rules, until="2026-09-01")
    # 30 June + 5wd: 7 July; 1 July + 5wd + 2wd: 8, 9, 10 July
    assert found([accepted("2026-06-30T23:59", "5wd")]) == ["2026-07-07T17:30"]
    assert found([accepted("2026-07-01T00:01", "5wd")]) == ["2026-07-10T17:30"]


def test_a_running_row_binds_from_its_day_on() -> None:
    """What was crossed before stays; what is crossed after is found by the new row."""
    rules = rules_of_days(profile_with(RUNNING_YELLOW))
    found = partial(yellows, rules=rules, until="2026-09-01")
    assert found([accepted("2026-06-22T10:00", "5wd")]) == ["2026-06-29T17:30"]
    # 29 June + 5wd: 6 July, and two more
    assert found([accepted("2026-06-29T10:00", "5wd")]) == ["2026-07-08T17:30"]


def test_what_a_running_row_puts_before_its_day_is_found_on_its_day() -> None:
    """At the close of the first working day; a case that is closed by then is not looked at."""
    stricter = RUNNING_YELLOW.replace('over = "2wd"', 'over = "0wd"')
    rules = rules_of_days(profile_with(LATER_YELLOW.replace("2026-07-01", "2020-01-01"), stricter))
    found = partial(yellows, rules=rules, until="2026-09-01")
    case = accepted("2026-06-23T10:00", "5wd")  # over on 30 June; by the old row two days later
    assert found([case]) == ["2026-07-01T17:30"]
    assert found([case, decided("2026-07-01T10:00")]) == []


def test_a_case_is_woken_when_a_rule_begins_to_bind_it() -> None:
    """Not before it is known, and once."""
    rules = rules_of_days(profile_with(RUNNING_YELLOW))
    case = CaseHistory(numbered([accepted("2026-06-22T10:00", "40wd")]))
    wake = decide(case, rules, at("2026-06-22T10:00")).wake_at
    assert wake is not None
    assert clock(wake) == "2026-07-01T00:00"
    again = decide(case, rules, wake).wake_at
    assert again is not None
    assert again > at("2026-07-01T00:00")


def test_a_profile_that_comes_into_force_leaves_open_cases_alone() -> None:
    """Another text, without any dates: what it says holds for what is accepted from then on."""
    stricter = profile_with(LATER_YELLOW.replace("2026-07-01", "2020-01-01"))
    rules = rules_of_days(profile_with(), ("2026-06-30T12:00", stricter))
    found = partial(yellows, rules=rules, until="2026-09-01")
    assert found([accepted("2026-06-30T11:59", "5wd")]) == ["2026-07-07T17:30"]
    assert found([accepted("2026-06-30T12:00", "5wd")]) == ["2026-07-09T17:30"]


def test_a_running_row_of_a_later_text_binds_the_cases_of_the_earlier() -> None:
    """But from no earlier day than that on which the text came into force."""
    later = profile_with(RUNNING_YELLOW.replace("2026-07-01", "2026-01-01"))
    rules = rules_of_days(profile_with(), ("2026-07-01T12:00", later))
    assert yellows([accepted("2026-06-29T10:00", "5wd")], rules, "2026-09-01") == [
        "2026-07-08T17:30"
    ]
    assert yellows([accepted("2026-06-22T10:00", "5wd")], rules, "2026-09-01") == [
        "2026-06-29T17:30"
    ]


def test_a_text_that_is_replaced_before_it_begins_binds_nobody() -> None:
    """Its running rows neither: whoever imported them by mistake imports the right text again."""
    wrong, plain = profile_with(RUNNING_YELLOW), profile_with()
    begins = ("2026-07-01T00:00", wrong)
    found = partial(yellows, [accepted("2026-06-15T10:00", "15wd")], until="2026-09-01")
    at_first = found(rules=rules_of_days(plain))
    assert found(rules=rules_of_days(plain, begins, ("2026-06-20T12:00", plain))) == at_first
    assert found(rules=rules_of_days(plain, begins, ("2026-07-01T00:00", plain))) == at_first
    assert found(rules=rules_of_days(plain, begins, ("2026-07-01T00:01", plain))) > at_first


def test_before_the_acceptance_the_day_of_receipt_counts() -> None:
    """And goes on to count for what is judged before it, whenever the acceptance comes."""
    rules = rules_of_days(profile_with(LATER_YELLOW, clocks_acceptance=ACCEPTANCE_LIMITS))
    told = {"item": "X-01", "department": "Housing", "region": "370102"}
    received = reported("case.received", "2026-06-30T10:00", **told)
    case = [received, accepted("2026-07-06T10:00", "5wd")]
    for facts in (case[:1], case):
        limits = evaluate(CaseHistory(numbered(facts)), rules).limits
        (state,) = [s for s in limits.clock_states if s.clock.name == "acceptance"]
        assert state.due is not None
        assert clock(state.due.at) == "2026-07-07T17:30"  # five days, not six
    assert yellows(case, rules, "2026-09-01") == ["2026-07-15T17:30"]  # 13 July, and two more


def test_silence_accepts_by_the_rules_of_the_day_of_receipt() -> None:
    """The acceptance counts from then, so its rules do (行政许可法 32)."""
    rules = rules_of_days(profile_with(LATER_YELLOW))
    told = {"item": "X-01", "department": "Housing", "region": "370102"}
    terms = {"terms": {"promise": "10wd"}}
    case = [reported("case.received", "2026-06-30T10:00", **told, **terms)]
    assert yellows(case, rules, "2026-09-01") == ["2026-07-14T17:30"]  # and not two days later


def test_a_time_that_is_told_late_does_not_choose_milder_rules() -> None:
    """Accepted, as is claimed, before the rules became stricter: the claim waits for a person."""
    mild, strict = (
        LATER_YELLOW.replace("2026-07-01", "2020-01-01"),
        LATER_YELLOW.replace('over = "2wd"', 'over = "0wd"'),
    )
    rules = rules_of_days(profile_with(mild, strict), sources=delivering("10m"))
    late = accepted("2026-06-30T23:00", "5wd", source="hall", recorded="2026-07-01T09:00")
    assert yellows([late], rules, "2026-09-01") == ["2026-07-08T17:30"]
    granted = [late, accepted_claim(0, "2026-07-02T10:00")]
    assert yellows(granted, rules, "2026-09-01") == ["2026-07-09T17:30"]


def test_a_card_names_the_text_and_the_day_of_its_rules() -> None:
    """So that anybody finds the row that it rests on."""
    profile = profile_with(LATER_YELLOW)
    rules = rules_of_days(profile)
    for day, dated in (("2026-06-30", ""), ("2026-07-01", "/2026-07-01")):
        issued = simulate([accepted(day, "5wd")], rules, at("2026-09-01"))
        named = {fact.text("policy") for fact in issued if not fact.told}
        assert named == {f"statutory@{profile.version}{dated}"}


def test_rules_of_later_days_do_not_rename_those_of_a_case() -> None:
    """So a snapshot that was judged before they were loaded need not be judged again."""
    before = rules_of_days(profile_with())
    after = rules_of_days(profile_with(), ("2026-07-01T00:00", profile_with(LATER_YELLOW)))
    case = CaseHistory(numbered([accepted("2026-06-01", "5wd")]))
    now = at("2026-06-02")
    one, other = (decide(case, rules, now) for rules in (before, after))
    assert one == other
    assert one.judged_by in after.names


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (LATER_YELLOW.replace("2026-07-01", "next year"), "effective 要写成日期"),
        (LATER_YELLOW.replace('effective = "2026-07-01"', 'applies_to = "running"'), "一起写"),
        (RUNNING_YELLOW.replace("running", "always"), "applies_to 只能是"),
        (RUNNING_YELLOW.replace("running", "acts_from"), "acts_from 还不能用"),
        (RUNNING_YELLOW.replace('law = "优化营商环境条例#36.2"', 'proposed = "x"'), "写明依据"),
    ],
)
def test_a_date_that_says_nothing_is_refused(row: str, reason: str) -> None:
    """At reading, with the entry."""
    with pytest.raises(BadInput, match=reason):
        profile_with(row)


def test_a_limit_that_a_case_has_for_life_cannot_run() -> None:
    """It was bound at the acceptance."""
    running = STATUTORY_LIMITS.replace('"2026-07-01"', '"2026-07-01"\napplies_to = "running"')
    with pytest.raises(BadInput, match="不能写 running"):
        profile_with(clocks_statutory=running)


def test_what_is_not_whole_on_some_day_is_refused() -> None:
    """The day is named."""
    repealed = '\n[[extension]]\neffective = "2027-01-01"\nrepealed = true\n'
    text = text_with().replace("\n[extension]\n", "\n[[extension]]\n") + repealed
    with pytest.raises(BadInput, match="2027-01-01 起"):
        read_dated_profile(text, "mine.toml")


def test_an_instant_has_one_profile() -> None:
    """By the local day of the profile's zone."""
    rules = rules_of_days(profile_with(LATER_YELLOW))

    def over(instant: datetime) -> str:
        rows = rules.at(instant).profile.thresholds["promise"]
        (row,) = [row for row in rows if row.rule == "V-02"]
        return str(row.over)

    assert over(at("2026-06-30T23:59")) == "0wd"
    assert over(at("2026-07-01T00:00")) == "2wd"


def test_t_37_a_notice_of_holidays_holds_for_what_is_open() -> None:
    """It is no new rule: the card of 1 February falls in the re-check."""
    timeline = rules_of_days(profile_with(LATER_YELLOW)).timeline
    before, after = (
        Rules(PROFILE, calendar, NO_SOURCES, timeline)
        for calendar in (
            Calendar("CN", CALENDAR.years.values()),
            overlay_calendar(Calendar("CN", CALENDAR.years.values()), [EXTENDED], ""),
        )
    )
    facts = simulate([accepted("2020-01-20T10:00", "5wd")], before, at("2020-02-02T09:00"))
    (card,) = [fact for fact in facts if fact.text("rule") == "V-02" and fact.kind == "card.issued"]
    assert clock(card.at) == "2020-02-01T17:30"
    decision = decide(CaseHistory(facts), after, at("2020-02-02T10:00"))
    lost = [fact for fact in decision.append if fact.data.get("card") == card.n]
    assert [(fact.text("verdict"), fact.text("reason")) for fact in lost] == [("lost", "calendar")]
    assert clock(decision.dues["promise"].at) == "2020-02-04T17:30"
