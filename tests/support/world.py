"""A county in this process: report events to it, let time pass, read what it recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from chalicelib.board.published_card import PublishedCard
from chalicelib.cases.fact import Fact
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.instant import parse, text
from chalicelib.intake.event import normalise
from chalicelib.intake.signed_body import SignedBody
from chalicelib.lambdas.reconcile import STUCK, reconcile
from chalicelib.lambdas.sweep import sweep
from chalicelib.plumbing.services import Services
from chalicelib.policy.limit import Limit
from tests.support.posted import posted
from tests.support.rights import acting_as
from tests.support.stage import HandClock, go_on_with, stage
from tests.support.stream_pump import StreamPump

SHANGHAI = "+08:00"

_NOTICE = {"notified_at": "2020-01-01T09:00:00+08:00"}
_SOUND: dict[str, dict[str, Any]] = {
    "case.suspended": {"basis": "行政许可法第四十五条", **_NOTICE},
    "case.extended": {"approved_by": "head", **_NOTICE},
}


class World:
    """One stage, its wall clock and its streams."""

    def __init__(self, services: Services, wall: HandClock, pump: StreamPump | None = None) -> None:
        self.services = services
        self.wall = wall
        self.pump = pump or StreamPump()
        go_on_with(services, self.pump.drain)
        self._ids = 0
        self.told: set[str] = set()

    def report(self, kind: str, /, at: str, case: str = "1", **data: Any) -> str:
        """Put one event into the inbox as `receive` does; *at* is local time in Shanghai.

        What the clock has not reached yet is received when it happens. `recorded` is when the
        intake system wrote it down, where it says so. Suspensions and
        extensions are as they should be, unless *data* says otherwise.
        """
        self._ids += 1
        data = _SOUND.get(kind, {}) | data
        self.told.add(case)
        written = data.pop("recorded", "")
        event = posted(
            kind,
            at + SHANGHAI,
            data,
            id=data.pop("id", f"e{self._ids}"),
            subject=case,
            recordedtime=written + SHANGHAI if written else ...,
        )
        read = normalise(event)
        received_at = max(self.services.now(), parse(read["time"]))
        with acting_as("api"):
            return self.services.inbox.put_event(read, received_at, self.signed(event)).outcome

    def signed(self, _event: dict[str, Any]) -> SignedBody | None:
        """Return the request of an event as its source signed it; this one has no key."""
        return None

    def accept(
        self, at: str, case: str = "1", promise: str = "5wd", law: str = "", **data: Any
    ) -> None:
        """Accept a case with a promise of so many working days, and a limit by *law* if given."""
        given: dict[str, Any] = {"item": "X-01", "department": "Housing", "region": "370102"}
        limits = {"promise": promise, "statutory": law}
        given |= {name: Limit.parse(text).written() for name, text in limits.items() if text}
        self.report("case.accepted", at, case, **(given | data))

    def until(self, at: str, minutes: int = 0) -> None:
        """Let time pass to *at*; sweep then, and every so many *minutes* on the way."""
        end = parse(at + SHANGHAI)
        while minutes and self.wall.at + timedelta(minutes=minutes) < end:
            self.wall.at += timedelta(minutes=minutes)
            self.tick()
        self.wall.at = end
        self.tick()

    def tick(self) -> None:
        """Run what runs every minute, and let the streams run dry."""
        self.pump.drain()
        sweep(self.services, self.services.now())
        self.pump.drain()

    def heal(self) -> None:
        """Reconcile, a while later, until nothing is stuck."""
        for _ in range(3):
            self.heal_once()

    def heal_once(self) -> None:
        """Let six quiet minutes pass, at the end of which both schedules run."""
        self.wall.at += timedelta(minutes=6)
        reconcile(self.services, STUCK)
        self.tick()

    def facts(self, case: str = "1") -> list[Fact]:
        """Return all facts of a case."""
        return [record.fact for record in self.services.facts.of_case(f"hall:{case}")]

    def snapshot(self, case: str = "1") -> CaseSnapshot:
        """Return the snapshot of a case."""
        snapshot = self.services.cases.get(f"hall:{case}")
        assert snapshot is not None
        return snapshot

    def cards(self, case: str = "1") -> list[tuple[str, str]]:
        """Return level and legal instant of each card and warning issued in a case."""
        issued = {"warning.issued", "card.issued"}
        return [(f.text("level"), text(f.at)) for f in self.facts(case) if f.kind in issued]

    def published(self) -> list[PublishedCard]:
        """Return the cards on the board, the newest first."""
        return self.services.board.cards(1000)


@contextmanager
def world(at: str) -> Iterator[World]:
    """Make a county at *at*, local time in Shanghai."""
    now: datetime = parse(at + SHANGHAI)
    with stage(at=now) as (services, wall):
        yield World(services, wall)
