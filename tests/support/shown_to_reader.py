"""Logs as an operator might show them, each with the question that finds out what was done."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.log.receipts import Receipts
from chalicelib.log.tlog.signer import SeedSigner
from chalicelib.vault.sd_jwt import digest
from infra.verify.trust import read_trust
from tests.stranger.naive_log import Signatory
from tests.support.check_page import Question, hints
from tests.support.shown_log import (
    BEGAN,
    LOG,
    NOW,
    WITNESS,
    Author,
    Objects,
    instant,
    issues_of,
    leaves,
    published,
    read,
    vkey,
)

GIVER = Receipts("log.test/log", SeedSigner(bytes(32)))
ANSWER = {"id": "e1", "status": "recorded", **GIVER.of_event({"id": "e1"}, bytes(16), BEGAN)}
DIGEST = digest(ANSWER["disclosure"])
ACT: dict[str, Any] = {
    "id": "respond/1",
    "source": "duban",
    "subject": "duban:card/c_x.1",
    "type": "card.responded",
    "time": instant(0),
    "data": {"role": "department", "text": "已办", "n": 3, "of": ["b", {"z": True, "a": None}]},
}
DECOYS = [digest(str(n)) for n in range(3)]
SAID = leaves(600)
OBJECTS = published(SAID, [5, 300, 512]) | hints(SAID)
CASE = SAID[0]["case"]
SECOND = Signatory("witness.test/v", "another witness's key", WITNESS.key.kind)


class Reader(NamedTuple):
    """A *question* of the page, and with what `duban verify` is asked the same."""

    question: Question
    old: bytes = b""
    answer: str = ""

    def finds(self, folder: Path) -> bool:
        """Whether `duban verify` finds anything wrong."""
        asked = self.question.asked
        more: dict[str, Any] = {"now": datetime.fromtimestamp(self.question.now, NOW.tzinfo)}
        folder.mkdir(exist_ok=True)
        if self.old:
            (folder / "old").write_bytes(self.old)
            more["checkpoints"] = (folder / "old",)
        if self.answer:
            (folder / "answer").write_text(self.answer, encoding="utf-8")
            more["receipts"] = (folder / "answer",)
        vkeys = [vkey(LOG), GIVER.vkey.text]
        trust = read_trust(vkeys, asked.get("witnesses", ()), asked.get("quorum"))
        return bool(issues_of(read(self.question.objects, trust=trust, **more)))


def ask(objects: Objects, what: str = f"{CASE}.7", **asked: Any) -> Reader:
    """A reader who asks for an entry."""
    old = asked.get("old", "").encode()
    return Reader(Question(objects, what, asked), old)


def with_receipt(
    *recorded: int, honoured: int | None = None, rec: int = 0, public_id: str = ""
) -> Reader:
    """A reader with a receipt of the beginning; entries are recorded at these seconds."""
    author = Author()
    said = [
        author.says("x", 0, rec=instant(rec), d=sorted([*DECOYS, DIGEST]))
        if n == honoured
        else author.says("y", at)
        for n, at in enumerate(recorded)
    ]
    answer = json.dumps({**ANSWER, "public_id": public_id} if public_id else ANSWER)
    asked = {"receiptKeys": [GIVER.vkey.text]}
    return Reader(Question(published(said), answer, asked), answer=answer)


def with_act(**shown: Any) -> Reader:
    """A reader with the receipt of an act, whose answer shows something else in its place."""
    promise = GIVER.of_event(ACT, bytes(16), BEGAN)
    author, digests = Author(), sorted([*DECOYS, digest(promise["disclosure"])])
    data = {"given": ["n", "of", "text"], "role": "department"}
    key = f"duban/{ACT['id']}"
    said = [author.says("x", 0, k=ACT["type"], key=key, d=digests, data=data)]
    answer = json.dumps({"status": "recorded", **promise, "event": {**ACT, **shown}})
    asked = {"receiptKeys": [GIVER.vkey.text]}
    return Reader(Question(published(said), answer, asked), answer=answer)


def cosigned(minutes: int, *by: Signatory) -> Objects:
    """The log with its checkpoint cosigned so many minutes before now."""
    note = OBJECTS["checkpoint"].decode()
    text = note.partition("\n\n")[0] + "\n"
    at = int((NOW - timedelta(minutes=minutes)).timestamp())
    return {**OBJECTS, "checkpoint": (note + "".join(one.line(text, at) for one in by)).encode()}


def cosigned_wrongly() -> Objects:
    """The log cosigned by one witness, and with the name of another under what it never signed."""
    text, at = "log.test/log\n1\n\n", int(NOW.timestamp())
    note = cosigned(5, WITNESS)["checkpoint"] + SECOND.line(text, at).encode()
    return {**OBJECTS, "checkpoint": note}


def changed(path: str, was: bytes, now: bytes) -> Objects:
    """The log with an object that says something else in one place."""
    assert was in OBJECTS[path]
    return {**OBJECTS, path: OBJECTS[path].replace(was, now, 1)}


def rewritten() -> Objects:
    """A history in which the first entry says something else, signed by the operator."""
    said = [{**one, "data": {"region": "410105"}} if one["n"] == 0 else one for one in SAID]
    return published(said) | hints(said)


def without(number: int) -> Objects:
    """A log from which one entry was taken before it was signed."""
    said = [one for at, one in enumerate(SAID) if at != number]
    return published(said) | hints(said)


_TILE = OBJECTS["tile/1/000.p/2"][32:]
OLD = OBJECTS["checkpoints/300"].decode()
WITNESSED: dict[str, Any] = {"witnesses": [vkey(WITNESS), vkey(SECOND)], "quorum": 2}
HONEST = {
    "a card": ask(OBJECTS),
    "the first entry": ask(OBJECTS, "0"),
    "the last entry": ask(OBJECTS, "599"),
    "an old checkpoint": ask(OBJECTS, old=OLD),
    "two witnesses": ask(cosigned(5, WITNESS, SECOND), **WITNESSED),
    "a receipt": with_receipt(0, 0, 300, 700, honoured=2),
    "a receipt with its case": with_receipt(
        0, 0, 300, 700, honoured=2, public_id="c_x".ljust(28, "a")
    ),
    "a receipt of an act": with_act(),
    "a receipt not due": with_receipt(0, 300),
}
TAMPERED = {
    "signed by somebody else": ask(published(SAID, by=Signatory(LOG.key.name, "x")) | hints(SAID)),
    "an entry changed": ask(changed("tile/entries/000", b"370102", b"370103"), "0"),
    "a tile changed": ask(changed("tile/1/000.p/2", _TILE, bytes(32))),
    "a bundle gone": ask({k: v for k, v in OBJECTS.items() if k != "tile/entries/001"}, "300"),
    "history rewritten": ask(rewritten(), "9", old=OLD),
    "gone back": ask(published(SAID[:200]) | hints(SAID[:200]), old=OLD),
    "a fact taken out": ask(without(9)),
    "witnesses too few": ask(cosigned(5, WITNESS), **WITNESSED),
    "witnesses too old": ask(cosigned(121, WITNESS, SECOND), **WITNESSED),
    "a witness's signature wrong": ask(cosigned_wrongly(), **WITNESSED | {"quorum": 1}),
    "a quorum of the log's own word": ask(
        {**cosigned(5, WITNESS), "log.json": b'{"quorum": 1}'}, witnesses=WITNESSED["witnesses"]
    ),
    "one witness twice": ask(
        cosigned(5, WITNESS), witnesses=[vkey(WITNESS), *WITNESSED["witnesses"]], quorum=2
    ),
    "a receipt of another act": with_act(type="card.appealed"),
    "a receipt of other words": with_act(data={**ACT["data"], "text": "未办"}),
    "a receipt omitted": with_receipt(0, 300, 601),
    "a receipt in another case": with_receipt(
        0, 0, 300, 700, honoured=2, public_id="c_y".ljust(28, "a")
    ),
    "a receipt late": with_receipt(0, 601, 0, honoured=2),
    "a receipt misdated": with_receipt(0, 0, 2, 3, honoured=2, rec=1),
}
