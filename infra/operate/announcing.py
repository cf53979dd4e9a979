"""Announce: have the log state new rules before they are in force; adopt a county's own profile so.

Whoever verifies the log finds each judgement under rules that were stated. So no case may be judged
by rules that the log does not have yet, however soon after them the next ones come.
"""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from msgspec.structs import asdict

from chalicelib.errors import BadInput, Bilingual
from chalicelib.instant import is_date
from chalicelib.lambdas.recompute import recompute
from chalicelib.lambdas.stating import Coming, is_stated, state, state_coming
from chalicelib.plumbing.services import Services
from chalicelib.policy.adoptions import Adoptions
from infra.policy.county import CountyProfile

WAIT_SECONDS = 120  # facts are gathered for up to half a minute before they are sealed
_PAUSE_SECONDS = 0.25
AHEAD = timedelta(minutes=1)
"""How soon an import holds where no day is given: by then every function has read it."""


def announce(services: Services, coming: Coming, seconds: int = WAIT_SECONDS) -> None:
    """State the rules in force, then those *coming*; wait until the log has them.

    Raises BadInput after *seconds*; what is coming must not be put in force then. Crash anywhere:
    it is not in force, and the next minute states what is.
    """
    services.catalogues.current(fresh=True)
    services.calendars.current(fresh=True)
    services.policies.current(fresh=True)
    services.organisation.version(fresh=True)
    state(services)  # others may have been deployed within this minute
    note = state_coming(services, coming)
    rules = Bilingual("新规则", "new rules")
    wait_for_log(services, lambda: is_stated(services, note), rules, seconds)


def wait_for_log(
    services: Services, has_it: Callable[[], bool], what: Bilingual, seconds: int = WAIT_SECONDS
) -> None:
    """Wait until the log has the statement of *what*. Raises BadInput after *seconds*."""
    ends = time.monotonic() + seconds
    while not has_it():
        if time.monotonic() >= ends:
            zh = f"{seconds} 秒内日志没有写入{what.zh}的声明，所以{what.zh}没有生效。请看"
            zh += " /healthz 的 seal_lag，等它回落后把同一命令再执行一次。"
            en = f"the log did not state the {what.en} within {seconds} s, so it is not in force; "
            en += "look at seal_lag in /healthz, and give the same command again once it is low"
            raise BadInput(zh=zh, en=en)
        services.pause(_PAUSE_SECONDS)


def begins(given: str | None, now: datetime, zone: Any) -> datetime:
    """Return from when on an import holds: from a day *given*, else from a minute after *now*.

    Raises BadInput for a day that has begun: no rule reaches back.
    """
    if given is None:
        return now + AHEAD
    if not is_date(given):
        zh = f"不是日期：{given[:40]!r}（写成 2027-01-01）"
        raise BadInput(zh=zh, en=f"not a date: {given[:40]!r} (write 2027-01-01)", where="--from")
    day = date.fromisoformat(given)
    if day <= now.astimezone(zone).date():
        zh = "施行日要在今天以后：规则不溯及既往；不写 --from 就从现在起"
        en = "it holds from a day after today: no rule reaches back; without --from it holds from"
        raise BadInput(zh=zh, en=f"{en} now on", where="--from")
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(now.tzinfo)


def _never_begun(before: Adoptions, after: Adoptions, since: datetime) -> list[str]:
    """Return the profiles that were to begin after *since*, and that this import replaces."""
    last = after.last.digests.items()
    waiting = (each for each in before.made if each.since and each.since > since)
    replaced = (name for each in waiting for name in dict(each.digests.items() - last))
    return sorted({*replaced} & {*before.imported.values()})


def put_in_force(
    services: Services,
    county: CountyProfile,
    place: tuple[str, datetime],
    wait: int,
    report: Callable[[int], None] = lambda _: None,
) -> dict[str, Any]:
    """Have the log state *county*, put it in force at a *place*: an area, since an instant.

    Crash before it is in force: nothing has changed, and the same import does it all. After:
    reconcile finds within a minute the cases that a running rule moves; so does the same import.
    """
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
        **asdict(counts),
    }
