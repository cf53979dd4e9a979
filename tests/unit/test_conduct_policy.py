"""`[conduct]` of a profile: what it says of each rule, and what is refused with its place."""

from fractions import Fraction
from importlib import resources

import pytest

from chalicelib.errors import BadInput
from chalicelib.policy.conduct import RULES
from chalicelib.policy.profile import read_profile
from chalicelib.policy.shipped import list_profiles, load_profile

STATUTORY = resources.files("chalicelib").joinpath("profiles", "statutory.toml").read_text("utf-8")


def test_the_numbers_of_the_default() -> None:
    """DOMAIN §2.2 and §9b; what they rest on stands beside them."""
    conduct = load_profile("statutory").conduct
    assert tuple(conduct) == RULES
    assert (conduct["V-17"].times, conduct["V-21"].most, conduct["V-30"].officers) == (2, 3, 2)
    assert (conduct["V-18"].most, conduct["V-25"].most) == (0, 0)
    assert conduct["V-22"].share == Fraction(2, 3)
    assert (conduct["V-29"].too_low, conduct["V-29"].all_stages) == (
        ("handler", "clerk", "staff"),
        False,
    )
    assert (conduct["V-21"].per_case, conduct["V-22"].per_case) == (False, False)
    assert conduct["V-28"].explain_within is None  # who does not tell it would always be flagged
    red = {rule for rule, row in conduct.items() if row.level == "red"}
    assert red == {"V-18", "V-19", "V-23", "V-24", "V-26", "V-29", "V-31", "V-33"}


@pytest.mark.parametrize("name", list_profiles())
def test_a_person_confirms_what_is_held_against_somebody(name: str) -> None:
    """DESIGN §5: no conduct card is issued by the machine alone, in none of the profiles."""
    assert not any(row.automatic for row in load_profile(name).conduct.values())


def without(first: str, end: str) -> str:
    """The statutory profile without its lines from *first* up to *end*."""
    before, found, rest = STATUTORY.partition(first)
    _, kept, after = rest.partition(end)
    assert found
    assert kept
    return before + end + after


def test_a_rule_without_a_table_is_not_judged() -> None:
    """So is it where there is no conduct at all."""
    conducts = read_profile(without("[conduct.V-20]", "[conduct.V-21]"), "x").conduct
    assert tuple(sorted({*conducts, "V-20"})) == RULES
    assert read_profile(without("[conduct.V-12]", "[data_quality]"), "x").conduct == {}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[conduct.V-17]", "[conduct.V-27]", "conduct.V-27: no such rule"),
        ("[conduct.V-17]", "[conduct.V-02]", "conduct.V-02: no such rule"),
        ("times = 2 ", "tims = 2 ", "conduct.V-17.tims: this field is not known here"),
        ("times = 2 ", "times = 1 ", "conduct.V-17.times: must not be less than 2"),
        ("times = 2 ", "times = true ", "conduct.V-17.times: must be a whole number"),
        ("most = 3\n", "most = 0\n", "conduct.V-21.most: must not be less than 1"),
        ("most = 3\n", "", "conduct.V-21.most: this field is needed"),
        ("officers = 2", "officers = 1", "conduct.V-30.officers: must not be less than 2"),
        ('share = "2/3"', 'share = "0.67"', "conduct.V-22.share: must be written like 2/3"),
        ('share = "2/3"', 'share = "3/3"', "conduct.V-22.share: must lie between 0 and 1"),
        ('share = "2/3"', 'share = "0/3"', "conduct.V-22.share: must lie between 0 and 1"),
        ('share = "2/3"', 'share = "2/0"', "conduct.V-22.share: must lie between 0 and 1"),
        ("per_case = false", 'per_case = "no"', "conduct.V-21.per_case: must be true or false"),
        ('outcomes = ["refused"', 'outcomes = [] #["refused"', "V-16.outcomes: 1 entries at least"),
        (
            'level = "yellow"\nbasis = [{ law = "行政许可法#72(1)" }]',
            'level = "orange"\nbasis = [{ law = "行政许可法#72(1)" }]',
            "conduct.V-15.level: must be one of red, warning, yellow",
        ),
        (
            'level = "yellow"\nbasis = [{ law = "行政许可法#72(1)" }]',
            'level = "yellow"',
            "conduct.V-15.basis: this field is needed",
        ),
        (
            'level = "yellow"\nbasis = [{ law = "行政许可法#30',
            'level = "yellow"\nexplain_within = "0wd"\nbasis = [{ law = "行政许可法#30',
            "conduct.V-28.explain_within: must be longer than nothing",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(old: str, new: str, says: str) -> None:
    """The rule and the key."""
    assert old in STATUTORY
    with pytest.raises(BadInput) as caught:
        read_profile(STATUTORY.replace(old, new, 1), "x")
    assert says in caught.value.line("en")
