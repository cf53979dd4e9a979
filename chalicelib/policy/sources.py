"""Registered sources (报送单位): for whom each may speak, and how soon it promises to report.

Pure. A source signs its events, but it is the supervised side. So what it may report and how soon
it must report is set by the operator, with a reason, and stated in the log before it is used.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, cast

from msgspec import Struct, field
from msgspec.structs import replace

from chalicelib.cached import cached_property
from chalicelib.errors import BadInput
from chalicelib.instant import parse, text
from chalicelib.policy.region import covers

DeliveryUnit = Literal["s", "m", "h", "wd"]
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_MOST = {"s": 86_400, "m": 1440, "h": 24, "wd": 1}
_DELIVERY = re.compile(r"(0|[1-9][0-9]{0,4})(s|m|h|wd)", re.ASCII)
_EARLIEST = datetime.min.replace(tzinfo=UTC)


class DeliveryTime(Struct, frozen=True):
    """A promised delivery time (报送时限): so many seconds, minutes, hours, or one working day."""

    amount: int
    unit: DeliveryUnit

    def __str__(self) -> str:
        """Write it as commands do: `10m`."""
        return f"{self.amount}{self.unit}"

    @classmethod
    def parse(cls, written: str) -> "DeliveryTime":
        """Read `5s`, `10m`, `24h` or `1wd`. Raises BadInput: not of that form, or over a day."""
        match = _DELIVERY.fullmatch(written)
        if match is None or int(match[1]) > _MOST[match[2]]:
            text, form = f"{written[:20]!r}", "5s, 10m, 24h or 1wd, at most 24h or 1wd"
            zh = f"报送时限应写成 5s、10m、24h 或 1wd，最长 24h 或 1wd，不是 {text}"
            raise BadInput(zh=zh, en=f"a delivery time is written {form}, not {text}")
        return cls(int(match[1]), cast("DeliveryUnit", match[2]))

    @property
    def seconds(self) -> int | None:
        """Its length; None for a working day, whose length depends on the calendar."""
        return None if self.unit == "wd" else self.amount * _SECONDS[self.unit]


AT_ONCE = DeliveryTime(0, "s")  # what is received when it occurred: a log that is replayed
USUAL = DeliveryTime(10, "m")


class Delivery(Struct, frozen=True):
    """A delivery *time* for what occurs *since* an instant, and the operator's *reason*."""

    time: DeliveryTime
    since: datetime = _EARLIEST
    reason: str = ""


class Outage(Struct, frozen=True):
    """A source could not report *since* an instant, *until* another; recorded before it ended."""

    since: datetime
    until: datetime
    reason: str = ""


class Registration(Struct, frozen=True):
    """What a source is registered for.

    *departments* and *regions* None: any. *deliveries* and *outages* are in order of time.
    *history_from*: what occurred before it is refused; None: no bound of its own.
    """

    departments: frozenset[str] | None = None
    regions: frozenset[str] | None = None
    deliveries: tuple[Delivery, ...] = (Delivery(USUAL),)
    history_from: datetime | None = None
    outages: tuple[Outage, ...] = ()

    def delivery_at(self, instant: datetime) -> DeliveryTime:
        """Return the delivery time for what occurs at *instant*."""
        before = [each.time for each in self.deliveries if each.since <= instant]
        return before[-1] if before else self.deliveries[0].time

    def speaks_for(self, department: str) -> bool:
        """Return whether it may report on *department*."""
        return self.departments is None or department in self.departments

    def serves(self, region: str) -> bool:
        """Return whether it may report on *region*, or on a place that it lies in."""
        return self.regions is None or any(covers(area, region) for area in self.regions)

    def document(self) -> dict[str, Any]:
        """Return it as stored and stated; what is not set is left out."""
        values: dict[str, Any] = {
            "departments": None if self.departments is None else sorted(self.departments),
            "regions": None if self.regions is None else sorted(self.regions),
            "deliveries": [
                [str(each.time), "" if each.since == _EARLIEST else text(each.since), each.reason]
                for each in self.deliveries
            ],
            "history_from": text(self.history_from) if self.history_from else None,
            "outages": _written(self.outages),
        }
        return {name: value for name, value in values.items() if value is not None and value != []}


def read_registration(document: Mapping[str, Any]) -> Registration:
    """Return the source that `Registration.document` wrote. Raises LookupError or ValueError."""
    deliveries = tuple(
        Delivery(DeliveryTime.parse(time), parse(since) if since else _EARLIEST, reason)
        for time, since, reason in document["deliveries"]
    )
    return Registration(
        departments=_names(document.get("departments")),
        regions=_names(document.get("regions")),
        deliveries=deliveries or (Delivery(USUAL),),
        history_from=parse(document["history_from"]) if "history_from" in document else None,
        outages=_read_outages(document),
    )


def _written(outages: Sequence[Outage]) -> list[list[str]]:
    return [[text(each.since), text(each.until), each.reason] for each in outages]


def _read_outages(document: Mapping[str, Any]) -> tuple[Outage, ...]:
    outages = document.get("outages", ())
    return tuple(Outage(parse(since), parse(until), reason) for since, until, reason in outages)


def _names(names: Sequence[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


class Registrations(Struct, frozen=True, dict=True):
    """The registered sources by name, and since when the stage is in use (*live_from*).

    What occurred before *live_from* is history: it counts uncontested and makes no card. Duban
    itself could receive nothing in its own *outages*.
    """

    by_name: Mapping[str, Registration] = field(default_factory=dict)
    live_from: datetime | None = None
    outages: tuple[Outage, ...] = ()

    def of(self, name: str) -> Registration:
        """Return the source *name*; one that is not registered any more has the usual terms.

        An outage of Duban is one of every source.
        """
        if not name:
            return _REPLAYED
        return self._with_ours.get(name, self._with_ours[""])

    @cached_property
    def departments(self) -> frozenset[str]:
        """The departments that a source is registered for by name."""
        return frozenset[str]().union(*(each.departments or () for each in self.by_name.values()))

    @cached_property
    def _with_ours(self) -> Mapping[str, Registration]:
        """The sources by name, and by the empty one what is not registered, with our outages."""
        with_ours = {}
        for name, source in {**self.by_name, "": Registration()}.items():
            outages = sorted((*source.outages, *self.outages), key=lambda outage: outage.since)
            with_ours[name] = replace(source, outages=tuple(outages))
        return with_ours

    def document(self) -> dict[str, Any]:
        """Return them as stored, and as stated in the log."""
        sources = {name: source.document() for name, source in sorted(self.by_name.items())}
        live = {"live_from": text(self.live_from)} if self.live_from else {}
        ours = {"outages": _written(self.outages)} if self.outages else {}
        return {"sources": sources, **live, **ours}

    @cached_property
    def version(self) -> str:
        """Return a hash of them."""
        written = json.dumps(self.document(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(written.encode()).hexdigest()[:16]


def read_registrations(document: Mapping[str, Any]) -> Registrations:
    """Return the sources that `Registrations.document` wrote. Raises LookupError or ValueError."""
    live_from = document.get("live_from")
    sources = {name: read_registration(each) for name, each in document["sources"].items()}
    return Registrations(sources, parse(live_from) if live_from else None, _read_outages(document))


_REPLAYED = Registration(deliveries=(Delivery(AT_ONCE),))
NO_SOURCES = Registrations()
