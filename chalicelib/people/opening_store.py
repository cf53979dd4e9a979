"""Which openings of private fields were used, in the table of sign-in.

    OPENED#<case>/<number of the `field.opened`>    it gave its value; it may go after a day (`ttl`)

An opening is good for minutes, so what DynamoDB removes a day later is refused without it.
"""

from datetime import datetime, timedelta

from chalicelib.people.session_store import SignInItem

PREFIX = "OPENED#"
_KEPT_FOR = timedelta(days=1)


class Openings:
    """Marks each opening as used, once."""

    def __init__(self, table: str) -> None:
        self._items = SignInItem.named(table)

    def use(self, case: str, n: int, now: datetime) -> bool:
        """Mark opening *n* of *case*; return False where it was used before.

        Crash after the write: it is used, and gave nothing.
        """
        ttl = int((now + _KEPT_FOR).timestamp())
        item = self._items(f"{PREFIX}{case}", str(n), body="", ttl=ttl)
        return item.save_if(self._items.pk.does_not_exist())
