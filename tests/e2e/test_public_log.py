"""The running service's log, read over real HTTP by the stranger, who sends no Accept header."""

import json
from typing import Any

import pytest

from chalicelib.instant import parse
from chalicelib.log.tlog.tile import TilePath
from infra.stack import cloud
from infra.stack.formation import stack_name
from tests.e2e.conftest import Door
from tests.stranger.notes import Key, read_key
from tests.stranger.sources import Web
from tests.stranger.tlog_proof import check_proof, is_honoured, read_receipt
from tests.stranger.visit import Visit, signed, visit

NOW = parse("2026-11-09T09:00:00+08:00")
NOT_THERE = (
    "tile/0/x001/000", "tile/entries/999", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01",
    "tile/64/000.p/1", "tile/0/0", "tile/x/000", "checkpoints/999999", "checkpoints/01",
    "proof/999999", "proof/-1", "rules/00", "entry/c_none.0",
)  # fmt: skip

HOURLY: dict[str, Any] = {
    "version": "0", "id": "1", "detail-type": "Scheduled Event", "source": "aws.events",
    "account": "1", "time": "2026-11-02T00:00:00Z", "region": "us-east-1", "resources": [],
    "detail": {},
}  # fmt: skip


class Reader:
    """A stranger at the door: what they know of the log, and what they saw."""

    def __init__(self, door: Door) -> None:
        self.web = Web(door.url + "/log")
        self.said: dict[str, Any] = json.loads(self.web("log.json") or b"")
        (vkey,) = self.said["vkeys"]
        self.key: Key = read_key(vkey)

    def visit(self, *before: bytes) -> Visit:
        """Look at everything; the log may grow meanwhile."""
        return visit(self.web, self.key, before, is_quiet=False)


@pytest.fixture(scope="module")
def told(door: Door) -> list[dict[str, Any]]:
    """Tell of some cases, and wait until all has come through; give what was answered."""
    door.courier.set_clock(parse("2026-11-02T09:00:00+08:00"), 0)
    answers = door.courier.post([_accepted(door, n) for n in range(3)])
    door.courier.set_clock(NOW)
    return answers


def _accepted(door: Door, number: int) -> dict[str, Any]:
    told = door.accepted(f"public-{number}")
    told["data"]["applicant"] = {"name": "张三"}
    return told


def test_the_stranger_believes_the_log(door: Door, told) -> None:
    """Whole, and again when it has grown; every leaf as it should be."""
    reader = Reader(door)
    first = reader.visit()
    kinds = {leaf.said["k"] for leaf in first.leaves()}
    assert kinds >= {"case.accepted", "card.issued", "rules.adopted"}
    assert not [entry for entry in first.entries if "张三".encode() in entry]
    door.courier.post([_accepted(door, 9)])
    door.courier.set_clock(NOW)
    later = reader.visit(first.note)
    assert later.checkpoint.size > first.checkpoint.size
    later.leaves()


def test_every_receipt_is_honoured(door: Door, told) -> None:
    """The log holds what was promised for each event."""
    reader = Reader(door)
    (vkey,) = reader.said["receipt_vkeys"]
    leaves = reader.visit().leaves()
    for answer in told:
        receipt = read_receipt(answer["receipt"].encode(), read_key(vkey))
        assert is_honoured(receipt, leaves)
        assert not is_honoured(receipt, leaves[:1])


def test_proofs_hold_without_the_log(door: Door, told) -> None:
    """What `/log/proof` gives for the first and the last entry."""
    reader = Reader(door)
    seen = reader.visit()
    for index in (0, len(seen.entries) // 2, len(seen.entries) - 1):
        text = (reader.web(f"proof/{index}") or b"").decode()
        assert check_proof(text, seen.entries[index], reader.key).size >= seen.checkpoint.size


def test_an_entry_is_found_by_its_name(door: Door, told) -> None:
    """A hint, which the entries confirm."""
    reader = Reader(door)
    seen = reader.visit()
    leaves = seen.leaves()
    at = next(at for at, leaf in enumerate(leaves) if leaf.said["k"] == "card.issued")
    said = leaves[at].said
    found = json.loads(reader.web(f"entry/{said['case']}.{said['n']}") or b"")
    assert (found["index"], found["leaf_hash"]) == (at, leaves[at].hash)
    assert found["leaf"].encode() == seen.entries[at]


def test_what_is_not_there_is_not_there(door: Door, told) -> None:
    """404, and nothing that a cache keeps."""
    web = Reader(door).web
    for name in NOT_THERE:
        answer = web.ask(name)
        assert answer.status == 404, name
        assert "max-age=31536000" not in answer.headers.get("cache-control", "")


def test_the_newest_checkpoint_is_also_kept(door: Door, told) -> None:
    """Under its size, for ever."""
    reader = Reader(door)
    newest, _ = signed(reader.web("checkpoint"), reader.key)
    assert signed(reader.web(f"checkpoints/{newest.size}"), reader.key)[0] == newest


def test_the_manners_of_http(door: Door, told) -> None:
    """Through the gateway too: any Accept, HEAD with the length, gzip for who asks, CORS on all."""
    size = int((Reader(door).web("checkpoint") or b"").split(b"\n")[1])
    number, width = (size - 1) // 256, (size - 1) % 256 + 1  # of the last bundle
    bundle = f"/log/{TilePath(None, number, width).path}"
    tile = f"/log/{TilePath(0, number, width).path}"
    plain = door.ask("GET", bundle)[2]
    for accept in ("text/html", "application/json", "garbage"):
        assert door.ask("GET", bundle, Accept=accept)[2] == plain
    status, headers, body = door.ask("GET", bundle, Accept_Encoding="gzip")
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert int(headers["content-length"]) < len(plain)
    assert body == plain  # the client has unpacked it
    for path, length in ((tile, 32 * width), (bundle, len(plain)), ("/log/tile/0/999", None)):
        status, headers, body = door.ask("HEAD", path)
        assert (status, body) == (404 if length is None else 200, b"")
        assert headers["access-control-allow-origin"] == "*"
        assert length is None or headers["content-length"] == str(length)
    status, headers, _ = door.ask("GET", "/log/no/such/path/at/all/anywhere")
    assert (status, headers["access-control-allow-origin"]) == (404, "*")


def test_partial_tiles_are_looked_after(door: Door, told) -> None:
    """The function runs on the packaged stage; nothing is due on the first day."""
    before = Reader(door).visit()
    invoked = (
        cloud.local_at(door.endpoint)
        .client("lambda")
        .invoke(
            FunctionName=f"{stack_name(cloud.LOCAL_STAGE)}-discard",
            Payload=json.dumps(HOURLY).encode(),
        )
    )
    assert json.loads(invoked["Payload"].read()) == {"discarded": 0}
    assert Reader(door).visit(before.note).entries[: len(before.entries)] == before.entries
