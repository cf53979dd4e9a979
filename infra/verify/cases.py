"""The cases of a log, one after the other: the form of each leaf, the chain, and the judgement.

Each leaf is parsed here, once, and a case is held in memory only while it is checked. Processes
share the cases. Issues come together in the order of the cases, whatever the number of processes.
"""

from binascii import b2a_base64
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from ctypes import c_bool
from math import ceil
from multiprocessing.sharedctypes import RawValue
from typing import Any, NamedTuple, Protocol

from chalicelib.cases.fact import Fact
from chalicelib.log.tlog.tile import WIDTH
from chalicelib.policy.names import NameKind
from infra.verify.entries import CheckedEntry, Entries
from infra.verify.issue import CappedIssues, Issue
from infra.verify.leaf_fields import Malformed
from infra.verify.leaf_form import ReadLeaf, read_leaves
from infra.verify.workers import map_in_order

_RUN = 256  # leaves that are read together


class CheckedCase(NamedTuple):
    """The *facts* of a case with the public *name*, in order, and the index *at* which each is."""

    name: str
    facts: Sequence[Fact]
    at: Sequence[int]


class Judge(Protocol):
    """Judges the cases of a log in several processes, then what was gathered; counts *claims*."""

    claims: Counter[str]

    def knew(self, kind: NameKind, name: str, entry: CheckedEntry) -> bool:
        """Return whether *name* had long been known when *entry* was recorded."""

    def take(self, case: CheckedCase) -> None:
        """Judge one case."""

    def hand_over(self) -> Any:
        """Return what was gathered since the last time, as it can be sent to another process."""

    def join(self, gathered: Any) -> None:
        """Add what another process handed over; it comes in the order of the cases."""

    def issues(self) -> Iterator[Issue]:
        """Yield all issues, once everything has come together."""


class Share(NamedTuple):
    """The *cases* in a share, counted, and the *issues* with their leaves.

    The *malformed* leaves are no entries; *owned* are index, public name and own name of a leaf.
    """

    issues: CappedIssues
    malformed: list[int]
    owned: list[tuple[int, str, str]]
    cases: int = 0
    gathered: Any = None


class CaseCheck(NamedTuple):
    """Checks the cases of *entries*, a *share* at a time, and has them judged.

    Once an issue is *wrong* in any process, none judges any more: no judgement is reported then.
    """

    entries: Entries
    judge: Judge | None
    share: int = 256
    wrong: c_bool | None = None

    def check_share(self, number: int) -> Share:
        """Check the cases of share *number*."""
        checked = Share(CappedIssues(), [], [])
        cases = range(number * self.share, min((number + 1) * self.share, len(self.entries.cases)))
        count = sum(self._check_case(case, checked) for case in cases)
        gathered = self.judge.hand_over() if self.judge else None
        return checked._replace(cases=count, gathered=gathered)

    def _check_case(self, number: int, checked: Share) -> bool:
        """Check one case; return whether any leaf of it is as leaves are."""
        indexes = [self.entries.first + place for place in self.entries.cases.places(number)]
        leaves: list[tuple[int, bytes, ReadLeaf]] = []
        for at in range(0, len(indexes), _RUN):
            leaves += _read(self.entries, indexes[at : at + _RUN], checked)
        chain = check_chain(leaves, is_whole=not self.entries.first)
        checked.issues.extend(chain)
        checked.owned.extend((index, leaf.case, leaf.own) for index, _, leaf in leaves if leaf.own)
        if checked.issues and self.wrong is not None:
            self.wrong.value = True
        if self.judge and not checked.issues and not (self.wrong and self.wrong.value):
            facts = [leaf.fact for _, _, leaf in leaves]
            self.judge.take(CheckedCase(self.entries.cases.name(number), facts, indexes))
        return bool(leaves)


def _read(
    entries: Entries, indexes: Sequence[int], checked: Share
) -> Iterator[tuple[int, bytes, ReadLeaf]]:
    """Read the leaves at *indexes*; yield each that is as leaves are, and note the others."""
    stored = [entries.leaves.read(index) for index in indexes]
    read = read_leaves([each.leaf for each in stored])
    for index, raw, leaf in zip(indexes, stored, read, strict=True):
        if isinstance(leaf, Malformed):
            checked.malformed.append(index)
            checked.issues.extend([Issue(index, "I10", leaf.zh, leaf.en)])
        else:
            yield index, raw.hash, leaf


class CheckedCases(NamedTuple):
    """How many *cases* a log has, and the issues with its bundles, tiles and leaves, in order."""

    cases: int
    issues: list[Issue]


def check_cases(
    reading: Sequence[tuple[int, Issue]],
    check: CaseCheck,
    show: Callable[[int], None],
    processes: int,
) -> CheckedCases:
    """Check and judge all cases; return their issues and those of the *reading*, in order."""
    entries, checked, count = check.entries, Share(CappedIssues(), [], []), 0
    _ = [*_read(entries, entries.shapeless, checked)]
    check = check._replace(wrong=RawValue(c_bool, bool(checked.issues)))
    shares = map_in_order(check.check_share, ceil(len(entries.cases) / check.share), processes)
    for number, share in enumerate(shares, 1):
        count += share.cases
        checked.issues.extend(share.issues)
        checked.malformed.extend(share.malformed)
        checked.owned.extend(share.owned)
        if check.judge and not checked.issues:
            check.judge.join(share.gathered)
        show(min(number * check.share, len(entries.cases)))
    entries.times.drop(checked.malformed)
    checked.issues.extend(check_names(sorted(checked.owned)))
    places = ((issue.index or 0, issue) for issue in checked.issues)
    of_leaves = [((index // WIDTH, 1, index), issue) for index, issue in places]
    of_bundles = [((bundle, 0, 0), issue) for bundle, issue in reading]
    in_order = sorted(of_bundles + of_leaves, key=lambda each: each[0])
    return CheckedCases(count, [issue for _, issue in in_order])


def check_chain(
    leaves: Iterable[tuple[int, bytes, ReadLeaf]], *, is_whole: bool
) -> Iterator[Issue]:
    """Check the chain of a case (I3, I4): numbered without a gap, each leaf linked to the last.

    *leaves* come with index and hash. The case may have begun earlier unless the log *is_whole*.
    """
    last: int | None = None
    link, reported = "", set[str]()
    for index, leaf_hash, leaf in leaves:
        case, n, wanted = leaf.case, leaf.fact.n, 0 if last is None else last + 1
        if last is None and n and not is_whole:
            pass  # it began before the first entry that is read
        elif n < wanted:
            zh = f"案件 {case} 第 {n} 条再次出现，应为第 {wanted} 条"
            yield Issue(
                index, "I3", zh, f"fact {n} of {case} comes again, where {wanted} should be"
            )
        elif n > wanted:
            zh = f"案件 {case} 缺第 {wanted} 条，其后即为第 {n} 条"
            yield Issue(index, "I4", zh, f"{case} has no fact {wanted}: {n} comes in its place")
        elif leaf.prev != link:
            zh = f"案件 {case} 第 {n} 条的 prev 不是上一条的哈希"
            en = f"prev of fact {n} of {case} is not the hash of the one before"
            yield Issue(index, "I4", zh, en)
        last, link = n, b2a_base64(leaf_hash, newline=False).decode("ascii")
        if leaf.fact.told:
            key = leaf.fact.key
            if key in reported:
                zh = f"案件 {case} 的同一事件记录了两次：{key}"
                yield Issue(index, "I3", zh, f"{key} of {case} is told twice")
            reported.add(key)


def check_names(owned: Iterable[tuple[int, str, str]]) -> Iterator[Issue]:
    """Check that each case of our own has one public name; *owned* are as in `Share`, in order."""
    public_of: dict[str, str] = {}
    for index, public, own in owned:
        if public_of.setdefault(own, public) != public:
            yield Issue(index, "I3", f"{own} 有两个公开编号", f"{own} has two public names")
