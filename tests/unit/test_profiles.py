"""The profiles of real systems: what each says, and that every entry says where it has it from."""

import re

import pytest

from chalicelib.policy.shipped import OURS, list_profiles, load_profile
from chalicelib.policy.threshold import Threshold
from infra.policy.entries import entries
from infra.policy.review import review

OWN_SOURCE = {
    "hunan": "湖南省电子监察系统",
    "yulin": "榆林市电子监察",
    "meizhou": "梅市府〔2008〕15号",
    "dongguan": "东莞市、湛江市电子监察",
}
GONE = {  # of the ladder: what these systems say there is not
    "hunan": ("ladder.yellow.then",),
    "yulin": (
        "ladder.yellow.then",
        "ladder.yellow.respond",
        "scoring.yellow",
    ),
}

LATER = re.compile(r"(?:, )?V-(?:3[5-9]|4[0-9]|50)")
"""A rule that came after these systems were written down (V-51 is the ladder's): not theirs."""


def points(name: str, clock: str) -> list[tuple[str, ...]]:
    """The thresholds of a clock: rule, level, and when."""
    return [(row.rule, row.level, *_when(row)) for row in load_profile(name).thresholds[clock]]


def _when(row: Threshold) -> list[str]:
    said = {
        "left": row.left,
        "percent": row.percent,
        "over": row.over,
        "after_yellow": row.after_yellow,
    }
    return [f"{key} {value}" for key, value in said.items() if value is not None]


def test_the_default_and_four_systems_are_shipped() -> None:
    """The default first; each under its own name."""
    assert OURS == ("statutory", "dongguan", "hunan", "meizhou", "yulin")
    assert set(OURS) <= set(list_profiles())
    assert list_profiles()[0] == "statutory"
    assert [load_profile(name).id for name in list_profiles()] == list(list_profiles())


@pytest.mark.parametrize("name", list_profiles())
def test_a_shipped_profile_is_sound(name: str) -> None:
    """As `duban policy check` has it."""
    assert [remark for remark in review(load_profile(name)) if remark.kind == "fault"] == []


@pytest.mark.parametrize("name", sorted(OWN_SOURCE))
def test_every_entry_is_the_systems_own_or_the_statutory_one(name: str) -> None:
    """What does not cite the system's own document is the statutory one, number and basis."""
    statutory, own = entries(load_profile("statutory")), entries(load_profile(name))
    for key, entry in own.items():
        if key.endswith(".convention"):
            continue  # the entry's own, whosever its limit
        cited = {each.document.id for each in entry.basis.citations if each.document}
        if OWN_SOURCE[name] not in cited:
            values = [LATER.sub("", each.value) for each in (entry, statutory[key])]
            assert values[0] == values[1], f"{name}.toml: {key}"
            assert entry.basis == statutory[key].basis, f"{name}.toml: {key}"
    for key in statutory.keys() - own.keys():
        is_gone = key.startswith(
            ("threshold promise", "threshold first_review", *GONE.get(name, ()))
        )
        assert is_gone or LATER.search(key), f"{name}.toml: {key}"


def test_hunan() -> None:
    """DOMAIN §2.1: used − promise ≥ −2 with used rounded up, so less than three days are left."""
    hunan = load_profile("hunan")
    assert (hunan.convention, hunan.countdown) == ("H", "H")
    assert points("hunan", "promise") == [
        ("V-01", "warning", "left 3wd"),
        ("V-02", "yellow", "over 0wd"),
    ]
    assert points("hunan", "statutory") == [("V-03", "red", "over 0wd")]
    assert points("hunan", "procedure") == [
        ("V-06", "warning", "left 3wd"),
        ("V-06", "yellow", "over 0wd"),
        ("V-06", "red", "over 1wd"),
    ]
    assert points("hunan", "online") == [
        ("V-07", "warning", "over 0wd"),
        ("V-07", "yellow", "over 3wd"),
        ("V-07", "red", "over 5wd"),
    ]
    assert points("hunan", "delivery") == [("V-08", "yellow", "over 0wd")]
    for clock, rule in (("consultation", "V-09"), ("complaint", "V-10")):
        assert points("hunan", clock) == [
            (rule, "warning", "left 3wd"),
            (rule, "yellow", "over 0wd"),
            (rule, "red", "over 1wd"),
        ]
    limits = {name: str(hunan.clocks[name].limit) for name in ("online", "delivery")}
    assert limits == {"online": "2wd", "delivery": "3wd"}
    assert hunan.pause.needs == ("basis", "approver", "approved", "notified_at")
    rows = [row for rows in hunan.thresholds.values() for row in rows]
    assert not any(row.after_yellow for row in rows)  # a yellow does not turn red unanswered
    # Whether a case counts as accepted, and what is public when, is law and no countdown.
    legal = {name for name, clock in hunan.clocks.items() if clock.convention == "L"}
    assert legal == {"acceptance", "gap", "publication"}


def test_yulin() -> None:
    """DOMAIN §3.1: yellow at 90 % of the promise, red at 100 %; nothing warns before."""
    assert points("yulin", "promise") == [
        ("V-01", "yellow", "percent 90"),
        ("V-02", "red", "over 0wd"),
    ]
    assert load_profile("yulin").convention == "L"


def test_meizhou() -> None:
    """DOMAIN §3.1: a prompt one day before, yellow, and red where it was not put right."""
    assert points("meizhou", "promise") == [
        ("V-01", "warning", "left 1wd"),
        ("V-01", "warning", "left 1d"),
        ("V-02", "yellow", "over 0wd"),
        ("V-04", "red", "after_yellow 3wd"),
    ]


def test_dongguan() -> None:
    """DOMAIN §3.1: near, over, and still open after the supervised deadline."""
    assert points("dongguan", "promise") == [
        ("V-01", "warning", "left 2wd", "percent 90"),
        ("V-02", "yellow", "over 0wd"),
        ("V-04", "red", "after_yellow 3wd"),
    ]
