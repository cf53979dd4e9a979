"""News (转达): what one case tells another is told once, as it happened, and nothing else is.

Every card has a life, a number and a place in its department's year because the case that it was
found in told them (`relayed`). What should have been told and was not, or was told and never
happened, is found by deriving all of it again.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from chalicelib.audit.promise import MERGE_DELAY
from chalicelib.audit.redaction import redact
from chalicelib.cards.relay import Relayed, relayed
from chalicelib.cases.fact import Fact
from chalicelib.instant import parse, text
from chalicelib.intake.event import OURS
from infra.verify.finding import Finding
from infra.verify.supervision.cases import Spot, shown, source_of
from infra.verify.supervision.judgements import Judged

Place = tuple[str, str]
"""Where news is told: in which case, by its name, and under which key."""


class _News(NamedTuple):
    """News as it should be: what *event* tells of what was recorded *at* an instant at *source*.

    It may be told, or *is_due*: then it has to be.
    """

    source: Spot
    at: datetime
    event: Relayed
    is_due: bool


class News:
    """Gathers what every case should tell others and what each was told; holds one to the other."""

    def __init__(self) -> None:
        self._wanted: dict[Place, _News] = {}
        self._told: dict[Place, tuple[Spot, Fact]] = {}

    def take(self, judged: Judged) -> Iterator[Finding]:
        """Take one case; what is told in it twice is said at once."""
        case = judged.case
        self._wanted.update(_wanted(judged))
        for fact in case.facts:
            if not fact.told or source_of(fact.key) is None:
                continue
            if (case.name, fact.key) in self._told:
                yield case.found(fact.n, "同一消息转达了两次", "the same news is told twice")
            else:
                self._told[case.name, fact.key] = case.spot(fact.n), fact

    def check(self, until: datetime) -> Iterator[Finding]:
        """What was told and did not happen, or otherwise; what should have been told by *until*."""
        for place, (spot, fact) in self._told.items():
            yield from _compared(spot, fact, self._wanted.get(place))
        for place, news in self._wanted.items():
            is_due = news.is_due and news.at <= until - MERGE_DELAY
            if is_due and place not in self._told:
                yield news.source.found(
                    f"应当转达 {place[0]}，而没有转达",
                    f"should have been told to {place[0]}, and was not",
                )


def _wanted(judged: Judged) -> Iterator[tuple[Place, _News]]:
    """What the case should tell others: each fact as the policy of its time has it."""
    case = judged.case
    policies = {one.policy.reference: one.policy for one in judged.ever()}
    found: dict[Place, dict[str, Relayed]] = {}
    for reference, policy in policies.items():
        for event in relayed(case.name, case.public, case.facts, 0, policy):
            place = event.case, f"{OURS}/{event.event['id']}"
            found.setdefault(place, {})[reference] = event
    for place, by_policy in found.items():
        _, n = source_of(place[1]) or ("", 0)
        then = [one.policy for one in judged.rules(n)]
        events = [by_policy[one.reference] for one in then if one.reference in by_policy]
        if events:
            # A proposal's re-check is news in a register only once it is confirmed.
            so_far = [relayed(case.name, case.public, case.facts[: n + 1], n, one) for one in then]
            is_due = all(place[0] in [one.case for one in told] for told in so_far)
            yield place, _News(case.spot(n), case.facts[n].recorded_at, events[0], is_due)


def _compared(spot: Spot, fact: Fact, news: _News | None) -> Iterator[Finding]:
    """A fact that is told by us, held against the *news* that it should be."""
    if news is None:
        yield spot.found(
            f"转达的 {fact.kind} 没有来源",
            f"{fact.kind} is told by us, and happened nowhere",
        )
        return
    event = news.event.event
    wanted = (event["type"], parse(event["time"]), shown(redact(event["data"], by_us=True).open))
    mine = (fact.kind, fact.at, dict(fact.data))
    if wanted != mine or fact.recorded_at < news.at:
        where = f"{news.source.name} #{news.source.n}, {text(wanted[1])}"
        yield spot.found(
            f"转达的 {fact.kind} 与来源不符（{where}）",
            f"{fact.kind} is not told as it happened ({where})",
        )
