"""A source of a county in memory that signs what it reports with a key of its own."""

import json
from typing import Any

from chalicelib.instant import parse
from chalicelib.intake import event, signature
from chalicelib.intake.source_key import read_source_key
from chalicelib.policy.source_keys import AdoptedKeys
from chalicelib.statement.state import keys_event
from tests.support.posted import posted
from tests.support.source_pair import SourcePair
from tests.support.world import SHANGHAI, World

ACCEPTED: dict[str, Any] = {
    "item": "X-01",
    "department": "Housing",
    "region": "370102",
    "promise": {"amount": 5, "unit": "wd"},
}


class SigningSource:
    """The source `hall` of a *county*, with a *pair* of keys."""

    def __init__(self, county: World, pair: SourcePair) -> None:
        self._county = county
        self.pair = pair
        self._stated = 0
        self._told = 0

    def state(self, *pairs: SourcePair, required: bool = False) -> None:
        """Let the log state the keys of the source, as the operator's command does."""
        services = self._county.services
        self._stated += 1
        keys = tuple(read_source_key(pair.public) for pair in pairs)
        data = AdoptedKeys(keys, required).data("hall")
        told = keys_event(self._stated, data, services.now(), services.profile().zone)
        services.inbox.notify(told["subject"], told, services.now())
        self._county.tick()

    def event(self, kind: str, at: str, case: str = "1", **data: Any) -> dict[str, Any]:
        """Make an event; *at* is local time in Shanghai."""
        self._told += 1
        return posted(kind, at + SHANGHAI, data, id=f"s{self._told}", subject=case)

    def send(self, *events: dict[str, Any]) -> None:
        """Sign *events*, one alone or a batch, and put each into the inbox as `receive` does."""
        services = self._county.services
        is_batch = len(events) > 1
        body = json.dumps(events if is_batch else events[0], ensure_ascii=False).encode()
        headers = self.pair.headers(body, services.wall(), f"msg_{self._told}")
        keys = {"hall": (self.pair.public,)}
        _, signed = signature.find_signer(headers, body, keys, services.wall())
        assert signed is not None
        for position, told in enumerate(events):
            read = event.normalise(told)
            received_at = max(services.now(), parse(read["time"]))
            at = signed.at(position if is_batch else None)
            services.inbox.put_event(read, received_at, at)

    def accept(self, at: str, case: str = "1", **data: Any) -> None:
        """Report an acceptance, signed."""
        self.send(self.event("case.accepted", at, case, **ACCEPTED | data))
