"""`GET /healthz` and, in a local stage only, `PUT /v1/clock`: the doors to the machine itself."""

from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.audit.shown import shown_size
from chalicelib.calendar.horizon import known_through, missing_years
from chalicelib.errors import Rejected
from chalicelib.instant import local
from chalicelib.intake import json_text
from chalicelib.lambdas.drain import drain
from chalicelib.lambdas.stating import state
from chalicelib.lambdas.sweep import last_swept
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.clock import read_counting, read_request
from chalicelib.plumbing.services import Services, services

WAIT_SECONDS = 20  # API Gateway gives up after 29

blueprint = Blueprint(__name__)


@blueprint.route("/healthz", methods=["GET"])
def healthz() -> Response:
    """Say that it is up, what it judges by, and how far it is behind."""
    return private_json(health(services()))


@blueprint.route("/v1/clock", methods=["PUT"], content_types=["application/json"])
def clock() -> Response:
    """Set the local stage's clock, and wait until everything has come through."""
    return _clock(services(), blueprint.current_request)


def health(served: Services) -> dict[str, Any]:
    """Everything here costs the same however many cases there are; lags are whole seconds."""
    policy, calendar = served.policy(), served.calendar()
    wall, swept_at = served.wall(), last_swept(served)
    pending = served.inbox.oldest_pending()
    now = served.now().astimezone(policy.zone)
    known = known_through(calendar, now.date())
    return {
        "status": "ok",
        "stage": served.settings.duban_stage,
        "policy": policy.reference,
        "calendar": calendar.version,
        "published_through": known.year if known else None,
        "calendar_missing": missing_years(calendar, now.date()),
        "now": local(now, policy.zone),
        "sweep_age": int((wall - swept_at).total_seconds()) if swept_at else None,
        "seal_lag": int((wall - pending).total_seconds()) if pending else 0,
        "log_size": served.log.head().size,
        "log_published": shown_size(served.objects),
    }


def _clock(served: Services, request: Any) -> Response:
    if not served.settings.is_local:
        raise Rejected(404, "only a local stage has a clock that can be set")
    served.keys.require(request.headers, "operator")
    body = json_text.read(request.raw_body)
    now, speed = read_request(body)
    counting = read_counting(body, served.policy())
    if counting is not None:
        served.table_clock.count_as(*counting)
    if now is None or now > served.now():
        # What came into force while the clock stood is stated as of then: a jump makes it late.
        served.catalogues.current(fresh=True)
        served.calendars.version(fresh=True)
        state(served)
    served.table_clock.set(now, speed)
    state(served)  # before anything is judged: a clock may jump over what a minute would state
    is_idle = drain(served, WAIT_SECONDS)
    zone = served.policy().zone
    return private_json({"now": local(served.now(), zone), "idle": is_idle})
