"""The chain of a case within the log (I3, I4): numbered without a gap, each linked to the last."""

from binascii import b2a_base64
from collections.abc import Iterable, Iterator

from infra.verify.issue import Issue
from infra.verify.leaf_form import ReadLeaf


def check_chain(
    leaves: Iterable[tuple[int, bytes, ReadLeaf]], *, is_whole: bool
) -> Iterator[Issue]:
    """Check the *leaves* of a case, each with its index and its hash; after an issue go on from it.

    The case may have begun earlier, unless the log *is_whole*.
    """
    last: int | None = None
    link, reported = "", set[str]()
    for index, leaf_hash, leaf in leaves:
        n, wanted = leaf.fact.n, 0 if last is None else last + 1
        if last is None and n and not is_whole:
            pass  # it began before what is read
        elif n != wanted:
            yield _out_of_order(index, leaf.case, n, wanted)
        elif leaf.prev != link:
            yield _other_link(index, leaf.case, n)
        last, link = n, b2a_base64(leaf_hash, newline=False).decode("ascii")
        if leaf.fact.told:
            if leaf.fact.key in reported:
                yield _told_twice(index, leaf.case, leaf.fact.key)
            reported.add(leaf.fact.key)


def check_names(owned: Iterable[tuple[int, str, str]]) -> Iterator[Issue]:
    """Check that each case of our own has one public name; *owned* are as in `Share`, in order."""
    public_of: dict[str, str] = {}
    for index, public, own in owned:
        if public_of.setdefault(own, public) != public:
            yield Issue(index, "I3", f"{own} 有两个公开编号", f"{own} has two public names")


def _other_link(index: int, case: str, n: int) -> Issue:
    zh = f"案件 {case} 第 {n} 条的 prev 不是上一条的哈希"
    return Issue(index, "I4", zh, f"prev of fact {n} of {case} is not the hash of the one before")


def _told_twice(index: int, case: str, key: str) -> Issue:
    zh = f"案件 {case} 的同一事件记录了两次：{key}"
    return Issue(index, "I3", zh, f"{key} of {case} is told twice")


def _out_of_order(index: int, case: str, n: int, wanted: int) -> Issue:
    if n < wanted:
        zh = f"案件 {case} 第 {n} 条再次出现，应为第 {wanted} 条"
        en = f"fact {n} of {case} comes again, where {wanted} should be"
        return Issue(index, "I3", zh, en)
    zh = f"案件 {case} 缺第 {wanted} 条，其后即为第 {n} 条"
    en = f"{case} has no fact {wanted}: {n} comes in its place"
    return Issue(index, "I4", zh, en)
