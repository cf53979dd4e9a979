"""What a process remembers of those at the door: how much each source sent, what was refused."""

from chalicelib.plumbing.refusals import Refusals
from chalicelib.plumbing.throttle import Throttle


class Doorkeeper:
    """The *throttle* of sources and the counts of *refusals*."""

    def __init__(self, rate: int, table: str) -> None:
        """*rate*: events of one source a second; *table*: where refusals are summed."""
        self.throttle = Throttle(rate)
        self.refusals = Refusals(table)
