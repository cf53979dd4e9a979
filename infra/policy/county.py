"""A county's own profile: checked whole; all its mistakes are told at once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from chalicelib.errors import BadInput
from chalicelib.policy.dated_profile import DatedProfile, read_dated_profile
from chalicelib.policy.region import is_area
from chalicelib.policy.shipped import list_profiles
from infra.policy.choice import profile_file
from infra.policy.guards import complaints
from infra.policy.mistakes import find_mistakes
from infra.policy.review import review

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class CountyProfile:
    """A profile that can be read, its *text*, and what an operator should know of it."""

    text: str
    profile: DatedProfile
    remarks: tuple[str, ...]


def read_county_profile(file: Path, region: str, since: date, *, is_local: bool) -> CountyProfile:
    """Read the profile of a county in *region*. Raises BadInput with all its mistakes at once.

    It is to hold from the local day *since* on.

    On a local stage weak grounds and placeholders are remarks: its cards bind nobody.
    """
    name, text = profile_file(str(file))
    _refuse([mistake.text(name) for mistake in find_mistakes(text)])
    profile = read_dated_profile(text, name)
    wrong = [*_wrong_name(profile.id, name)]
    remarks: list[str] = []
    for day, each in profile.by_day():
        for issue in review(each):
            said = f"{name}: {issue.entry}: {issue.reason}"
            (wrong if issue.kind == "fault" else remarks).append(said)
        for complaint in complaints(each, region, max(day, since)):
            said = f"{complaint.where(name, text, day)}: {complaint.text}"
            is_remark = is_local or complaint.is_warning
            (remarks if is_remark else wrong).append(said)
    _refuse(list(dict.fromkeys(wrong)))
    return CountyProfile(text, profile, tuple(dict.fromkeys(remarks)))


def _wrong_name(name: str, file: str) -> Sequence[str]:
    if name in list_profiles():
        zh = f"{name} 是随软件发布的规则；本地的规则请另取一个名"
        return [f"{file}: id：{zh} · names a shipped profile"]
    if not _PLAIN.fullmatch(name):
        said = "只用拉丁字母、数字、下划线，至多 40 个"
        return [f"{file}: id：{said}，不是 {name[:60]!r} · must be a plain name"]
    return []


def _refuse(wrong: Sequence[str]) -> None:
    if wrong:
        raise BadInput(wrong[0], "", wrong[1:])


def check_area(area: str) -> None:
    """Refuse an *area* that is no code of a region, or the beginning of one. Raises BadInput."""
    if area and not is_area(area):
        raise BadInput(f"a region is the first digits of its code, not {area!r}", "--region")
