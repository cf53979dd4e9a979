"""A county's own profile: checked whole; all its mistakes are told at once."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from chalicelib.errors import BadInput, refuse_all
from chalicelib.policy.dated_profile import DatedProfile, read_dated_profile
from chalicelib.policy.region import is_area
from chalicelib.policy.shipped import list_profiles
from infra.policy.choice import profile_file
from infra.policy.guards import complaints
from infra.policy.mistakes import find_mistakes
from infra.policy.review import review

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")


class CountyRemark(NamedTuple):
    """What is to be known of a profile: for people, and as it is *written* for programs."""

    refusal: BadInput
    written: str


class CountyProfile(Struct, frozen=True):
    """A profile that can be read, its *text*, and what an operator should know of it."""

    text: str
    profile: DatedProfile
    remarks: tuple[CountyRemark, ...]


def read_county_profile(file: Path, region: str, since: date, *, is_local: bool) -> CountyProfile:
    """Read a county's profile for *region* from *since* on. Raises BadInput with all its mistakes.

    On a local stage weak grounds and placeholders are remarks: its cards bind nobody.
    """
    name, text = profile_file(str(file))
    refuse_all([mistake.refusal(name) for mistake in find_mistakes(text)])
    profile = read_dated_profile(text, name)
    wrong = [*_wrong_name(profile.id, name)]
    remarks: list[CountyRemark] = []
    for day, each in profile.by_day():
        for issue in review(each):
            said = BadInput(issue.text, f"{name}: {issue.entry}")
            if issue.kind == "fault":
                wrong.append(said)
            else:
                remarks.append(CountyRemark(said, said.line("en")))
        for complaint in complaints(each, region, max(day, since)):
            said = BadInput(complaint.text, complaint.where(name, text, day))
            if is_local or complaint.is_warning:
                remarks.append(CountyRemark(said, complaint.written(name, text, day)))
            else:
                wrong.append(said)
    refuse_all(list({str(each): each for each in wrong}.values()))
    return CountyProfile(text, profile, tuple({each.written: each for each in remarks}.values()))


def _wrong_name(name: str, file: str) -> Iterator[BadInput]:
    where = f"{file}: id"
    if name in list_profiles():
        zh = f"{name} 是随软件发布的规则；本地的规则请另取一个名"
        yield BadInput(zh=zh, en=f"{name} names a shipped profile; choose another", where=where)
    elif not _PLAIN.fullmatch(name):
        zh = f"只用拉丁字母、数字、下划线，至多 40 个，不是 {name[:60]!r}"
        en = f"a plain name of at most 40 letters, digits and _, not {name[:60]!r}"
        yield BadInput(zh=zh, en=en, where=where)


def check_area(area: str) -> None:
    """Refuse an *area* that is no code of a region, or the beginning of one. Raises BadInput."""
    if area and not is_area(area):
        zh = f"地区写行政区划代码的前几位，不是 {area!r}"
        en = f"a region is the first digits of its code, not {area!r}"
        raise BadInput(zh=zh, en=en, where="--region")
