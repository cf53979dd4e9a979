"""The cloud of a stage: AWS as the environment names it, or a local one; what it may refuse.

`.duban/local.json` has the address of a local stage, and the credentials for it.
"""

import json
import os
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from msgspec import Struct
from msgspec.structs import asdict

from chalicelib.errors import BadInput
from infra.terminal import arguments

LOCAL_STAGE = arguments.LOCAL_STAGE
LOCAL_REGION = "us-east-1"
# An emulator takes this for credentials.
ANYBODY = "test"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}

FOLDER = Path(__file__).resolve().parents[2] / ".duban"
ACCESS_NAME = "local.json"
ACCESS_FILE = FOLDER / ACCESS_NAME
DEPARTMENT = "市场监督管理局"  # the one whose key the file has


class Cloud(Struct, frozen=True, dict=True):
    """A session and, if it is not AWS itself, the address that answers for it."""

    session: boto3.Session
    endpoint: str | None

    @property
    def is_local(self) -> bool:
        """Return whether an emulator on this machine answers; functions then run here."""
        return _is_loopback(self.endpoint)

    @property
    def region(self) -> str:
        """Return the name of the region."""
        return str(self.session.region_name)

    @cached_property
    def _clients(self) -> dict[str, Any]:
        """The clients that were made, by service: to make one takes longer than to ask it."""
        return {}

    def client(self, service: str) -> Any:
        """Return the client of *service*."""
        if service not in self._clients:
            config = Config(retries={"mode": "standard"}, user_agent_extra="duban")
            make: Any = self.session.client
            self._clients[service] = make(service, endpoint_url=self.endpoint, config=config)
        return self._clients[service]


def local_at(endpoint: str) -> Cloud:
    """Return the local cloud at *endpoint*; no credentials of the operator are read or sent."""
    return Cloud(boto3.Session(ANYBODY, ANYBODY, region_name=LOCAL_REGION), endpoint)


def from_environment() -> Cloud:
    """Return the cloud that the usual AWS variables and files name."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL") or None
    if endpoint is not None and _is_loopback(endpoint):
        return local_at(endpoint)
    session = boto3.Session()
    if not session.region_name:
        zh = "没有设定区域；请设 AWS_REGION，或用写明区域的 AWS_PROFILE"
        en = "no region is set; set AWS_REGION, or name a profile with one"
        raise BadInput(zh=zh, en=en, where="AWS")
    return Cloud(session, endpoint)


def of_stage(stage: str) -> Cloud:
    """Return the cloud that has *stage*: what `duban up` runs for the local one, else AWS."""
    if stage == LOCAL_STAGE and not os.environ.get("AWS_ENDPOINT_URL"):
        access = read_access(ACCESS_FILE)
        if access is None:
            zh = "本机环境没有运行；请执行 duban up，保留数据的加 --keep"
            en = "the local stage is not up; start it: duban up, with --keep if it is kept"
            raise BadInput(zh=zh, en=en)
        url = urlsplit(access.url)
        return local_at(f"{url.scheme}://{url.netloc}")
    return from_environment()


def _is_loopback(endpoint: str | None) -> bool:
    return endpoint is not None and urlsplit(endpoint).hostname in LOOPBACK


def code_of(error: ClientError) -> str:
    """Return the code with which AWS refuses, such as NoSuchKey."""
    return str(error.response["Error"]["Code"])


def found(call: Callable[[], Any], *absent: str) -> Any:
    """Return what *call* returns; None where AWS refuses it with a code of *absent*."""
    try:
        return call()
    except ClientError as error:
        if code_of(error) not in absent:
            raise
        return None


def call_until_ready(
    call: Callable[[], object], refusals: set[str], tries: int, pause: Callable[[], None]
) -> None:
    """Make *call* until AWS takes it, *tries* times at most, with a *pause* after each refusal.

    Raises ClientError where it is none of *refusals*, and after the last try.
    """
    for left in reversed(range(tries)):
        try:
            call()
        except ClientError as error:
            if code_of(error) not in refusals or not left:
                raise
            pause()
        else:
            return


class StageAccess(Struct, frozen=True):
    """The content of the file: *url* without a trailing slash, secrets by source, keys by role.

    *people* are the passwords of the made-up people of a local stage, by what they sign in with.
    """

    url: str
    sources: dict[str, str]
    keys: dict[str, str]
    people: dict[str, str] = {}

    @property
    def site(self) -> str:
        """The address for a browser: by the name `localhost`, for passkeys need a name."""
        return self.url.replace("http://127.0.0.1:", "http://localhost:", 1)

    def write(self, path: Path) -> None:
        """Write the file; it holds secrets, so only its owner may read it."""
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(self), indent=2) + "\n")


def read_access(path: Path) -> StageAccess | None:
    """Read the file; None where it is absent or is not whole. Raises OSError: it may be another's.

    A stage that was killed leaves it: who has to know whether one runs looks at the lock.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
        given = (document.get(name, {}) for name in ("sources", "keys", "people"))
        return StageAccess(document["url"], *given)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
