"""Receipts are of the events that came with them, or that the reader has (I12).

An operator could record another event than the one that was sent, and give a receipt of that: it is
honoured, in a leaf that tells its event. Only whoever has the event that was sent can see it.
"""

from collections.abc import Iterator, Sequence

from chalicelib.errors import BadInput
from chalicelib.log.receipts import event_sha256
from chalicelib.vault.sd_jwt import base64url
from infra.verify.finding import Issue, remark
from infra.verify.receipt import HeldReceipt
from infra.verify.told import Told, digest_in

_CHECK = "I12"


def check_events(held: Sequence[HeldReceipt], told: Told) -> Iterator[Issue]:
    """Check that the receipts *held* are of the events that came with them, and of those *told*.

    Else the leaf of another event would pass for that of the reader's. An event of no receipt is a
    remark: a reader may have lost some. Raises BadInput where there is no receipt at all.
    """
    if told and not held:
        zh, en = "还需要它的回执，用 --receipt 给出", "give its receipt too, by --receipt"
        raise BadInput(zh=zh, en=en, where="--event")
    digests = {digest_in(one.disclosure) for one in held}
    loose = {event["id"] for digest, event in told.items() if digest not in digests}
    for one in held:
        digest = digest_in(one.disclosure)
        is_named = one.of != base64url(one.receipt.hash)
        is_meant = digest not in told and (one.of in loose if is_named else bool(loose))
        if one.event is not None:
            is_meant = event_sha256(one.event) != digest
        if is_meant:
            loose.discard(one.of)
            yield _unlike(one.of, is_open=bool(digest))
    for name in sorted(loose):
        yield remark(_CHECK, f"没有事件 {name} 的回执，未核对", f"no receipt is of event {name}")


def _unlike(of: str, *, is_open: bool) -> Issue:
    """Find that a receipt is of another event; without its disclosure nobody can tell."""
    if not is_open:
        return remark(
            _CHECK,
            f"回执 {of} 没有随附凭据（disclosure），无法核对它的事件",
            f"receipt {of} came without its disclosure: its event cannot be checked",
        )
    return Issue(
        None,
        _CHECK,
        f"回执 {of} 不是所持事件的，而是另一事件的：内容或有改动；请保留两者并查询",
        f"receipt {of} is of another event than the one that you have: keep both, and ask",
    )
