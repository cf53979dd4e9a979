"""All tables talk through one client, and PynamoDB still lets us give it to them."""

from botocore.exceptions import ClientError, ConnectionClosedError
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import PutError

from chalicelib.plumbing.table import Table, condition_failed


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


def test_only_a_refused_condition_is_one() -> None:
    """A broken connection has no answer to look at, and PynamoDB's own property trips over that."""
    codes = ("ConditionalCheckFailedException", "ThrottlingException")
    refused, throttled = (ClientError({"Error": {"Code": code}}, "PutItem") for code in codes)
    assert condition_failed(PutError("", refused))
    assert not condition_failed(PutError("", throttled))
    assert not condition_failed(PutError("", ConnectionClosedError(endpoint_url="there")))
