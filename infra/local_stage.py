"""The local stage from start to end: cloud, deployment, a source and keys, then wait for Ctrl-C."""

import signal
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from botocore.exceptions import ConnectionClosedError, EndpointConnectionError

from infra import alone, cloud, deploy, local_cloud, package, stage, target
from infra.access_file import DEPARTMENT, StageAccess
from infra.cloud import LOCAL_STAGE, Cloud

# A minute, as on AWS, is long for someone who watches: a card waits for the sweep.
SWEEP_EVERY = 1  # s
SOURCE, DELIVERY, HISTORY_FROM = "demo", "5s", "2020-01-01"
DEMO_DELIVERY = "10m"  # the week is posted in runs of some minutes
# Started before they are needed: each first call costs a second.
STREAM_FUNCTIONS = ("supervise", "seal", "publish", "checkpoint")


@contextmanager
def up(
    folder: Path, delivery: str = DELIVERY
) -> Iterator[tuple[local_cloud.LocalCloud, StageAccess]]:
    """Have the stage up for the block, with a source that reports within *delivery*, and keys."""
    made_for = target.host(layered=False)
    with ThreadPoolExecutor(1) as aside:
        packaging = aside.submit(package.package, LOCAL_STAGE, made_for)
        with local_cloud.running(folder) as running:
            parameters = deploy.STAGE_PARAMETERS[LOCAL_STAGE]
            outputs = deploy.deploy(
                running.cloud, LOCAL_STAGE, packaging.result(), parameters, lambda _line: None
            )
            with stage.inside(running.cloud, LOCAL_STAGE):
                access = _register(outputs["Url"], delivery)
            _warm(running.cloud, access.url)
            yield running, access


def run_stage(*, speed: int | None, demo: bool) -> int:
    """Run `duban up`."""
    since = time.monotonic()
    _print_progress("starting the local cloud")
    with (
        alone.hold_lock(cloud.FOLDER),
        _ends_on_request(),
        _no_stale_access(),
        up(cloud.FOLDER, DEMO_DELIVERY if demo else DELIVERY) as (running, access),
    ):
        access.write(cloud.ACCESS_FILE)
        _print_progress(f"the stack is up after {time.monotonic() - since:.1f} s: {access.url}")
        if demo:
            from infra import demo as made_up

            made_up.feed_week(running.cloud, access, speed)
        elif speed is not None:
            _set_speed(running.cloud, speed)
        print(f"Duban is ready: {access.url}", flush=True)
        while not running.ends_within(SWEEP_EVERY):
            _sweep(running)
        _print_progress(f"the local cloud ended by itself; see {running.log}")
        return 1


def _register(url: str, delivery: str) -> StageAccess:
    from chalicelib.plumbing.services import Services
    from chalicelib.plumbing.settings import read_settings
    from infra.sources import register_any

    services = Services(read_settings())
    secret = register_any(services, SOURCE, delivery, HISTORY_FROM)
    keys = {role: services.keys.issue(role) for role in ("operator", "inspector")}
    keys["department"] = services.keys.issue("department", DEPARTMENT)
    return StageAccess(url, {SOURCE: secret}, keys)


def _warm(cloud: Cloud, url: str) -> None:
    """Call the API and the streams' functions once, at the same time."""

    def call(name: str) -> None:
        function = f"{deploy.stack_name(LOCAL_STAGE)}-{name}"
        cloud.client("lambda").invoke(FunctionName=function, Payload=b'{"Records": []}')

    with ThreadPoolExecutor(len(STREAM_FUNCTIONS)) as calls:
        done = calls.map(call, STREAM_FUNCTIONS)
        with urllib.request.urlopen(f"{url}/healthz", timeout=60):
            list(done)


def _sweep(running: local_cloud.LocalCloud) -> None:
    """Call the sweep once more than its schedule does. One that fails has its line in the log."""
    function = f"{deploy.stack_name(LOCAL_STAGE)}-sweep"
    with suppress(EndpointConnectionError, ConnectionClosedError):  # it is ending
        running.cloud.client("lambda").invoke(FunctionName=function, Payload=b"{}")


def _set_speed(cloud: Cloud, speed: int) -> None:
    from chalicelib.plumbing.services import Services
    from chalicelib.plumbing.settings import read_settings

    with stage.inside(cloud, LOCAL_STAGE):
        Services(read_settings()).table_clock.set(speed=speed)


@contextmanager
def _no_stale_access() -> Iterator[None]:
    """Leave no `.duban/local.json` of a stage that is not there; one that was killed leaves one."""
    cloud.ACCESS_FILE.unlink(missing_ok=True)
    try:
        yield
    finally:
        cloud.ACCESS_FILE.unlink(missing_ok=True)


@contextmanager
def _ends_on_request() -> Iterator[None]:
    """Let SIGTERM and a closed terminal end us in order and quietly, as Ctrl-C does."""

    def end(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    try:
        yield
    except KeyboardInterrupt:
        _print_progress("ended")
        sys.exit(0)


def _print_progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
