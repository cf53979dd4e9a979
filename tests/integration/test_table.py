"""All tables talk through one client, and PynamoDB still lets us give it to them."""

import json
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, ConnectionClosedError
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import PutError

from chalicelib.plumbing import aws
from chalicelib.plumbing.table import Table, condition_failed

CONFIG = Path(__file__).parents[2] / ".chalice" / "config.json"


class Apple(Table):
    """Any table."""

    class Meta:
        """As DynamoDB knows it."""

        table_name = "apples"

    name = UnicodeAttribute(hash_key=True)


class Pear(Table):
    """Any other table."""

    class Meta:
        """As DynamoDB knows it."""

        table_name = "pears"

    name = UnicodeAttribute(hash_key=True)


def test_models_and_transactions_share_a_client() -> None:
    """Three clients would cost a cold start three times over 100 ms."""
    apples = Apple._get_connection().connection.client
    assert Pear._get_connection().connection.client is apples
    assert Table.connection().client is apples


def test_a_silent_storage_is_given_up_before_the_function_is() -> None:
    """Also of the shortest function, and with all retries; so nobody waits for one connection."""
    config = json.loads(CONFIG.read_text("utf-8"))
    functions = [
        *config["lambda_functions"].values(),
        *(
            function
            for stage in config["stages"].values()
            for function in stage["lambda_functions"].values()
        ),
    ]
    shortest = min(one["lambda_timeout"] for one in functions if "lambda_timeout" in one)
    assert aws.longest_seconds() == 24 < shortest == 29
    secrets = aws.client("secretsmanager")
    for made in (Table.connection().client, secrets):
        limits: Any = made.meta.config
        assert (limits.connect_timeout, limits.read_timeout) == (2, 5)
        assert limits.retries == {"mode": "standard", "total_max_attempts": 3}


def test_only_a_refused_condition_is_one() -> None:
    """A broken connection has no answer to look at, and PynamoDB's own property trips over that."""
    codes = ("ConditionalCheckFailedException", "ThrottlingException")
    refused, throttled = (ClientError({"Error": {"Code": code}}, "PutItem") for code in codes)
    assert condition_failed(PutError("", refused))
    assert not condition_failed(PutError("", throttled))
    assert not condition_failed(PutError("", ConnectionClosedError(endpoint_url="there")))
