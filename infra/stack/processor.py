"""Which processor a stage's functions run on: arm64 where the region has it, else x86_64."""

import re

from msgspec.structs import replace

from infra.stack import formation
from infra.stack.cloud import Cloud
from infra.stack.target import LAMBDA, Target, host

_NO_ARM = re.compile(r"arm64|[Aa]rchitecture")


def choose(cloud: Cloud, stack: str, named: str | None) -> Target:
    """Return the target of *stack*: what is *named*, or else what it has, or else what is released.

    A local cloud runs functions on this machine.
    """
    if cloud.is_local:
        return host(layered=True)
    kept = formation.parameters_of(cloud, stack).get("Architecture")
    return replace(LAMBDA, architecture=named or kept or LAMBDA.architecture)


def instead_of(refused: Target, reason: str) -> Target | None:
    """Return the target to try where CloudFormation gave *reason*; None where that is another one.

    A region without arm64 says so in the reason of a function or of the layer.
    """
    is_arm = refused == LAMBDA and _NO_ARM.search(reason)
    return replace(refused, architecture="x86_64") if is_arm else None
