"""The services of a deployed stage, for the operator's commands."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from infra.stack import cloud, deployment

if TYPE_CHECKING:  # heavy, and not needed to refuse a wrong argument
    from chalicelib.plumbing.services import Services


def services_of(name: str) -> AbstractContextManager["Services"]:
    """Give the services of stage *name* to a block, with the operator's own rights."""
    return services_in(cloud.of_stage(name), name)


@contextmanager
def services_in(where: cloud.Cloud, name: str) -> Iterator["Services"]:
    """Yield the services of stage *name* in the cloud *where*, in its environment."""
    from chalicelib.plumbing import settings
    from chalicelib.plumbing.services import Services

    with deployment.inside(where, name):
        yield Services(settings.read_settings())
