"""A county's own profile: checked whole, then put in force on a stage; the code stays as it is."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.errors import BadInput
from chalicelib.instant import is_date
from chalicelib.policy.adoptions import Adoptions
from chalicelib.policy.dated_profile import DatedProfile, read_dated_profile
from chalicelib.policy.region import is_area
from chalicelib.policy.shipped import list_profiles
from infra.policy.choice import profile_file
from infra.policy.guards import complaints
from infra.policy.mistakes import find_mistakes
from infra.policy.review import review

if TYPE_CHECKING:
    from chalicelib.plumbing.services import Services

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
AHEAD = timedelta(minutes=1)
"""From then on an import holds where no day is given: until then every function has read it."""


class CountyRemark(NamedTuple):
    """What is to be known of a profile: for people, and as it is *written* for programs."""

    refusal: BadInput
    written: str


@dataclass(frozen=True, slots=True)
class CountyProfile:
    """A profile that can be read, its *text*, and what an operator should know of it."""

    text: str
    profile: DatedProfile
    remarks: tuple[CountyRemark, ...]


def read_county_profile(file: Path, region: str, since: date, *, is_local: bool) -> CountyProfile:
    """Read the profile of a county in *region*. Raises BadInput with all its mistakes at once.

    It is to hold from the local day *since* on.

    On a local stage weak grounds and placeholders are remarks: its cards bind nobody.
    """
    name, text = profile_file(str(file))
    _refuse([mistake.refusal(name) for mistake in find_mistakes(text)])
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
            said = BadInput(complaint.text, complaint.where(name, text))
            if is_local or complaint.is_warning:
                remarks.append(CountyRemark(said, complaint.written(name, text)))
            else:
                wrong.append(said)
    _refuse(list({str(each): each for each in wrong}.values()))
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


def _refuse(wrong: Sequence[BadInput]) -> None:
    if wrong:
        raise BadInput(wrong[0].text, wrong[0].where, wrong[1:])


def check_area(area: str) -> None:
    """Refuse an *area* that is no code of a region, or the beginning of one. Raises BadInput."""
    if area and not is_area(area):
        raise BadInput(
            zh=f"地区写行政区划代码的前几位，不是 {area!r}",
            en=f"a region is the first digits of its code, not {area!r}",
            where="--region",
        )


def begins(given: str | None, now: datetime, zone: Any) -> datetime:
    """Return from when on an import holds: from a day *given*, else from a minute after *now*.

    Raises BadInput for a day that has begun: nobody's case is judged by rules of a later day.
    """
    if given is None:
        return now + AHEAD
    if not is_date(given):
        raise BadInput(
            zh=f"不是日期：{given[:40]!r}（写成 2027-01-01）",
            en=f"not a date: {given[:40]!r} (write 2027-01-01)",
            where="--from",
        )
    day = date.fromisoformat(given)
    if day <= now.astimezone(zone).date():
        raise BadInput(
            zh="施行日要在今天以后：规则不溯及既往；不写 --from 就从现在起",
            en="it holds from a day after today: no rule reaches back; without --from "
            "it holds from now on",
            where="--from",
        )
    return datetime.combine(day, time(), zone).astimezone(now.tzinfo)


def _never_begun(before: Adoptions, after: Adoptions, since: datetime) -> list[str]:
    """Return the profiles that were to begin after *since*, and that this import replaces."""
    last = after.last.digests.items()
    waiting = (each for each in before.made if each.since and each.since > since)
    replaced = (name for each in waiting for name in dict(each.digests.items() - last))
    return sorted({*replaced} & {*before.imported.values()})


def put_in_force(
    services: "Services",
    county: CountyProfile,
    place: tuple[str, datetime],
    wait: int,
    report: Callable[[int], None] = lambda _: None,
) -> dict[str, Any]:
    """Have the log state *county*, put it in force at a *place*: an area, since an instant.

    Crash before it is in force: nothing has changed, and the same import does it all. After:
    reconcile finds within a minute the cases that a running rule moves; so does the same import.
    """
    from chalicelib.lambdas.recompute import recompute
    from chalicelib.lambdas.stating import Coming
    from infra.operate.announcing import announce

    area, since = place
    before = services.policies.current(fresh=True)
    after = services.policies.adopt(
        county.profile.id,
        county.text,
        area,
        (services.now(), since),
        lambda adoptions, text: announce(services, Coming(adoptions=adoptions, profile=text), wait),
    )
    counts = recompute(services, None, lambda so_far: report(so_far.looked_at)).counts
    return {
        "imported": after.made != before.made,
        "selection": after.last.selection.text,
        "never_begun": _never_begun(before, after, since),
        "looked_at": counts.looked_at,
        "judged": counts.judged,
        "nudged": counts.nudged,
    }
