"""What of a score is measured: what law knows, or that very place, and where something shows it."""

import pytest

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.department.ledger import LedgerEntry, ledger
from chalicelib.department.scores.score import left_out, measured, taking
from chalicelib.policy.profile import read_profile
from chalicelib.policy.shipped import list_profiles, load_profile
from tests.unit.department_year import card, climbed, revoked, warning, year
from tests.unit.policy_file import STATUTORY
from tests.unit.told import PROFILE

FEES = ("openness", "procedure", "time", "fees")


def entries(*told: Fact) -> tuple[LedgerEntry, ...]:
    """The ledger of a department's year after all of *told*."""
    return ledger(CaseHistory(year(*told, profile=PROFILE)))


def sections(*told: Fact, region: str = "370102", text: str = STATUTORY) -> tuple[str, ...]:
    """The sections that are measured after all of *told*."""
    scheme = measured(read_profile(text, "x"), region, entries(*told))
    return tuple(section.id for section in scheme.sections)


def test_what_no_row_judges_or_nobody_found_is_not_measured() -> None:
    """Ratings have no source; attitude and integrity rest on a level of ours."""
    assert sections() == FEES
    assert measured(PROFILE, "370102", ()).full == 46


def test_what_only_people_find_is_measured_once_somebody_found_it() -> None:
    """V-31, V-33: from the first card in the year on, of whatever month and fate."""
    found = card("c_a.3", "2025-03-03", "red", rule="V-33")
    assert sections(found) == (*FEES, "liability")
    assert sections(found, revoked("c_a.3", "2025-03-04")) == (*FEES, "liability")
    other = card("c_a.3", "2025-03-03", "yellow", rule="V-32")
    assert sections(other) == FEES, "the level of V-32 is a proposal of ours"


def test_a_row_on_law_makes_its_section_measured() -> None:
    """V-32 on the law alone; the ladder's step on a document of that very place."""
    by_law = STATUTORY.replace(
        '{ law = "公职人员政务处分法#38" }, { proposed = "牌种" }',
        '{ law = "公职人员政务处分法#38" }',
    )
    found = card("c_a.3", "2025-03-03", "yellow", rule="V-32")
    assert sections(text=by_law) == FEES
    assert sections(found, text=by_law) == (*FEES, "attitude", "integrity")
    own = 'basis = [{ local = "安阳市政务服务条例#56(1)" }]'
    step = STATUTORY[STATUTORY.index("[ladder.yellow]") : STATUTORY.index("[ladder.red]")]
    local = STATUTORY.replace(step, step[: step.index("basis = ")] + own + "\n\n")
    assert sections(text=local, region="410502") == (*FEES, "supervision")
    assert sections(text=local, region="370102") == FEES


@pytest.mark.parametrize("name", list_profiles())
def test_no_shipped_profile_gives_points_for_ratings(name: str) -> None:
    """Nothing tells them."""
    scheme = measured(load_profile(name), "370102", ())
    assert "rating" not in {section.id for section in scheme.sections}
    assert 0 < scheme.full < load_profile(name).scoring.full


def test_only_what_rests_on_law_takes_points() -> None:
    """A stage's limit, a second notice and silence do not; nor do reminders, which are no cards."""
    told = entries(
        card("c_a.3", "2025-03-03", clock="promise"),
        card("c_b.3", "2025-03-04", rule="V-05", clock="stage"),
        card("c_c.3", "2025-03-05", rule="V-17"),
        climbed("c_a.3", "2025-03-10"),
        warning("c_d.2", "2025-03-11", clock="promise"),
        card("c_e.3", "2025-03-12", clock="promise"),
        revoked("c_e.3", "2025-03-13"),
    )
    assert [(one.card, one.level) for one in taking(told, PROFILE) if one.state == "counts"] == [
        ("c_a.3", "yellow")
    ]
    assert [(one.card, one.level) for one in left_out(told, PROFILE)] == [
        ("c_b.3", "yellow"),
        ("c_c.3", "yellow"),
        ("c_a.3", "red"),
        ("c_e.3", "yellow"),
    ]
