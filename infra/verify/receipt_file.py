"""Receipts as a reader keeps them, in files: each under a signature, and of its own event (I12).

An operator could record another event than the one that was sent, and give a receipt of that. Only
whoever has the event that was sent can see it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from chalicelib.errors import BadInput, Corrupt
from chalicelib.intake.event import Event
from chalicelib.log.receipts import event_sha256, receipt_name
from chalicelib.log.tlog.note import Vkey, read_note, read_vkey, verify_note
from chalicelib.log.tlog.receipt import Receipt, read_receipt
from chalicelib.vault.sd_jwt import base64url
from infra.verify.issue import Issue, remark
from infra.verify.source import Source
from infra.verify.told import Told, digest_in, read_act
from infra.verify.trust import ABOUT, Trust

CHECK = "I12"


class HeldReceipt(Struct, frozen=True):
    """A *receipt* under a signature that verifies; *of* names the event that it was given for.

    Its *disclosure* holds the digest of that event; "" where only the receipt was kept. Whoever
    acted was given the *event* too, and the source of an accepted case its *public_id*.
    """

    receipt: Receipt
    of: str
    disclosure: str = ""
    event: Event | None = None
    public_id: str = ""

    def issue(
        self, zh: str, en: str, index: int | None = None, *, is_remark: bool = False
    ) -> Issue:
        """Return an issue with the receipt, at leaf *index*; both texts go on behind its name."""
        return Issue(index, CHECK, f"回执 {self.of} {zh}", f"receipt {self.of} {en}", is_remark)


def read_receipts(
    files: Sequence[Path], origin: str, trust: Trust, source: Source
) -> tuple[list[HeldReceipt], list[Issue]]:
    """Read the receipts of the log *origin* in *files*; also return remarks about their key."""
    if not files:
        return [], []
    keys, remarks = _keys(trust, origin, source)
    return [receipt for file in files for receipt in read_receipt_file(file, keys)], remarks


def _keys(trust: Trust, origin: str, source: Source) -> tuple[list[Vkey], list[Issue]]:
    """Return the keys of receipts of the log *origin*: the reader's, else the published.

    Who kept an old key gives it by --vkey, so no other key denies its receipts. Raises BadInput.
    """
    name = receipt_name(origin)
    own = [key for key in trust.vkeys if key.name == name]
    if own:
        return own, []
    try:
        texts = json.loads(source.get(ABOUT) or b"{}")["receipt_vkeys"]
        keys = [read_vkey(str(text)) for text in texts]
    except (LookupError, TypeError, ValueError) as error:
        zh = "没有公布回执公钥，请再用一个 --vkey 给出"
        en = "publishes no key for receipts: give one by --vkey"
        raise BadInput(zh=zh, en=en, where=source.where) from error
    zh = "回执公钥取自日志自身；请从别处取得，以 --vkey 指定"
    en = "the key of the receipts is the log's own word for it; give it by --vkey"
    return keys, [remark(CHECK, zh, en)]


def read_receipt_file(file: Path, vkeys: Sequence[Vkey]) -> list[HeldReceipt]:
    """Read the receipts in *file*: a receipt, or answers to posted events.

    Raises BadInput where none of *vkeys* signed a receipt, or it is not about its disclosure.
    """
    try:
        raw = file.read_text("utf-8")
        document = json.loads(raw) if raw.lstrip()[:1] in ("{", "[") else {"receipt": raw}
        receipts = [_read_held(answer, vkeys) for answer in _answers(document)]
    except (OSError, ValueError) as error:
        raise BadInput(zh="读不出", en=f"cannot be read: {error}", where=str(file)) from error
    except Corrupt as error:
        zh, en = f"不是回执，请核对文件：{error.text.zh}", f"not a receipt: {error}"
        raise BadInput(zh=zh, en=en, where=str(file)) from error
    if not receipts:
        raise BadInput(zh="其中没有回执", en="holds no receipt", where=str(file))
    return receipts


def _answers(document: Any) -> Iterator[Mapping[str, Any]]:
    match document:
        case {"results": results}:
            yield from _answers(results)
        case list():
            for part in document:
                yield from _answers(part)
        case {"receipt": str()}:
            yield document


def _read_held(answer: Mapping[str, Any], vkeys: Sequence[Vkey]) -> HeldReceipt:
    note = read_note(answer["receipt"].encode())
    receipt = read_receipt(note.text)
    if not verify_note(note, [key for key in vkeys if key.name == receipt.name]):
        zh = f"回执不是 {receipt.name} 的已知公钥签的"
        raise Corrupt(zh, f"a receipt that is not signed by a known key of {receipt.name}")
    disclosure = answer.get("disclosure")
    if disclosure is not None and hashlib.sha256(str(disclosure).encode()).digest() != receipt.hash:
        raise Corrupt("回执与所附凭据不符", "a receipt of something else than its disclosure")
    event = answer.get("event")
    act = read_act(event) if isinstance(event, dict) else None
    of = str((act or answer).get("id") or base64url(receipt.hash))
    public_id = str(answer.get("public_id", ""))
    return HeldReceipt(receipt, of, str(disclosure or ""), act, public_id)


def check_events(held: Sequence[HeldReceipt], told: Told) -> Iterator[Issue]:
    """Check that the receipts *held* are of the events that came with them, or were *told*.

    An event of no receipt is a remark. Raises BadInput where there is no receipt at all.
    """
    if told and not held:
        zh, en = "还需要它的回执，用 --receipt 给出", "give its receipt too, by --receipt"
        raise BadInput(zh=zh, en=en, where="--event")
    digests = {digest_in(receipt.disclosure) for receipt in held}
    loose = {event["id"] for digest, event in told.items() if digest not in digests}
    for receipt in held:
        digest = digest_in(receipt.disclosure)
        is_named = receipt.of != base64url(receipt.receipt.hash)
        is_meant = digest not in told and (receipt.of in loose if is_named else bool(loose))
        if receipt.event is not None:
            is_meant = event_sha256(receipt.event) != digest
        if is_meant:
            loose.discard(receipt.of)
            zh = "不是所持事件的，而是另一事件的：内容或有改动；请保留两者并查询"
            en = "is of another event than the one that you have: keep both, and ask"
            if not digest:  # nobody can tell
                zh = "没有随附凭据（disclosure），无法核对它的事件"
                en = "came without its disclosure: its event cannot be checked"
            yield receipt.issue(zh, en, is_remark=not digest)
    for name in sorted(loose):
        yield remark(CHECK, f"没有事件 {name} 的回执，未核对", f"no receipt is of event {name}")
