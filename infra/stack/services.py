"""The services of a deployed stage, for the operator's commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from infra.stack import cloud, deployment

if TYPE_CHECKING:  # heavy, and not needed to refuse a wrong argument
    from chalicelib.plumbing.services import Services


@contextmanager
def services_of(name: str) -> Iterator["Services"]:
    """Yield the services of stage *name*, with the operator's own rights."""
    from chalicelib.plumbing import settings
    from chalicelib.plumbing.services import Services

    with deployment.inside(cloud.of_stage(name), name):
        yield Services(settings.read_settings())
