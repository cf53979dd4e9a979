"""The one session of a process with AWS, and the clients of services other than DynamoDB.

A session costs 60 ms of the processor, and importing boto3 over botocore 60 ms more; nothing that
boto3 adds is used here.

A silent connection is given up after seconds and the call repeated: a single one must not take all
the time of its function. The shortest function has 29 seconds: a call takes at most
`longest_seconds()`, its pauses included.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any

# What a session is made for: fixed in a Lambda; a test or a command may change them.
_SETTINGS = ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID")

CONNECT_SECONDS = 2
READ_SECONDS = 5
ATTEMPTS = 3

Endpoint = tuple[str | None, ...]


def endpoint() -> Endpoint:
    """Return the settings that name the server of a client, and its identity there."""
    return tuple(os.environ.get(name) for name in _SETTINGS)


def session() -> Any:
    """Return the session for the present `endpoint`."""
    return _session_for(endpoint())


def longest_seconds() -> int:
    """Return how many seconds one call takes at most; botocore pauses up to 1, 2, 4 … between."""
    return ATTEMPTS * (CONNECT_SECONDS + READ_SECONDS) + sum(1 << n for n in range(ATTEMPTS - 1))


def client(service: str, **settings: Any) -> Any:
    """Make a client of *service* that gives up in time.

    *settings* go into its `botocore.config.Config`, in the place of those for that.
    """
    from botocore.config import Config  # heavy: only who calls pays for it

    limits: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": READ_SECONDS,
        "retries": {"mode": "standard", "total_max_attempts": ATTEMPTS},
    }
    return session().create_client(service, config=Config(**(limits | settings)))


@cache
def _session_for(endpoint: Endpoint) -> Any:
    """Make the session, and set its region.

    Left to itself it asks the mapping that was the environment when it was made: Chalice's test
    client swaps that during a call. Without a region here the machine's own profile has one.
    """
    from botocore.session import get_session

    made, (_, region, default, _) = get_session(), endpoint
    if named := region or default:
        made.set_config_variable("region", named)
    return made


def read_seed(secret_id: str) -> bytes:
    """Return the seed of a key of ours, 32 bytes: SHA-256 of the text in the secret *secret_id*.

    CloudFormation can generate text only; it has 64 characters of 62, far more than the seed can
    hold. Raises botocore's ClientError.
    """
    answer = client("secretsmanager").get_secret_value(SecretId=secret_id)
    return hashlib.sha256(answer["SecretString"].encode()).digest()


class Function:
    """The Lambda *name*: JSON in, JSON out, repeatable: the signature of the log."""

    tries = ATTEMPTS

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return its answer. RuntimeError where it failed, botocore's errors where out of reach."""
        body = json.dumps(payload).encode()
        answer = self._client.invoke(FunctionName=self._name, Payload=body)
        raw = answer["Payload"].read()
        if answer.get("FunctionError"):
            raise RuntimeError(f"{self._name} failed: {raw[:300]!r}")
        result: Mapping[str, Any] = json.loads(raw)
        return result

    @cached_property
    def _client(self) -> Any:
        # A cold start and a look into KMS take seconds, not a minute.
        retries = {"mode": "standard", "total_max_attempts": self.tries}
        return client("lambda", connect_timeout=3, read_timeout=20, retries=retries)


class FunctionOnce(Function):
    """The Lambda *name*, called once: asked again it would refuse what it gave."""

    tries = 1
