"""The chain of each case within the log (I3, I4): numbered without a gap, each linked to the last.

Whoever follows one case sees a gap or a swap in it without any other leaf.
"""

from binascii import b2a_base64

from infra.verify.finding import Issue
from infra.verify.hashes import AddIssue
from infra.verify.leaf_form import Form


class Chains:
    """The last leaf of each case so far, as the log is read from entry *first* on."""

    def __init__(self, first: int, add_issue: AddIssue) -> None:
        self._first = first
        self._add_issue = add_issue
        self._last: dict[str, tuple[int, str]] = {}
        self._reported: set[tuple[str, str]] = set()
        self._own: dict[str, str] = {}

    def __len__(self) -> int:
        """How many cases there are."""
        return len(self._last)

    def add(self, index: int, leaf: Form, leaf_hash: bytes) -> None:
        """Add the next leaf; after a finding the case goes on from this leaf."""
        case, n = leaf.case, leaf.n
        last = self._last.get(case)
        self._last[case] = (n, b2a_base64(leaf_hash, newline=False).decode("ascii"))
        if last is None and n and self._first:
            pass  # it began before what is read
        elif n != (wanted := 0 if last is None else last[0] + 1):
            self._add_issue(_out_of_order(index, case, n, wanted))
        elif leaf.prev != (last[1] if last else ""):
            self._add_issue(
                Issue(
                    index,
                    "I4",
                    f"案件 {case} 第 {n} 条的 prev 不是上一条的哈希",
                    f"prev of fact {n} of {case} is not the hash of the one before",
                )
            )
        self._each_once(index, leaf)

    def _each_once(self, index: int, leaf: Form) -> None:
        if leaf.is_told:
            reported = (leaf.case, leaf.key)
            if reported in self._reported:
                self._add_issue(
                    Issue(
                        index,
                        "I3",
                        f"案件 {leaf.case} 的同一事件记录了两次：{leaf.key}",
                        f"{leaf.key} of {leaf.case} is told twice",
                    )
                )
            self._reported.add(reported)
        if leaf.own and self._own.setdefault(leaf.own, leaf.case) != leaf.case:
            zh, en = f"{leaf.own} 有两个公开编号", f"{leaf.own} has two public names"
            self._add_issue(Issue(index, "I3", zh, en))


def _out_of_order(index: int, case: str, n: int, wanted: int) -> Issue:
    if n < wanted:
        return Issue(
            index,
            "I3",
            f"案件 {case} 第 {n} 条再次出现，应为第 {wanted} 条",
            f"fact {n} of {case} comes again, where {wanted} should be",
        )
    return Issue(
        index,
        "I4",
        f"案件 {case} 缺第 {wanted} 条，其后即为第 {n} 条",
        f"{case} has no fact {wanted}: {n} comes in its place",
    )
