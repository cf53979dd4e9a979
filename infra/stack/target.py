"""What a package is made for: a Lambda of AWS, or the interpreter of a local cloud's host."""

import platform
import sys

from msgspec import Struct

# glibc of the runtimes' images: Amazon Linux 2 has 2.26, Amazon Linux 2023 has 2.34.
GLIBC = {"python3.11": 26, "python3.12": 34, "python3.13": 34}
MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}


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
