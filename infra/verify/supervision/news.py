"""Notifications (转达): each case notifies others once, of what happened, and of nothing else.

A card has a life, a number and an entry in its department's year because the case that issued it
notified those cases (`notifications`). A notification that is missing, or of something that never
happened, is found by deriving all of them again.
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
from infra.verify.supervision.cases import FactPosition, drop_empty, source_of
from infra.verify.supervision.judgements import ReplayedCase

NotificationKey = tuple[str, str]
"""The name of the case that is notified, and the key of the notification in it."""


class _Notification(NamedTuple):
    """A notification as it should be: *event*, of a fact at *source* that was recorded *at*.

    It may be sent; if *is_due*, it must be.
    """

    source: FactPosition
    at: datetime
    event: Notification
    is_due: bool


class Notifications:
    """Gathers the notifications due from every case and those recorded; compares the two."""

    def __init__(self) -> None:
        self._wanted: dict[NotificationKey, _Notification] = {}
        self._recorded: dict[NotificationKey, tuple[FactPosition, Fact]] = {}

    def take(self, replayed: ReplayedCase) -> Iterator[Issue]:
        """Add one case; yield an issue for each notification that is recorded in it twice."""
        case = replayed.case
        self._wanted.update(_notifications_due(replayed))
        for fact in case.facts:
            if not fact.told or source_of(fact.key) is None:
                continue
            if (case.name, fact.key) in self._recorded:
                yield case.issue(fact.n, "同一消息转达了两次", "the same news is told twice")
            else:
                self._recorded[case.name, fact.key] = case.position(fact.n), fact

    def check_notifications(self, until: datetime) -> Iterator[Issue]:
        """Compare all that is recorded with what is due by *until*."""
        for key, (position, fact) in self._recorded.items():
            yield from _compare(position, fact, self._wanted.get(key))
        for key, notification in self._wanted.items():
            is_due = notification.is_due and notification.at <= until - MERGE_DELAY
            if is_due and key not in self._recorded:
                yield notification.source.issue(
                    f"应当转达 {key[0]}，而没有转达",
                    f"should have been told to {key[0]}, and was not",
                )


def _notifications_due(replayed: ReplayedCase) -> Iterator[tuple[NotificationKey, _Notification]]:
    """Yield the notifications that the case owes others, by the rules of each fact's time."""
    case = replayed.case
    ever = {rules.policy: rules for rules in replayed.ever()}
    by_key: dict[NotificationKey, dict[str, Notification]] = {}
    for policy, rules in ever.items():
        for event in notifications(case.name, case.public, case.history, 0, rules):
            key = event.case, f"{OURS}/{event.event['id']}"
            by_key.setdefault(key, {})[policy] = event
    for key, by_policy in by_key.items():
        _, n = source_of(key[1]) or ("", 0)
        then = list({rules.policy: rules for rules in replayed.rules(n)}.values())
        events = [by_policy[rules.policy] for rules in then if rules.policy in by_policy]
        if events:
            # A register is notified of a proposal's re-check only once it is confirmed.
            before = case.history.until(n + 1)
            so_far = [notifications(case.name, case.public, before, n, rules) for rules in then]
            is_due = all(key[0] in [sent.case for sent in batch] for batch in so_far)
            yield (
                key,
                _Notification(case.position(n), case.facts[n].recorded_at, events[0], is_due),
            )


def _compare(
    position: FactPosition, fact: Fact, notification: _Notification | None
) -> Iterator[Issue]:
    """Compare *fact*, which we reported, with the *notification* that it should be."""
    if notification is None:
        yield position.issue(
            f"转达的 {fact.kind} 没有来源",
            f"{fact.kind} is told by us, and happened nowhere",
        )
        return
    event = notification.event.event
    wanted = (
        event["type"],
        parse(event["time"]),
        drop_empty(redact(event["data"], by_us=True).open),
    )
    recorded = (fact.kind, fact.at, dict(fact.data))
    if wanted != recorded or fact.recorded_at < notification.at:
        where = f"{notification.source.name} #{notification.source.n}, {text(wanted[1])}"
        yield position.issue(
            f"转达的 {fact.kind} 与来源不符（{where}）",
            f"{fact.kind} is not told as it happened ({where})",
        )
