"""Let an operator's command see a deployed stage as its functions see it.

The names of tables and of the secret are read from a function's own environment, so that there is
no second place where they are written down.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from chalicelib.errors import BadInput
from infra.stack import cloud
from infra.stack.cloud import found
from infra.stack.formation import not_there, stack_name

if TYPE_CHECKING:  # heavy, and not needed to refuse a wrong argument
    from chalicelib.plumbing.services import Services


def environment(where: cloud.Cloud, stage: str) -> dict[str, str]:
    """Return the variables that the functions of *stage* have, and those that lead to the cloud."""
    client, name = where.client("lambda"), f"{stack_name(stage)}-supervise"
    answer = found(
        lambda: client.get_function_configuration(FunctionName=name), "ResourceNotFoundException"
    )
    if answer is None:
        raise BadInput(not_there(stage).text)
    variables: Mapping[str, str] = answer["Environment"]["Variables"]
    names = {**variables, "AWS_DEFAULT_REGION": where.region, "AWS_REGION": where.region}
    if where.is_local and where.endpoint:
        names |= {"AWS_ENDPOINT_URL": where.endpoint}
        names |= {"AWS_ACCESS_KEY_ID": cloud.ANYBODY, "AWS_SECRET_ACCESS_KEY": cloud.ANYBODY}
    return names


@contextmanager
def inside(where: cloud.Cloud, stage: str) -> Iterator[None]:
    """Run the block in the environment of *stage*, which chalicelib reads."""
    before = dict(os.environ)
    os.environ.update(environment(where, stage))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def services_of(name: str) -> AbstractContextManager["Services"]:
    """Give the services of stage *name* to a block, with the operator's own rights."""
    return services_in(cloud.of_stage(name), name)


@contextmanager
def services_in(where: cloud.Cloud, name: str) -> Iterator["Services"]:
    """Yield the services of stage *name* in the cloud *where*, in its environment."""
    from chalicelib.plumbing import settings
    from chalicelib.plumbing.services import Services

    with inside(where, name):
        yield Services(settings.read_settings())
