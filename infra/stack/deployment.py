"""Let an operator's command see a deployed stage as its functions see it.

The names of tables and of the secret are read from a function's own environment, so that there is
no second place where they are written down.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from botocore.exceptions import ClientError

from chalicelib.errors import BadInput
from infra.stack.cloud import ANYBODY, Cloud
from infra.stack.formation import stack_name


def environment(cloud: Cloud, stage: str) -> dict[str, str]:
    """Return the variables that the functions of *stage* have, and those that lead to *cloud*."""
    name = f"{stack_name(stage)}-supervise"
    try:
        answer = cloud.client("lambda").get_function_configuration(FunctionName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        zh, en = f"这里没有部署环境 {stage}", f"stage {stage} is not deployed here"
        zh, en = f"{zh}；先执行 duban deploy {stage}", f"{en}; duban deploy {stage}"
        raise BadInput(zh=zh, en=en) from error
    variables: Mapping[str, str] = answer["Environment"]["Variables"]
    names = {**variables, "AWS_DEFAULT_REGION": cloud.region, "AWS_REGION": cloud.region}
    if cloud.is_local and cloud.endpoint:
        names |= {"AWS_ENDPOINT_URL": cloud.endpoint}
        names |= {"AWS_ACCESS_KEY_ID": ANYBODY, "AWS_SECRET_ACCESS_KEY": ANYBODY}
    return names


@contextmanager
def inside(cloud: Cloud, stage: str) -> Iterator[None]:
    """Run the block in the environment of *stage*, which chalicelib reads."""
    before = dict(os.environ)
    os.environ.update(environment(cloud, stage))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
