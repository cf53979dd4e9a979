"""Which profile where: what is read, what is refused, and which of several holds."""

from importlib import resources
from pathlib import Path

import pytest

from chalicelib.errors import BadInput
from chalicelib.policy.region import covers
from chalicelib.policy.selection import read_selection
from chalicelib.policy.shipped import load_selection
from infra.policy import gate

STATUTORY = resources.files("chalicelib").joinpath("profiles", "statutory.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("statutory", "430102", "statutory"),
        ("statutory", "", "statutory"),
        ("statutory,43=hunan", "430102", "hunan"),
        ("statutory,43=hunan", "43", "hunan"),
        ("statutory,43=hunan", "430000", "hunan"),
        ("statutory,430000=hunan", "433101", "hunan"),
        ("43=hunan,statutory", "370102", "statutory"),
        ("statutory,43=hunan", "143000", "statutory"),
        ("statutory,4331=yulin", "43", "statutory"),
        ("statutory,43=hunan,4331=yulin", "433101", "yulin"),
        ("statutory,4331=yulin,43=hunan", "433101", "yulin"),
        ("statutory,433100=yulin,43=hunan", "433101", "yulin"),
        ("statutory,433101=meizhou,4331=yulin,43=hunan", "433101", "meizhou"),
        ("statutory,433101=meizhou,4331=yulin,43=hunan", "433102", "yulin"),
        ("statutory,433101=meizhou", "433101004", "meizhou"),
        ("hunan , 6108 = yulin", "610802", "yulin"),
        ("hunan,43=statutory", "elsewhere", "hunan"),
        ("hunan,43=statutory", "43-elsewhere", "hunan"),
    ],
)
def test_the_closest_holds(text: str, region: str, expected: str) -> None:
    """The most digits, whatever the order; zeros that fill a code up are none."""
    assert read_selection(text, "Profile").of(region) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a profile's name is missing"),
        ("statutory,", "a profile's name is missing"),
        ("statutory,43=", "a profile's name is missing"),
        ("43=hunan", "which profile is the default"),
        ("statutory,hunan", "cannot both be the default"),
        ("statutory,43=hunan,43=yulin", "region 43 is named twice"),
        ("statutory,43=hunan,430000=yulin", "region 430000 is named twice"),
        ("statutory,hn=hunan", "the first digits of its code, not 'hn'"),
        ("statutory,=hunan", "the first digits of its code, not ''"),
        ("statutory,4=hunan", "the first digits of its code, not '4'"),
        ("statutory,43=44=hunan", "the first digits of its code, not '43=44'"),
        ("statutory,٤٣=hunan", "the first digits of its code"),
    ],
)
def test_what_is_no_selection_is_refused(text: str, says: str) -> None:
    """With its place, whole."""
    with pytest.raises(BadInput, match=says) as refused:
        read_selection(text, "Profile")
    assert refused.value.where == "Profile"


def test_all_selected_profiles_must_be_there() -> None:
    """Also the one of a region from which no case has come yet."""
    assert load_selection("statutory,43=hunan", "Profile").names == ("statutory", "hunan")
    reason = "no such profile: 'atlantis' .shipped: statutory, dongguan, hunan, meizhou, yulin"
    for text in ("atlantis", "statutory,43=atlantis"):
        with pytest.raises(BadInput, match=reason):
            load_selection(text, "Profile")
        with pytest.raises(BadInput, match=reason):
            gate.check_names({"Profile": text})
    with pytest.raises(BadInput, match="not a profile name"):
        load_selection("statutory,43=../hunan", "Profile")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("percent = 90", "percent = 900", "threshold 1.percent: must not be more than 100"),
        ('id = "statutory"', 'id = "yours"', "its id is 'yours', not 'statutory'"),
        (
            'left = "2wd"\npercent = 90',
            'over = "1wd"',
            "threshold promise V-02 yellow: over: is met before its warning (over by 1wd)",
        ),
    ],
)
def test_a_profile_at_fault_is_not_packaged(old: str, new: str, says: str, tmp_path: Path) -> None:
    """Neither one that cannot be read nor one that nobody can have meant; what is sound passes."""
    file = tmp_path / "statutory.toml"
    file.write_text(STATUTORY, "utf-8")
    gate.check_folder(tmp_path)
    file.write_text(STATUTORY.replace(old, new), "utf-8")
    with pytest.raises(BadInput) as refused:
        gate.check_folder(tmp_path)
    assert refused.value.line("en") == f"{file}: {says}"


def test_a_region_covers_what_lies_within_it() -> None:
    """Both ways of writing a province; nothing by accident."""
    assert covers("43", "433101")
    assert covers("430000", "43")
    assert covers("433100", "433101")
    assert not covers("433101", "4331")
    assert not covers("433101", "433102")
    assert covers("Xiangxi", "Xiangxi")
    assert not covers("Xiang", "Xiangxi")
    assert not covers("43", "")
