"""The services of a deployed stage, for the operator's commands."""

from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.plumbing import settings
from chalicelib.plumbing.services import Services
from infra.stack import cloud, deployment


@contextmanager
def services_of(name: str) -> Iterator[Services]:
    """Yield the services of stage *name*, with the operator's own rights."""
    with deployment.inside(cloud.of_stage(name), name):
        yield Services(settings.read_settings())
