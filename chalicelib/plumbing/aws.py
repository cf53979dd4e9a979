"""The one session of a process with AWS, and the clients of services other than DynamoDB.

A session reads a megabyte of descriptions and registers its handlers: 60 ms of the processor, which
each session pays again. boto3 lies over the same botocore and costs 60 more to import; nothing
of what it adds is used here.
"""

import os
from functools import cache
from typing import Any

# What a session is made for: fixed in a Lambda; a test or a command may change them.
_SETTINGS = ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID")

Endpoint = tuple[str | None, ...]


def endpoint() -> Endpoint:
    """Return what decides whom a client speaks to, and as whom."""
    return tuple(os.environ.get(name) for name in _SETTINGS)


def session() -> Any:
    """Return the session for the present `endpoint`."""
    return _session_for(endpoint())


def client(service: str, **settings: Any) -> Any:
    """Make a client of *service*; *settings* go into its `botocore.config.Config`."""
    from botocore.config import Config  # heavy: only who calls pays for it

    return session().create_client(service, config=Config(**settings))


@cache
def _session_for(_endpoint: Endpoint) -> Any:
    from botocore.session import get_session

    return get_session()
