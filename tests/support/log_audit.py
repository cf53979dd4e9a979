"""An audit of the log that shares no code with what writes it (AUDIT_LOG §7, I1-I4 and I9).

In: the items of the log's and the facts' tables, as DynamoDB stores them. Any violation is an
AssertionError that names its invariant.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.support.batches import rows_of

Item = Mapping[str, Any]


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def audit(log: Iterable[Item], facts: Iterable[Item]) -> list[dict[str, Any]]:
    """Check everything; give the entries in order."""
    head: Item = {}
    batches: dict[int, list[dict[str, Any]]] = {}
    cursors: dict[str, int] = {}
    for item in log:
        pk = item["pk"]["S"]
        if pk == "HEAD":
            head = item
        elif pk.startswith("CUR#"):
            cursors[pk[4:]] = int(item["next"]["N"])
        else:
            first = int(item["sk"]["S"])
            assert pk == f"BATCH#{first // 4096}", "a batch lies under its own page"
            batches[first] = rows_of(item)
    rows = _gap_free(batches, int(head["size"]["N"]) if head else 0)
    _each_once(rows, cursors, {(item["case"]["S"], int(item["n"]["N"])): item for item in facts})
    _chains(rows)
    _roots(rows, batches, head)
    return rows


def _gap_free(batches: Mapping[int, list[dict[str, Any]]], size: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for first in sorted(batches):
        assert first == len(rows), "I2: batches are contiguous"
        assert batches[first], "I2: no batch is empty"
        rows += batches[first]
    assert [row["index"] for row in rows] == list(range(size)), "I2: every index exactly once"
    return rows


def _each_once(
    rows: list[dict[str, Any]], cursors: Mapping[str, int], facts: Mapping[tuple[str, int], Item]
) -> None:
    sealed = [(row["case"], json.loads(row["leaf"])["n"]) for row in rows]
    assert len(set(sealed)) == len(sealed), "I3: no fact twice"
    wanted = {(case, n) for case, n in facts if n < cursors.get(case, 0)}
    assert set(sealed) == wanted, "I3: a fact is in the log if and only if its cursor says so"
    for row in rows:
        leaf = json.loads(row["leaf"])
        item = facts[row["case"], leaf["n"]]
        assert row["leaf"] == item["leaf"]["S"], "the leaf is the fact's own bytes"
        assert leaf["case"] == item["public_case"]["S"]


def _chains(rows: list[dict[str, Any]]) -> None:
    by_case: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_case[row["case"]].append(row)
    names = [
        {json.loads(row["leaf"])["case"] for row in case_rows} for case_rows in by_case.values()
    ]
    assert all(len(name) == 1 for name in names), "a case has one public name"
    assert len(set.union(set(), *names)) == len(by_case), "and no two have the same"
    for case_rows in by_case.values():
        numbers = [json.loads(row["leaf"])["n"] for row in case_rows]
        assert numbers == list(range(len(case_rows))), "I4: a case in its order"
        prev, lamp, department, left_out = "", "", "", ""
        for row in case_rows:
            leaf = json.loads(row["leaf"])
            assert leaf["prev"] == prev, "I4: prev links hold"
            before = row.get("was", ""), row.get("was_in", "")
            assert before == (lamp, department), "each begins where one ended"
            assert row.get("was_left_out", "") == left_out, "in the rates as out of them"
            digest = hashlib.sha256(b"\x00" + row["leaf"].encode()).digest()
            prev = b64encode(digest).decode()
            lamp, department = row.get("now", ""), row.get("department", "")
            left_out = row.get("left_out", "")


def _roots(
    rows: list[dict[str, Any]], batches: Mapping[int, list[dict[str, Any]]], head: Item
) -> None:
    leaves = [row["leaf"].encode() for row in rows]
    if head:
        assert b64decode(head["root"]["S"]) == naive_root(leaves), "I9: one root"
    frontier = [b64decode(node) for node in head["frontier"]["S"].split(",")] if head else []
    sizes = [1 << bit for bit in range(len(leaves).bit_length()) if len(leaves) >> bit & 1][::-1]
    start = 0
    for node, size in zip(frontier, sizes, strict=True):
        assert node == naive_root(leaves[start : start + size]), "I9: the frontier is the tree's"
        start += size
    assert all(first in {0, *(f + len(rows) for f, rows in batches.items())} for first in batches)
