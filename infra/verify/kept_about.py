"""`log.json` as it was kept, held against what is served now (I8): keys, witnesses, promises.

It is not signed. Who takes the log's own word for its keys would take another word tomorrow; so
what was said is kept with all else, and a later word that differs is told.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from infra.verify.finding import Issue, remark
from infra.verify.kept import KeptSource
from infra.verify.trust import ABOUT, read_about

_KEYS = {"vkeys": ("日志", "of the log"), "receipt_vkeys": ("回执", "of receipts")}
_PROMISE = "mmd_seconds"
_WITNESSES = ("witnesses", "quorum")


def check_kept_about(source: KeptSource) -> Iterator[Issue]:
    """Compare what the log says of itself with what it said when *source* was kept."""
    raw = source.kept(ABOUT)
    if raw is None:
        return
    try:
        before = json.loads(raw)
    except ValueError:
        before = None
    if not isinstance(before, dict):
        zh, en = f"所保存的 {ABOUT} 已损坏，未比较", f"the {ABOUT} that was kept is damaged"
        yield remark("I8", zh, f"{en}: not compared")
        return
    now = read_about(source)
    yield from _check_keys(before, now)
    yield from _check_promise(before, now)
    if any(before.get(name) != now.get(name) for name in _WITNESSES):
        yield remark(
            "I8",
            f"{ABOUT} 所列见证人或法定数与上次保存时不同：请与日志的声明和自己的记录核对",
            f"{ABOUT} names other witnesses, or another quorum, than when it was kept: compare "
            "them with what the log states, and with your own notes",
        )


def _check_keys(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Issue]:
    """Find each key that was named and is not any more; a new one is told."""
    for name, (zh, en) in _KEYS.items():
        was, is_now = (set(map(str, _list(about.get(name)))) for about in (before, now))
        for key in sorted(was - is_now):
            yield Issue(
                None,
                "I8",
                f"{ABOUT} 不再列出先前公布的{zh}公钥 {key}：请保留旧公钥，以 --vkey 指定，"
                "并向运行单位查询",
                f"{ABOUT} does not name the key {en} {key} any more: keep it, give it by --vkey, "
                "and ask the operator",
            )
        for key in sorted(is_now - was):
            told = f"{ABOUT} 新列出{zh}公钥 {key}", f"{ABOUT} names a new key {en}: {key}"
            yield remark("I8", f"{told[0]}：请从别处核对", f"{told[1]}; compare it with elsewhere")


def _check_promise(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Issue]:
    """Find a promise that became longer, or is not made any more."""
    was, is_now = before.get(_PROMISE), now.get(_PROMISE)
    if not isinstance(was, int) or (isinstance(is_now, int) and is_now <= was):
        return
    yield Issue(
        None,
        "I8",
        f"承诺的合并时限由 {was} 秒改为 {is_now}：请向运行单位查询自何时、依何决定",
        f"the promised merge delay was {was} seconds, and is {is_now}: ask the operator since "
        "when, and by whose decision",
    )


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
