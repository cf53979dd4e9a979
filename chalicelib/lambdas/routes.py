"""`GET /healthz` and, in a local stage only, `PUT /v1/clock`: the doors to the machine itself."""

from typing import Any, cast

from chalice.app import Blueprint, Response

from chalicelib.calendar.workdays import known_through, missing_years
from chalicelib.errors import Rejected
from chalicelib.instant import local
from chalicelib.intake import json_text
from chalicelib.lambdas.stating import state
from chalicelib.lambdas.sweep import last_swept
from chalicelib.log.published import contradicts, published
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.clock import read_clock_request, read_counting
from chalicelib.plumbing.services import Services, current_services

WAIT_SECONDS = 20  # API Gateway gives up after 29

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
    services.keys.require(request.headers, "operator")
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
    return private_json({"now": local(services.now(), services.profile().zone), "idle": is_idle})


def health(services: Services) -> dict[str, Any]:
    """Return the health of the stage, at a cost that is independent of the number of cases.

    Lags are whole seconds.
    """
    profile, calendar = services.profile(), services.calendar()
    wall, swept_at = services.wall(), last_swept(services)
    pending = services.inbox.oldest_pending()
    now = services.now().astimezone(profile.zone)
    known = known_through(calendar, now.date())
    # The checkpoint first: what is public by then is in a head that is read later.
    public, head = published(services.objects), services.log.head()
    return {
        "status": "contradiction" if public and contradicts(public, head) else "ok",
        "stage": services.settings.duban_stage,
        "policy": profile.reference,
        "calendar": calendar.version,
        "published_through": known.year if known else None,
        "calendar_missing": missing_years(calendar, now.date()),
        "now": local(now, profile.zone),
        "sweep_age": int((wall - swept_at).total_seconds()) if swept_at else None,
        "seal_lag": int((wall - pending).total_seconds()) if pending else 0,
        "log_size": head.size,
        "log_published": public.size if public else 0,
    }
