"""A function that has just started: it remembers nothing of what another process has read."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.plumbing.services import use
from tests.support.world import World

Work = Callable[[Mapping[str, Any]], dict[str, Any]]


def cold(county: World, work: Work, event: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Do *work* of *county* as a new process does it."""
    services = county.services
    with use(type(services)(services.settings, services.wall)):
        return work(event or {})
