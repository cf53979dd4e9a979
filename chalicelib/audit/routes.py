"""`GET /log/…`: the public log as C2SP tlog-tiles has it, and what makes it easier to use.

What lies among the public objects is handed out byte for byte; whoever reads it trusts nothing but
the signature, so a cache or a mirror may do the same. Proofs are put together from the same tiles.
Chalice knows no path of any length: a tile's name is cut into its parts, one route for each number.
"""

import json
import re
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.audit.objects import (
    BYTES,
    CHECKPOINT,
    TEXT,
    cache_control,
    content_type,
    reader,
    rules_path,
)
from chalicelib.audit.promise import MERGE_DELAY, STATED
from chalicelib.audit.shown import shown_size
from chalicelib.audit.tlog.checkpoint import read_checkpoint
from chalicelib.audit.tlog.note import Note, read_note
from chalicelib.audit.tlog.proof import inclusion
from chalicelib.audit.tlog.receipt import read_receipt
from chalicelib.audit.tlog.tile import read_path
from chalicelib.audit.tlog.tlog_proof import write
from chalicelib.audit.tlog.tree import leaf_hash
from chalicelib.audit.tlog.wire import MAX_SIZE, base64
from chalicelib.errors import BadInput, Rejected
from chalicelib.instant import parse, text
from chalicelib.plumbing.services import Services, current_services

HOUR = "public, max-age=3600"
NEVER = "no-store"

_NOTHING = "nothing is published yet"

_ENTRY = re.compile(r"([a-z0-9_]{1,64})\.(0|[1-9][0-9]{0,8})", re.ASCII)

blueprint = Blueprint(__name__)


@blueprint.route("/log/checkpoint", methods=["GET"])
def checkpoint() -> Response:
    """Give the newest checkpoint, a signed note."""
    return _object(current_services(), CHECKPOINT)


@blueprint.route("/log/checkpoints/{size}", methods=["GET"])
def checkpoint_of_size(size: str) -> Response:
    """Give the note that was first published for a size."""
    return _object(current_services(), f"checkpoints/{size}")


@blueprint.route("/log/vkeys/{key_id}", methods=["GET"])
def vkey(key_id: str) -> Response:
    """Give the key of the log that has this id, as a verifier key."""
    return _object(current_services(), f"vkeys/{key_id}")


@blueprint.route("/log/rules/{digest}", methods=["GET"])
def rules(digest: str) -> Response:
    """Give a document of the rules by its SHA-256."""
    return _object(current_services(), rules_path(digest))


@blueprint.route("/log/tile/{level}/{a}", methods=["GET"])
def tile_1(level: str, a: str) -> Response:
    """Give a tile or a bundle of entries among the first thousand."""
    return _tile(level, a)


@blueprint.route("/log/tile/{level}/{a}/{b}", methods=["GET"])
def tile_2(level: str, a: str, b: str) -> Response:
    """Give a partial one of these, or a full one among the first million."""
    return _tile(level, a, b)


@blueprint.route("/log/tile/{level}/{a}/{b}/{c}", methods=["GET"])
def tile_3(level: str, a: str, b: str, c: str) -> Response:
    """Give a partial one of these, or a full one beyond."""
    return _tile(level, a, b, c)


@blueprint.route("/log/tile/{level}/{a}/{b}/{c}/{d}", methods=["GET"])
def tile_4(level: str, a: str, b: str, c: str, d: str) -> Response:
    """Give a partial one of these; so far a log of 256 thousand million entries goes."""
    return _tile(level, a, b, c, d)


@blueprint.route("/log/log.json", methods=["GET"])
def about() -> Response:
    """Say whose log it is, by which keys it is checked, and what it promises."""
    found = described(current_services())
    if found is None:
        raise Rejected(404, _NOTHING)
    return _json({name: found[name] for name in found if name not in ("size", "root")}, HOUR)


@blueprint.route("/log/proof/{index}", methods=["GET"])
def proof(index: str) -> Response:
    """Prove that the entry at an index is under the newest checkpoint."""
    return _served(_proof(current_services(), index), TEXT, NEVER)


@blueprint.route("/log/entry/{entry_id}", methods=["GET"])
def entry(entry_id: str) -> Response:
    """Find the entry of a fact by its case's public name and its number there."""
    return _json(_entry(current_services(), entry_id), NEVER)


def _tile(*parts: str) -> Response:
    path = "/".join(("tile", *parts))
    try:
        read_path(path)
    except ValueError as error:
        raise Rejected(404, str(error)) from error
    return _object(current_services(), path)


def _object(services: Services, path: str) -> Response:
    """Hand out an object as it is. There is none past the end of what is published."""
    try:
        body = services.objects.get(path)
    except BadInput as error:
        raise Rejected(404, str(error)) from error
    if body is None:
        raise Rejected(404, "the log has nothing under this name")
    kind = content_type(path)
    return _served(body if kind == BYTES else body.decode(), kind, cache_control(path))


_OPEN = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}


def _served(body: str | bytes, kind: str, cache: str) -> Response:
    return Response(body=body, headers={"Content-Type": kind, "Cache-Control": cache, **_OPEN})


def _json(body: dict[str, Any], cache: str) -> Response:
    return _served(json.dumps(body, ensure_ascii=False), "application/json", cache)


def _newest(services: Services) -> Note | None:
    found = services.objects.get(CHECKPOINT)
    return read_note(found) if found else None


def described(services: Services) -> dict[str, Any] | None:
    """What the log says of itself, and how far it is; None before anything is published.

    All of it can be had from elsewhere, and should be: a log's own word for its key is weak.
    """
    note = _newest(services)
    if note is None:
        return None
    checkpoint = read_checkpoint(note.text)
    origin, quorum = services.settings.log_origin, services.witnesses.quorum()
    stated = services.registry.get(*STATED) or {}
    return {
        "origin": origin,
        "vkeys": [_vkey(services, line.id) for line in note.lines if line.name == origin],
        "size": checkpoint.size,
        "root": base64(checkpoint.root),
        "receipt_vkeys": [services.receipts.vkey.text],
        "witnesses": [witness.vkey.text for witness in quorum.witnesses],
        "quorum": quorum.needed,
        "mmd_seconds": int(MERGE_DELAY.total_seconds()),
        "rules": stated.get("documents", []),
    }


def _vkey(services: Services, key_id: bytes) -> str:
    return (services.objects.get(f"vkeys/{key_id.hex()}") or b"").decode().strip()


def _proof(services: Services, index: str) -> str:
    note = _newest(services)
    if note is None:
        raise Rejected(404, _NOTHING)
    size = read_checkpoint(note.text).size
    if not (index.isascii() and index.isdigit()) or not int(index[:20]) < size <= MAX_SIZE:
        raise Rejected(404, f"an entry is named by its index; {size} are published")
    hashes = inclusion(int(index), size, reader(services.objects))
    return write(int(index), hashes, note)


def _entry(services: Services, entry_id: str) -> dict[str, Any]:
    """A hint: the leaf hash can be held against the tiles, and nothing else here can."""
    named = _ENTRY.fullmatch(entry_id)
    case, n = (named[1], int(named[2])) if named else ("", 0)
    run = services.board.run_with(case, n) if named else None
    row = next(services.log_reader.rows(run.index_of(n)), None) if run else None
    leaf = json.loads(row["leaf"]) if row else {}
    if row is None or (leaf["case"], leaf["n"]) != (case, n):
        raise Rejected(404, "an entry is named <public case>.<number>; the log has none like this")
    hashed = leaf_hash(row["leaf"].encode())
    found = {"index": row["index"], "leaf": row["leaf"], "leaf_hash": base64(hashed)}
    if row["index"] < shown_size(services.objects):
        return {**found, "state": "published"}
    receipt = services.receipts.of_leaf(hashed, parse(row["recorded_at"]))
    by = read_receipt(read_note(receipt.encode()).text).by
    return {**found, "state": "committed", "deadline": text(by), "receipt": receipt}
