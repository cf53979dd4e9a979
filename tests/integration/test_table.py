"""All tables talk through one client, and PynamoDB still lets us give it to them."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.plumbing.table import Table


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
