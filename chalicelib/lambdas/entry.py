"""The background functions as Lambda calls them: `chalicelib.lambdas.entry.NAME`.

Each imports its own module and nothing else, when it is asked for: that is while Lambda starts the
process, before the first event. app.py imports all doors; so none of these goes through it
(infra/stack/template.yaml).
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from chalicelib.plumbing import telemetry

NAMES = ("supervise", "sweep", "seal", "reconcile", "project", "publish", "sign", "discard", "open")


def __getattr__(name: str) -> Callable[[Mapping[str, Any], object], dict[str, Any]]:
    """Return the function *name*; AttributeError where there is none."""
    if name not in NAMES:
        raise AttributeError(name)
    run = import_module(f"chalicelib.lambdas.{name}").run

    def handle(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
        with telemetry.timed(name):
            return dict(run(event))

    return handle
