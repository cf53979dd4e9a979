"""The log's key in a secret; one in KMS is tried on the local cloud, in tests/infra."""

import boto3
import pytest

from chalicelib.plumbing.aws import read_seed
from tests.support.stage import stage


@pytest.fixture
def secret():
    """Give the id of a secret whose text is `kat`."""
    with stage():
        boto3.client("secretsmanager").create_secret(Name="duban-test/log-key", SecretString="kat")
        yield "duban-test/log-key"


def test_a_seed_is_the_digest_of_a_secret(secret):
    """AUDIT_LOG §3.1 names this very one."""
    known = "5455fc3fb94cf1d5cac49792b3c79be4376671a1c1fffaf3edf630d61840e838"
    assert read_seed(secret).hex() == known
