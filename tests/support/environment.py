"""The environment of boto3 under moto, for a fixture that outlives one test."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.stage import REGION


@contextmanager
def environment() -> Iterator[None]:
    """Stand in made-up credentials, and none of the real ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
            patch.delenv(name, raising=False)
        yield
