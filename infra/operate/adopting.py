"""Adopt: put a county's own profile in force on a stage, once the log has stated it."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from msgspec.structs import asdict

from chalicelib.errors import BadInput
from chalicelib.instant import is_date
from chalicelib.lambdas.recompute import recompute
from chalicelib.lambdas.stating import Coming
from chalicelib.plumbing.services import Services
from chalicelib.policy.adoptions import Adoptions
from infra.operate.announcing import announce
from infra.policy.county import CountyProfile

AHEAD = timedelta(minutes=1)
"""How soon an import holds where no day is given: by then every function has read it."""


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
    return datetime.combine(day, time(), zone).astimezone(now.tzinfo)


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
