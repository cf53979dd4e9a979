"""The local stage from start to end: cloud, deployment, a source and keys, then wait for Ctrl-C."""

import json
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from msgspec.structs import replace
from pynamodb.exceptions import PynamoDBException

from chalicelib.errors import BadInput, DomainError
from infra.demo import week
from infra.local import cloud as local_cloud
from infra.local import lock, short_path
from infra.local.keeping.stage import KeptStage
from infra.local.port import USUAL
from infra.operate.dead_letters import heal, run_now, run_reconcile
from infra.stack import cloud, deploy, formation, package, target
from infra.stack.cloud import DEPARTMENT, LOCAL_STAGE, Cloud, StageAccess
from infra.stack.services import services_in
from infra.terminal import machine
from infra.terminal.language import say
from infra.terminal.report import print_progress

# A minute, as on AWS, is long for someone who watches: a card waits for the sweep. Each asks
# 64 shards, so that one a second would keep a third of a processor busy.
SWEEP_EVERY = 3  # s
SOURCE, DELIVERY, HISTORY_FROM = "demo", "5s", "2020-01-01"
ROOM = 300  # MB: a package for each function's worker, unpacked once, and what the stage keeps
BRING_ON_SECONDS = 5.0  # then it goes on by itself
NOT_OURS = (DomainError, BotoCoreError, ClientError, PynamoDBException)
"""What data and cloud may refuse while the stage starts; then its operator can look, and mend."""
# Started before they are needed: each first call costs a second.
STREAM_FUNCTIONS = ("supervise", "seal", "project", "publish")


@contextmanager
def up(
    folder: Path, port: int | None = None, kept: KeptStage | None = None
) -> Iterator[tuple[local_cloud.LocalCloud, StageAccess]]:
    """Have the stage up for the block, with one source and a key for each role.

    One that is *kept* goes on with its own; what waits on its way to the log is brought on.
    """
    made_for = target.host(layered=False)
    with ThreadPoolExecutor(1) as aside:
        packaging = aside.submit(package.package, LOCAL_STAGE, made_for)
        with local_cloud.running(folder, port, kept.file if kept else None) as running:
            packaged = packaging.result()
            remembered = _remembered(kept, packaged)
            parameters = deploy.STAGE_PARAMETERS[LOCAL_STAGE] | remembered
            try:
                deploy.deploy(running.cloud, LOCAL_STAGE, packaged, parameters, lambda _line: None)
            except BadInput:
                _print_remembered(remembered)
                raise
            url = f"{running.cloud.endpoint}{short_path.PATH}"
            if kept and kept.access:
                access = replace(kept.access, url=url)
                _warm(running.cloud, url)
                _bring_on(running.cloud)
            else:
                access = _register(running.cloud, url)
                _warm(running.cloud, url)
            yield running, access


def run_stage(port: int | None, speed: int | None, *, demo: bool, keep: bool) -> int:
    """Run `duban up`; *keep* holds the data, and of no *port* the one of before, or the usual."""
    since = time.monotonic()
    machine.try_disk(cloud.FOLDER)
    machine.require_room(cloud.FOLDER, ROOM)
    with lock.hold_lock(cloud.FOLDER), _ends_on_request(), _no_stale_access():
        kept = KeptStage(cloud.FOLDER) if keep else None
        is_new = kept is None or kept.access is None
        if kept:
            kept.begin()
        at = port if port is not None else (kept and kept.port) or USUAL
        print_progress(say("正在启动本机环境", "starting the local cloud"))
        with up(cloud.FOLDER, at, kept) as (running, access):
            took = time.monotonic() - since
            print_progress(say(f"{took:.1f} 秒后启动完毕", f"the stack is up after {took:.1f} s"))
            if demo and is_new:
                week.feed_week(running.cloud, access, speed)
            else:
                _set_speed(running.cloud, speed, demo=demo)
            if kept:
                kept.ready(access, urlsplit(access.url).port or USUAL)
            access.write(cloud.ACCESS_FILE)
            _print_people(access)
            ready, site = say("督办已就绪", "Duban is ready"), access.site
            print(f"{ready}: {site}", flush=True)
            while not running.ends_within(SWEEP_EVERY):
                # It may rest (`duban functions rest`), be slow, or the cloud may be ending: the
                # stage goes on. One that fails has its line in the log.
                with suppress(BotoCoreError, ClientError):
                    run_now(running.cloud, LOCAL_STAGE, "sweep")
            return _ended_by_itself(running, kept)


def _set_speed(running: Cloud, speed: int | None, *, demo: bool) -> None:
    """Set the clock's speed; the made-up week of *demo* is fed into a new stage alone."""
    if demo:
        zh, en = "保存的数据已在，不再报送演示办件", "there are kept data: no made-up week is fed"
        print_progress(say(zh, en))
    if speed is not None:
        with services_in(running, LOCAL_STAGE) as services:
            services.table_clock.set(speed=speed)


def _ended_by_itself(running: local_cloud.LocalCloud, kept: KeptStage | None) -> int:
    """Print why the local cloud ended. Raises OSError where the disk is the reason."""
    for folder in (running.log.parent, *([kept.file.parent] if kept else [])):
        machine.try_disk(folder)
    last = local_cloud.last_line(running.log)
    zh, en = "本机云自行结束，详见", "the local cloud ended by itself; see"
    print_progress(f"{say(zh, en)} {running.log}{f' ({last})' if last else ''}")
    return 1


def _register(running: Cloud, url: str) -> StageAccess:
    from infra.local.people import BUSY, enter_made_up
    from infra.operate.sources import register_any

    with services_in(running, LOCAL_STAGE) as services:
        secret = register_any(services, SOURCE, DELIVERY, HISTORY_FROM)
        keys = {role: services.keys.issue(role) for role in ("operator", "inspector")}
        keys["department"] = services.keys.issue("department", DEPARTMENT)
        people = enter_made_up(services, (BUSY, DEPARTMENT))
    return StageAccess(url, {SOURCE: secret}, keys, people)


def _print_people(access: StageAccess) -> None:
    """Print how to sign in, with the passwords of the made-up people."""
    from infra.local.people import MADE_UP

    site = access.site
    zh = f"登录 {site}/signin，可用以下虚构人员（密码也在 .duban/{cloud.ACCESS_NAME}）："
    en = f"sign in at {site}/signin as one of these, who are made up"
    print_progress(say(zh, f"{en} (the passwords are in .duban/{cloud.ACCESS_NAME} too):"))
    for person in MADE_UP:
        if password := access.people.get(person.login):
            print_progress(f"  {person.login:<12}{password:<18}{person.title}")


def _remembered(kept: KeptStage | None, packaged: Path) -> dict[str, str]:
    """Return the parameters that the operator set and this version has; name the others."""
    if kept is None:
        return {}
    template = json.loads((packaged / "template.json").read_text())
    for name in kept.parameters.keys() - template["Parameters"].keys():
        en = f"this version has no parameter {name}: left out"
        print_progress(say(f"本版本没有参数 {name}，不再使用", en))
    return {n: value for n, value in kept.parameters.items() if n in template["Parameters"]}


def _print_remembered(remembered: Mapping[str, str]) -> None:
    """Name the parameters that were set: the stage cannot be deployed with them."""
    if remembered:
        listed = " ".join(f"{name}={value}" for name, value in sorted(remembered.items()))
        zh = f"记下的参数：{listed}；要改：duban deploy local --set 名称=值"
        en = f"set are {listed}; set others: duban deploy local --set NAME=VALUE"
        print_progress(say(zh, en))


def _bring_on(running: Cloud) -> None:
    """Bring on the events that had not come through when the stage ended.

    A failure is printed and stops nothing: it can be mended only in a stage that runs.
    """
    try:
        with services_in(running, LOCAL_STAGE) as services:
            heal(services, lambda: run_reconcile(running, LOCAL_STAGE), BRING_ON_SECONDS)
    except NOT_OURS as error:
        zh = "上次留下的尚未全部接续，请看 duban log restore --check 和 /healthz"
        en = "not all of last time could be brought on; see duban log restore --check and /healthz"
        print_progress(f"{say(zh, en)} ({error})")


def _warm(cloud: Cloud, url: str) -> None:
    """Call the API and the streams' functions once, at the same time."""

    def call(name: str) -> None:
        function = f"{formation.stack_name(LOCAL_STAGE)}-{name}"
        cloud.client("lambda").invoke(FunctionName=function, Payload=b'{"Records": []}')

    with ThreadPoolExecutor(len(STREAM_FUNCTIONS)) as calls:
        done = calls.map(call, STREAM_FUNCTIONS)
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=60):
                list(done)
        except urllib.error.HTTPError as error:  # it is up, and says what is wrong
            zh = f"{url}/healthz 答复 {error.code}，请查看"
            print_progress(say(zh, f"{url}/healthz answers {error.code}; see there"))


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
        print_progress(say("已结束", "ended"))
        sys.exit(0)
