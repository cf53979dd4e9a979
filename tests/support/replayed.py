"""A county whose log states its rules; what anybody finds who verifies it, or a log made of it."""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from chalicelib.instant import parse
from chalicelib.lambdas.recompute import awaken
from chalicelib.lambdas.stating import beat, state
from chalicelib.lambdas.succeeding import tell_successions
from infra.verify.report import VerifyReport
from infra.verify.supervision.replay import SupervisionReplay
from tests.support.batches import is_batch, rows_of
from tests.support.faulty import Faulty
from tests.support.memory_stage import MemoryWorld, memory_cloud, memory_stage
from tests.support.shown_log import published, read, written
from tests.support.stage import without_instrument
from tests.support.turns import Turns
from tests.support.world import SHANGHAI

Leaf = dict[str, Any]


class PublicWorld(MemoryWorld):
    """A county that says which rules are in force before anything is judged by them."""

    _awakened: Sequence[str] = ()

    def go_on_from(self, lived: MemoryWorld) -> None:
        """Have lived what *lived* has, and stated what it has."""
        assert isinstance(lived, PublicWorld)
        super().go_on_from(lived)
        self._awakened = lived._awakened

    def tick(self) -> None:
        """State the rules; where they are new, see to whom they concern; do what else is done."""
        self.services.catalogues.current(fresh=True)  # no seconds pass here
        note = state(self.services)
        beat(self.services, note)
        tell_successions(self.services)
        super().tick()
        if note["versions"] != self._awakened:
            self._awakened = note["versions"]
            if awaken(self.services):
                super().tick()

    def close(self) -> None:
        """Let another hour pass, so that all that was recorded before is looked at as settled."""
        self.wall.forward(hours=1)
        self.tick()

    def leaves(self) -> list[Leaf]:
        """What the leaves of the log say, in its order."""
        rows = [
            row
            for item in self.cloud.items["test-Log"].values()
            if is_batch(item)
            for row in rows_of(item)
        ]
        return [json.loads(row["leaf"]) for row in sorted(rows, key=lambda row: row["index"])]

    def rules(self) -> dict[str, bytes]:
        """The documents beside the log."""
        return {
            name: bytes(self.services.objects.get(name) or b"")
            for name in self.services.objects.names("rules/")
        }


@contextmanager
def public_world(
    at: str, *, has_instrument: bool = True, lived: PublicWorld | None = None
) -> Iterator[PublicWorld]:
    """Make a county in memory at *at*, local time in Shanghai, or one that goes on from *lived*."""
    cloud = memory_cloud()
    faulty = Faulty(cloud)
    turns = Turns(faulty)
    with memory_stage(parse(at + SHANGHAI), turns) as (services, wall):
        if not has_instrument:
            without_instrument(services)
        made = PublicWorld(services, wall, cloud, turns, faulty)
        if lived is None:
            made.tick()
        else:
            made.go_on_from(lived)
        yield made


def chained(leaves: Iterable[Leaf]) -> list[bytes]:
    """Write *leaves* as whoever has the key can: each case numbered anew, and linked."""
    last: dict[str, tuple[int, str]] = {}
    made = []
    for leaf in leaves:
        n, prev = last.get(leaf["case"], (-1, ""))
        raw = written({**leaf, "n": n + 1, "prev": prev})
        last[leaf["case"]] = n + 1, b64encode(sha256(b"\0" + raw).digest()).decode()
        made.append(raw)
    return made


def verified(leaves: Iterable[Leaf], rules: Mapping[str, bytes]) -> VerifyReport:
    """Sign a log of these *leaves*, publish it with the *rules*, and verify it all."""
    raw = chained(leaves)
    now = parse(max(json.loads(leaf)["rec"] for leaf in raw))
    return read({**published(raw), **rules}, replay=SupervisionReplay, now=now)


def found(county: PublicWorld, leaves: Iterable[Leaf] | None = None) -> list[str]:
    """What is found against the county's log, or against *leaves* in its place."""
    report = verified(county.leaves() if leaves is None else leaves, county.rules())
    assert report.is_replayed, [issue.en for issue in report.findings]
    return [f"{one.check} {one.en}" for one in report.findings]


def own(leaves: list[Leaf]) -> dict[str, str]:
    """The public name of each case of our own."""
    return {leaf["own"]: leaf["case"] for leaf in leaves if "own" in leaf}
