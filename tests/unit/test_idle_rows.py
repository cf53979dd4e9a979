"""`duban policy check` notes what can never have an effect."""

import pytest
from msgspec.structs import replace

from chalicelib.policy.profile import read_profile
from chalicelib.policy.shipped import list_profiles, load_profile
from infra.policy.review import ProfileIssue, idle_rows, review
from tests.unit.policy_file import REPEATING


def notes(text: str) -> list[ProfileIssue]:
    """What `duban policy check` says of a profile."""
    return [*review(read_profile(text, "mine.toml"))]


def test_a_sign_is_neither_referred_nor_scored() -> None:
    """V-27 alone is never a lead: it is a measure, and has no card (DOMAIN §3.5)."""
    signed = REPEATING.replace('refer = ["V-23"', 'refer = ["V-23", "V-27"')
    signed = signed.replace('"V-48", "V-49", "V-50"', '"V-27"')
    reason = "is never met: no row makes a card of this rule"
    said = {(each.kind, each.entry, each.text.en) for each in notes(signed)}
    assert ("note", "ladder.refer V-27", reason) in said
    idle = "V-27: no row judges this, so it takes no points"
    assert ("note", "scoring.section supervision", idle) in said


@pytest.mark.parametrize("name", list_profiles())
def test_no_shipped_profile_refers_or_scores_a_sign(name: str) -> None:
    """What is charged, asked for or disclosed goes to a person; data that look wrong do not."""
    profile = load_profile(name)
    assert profile.ladder.refer == {"V-23", "V-32", "V-33"}
    assert not any("V-27" in section.rules for section in profile.scoring.sections)
    assert not any(each.entry.startswith("ladder.refer") for each in review(profile))


def test_a_reminder_is_never_referred() -> None:
    """It makes no card."""
    warned = REPEATING.replace('refer = ["V-23"', 'refer = ["V-01"')
    entries = [each.entry for each in notes(warned)]
    assert "ladder.refer V-01" in entries
    assert "ladder.refer V-32" not in entries


def test_what_no_row_judges_takes_no_points() -> None:
    """Nothing tells ratings; the default has no clock for consultations."""
    said = {each.entry: each.text.en for each in notes(REPEATING)}
    idle = "V-44, V-45, V-46, V-47: no row judges this, so it takes no points"
    assert said["scoring.section rating"] == idle
    assert said["scoring.section time"].startswith("V-04, V-07, V-09, V-10: ")
    assert "scoring.section fees" not in said


def test_a_count_of_what_never_counts_is_noted() -> None:
    """A supervision rests on no row of law; yellows and reds do."""
    profile = read_profile(REPEATING, "mine.toml")
    counted = [replace(row, level="supervision") for row in profile.ladder.repeated]
    above = replace(profile, ladder=replace(profile.ladder, repeated=tuple(counted)))
    reason = "counts nothing: no supervision rests on law or on a document of a place"
    assert ("ladder.repeated L-03", reason) in [(key, text.en) for key, text in idle_rows(above)]
    assert not any("counts nothing" in each.text.en for each in notes(REPEATING))
