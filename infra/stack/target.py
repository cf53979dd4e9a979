"""What a package is made for: a Lambda of AWS, or the interpreter of a local cloud's host."""

import platform
import re
import sys

from msgspec import Struct
from msgspec.structs import replace

from infra.stack import formation
from infra.stack.cloud import Cloud

# glibc of the runtimes' images: Amazon Linux 2 has 2.26, Amazon Linux 2023 has 2.34.
GLIBC = {"python3.11": 26, "python3.12": 34, "python3.13": 34}
MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
_NO_ARM = re.compile(r"arm64|[Aa]rchitecture")


class Target(Struct, frozen=True):
    """An interpreter and how it comes by the dependencies."""

    runtime: str
    architecture: str
    on_host: bool
    layered: bool = True

    @property
    def wheel_tags(self) -> list[str]:
        """Pip's options that choose wheels for this target instead of for the host."""
        if self.on_host:
            return []
        machine = MACHINES[self.architecture]
        tags = [f"manylinux_2_{minor}_{machine}" for minor in range(17, GLIBC[self.runtime] + 1)]
        version = self.runtime.removeprefix("python")
        options = ["--implementation", "cp", "--python-version", version]
        for tag in [*tags, f"manylinux2014_{machine}"]:
            options += ["--platform", tag]
        return options


# What is released: one runtime and processor, whatever the operator's own machine is.
LAMBDA = Target("python3.13", "arm64", on_host=False)


def host(*, layered: bool) -> Target:
    """Return the host's own target; without a layer if its interpreter has the dependencies."""
    architecture = "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"
    runtime = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return Target(runtime, architecture, on_host=True, layered=layered)


def choose(cloud: Cloud, stack: str, named: str | None) -> Target:
    """Return the target of *stack*: with the processor *named*, or the one it has, or arm64.

    A local cloud runs functions on this machine.
    """
    if cloud.is_local:
        return host(layered=True)
    kept = formation.parameters_of(cloud, stack).get("Architecture")
    return replace(LAMBDA, architecture=named or kept or LAMBDA.architecture)


def instead_of(refused: Target, reason: str) -> Target | None:
    """Return the target to try where *reason* is a region without arm64; None: it is another."""
    is_arm = refused == LAMBDA and _NO_ARM.search(reason)
    return replace(refused, architecture="x86_64") if is_arm else None
