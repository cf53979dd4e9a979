"""`GET /healthz` and, in a local stage only, `PUT /v1/clock`: the doors to the machine itself."""

import re
from datetime import datetime
from typing import Any, cast

from chalice.app import Blueprint, Response

from chalicelib import instant
from chalicelib.calendar.workdays import known_through, missing_years
from chalicelib.errors import BadInput, Rejected
from chalicelib.intake import json_text
from chalicelib.intake.fields import YEARS
from chalicelib.intake.json_text import bad_field
from chalicelib.lambdas.stating import state
from chalicelib.log.objects import published
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.services import Services, current_services
from chalicelib.plumbing.swept import last_swept
from chalicelib.policy.profile import Profile

WAIT_SECONDS = 20  # API Gateway gives up after 29
MAX_SPEED = 1_000_000
# Or the region under which `duban feed` has a log counted as its map says.
_REGION = re.compile("[0-9]{6}|replay-[0-9a-f]{8}", re.ASCII)

blueprint = Blueprint(__name__)


@blueprint.route("/healthz", methods=["GET"])
def healthz() -> Response:
    """Say that it is up, what it judges by, and how far it is behind.

    503 where the table and the public log contradict each other: nothing is published then.
    """
    state_of_stage = health(current_services())
    return private_json(state_of_stage, 200 if state_of_stage["status"] == "ok" else 503)


@blueprint.route("/v1/clock", methods=["PUT"], content_types=["application/json"])
def clock() -> Response:
    """Set the local stage's clock, and wait until everything has come through."""
    from chalicelib.lambdas.drain import drain  # it brings all functions along

    services, request = current_services(), cast("Any", blueprint.current_request)
    if not services.settings.is_local:
        raise Rejected(
            404,
            zh="只有本机环境的时钟可以设定。",
            en="only a local stage has a clock that can be set",
        )
    services.keys.require(request.headers, "set_clock")
    body = json_text.read_json(request.raw_body)
    json_text.check_json(body)
    now, speed = read_clock_request(body)
    if counting := read_counting(body, services.profile()):
        services.table_clock.count_as(*counting)
    if now is None or now > services.now():
        # Rules that came into force while the clock stood still are stated before it jumps.
        services.catalogues.current(fresh=True)
        services.calendars.version(fresh=True)
        state(services)
    services.table_clock.set(now, speed)
    state(services)  # before anything is judged: a clock may jump over what a minute would state
    is_idle = drain(services, WAIT_SECONDS)
    return private_json(
        {"now": instant.local(services.now(), services.profile().zone), "idle": is_idle}
    )


def health(services: Services) -> dict[str, Any]:
    """Return the health of the stage, at a cost that is independent of the number of cases.

    Lags are whole seconds.
    """
    profile, calendar = services.profile(), services.calendar()
    wall, swept_at = services.wall(), last_swept(services.registry)
    pending = services.inbox.oldest_pending()
    now = services.now().astimezone(profile.zone)
    known = known_through(calendar, now.date())
    # The checkpoint first: what is public by then is in a head that is read later.
    public, head = published(services.objects), services.log.head()
    return {
        "status": "contradiction" if public and head.contradicts(public) else "ok",
        "stage": services.settings.duban_stage,
        "policy": profile.reference,
        "calendar": calendar.version,
        "published_through": known.year if known else None,
        "calendar_missing": missing_years(calendar, now.date()),
        "now": instant.local(now, profile.zone),
        "sweep_age": int((wall - swept_at).total_seconds()) if swept_at else None,
        "seal_lag": int((wall - pending).total_seconds()) if pending else 0,
        "log_size": head.size,
        "log_published": public.size if public else 0,
        "sign_in": ways_on(services),
    }


def ways_on(services: Services) -> list[str]:
    """Return how people sign in: `local` (passwords), `provider`; both is for the first week."""
    ways = services.ways.current()
    is_on = {"local": ways.has_local, "provider": bool(ways.issuer)}
    return [way for way, is_one in is_on.items() if is_one]


def read_clock_request(body: Any) -> tuple[datetime | None, int | None]:
    """Return now and speed of `PUT /v1/clock`: `{"now": T}`, `{"speed": N}` or both."""
    if not isinstance(body, dict) or not body or not body.keys() <= {"now", "speed", "counting"}:
        raise Rejected(
            422,
            zh='请求体写作 {"now": 时刻}、{"speed": 整数}，或两者并用。',
            en='the body is {"now": instant}, {"speed": whole number} or both',
        )
    now = _read_now(body["now"]) if "now" in body else None
    speed = body.get("speed")
    slowest = 0 if "now" in body else 1  # a clock stands still only at a time that is named
    if "speed" in body and (type(speed) is not int or not slowest <= speed <= MAX_SPEED):
        raise Rejected(
            422,
            zh=f"speed 是 1 到 {MAX_SPEED} 的整数；与 now 并用时可为 0，时钟即停在该时刻。",
            en=f"speed is a whole number from 1 to {MAX_SPEED}; beside now it may be 0, "
            "and the clock stands still there",
            field="speed",
        )
    return now, speed


def _read_now(text: object) -> datetime:
    if not isinstance(text, str):
        raise bad_field("now", "须是带时区偏移的时刻", "an instant with its offset is needed")
    try:
        now = instant.parse(text)
    except instant.NoInstant as error:
        raise bad_field("now", error.zh, str(error)) from error
    if now.year not in YEARS:
        first, last = YEARS.start, YEARS.stop - 1
        zh, en = f"须在 {first} 年至 {last} 年之间", f"must be in the years {first} to {last}"
        raise bad_field("now", zh, en)
    return now


def read_counting(body: Any, profile: Profile) -> tuple[str, dict[str, str]] | None:
    """Return region and overrides of `{"counting": {"region", "zone", "cutoff", "rest_day"}}`.

    None where there is none. Only *region* is needed; the overrides must fit *profile*.
    """
    counting = body.get("counting")
    if "counting" not in body:
        return None
    if not isinstance(counting, dict) or not all(isinstance(v, str) for v in counting.values()):
        zh = "region、zone、cutoff、rest_day，均为文字"
        en = "region, zone, cutoff and rest_day, each a text"
        raise bad_field("counting", zh, en)
    overrides = dict(counting)
    region = overrides.pop("region", "")
    if not _REGION.fullmatch(region):
        zh = "六位区划代码，或一份回放日志的区域名"
        en = "a division code of six digits, or the region of a replayed log"
        raise bad_field("counting.region", zh, en)
    try:
        profile.counted_as(overrides)
    except BadInput as error:
        zh = "zone 为时区名（如 Asia/Shanghai），cutoff 为 office 或时刻，rest_day 为 next 或 keep"
        en = (
            "zone is the name of one (such as Asia/Shanghai), cutoff is office or a time, "
            "rest_day is next or keep"
        )
        raise bad_field("counting", zh, en) from error
    return region, overrides
