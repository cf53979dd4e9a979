"""Whom a reader of the log trusts: the log's own key, and witnesses of whom enough must agree.

The published keys show that the log is sound in itself, not that everybody sees the same log. So
the reader's own keys come first.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.errors import BadInput, Corrupt
from chalicelib.log.receipts import receipt_name
from chalicelib.log.tlog.checkpoint import Checkpoint, read_checkpoint
from chalicelib.log.tlog.note import (
    COSIGNATURE,
    ED25519,
    Note,
    Vkey,
    read_note,
    read_vkey,
    verify_keys,
    verify_note,
)
from chalicelib.log.tlog.policy import TlogPolicy
from infra.verify.issue import Issue, remark
from infra.verify.source import CHECKPOINT, Source

ABOUT = "log.json"
_LAST_DAY = 253_402_214_400  # 9999-12-31: a witness may sign any time, a calendar ends


class Trust(Struct, frozen=True):
    """The keys *vkeys* of the log, and the *witnesses*, of whom *quorum* must have cosigned.

    A *policy* says in place of *quorum* which of the *witnesses* are enough.
    """

    vkeys: tuple[Vkey, ...] = ()
    witnesses: tuple[Vkey, ...] = ()
    quorum: int = 0
    remarks: tuple[Issue, ...] = ()
    policy: TlogPolicy | None = None

    @property
    def needs_witnesses(self) -> bool:
        """Return whether a checkpoint without cosignatures is not enough."""
        return self.policy.needs_witnesses if self.policy else self.quorum > 0

    def is_met_by(self, cosigners: Collection[Vkey]) -> bool:
        """Return whether *cosigners* are enough; a key under two names is one."""
        if self.policy:
            return self.policy.is_met_by(cosigners)
        return len({key.public for key in cosigners}) >= self.quorum

    @property
    def wanted(self) -> str:
        """Return who must have cosigned, in a word or a number."""
        return f"quorum {self.policy.quorum}" if self.policy else str(self.quorum)


class SignedCheckpoint(Struct, frozen=True):
    """A checkpoint under a signature that verifies, and when which witness's key cosigned it."""

    checkpoint: Checkpoint
    note: Note
    cosigned_by: Mapping[Vkey, int]

    @property
    def cosigned(self) -> dict[str, int]:
        """Return when each witness cosigned it last, by its key's name."""
        by_time = sorted(self.cosigned_by.items(), key=lambda each: each[1])
        return {key.name: at for key, at in by_time}

    @property
    def size(self) -> int:
        """How many entries it covers."""
        return self.checkpoint.size


def read_trust(
    vkeys: Sequence[str],
    witnesses: Sequence[str],
    quorum: int | None,
    policy: TlogPolicy | None = None,
) -> Trust:
    """Read the keys of the reader; *quorum* is all witnesses by default. Raises BadInput.

    A *policy* names witnesses and quorum, and logs beside *vkeys*.
    """
    own = tuple(_key(text, ED25519) for text in vkeys)
    if policy:
        if witnesses or quorum is not None:
            zh = "策略文件已规定见证人，不能再用 --witness、--quorum"
            en = "it names the witnesses and the quorum by itself"
            raise BadInput(zh=zh, en=en, where="--policy")
        named = tuple(vkey for vkey, _ in policy.witnesses.values())
        return Trust((*own, *policy.logs), named, policy=policy)
    cosigners, count = tuple(_key(text, COSIGNATURE) for text in witnesses), len(witnesses)
    wanted = count if quorum is None else quorum
    if not 0 <= wanted <= count:
        zh = f"要求 {wanted} 个见证人，而用 --witness 给出的有 {count} 个"
        raise BadInput(zh=zh, en=f"{wanted} of {count} witnesses", where="--quorum")
    return Trust(own, cosigners, wanted)


def complete_trust(trust: Trust, source: Source) -> Trust:
    """Return *trust*, with the published keys where the reader gave none. Raises BadInput."""
    if any(not is_for_receipts(key) for key in trust.vkeys):
        return trust
    about = read_about(source)
    texts = texts_in(about.get("vkeys")) or list(_published_vkeys(source))
    vkeys = tuple(_key(text, ED25519) for text in texts if text)
    if not vkeys:
        zh, en = "没有公布公钥，请用 --vkey 给出", "publishes no key: give one by --vkey"
        raise BadInput(zh=zh, en=en, where=source.where)
    zh = "公钥取自日志自身，只能说明日志自洽；请从别处取得公钥，以 --vkey 指定"
    en = "the key is the log's own word for it; get it from elsewhere and give it by --vkey"
    unpinned = remark("key", zh, en)
    trust = replace(trust, vkeys=(*trust.vkeys, *vkeys), remarks=(unpinned,))
    return trust if trust.witnesses or trust.policy else _with_witnesses(trust, about)


def is_for_receipts(key: Vkey) -> bool:
    """Return whether *key* signs receipts, and never the log."""
    return key.name.endswith(receipt_name(""))


def _with_witnesses(trust: Trust, about: Mapping[str, Any]) -> Trust:
    witnesses = tuple(_key(text, COSIGNATURE) for text in texts_in(about.get("witnesses")))
    quorum = about.get("quorum", 0)
    if not isinstance(quorum, int) or not 0 <= quorum <= len(witnesses):
        zh = f"{len(witnesses)} 个见证人而法定数是 {quorum!r}，请用 --witness 自行指定"
        en = f"a quorum of {quorum!r} among {len(witnesses)} witnesses: name them by --witness"
        raise BadInput(zh=zh, en=en, where=ABOUT)
    return replace(trust, witnesses=witnesses, quorum=quorum)


def read_about(source: Source) -> Mapping[str, Any]:
    """Return `log.json`, {} where there is none. Raises BadInput."""
    try:
        about = json.loads(source.get(ABOUT) or b"{}")
    except (ValueError, RecursionError) as error:
        zh, en = "不是 JSON，请核对地址", "is not JSON, look at the address"
        raise BadInput(zh=zh, en=en, where=f"{source.where}/{ABOUT}") from error
    return about if isinstance(about, dict) else {}


def _published_vkeys(source: Source) -> Iterator[str]:
    """Yield the keys of the checkpoint's signatures, as our logs publish them: `vkeys/<id>`."""
    try:
        note = read_note(source.get(CHECKPOINT) or b"")
    except Corrupt:
        return
    origin = note.text.partition("\n")[0]
    for line in note.lines:
        if line.name == origin:
            yield (source.get(f"vkeys/{line.id.hex()}") or b"").decode("utf-8", "replace").strip()


def texts_in(value: object) -> list[str]:
    """Return the texts in a list of JSON; [] if *value* is none."""
    return [str(item) for item in value] if isinstance(value, list) else []


def _key(text: str, kind: int) -> Vkey:
    vkey = read_vkey(text)
    if vkey.kind != kind:
        is_log = kind == ED25519
        zh, en = ("日志", "a log's") if is_log else ("见证人", "a witness's")
        zh, en = f"不是{zh}的公钥，类型是 {vkey.kind}", f"not {en} key: of the kind {vkey.kind}"
        raise BadInput(zh=zh, en=en, where=text[:60])
    return vkey


def read_signed(raw: bytes, trust: Trust) -> SignedCheckpoint:
    """Read a checkpoint and check who signed it. Raises Corrupt."""
    note = read_note(raw)
    checkpoint = read_checkpoint(note.text)
    keys = [key for key in trust.vkeys if key.name == checkpoint.origin]
    if not keys:
        zh = f"日志是 {checkpoint.origin}，而给出的公钥属于另一本，请核对"
        en = f"the log is {checkpoint.origin}; the key given is for another"
        raise Corrupt(zh, en)
    if not verify_note(note, keys):
        zh = f"不是 {checkpoint.origin} 以此公钥签署的，请核对公钥和地址"
        raise Corrupt(zh, f"not signed by {checkpoint.origin} with this key")
    cosigned = verify_keys(note, trust.witnesses)
    times = {key: min(time or 0, _LAST_DAY) for key, time in cosigned.items()}
    return SignedCheckpoint(checkpoint, note, times)
