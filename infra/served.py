"""The services of a deployed stage, for the operator's commands."""

from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.plumbing import settings
from chalicelib.plumbing.services import Services
from infra import cloud, stage


@contextmanager
def served(name: str) -> Iterator[Services]:
    """Give the services of stage *name* for the block, with the operator's own rights."""
    with stage.inside(cloud.of_stage(name), name):
        yield Services(settings.read_settings())
