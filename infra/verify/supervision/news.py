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
from chalicelib.cards.relay import Notification, notifications
from chalicelib.cases.fact import Fact
from chalicelib.instant import parse, text
from chalicelib.intake.event import OURS
from infra.verify.finding import Issue
from infra.verify.supervision.cases import FactPosition, shown, source_of
from infra.verify.supervision.judgements import Judged

NotificationKey = tuple[str, str]
"""Where news is told: in which case, by its name, and under which key."""


class _Notification(NamedTuple):
    """News as it should be: what *event* tells of what was recorded *at* an instant at *source*.

    It may be told, or *is_due*: then it has to be.
    """

    source: FactPosition
    at: datetime
    event: Notification
    is_due: bool


class Notifications:
    """Gathers what every case should tell others and what each was told; holds one to the other."""

    def __init__(self) -> None:
        self._wanted: dict[NotificationKey, _Notification] = {}
        self._told: dict[NotificationKey, tuple[FactPosition, Fact]] = {}

    def take(self, judged: Judged) -> Iterator[Issue]:
        """Take one case; what is told in it twice is said at once."""
        case = judged.case
        self._wanted.update(_wanted(judged))
        for fact in case.facts:
            if not fact.told or source_of(fact.key) is None:
                continue
            if (case.name, fact.key) in self._told:
                yield case.issue(fact.n, "同一消息转达了两次", "the same news is told twice")
            else:
                self._told[case.name, fact.key] = case.position(fact.n), fact

    def check(self, until: datetime) -> Iterator[Issue]:
        """What was told and did not happen, or otherwise; what should have been told by *until*."""
        for key, (spot, fact) in self._told.items():
            yield from _compared(spot, fact, self._wanted.get(key))
        for key, news in self._wanted.items():
            is_due = news.is_due and news.at <= until - MERGE_DELAY
            if is_due and key not in self._told:
                yield news.source.issue(
                    f"应当转达 {key[0]}，而没有转达",
                    f"should have been told to {key[0]}, and was not",
                )


def _wanted(judged: Judged) -> Iterator[tuple[NotificationKey, _Notification]]:
    """What the case should tell others: each fact as the policy of its time has it."""
    case = judged.case
    policies = {rules.profile.reference: rules.profile for rules in judged.ever()}
    found: dict[NotificationKey, dict[str, Notification]] = {}
    for reference, profile in policies.items():
        for event in notifications(case.name, case.public, case.history, 0, profile):
            key = event.case, f"{OURS}/{event.event['id']}"
            found.setdefault(key, {})[reference] = event
    for key, by_policy in found.items():
        _, n = source_of(key[1]) or ("", 0)
        then = [one.profile for one in judged.rules(n)]
        events = [by_policy[one.reference] for one in then if one.reference in by_policy]
        if events:
            # A proposal's re-check is news in a register only once it is confirmed.
            before = case.history.until(n + 1)
            so_far = [notifications(case.name, case.public, before, n, one) for one in then]
            is_due = all(key[0] in [one.case for one in told] for told in so_far)
            yield (
                key,
                _Notification(case.position(n), case.facts[n].recorded_at, events[0], is_due),
            )


def _compared(spot: FactPosition, fact: Fact, news: _Notification | None) -> Iterator[Issue]:
    """A fact that is told by us, held against the *news* that it should be."""
    if news is None:
        yield spot.issue(
            f"转达的 {fact.kind} 没有来源",
            f"{fact.kind} is told by us, and happened nowhere",
        )
        return
    event = news.event.event
    wanted = (event["type"], parse(event["time"]), shown(redact(event["data"], by_us=True).open))
    mine = (fact.kind, fact.at, dict(fact.data))
    if wanted != mine or fact.recorded_at < news.at:
        where = f"{news.source.name} #{news.source.n}, {text(wanted[1])}"
        yield spot.issue(
            f"转达的 {fact.kind} 与来源不符（{where}）",
            f"{fact.kind} is not told as it happened ({where})",
        )
