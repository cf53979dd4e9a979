"""Notifications (转达): each case notifies others once, of what happened, and of nothing else.

A notification that is missing, or of something that never happened, is found by deriving all of
them again (`notifications`); one that was held back, as a late card is.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from chalicelib.instant import parse, text
from chalicelib.intake.event import OURS, source_of
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.supervision.notify import Notification, notifications
from chalicelib.vault.redaction import redact
from infra.verify.issue import Issue
from infra.verify.supervision.cases import FactPosition, drop_empty
from infra.verify.supervision.judgements import ReplayedCase
from infra.verify.supervision.life import UNSEEN, SignsOfLife

NotificationKey = tuple[str, str]
"""The name of the case that is notified, and the key of the notification in it."""


class _Wanted(NamedTuple):
    """A notification of a fact at *source*, recorded *at* an instant, that may be sent.

    If it *is_due*, it must be. *digest* is of all that it says, *time* when it happened.
    """

    source: FactPosition
    at: datetime
    time: datetime
    digest: bytes
    is_due: bool


class _Recorded(NamedTuple):
    """A notification on record, of this *kind*, at its *position*; *digest* as of one wanted."""

    position: FactPosition
    at: datetime
    kind: str
    digest: bytes

    def is_as(self, wanted: _Wanted) -> bool:
        """Return whether it says what is *wanted*, and not before that happened."""
        return self.digest == wanted.digest and self.at >= wanted.at


class _Gathered(NamedTuple):
    """The notifications *wanted* and *recorded*, by case and key, and the *late* ones that fit."""

    wanted: dict[NotificationKey, _Wanted]
    recorded: dict[NotificationKey, _Recorded]
    late: list[tuple[_Wanted, _Recorded]]


class Notifications:
    """Gathers the notifications due and those recorded; keeps no more of those that fit."""

    def __init__(self) -> None:
        self.taken = _Gathered({}, {}, [])

    def take(self, replayed: ReplayedCase) -> Iterator[Issue]:
        """Add one case; yield an issue for each notification that is recorded in it twice."""
        case, taken = replayed.case, set[str]()
        self.taken.wanted.update(_notifications_due(replayed))
        for fact in case.facts:
            if not fact.told or fact.source or source_of(fact.key) is None:
                continue
            if fact.key in taken:
                yield case.issue(fact.n, "同一消息转达了两次", "the same news is told twice")
                continue
            taken.add(fact.key)
            digest = _digest(fact.kind, fact.at, fact.data)
            recorded = _Recorded(case.position(fact.n), fact.recorded_at, fact.kind, digest)
            self.taken.recorded[case.name, fact.key] = recorded

    def join(self, gathered: _Gathered) -> None:
        """Add what another process took; no two have the same case."""
        wanted, recorded, late = self.taken
        wanted |= gathered.wanted
        recorded |= gathered.recorded
        late += gathered.late
        for key in (*gathered.wanted, *gathered.recorded):
            if key in wanted and key in recorded and recorded[key].is_as(wanted[key]):
                owed, came = wanted.pop(key), recorded.pop(key)
                if owed.is_due and came.at - owed.at > UNSEEN:
                    late.append((owed, came))

    def check_notifications(self, until: datetime, alive: SignsOfLife) -> Iterator[Issue]:
        """Compare all that is recorded with what is due by *until*, if the service ran since."""
        for key, recorded in self.taken.recorded.items():
            kind, due = recorded.kind, self.taken.wanted.get(key)
            if due is None:
                zh, en = f"转达的 {kind} 没有来源", f"{kind} is told by us, and happened nowhere"
                yield recorded.position.issue(zh, en)
            elif not recorded.is_as(due):
                where = f"{due.source.name} #{due.source.n}, {text(due.time)}"
                zh = f"转达的 {kind} 与来源不符（{where}）"
                en = f"{kind} is not told as it happened ({where})"
                yield recorded.position.issue(zh, en)
        for key, wanted in self.taken.wanted.items():
            is_due = wanted.is_due and wanted.at <= until - MERGE_DELAY
            if is_due and key not in self.taken.recorded:
                zh = f"应当转达 {key[0]}，而没有转达"
                en = f"should have been told to {key[0]}, and was not"
                issue = wanted.source.issue(zh, en)
                yield issue.outstanding(is_excused=not alive.show(wanted.at, until, wanted.time))
        for wanted, recorded in self.taken.late:
            if alive.ran(wanted.at, recorded.at, UNSEEN, wanted.time):
                kind, was, at = recorded.kind, text(wanted.at), text(recorded.at)
                zh = f"转达的 {kind} 自 {was} 起就应当有，直到 {at} 才记录：被压下"
                en = f"{kind} should have been told since {was} and was held back until {at}"
                yield recorded.position.issue(zh, en)


def _notifications_due(replayed: ReplayedCase) -> Iterator[tuple[NotificationKey, _Wanted]]:
    """Yield the notifications that the case owes others, by the rules of each fact's time."""
    case = replayed.case
    if case.kind not in ("card", "department") and not replayed.derived:
        return  # other cases hear of nothing but what was derived
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
            said = events[0].event
            at, data = parse(said["time"]), drop_empty(redact(said["data"], by_us=True).open)
            digest, since = _digest(said["type"], at, data), case.facts[n].recorded_at
            yield key, _Wanted(case.position(n), since, at, digest, is_due)


def _digest(kind: str, at: datetime, data: Mapping[str, object]) -> bytes:
    """Return a digest of what a notification says: two that differ have different ones."""
    written = json.dumps([kind, text(at), data], sort_keys=True)
    return hashlib.sha256(written.encode()).digest()
