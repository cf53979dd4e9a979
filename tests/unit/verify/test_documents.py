"""The rules that a log states lie beside it under their hash, and nowhere else."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.errors import Corrupt
from chalicelib.policy.names import NameKind
from infra.verify.cases import CheckedCase
from infra.verify.delay import ON_TRIAL
from infra.verify.entries import CheckedEntry, Entries
from infra.verify.issue import Issue
from infra.verify.source import Document, KeptSource, document_reader
from infra.verify.told import knew_nothing
from infra.verify.trust import read_trust
from tests.stranger.naive_log import Signatory
from tests.support.shown_log import (
    BEGAN,
    LOG,
    Author,
    Shown,
    issues_of,
    leaves,
    published,
    read,
    vkey,
)

RULES = b"some rules"
NAME = hashlib.sha256(RULES).hexdigest()


def test_a_document_is_what_its_name_says() -> None:
    """Else it is none."""
    document = document_reader(Shown({f"rules/{NAME}": RULES, f"rules/{'0' * 64}": RULES}))
    assert document(NAME) == RULES
    for name in ("0" * 64, "1" * 64):
        with pytest.raises(Corrupt, match=name):
            document(name)


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd", "", NAME.upper(), NAME + "\n"])
def test_a_leaf_cannot_name_a_file_elsewhere(tmp_path: Path, name: str) -> None:
    """What it names is fetched, and kept, under that name."""
    shown = Shown({f"rules/{name}": b"evil"})
    with pytest.raises(Corrupt):
        document_reader(KeptSource(shown, tmp_path / "a/b"))(name)
    assert (shown.asked, list(tmp_path.rglob("*"))) == ([], [])


class Replayed:
    """Supervision as somebody replays it who knows beforehand what is wrong, and in which case."""

    def __init__(self, *issues: Issue, **claims: int) -> None:
        self._known = issues
        self.claims = Counter[str](claims)
        self.taken: list[str] = []
        self.joined: list[str] = []

    def take(self, case: CheckedCase) -> None:
        """Note the case."""
        self.taken.append(case.name)

    def hand_over(self) -> list[str]:
        """Return the cases that were taken."""
        taken, self.taken = self.taken, []
        return taken

    def join(self, gathered: list[str]) -> None:
        """Add them."""
        self.joined += gathered

    def knew(self, kind: NameKind, name: str, entry: CheckedEntry) -> bool:
        """No name was known."""
        return knew_nothing(kind, name, entry)

    def issues(self) -> Iterator[Issue]:
        """Say what is wrong, once there are cases."""
        yield from self._known if self.joined else ()


def test_supervision_is_judged_by_what_was_checked() -> None:
    """All entries, the documents, and until when the log vouches for; its findings count."""
    objects = {**published(leaves(300)), f"rules/{NAME}": RULES}
    calls: list[tuple[int, bytes, str]] = []

    def replay(entries: Entries, document: Document, until: datetime) -> Replayed:
        calls.append((len(entries), document(NAME), until.isoformat()))
        return Replayed(
            Issue(7, "I13", "缺牌", "a card is missing"), late=3, contested=2, refused=1
        )

    assert issues_of(read(objects, replay=replay)) == [("I13", 7)]
    assert calls == [(300, RULES, "2026-03-02T01:04:59+00:00")]
    report = read(objects, replay=replay)
    counted = {"late": 3, "contested": 2, "accepted": 0, "refused": 1}
    assert report.written()["claims"] == counted
    zh, en = (list(report.lines(english=english)) for english in (False, True))
    assert "  迟报 3 · 待认定 2 · 采信 0 · 不采信 1" in zh
    assert "  late 3 · contested 2 · accepted 0 · refused 1" in en
    assert calls.pop() == calls.pop()
    broken = {**objects, "tile/0/000": bytes(8192)}
    report = read(broken, replay=replay)
    assert (len(calls), report.is_replayed, report.remarks[-1].check) == (0, False, "I13")
    assert report.written()["claims"] == {}
    assert not any("迟报" in line for line in report.lines(english=False))
    assert not read(objects, replay=replay, since=1).is_replayed


def test_what_is_ahead_of_its_time_does_not_say_until_when() -> None:
    """Or every card of the years to come would be missing."""
    until: list[datetime] = []

    def replay(entries: Entries, document: Document, end: datetime) -> Replayed:
        until.append(end)
        return Replayed()

    author = Author()
    leaves = [author.says("y", 90_000), author.says("z", 0, k="heartbeat"), author.says("x", 10)]
    read(published(leaves), replay=replay)
    assert until == [BEGAN + timedelta(seconds=10)]


def test_a_clock_that_may_be_set_back_says_until_when_by_its_last_word() -> None:
    """What a case was told before stays in it, and is later than what the stage now lives at.

    Nor does the last word count that the reader's clock has not come to.
    """
    until: list[datetime] = []

    def replay(entries: Entries, document: Document, end: datetime) -> Replayed:
        until.append(end)
        return Replayed()

    local, author = Signatory(ON_TRIAL, "x"), Author()
    leaves = [author.says("z", 10, k="heartbeat"), author.says("y", 90_000)]
    for by, now, seconds in ((local, 0, 10), (LOG, 90_000, 90_000), (LOG, 3600, 10)):
        trust, clock = read_trust([vkey(by)], [], 0), BEGAN + timedelta(seconds=now)
        read(published(leaves, by=by), replay=replay, trust=trust, now=clock)
        assert until.pop() == BEGAN + timedelta(seconds=seconds)
