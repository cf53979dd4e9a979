"""The local stage behind a faulty proxy: its functions call through it, and some are ended."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from infra.stack.cloud import LOCAL_STAGE, Cloud
from infra.stack.formation import stack_name
from tests.support.faults import Faults
from tests.support.faulty_proxy import FaultyProxy


@contextmanager
def faulty(cloud: Cloud, folder: Path, faults: Faults) -> Iterator[FaultyProxy]:
    """Lead the calls of the functions of *cloud*, which lies in *folder*, through a proxy.

    What is on its way at the end may fail.
    """

    def end(function: str) -> None:
        end_workers(folder, f"{stack_name(LOCAL_STAGE)}-{function}")

    with FaultyProxy(cloud.endpoint or "", faults, end) as proxy, _led_through(cloud, proxy.url):
        yield proxy


def end_workers(folder: Path, function: str) -> None:
    """End all processes that run *function* in *folder*, as if their machine was lost."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,args="], capture_output=True, text=True, check=True
    )
    for line in listed.stdout.splitlines():
        if str(folder / "tmp" / f"ministack-lambda-{function}-") in line:
            with suppress(ProcessLookupError):
                os.kill(int(line.split()[0]), signal.SIGKILL)


@contextmanager
def _led_through(cloud: Cloud, url: str) -> Iterator[None]:
    """Give every function the address *url* for its cloud; take it back after the block."""
    client, prefix = cloud.client("lambda"), f"{stack_name(LOCAL_STAGE)}-"
    functions: dict[str, dict[str, str]] = {
        each["FunctionName"]: each["Environment"]["Variables"]
        for page in client.get_paginator("list_functions").paginate()
        for each in page["Functions"]
        if each["FunctionName"].startswith(prefix)
    }
    for name, variables in functions.items():
        led = {"AWS_ENDPOINT_URL": url, "AWS_SDK_UA_APP_ID": name.removeprefix(prefix)}
        _set(client, name, variables | led)
    try:
        yield
    finally:
        for name, variables in functions.items():
            _set(client, name, variables)


def _set(client: Any, name: str, variables: dict[str, str]) -> None:
    client.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
