"""A county whose sources have delivery times, and an inspector who decides about late news.

What is registered of its sources stands in its log as any rule does: in each statement, and in one
of its own as soon as it changes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from chalicelib.cases.case_id import card_case
from chalicelib.instant import parse, text
from chalicelib.intake.event import OURS, Event
from chalicelib.policy.sources import Delivery, DeliveryTime, Registration, Registrations
from chalicelib.statement.state import sources_text
from infra.verify.report import VerifyReport
from tests.support.faulty import Faulty
from tests.support.memory_stage import memory_cloud, memory_stage
from tests.support.replayed import Leaf, PublicWorld, own, verified
from tests.support.turns import Turns
from tests.support.world import SHANGHAI

HEARING: Mapping[str, Any] = {"procedure": "hearing", "approved": {"amount": 10, "unit": "wd"}}
"""A pause, as a source should report it."""

Stated = Sequence[tuple[datetime, Registrations]]
"""What is registered, each since an instant at which the log states it."""


def local(at: str) -> datetime:
    """The instant of a local time in Shanghai."""
    return parse(at + SHANGHAI)


def local_text(instant: datetime) -> str:
    """The local time in Shanghai of an instant."""
    return (instant + timedelta(hours=8)).isoformat()[:19]


def hall(*deliveries: str | tuple[str, str]) -> Registrations:
    """The source `hall` with a delivery time, and others for what occurs from a local time on."""
    times = [
        Delivery(DeliveryTime.parse(each))
        if isinstance(each, str)
        else Delivery(DeliveryTime.parse(each[0]), local(each[1]), "因故")
        for each in deliveries
    ]
    return Registrations({"hall": Registration(deliveries=tuple(times))})


class ClaimedWorld(PublicWorld):
    """A county in which `register` says what the sources are registered for, from then on."""

    def register(self, registered: Registrations) -> None:
        """Register the sources so; the log states it."""
        self.services.registrations.change(lambda _: registered)
        self.tick()

    def decide_claim(self, outcome: str, claim: int, case: str = "1", **data: str) -> None:
        """Let an inspector accept or refuse a claim, or somebody else in another `role`."""
        now = self.services.now()
        event = Event(
            id=f"{outcome}/{claim}/{text(now)}",
            source=OURS,
            subject=f"hall:{case}",
            type=f"claim.{outcome}",
            time=text(now),
            data={
                "claim": claim,
                "seen": len(self.facts(case)),
                "role": "inspector",
                "text": "查实",
                **data,
            },
        )
        self.services.inbox.put_own_event(f"hall:{case}", event["id"], event, now)
        self.tick()


def rules_with(stated: Stated) -> dict[str, bytes]:
    """The documents of what is *stated* of the sources."""
    texts = [sources_text(registered) for _, registered in stated]
    return {each.path: each.body for each in texts}


def restated(leaves: Sequence[Leaf], stated: Stated) -> list[Leaf]:
    """Say in the statements among *leaves* what is *stated* of the sources; add one when it is new.

    So does an operator who would rather have promised something else.
    """
    made: list[Leaf] = []
    first: Leaf | None = None
    waiting = list(stated[1:])
    for leaf in leaves:
        while waiting and first and parse(leaf["rec"]) >= waiting[0][0]:
            since = text(waiting.pop(0)[0])
            new = {**first, "key": f"duban/rules/sources-{len(made)}", "at": since, "rec": since}
            new.pop("own", None)
            made.append(_with_sources(new, stated))
        made.append(_with_sources(leaf, stated) if leaf["k"] == "rules.adopted" else leaf)
        if leaf["k"] == "rules.adopted":
            first = first or leaf
    return made


def _with_sources(leaf: Leaf, stated: Stated) -> Leaf:
    at = parse(leaf["rec"])
    in_force = [registered for since, registered in stated if since <= at] or [stated[0][1]]
    others = [each for each in leaf["data"]["documents"] if each["name"] != "sources"]
    documents = [*others, sources_text(in_force[-1]).payload()]
    return {**leaf, "data": {**leaf["data"], "documents": documents}}


def of(leaves: Iterable[Leaf], case: str) -> list[Leaf]:
    """The leaves of a permit: its acceptance names its department."""
    (public,) = {
        leaf["case"]
        for leaf in leaves
        if leaf["k"] == "case.accepted" and leaf["data"]["department"] == f"D{case}"
    }
    return [leaf for leaf in leaves if leaf["case"] == public]


def without(leaves: Iterable[Leaf], *gone: Leaf) -> list[Leaf]:
    """The log without some leaves."""
    return [leaf for leaf in leaves if not any(leaf is other for other in gone)]


def kinds(leaves: Iterable[Leaf], *wanted: str) -> list[Leaf]:
    """The leaves of some kinds."""
    return [leaf for leaf in leaves if leaf["k"] in wanted]


def yellow(leaves: Iterable[Leaf]) -> Leaf:
    """The yellow card of one case."""
    return next(leaf for leaf in kinds(leaves, "card.issued") if leaf["data"]["level"] == "yellow")


def without_card(leaves: list[Leaf], card: Leaf) -> list[Leaf]:
    """The log without a card and all that came of it."""
    name = f"{card['case']}.{card['n']}"
    life = own(leaves)[card_case(name)]
    return [
        leaf
        for leaf in leaves
        if leaf is not card
        and leaf["case"] != life
        and leaf["data"].get("card") != name
        and not leaf["key"].startswith((f"duban/{name}", f"duban/{life}."))
    ]


def stated_as(
    county: ClaimedWorld, leaves: list[Leaf], *stated: tuple[str, Registrations]
) -> VerifyReport:
    """Verify the log, with other statements of its sources in it."""
    terms: Stated = [(local(since), registered) for since, registered in stated]
    return verified(restated(leaves, terms), {**county.rules(), **rules_with(terms)})


def said(report: VerifyReport) -> list[str]:
    """What is found."""
    return [issue.en for issue in report.findings]


@contextmanager
def claimed_world(at: str, registered: Registrations) -> Iterator[ClaimedWorld]:
    """Make a county in memory at *at*, local time in Shanghai, with its sources registered so."""
    cloud = memory_cloud()
    faulty = Faulty(cloud)
    turns = Turns(faulty)
    with memory_stage(local(at), turns) as (services, wall):
        made = ClaimedWorld(services, wall, cloud, turns, faulty)
        made.register(registered)
        yield made
