"""The chain of each case within the log (I3, I4): numbered without a gap, each linked to the last.

Whoever follows one case sees a gap or a swap in it without any other leaf.
"""

from base64 import b64encode
from typing import Any

from chalicelib.audit.tree import leaf_hash
from infra.verify.finding import Finding
from infra.verify.hashes import Say


class Chains:
    """Where each case stands as the log is read, from entry *first* on."""

    def __init__(self, first: int, say: Say) -> None:
        self._first = first
        self._say = say
        self._last: dict[str, tuple[int, str]] = {}
        self._told: set[tuple[str, str]] = set()
        self._own: dict[str, str] = {}

    def __len__(self) -> int:
        """How many cases there are."""
        return len(self._last)

    def add(self, index: int, said: dict[str, Any], leaf: bytes) -> None:
        """Take the next entry; each finding is said once, and the case goes on from what it is."""
        case, n = said["case"], said["n"]
        last = self._last.get(case)
        link = b64encode(leaf_hash(leaf)).decode("ascii")
        self._last[case] = (n, link)
        if last is None and n and self._first:
            pass  # it began before what is read
        elif n != (wanted := 0 if last is None else last[0] + 1):
            self._say(_out_of_order(index, case, n, wanted))
        elif said["prev"] != (last[1] if last else ""):
            self._say(
                Finding(
                    index,
                    "I4",
                    f"案件 {case} 第 {n} 条的 prev 不是上一条的哈希",
                    f"prev of fact {n} of {case} is not the hash of the one before",
                )
            )
        self._each_once(index, said)

    def _each_once(self, index: int, said: dict[str, Any]) -> None:
        case = said["case"]
        if "told" in said:
            told = (case, said["key"])
            if told in self._told:
                self._say(
                    Finding(
                        index,
                        "I3",
                        f"案件 {case} 的同一事件记录了两次：{said['key']}",
                        f"{said['key']} of {case} is told twice",
                    )
                )
            self._told.add(told)
        if "own" in said and self._own.setdefault(said["own"], case) != case:
            self._say(
                Finding(
                    index,
                    "I3",
                    f"{said['own']} 有两个公开编号",
                    f"{said['own']} has two public names",
                )
            )


def _out_of_order(index: int, case: str, n: int, wanted: int) -> Finding:
    if n < wanted:
        return Finding(
            index,
            "I3",
            f"案件 {case} 第 {n} 条再次出现，应为第 {wanted} 条",
            f"fact {n} of {case} comes again, where {wanted} should be",
        )
    return Finding(
        index,
        "I4",
        f"案件 {case} 缺第 {wanted} 条，其后即为第 {n} 条",
        f"{case} has no fact {wanted}: {n} comes in its place",
    )
