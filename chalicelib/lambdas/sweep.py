"""Sweep: turn the passing of time into items. A case whose wake is due gets a nudge, oldest first.

The cost grows with the due cases, not with the open ones: an idle minute is one empty query per
shard.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.lambdas.backlog import Nudged, due_wakes, nudge
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.services import Services, current_services
from chalicelib.plumbing.swept import note_swept

_SECONDS = 40.0  # of the minute that a backlog may take; what is begun then comes to its end


def run(event: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - the schedule says nothing
    """Sweep once. Cases that one run does not reach stay in the index for the next."""
    services = current_services()
    now = services.now()
    due = due_wakes(services, now)

    # Noted before the work: a sweep that never comes to its end is seen by the age that grows.
    _note_age(now, due[0][0] if due else now)
    nudged = nudge(services, due, now, _SECONDS)
    # A crash before this makes the sweep look older than it is, for a minute.
    note_swept(services.registry, services.wall())
    telemetry.count(telemetry.CASES_NUDGED, nudged.new)
    _note_age(services.now(), nudged.oldest or now)  # but for that, all that was due is nudged
    return {"nudged": nudged.new}


def sweep(services: Services, now: datetime) -> Nudged:
    """Nudge every case that is due at *now*. Return how many nudges are new, and what is left."""
    return nudge(services, due_wakes(services, now), now, _SECONDS)


def _note_age(now: datetime, oldest: datetime) -> None:
    """Record how far the sweep is behind: the age at *now* of the *oldest* wake not nudged yet."""
    telemetry.seconds(telemetry.SWEEP_AGE_SECONDS, int((now - oldest).total_seconds()))
