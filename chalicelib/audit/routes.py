"""`GET /log/…`: the public log as C2SP tlog-tiles has it, and what makes it easier to use.

What lies among the public objects is handed out byte for byte; whoever reads it trusts nothing but
the signature, so a cache or a mirror may do the same. Proofs are put together from the same tiles.
Chalice knows no path of any length: a tile's name is cut into its parts, one route for each number.
"""

import json
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.audit.checkpoint import read_checkpoint
from chalicelib.audit.note import Note, read_note
from chalicelib.audit.objects import BYTES, CHECKPOINT, TEXT, cache_control, content_type
from chalicelib.audit.promise import MERGE_DELAY
from chalicelib.audit.proof import inclusion
from chalicelib.audit.statement import NOTE, rules_path
from chalicelib.audit.tile import read_path
from chalicelib.audit.tlog_proof import write
from chalicelib.audit.wire import MAX_SIZE
from chalicelib.errors import BadInput, Corrupt, Rejected
from chalicelib.plumbing.services import Services, services

HOUR = "public, max-age=3600"
NEVER = "no-store"

blueprint = Blueprint(__name__)


@blueprint.route("/log/checkpoint", methods=["GET"])
def checkpoint() -> Response:
    """Give the newest checkpoint, a signed note."""
    return _object(services(), CHECKPOINT)


@blueprint.route("/log/checkpoints/{size}", methods=["GET"])
def checkpoint_of_size(size: str) -> Response:
    """Give the note that was first published for a size."""
    return _object(services(), f"checkpoints/{size}")


@blueprint.route("/log/vkeys/{key_id}", methods=["GET"])
def vkey(key_id: str) -> Response:
    """Give the key of the log that has this id, as a verifier key."""
    return _object(services(), f"vkeys/{key_id}")


@blueprint.route("/log/rules/{digest}", methods=["GET"])
def rules(digest: str) -> Response:
    """Give a document of the rules by its SHA-256."""
    return _object(services(), rules_path(digest))


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
    return _json(_about(services()), HOUR)


@blueprint.route("/log/proof/{index}", methods=["GET"])
def proof(index: str) -> Response:
    """Prove that the entry at an index is under the newest checkpoint."""
    return _text(_proof(services(), index), NEVER)


def _tile(*parts: str) -> Response:
    path = "/".join(("tile", *parts))
    try:
        read_path(path)
    except ValueError as error:
        raise Rejected(404, str(error)) from error
    return _object(services(), path)


def _object(served: Services, path: str) -> Response:
    """Hand out an object as it is. There is none past the end of what is published."""
    try:
        body = served.objects.get(path)
    except BadInput as error:
        raise Rejected(404, str(error)) from error
    if body is None:
        raise Rejected(404, "the log has nothing under this name")
    kind = content_type(path)
    headers = {"Content-Type": kind, "Cache-Control": cache_control(path), **_OPEN}
    return Response(body=body if kind == BYTES else body.decode(), headers=headers)


_OPEN = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}


def _text(body: str, cache: str) -> Response:
    return Response(body=body, headers={"Content-Type": TEXT, "Cache-Control": cache, **_OPEN})


def _json(body: dict[str, Any], cache: str) -> Response:
    headers = {"Content-Type": "application/json", "Cache-Control": cache, **_OPEN}
    return Response(body=json.dumps(body, ensure_ascii=False), headers=headers)


def _newest(served: Services) -> Note:
    found = served.objects.get(CHECKPOINT)
    if found is None:
        raise Rejected(404, "nothing is published yet")
    return read_note(found)


def _about(served: Services) -> dict[str, Any]:
    """All of it can be had from elsewhere, and should be: a log's own word for its key is weak."""
    origin, quorum = served.settings.log_origin, served.witnesses.quorum()
    stated = served.registry.get(*NOTE) or {}
    return {
        "origin": origin,
        "vkeys": [_vkey(served, line.id) for line in _newest(served).lines if line.name == origin],
        "receipt_vkeys": [served.receipts.vkey.text],
        "witnesses": [one.vkey.text for one in quorum.witnesses],
        "quorum": quorum.needed,
        "mmd_seconds": int(MERGE_DELAY.total_seconds()),
        "rules": stated.get("documents", []),
    }


def _vkey(served: Services, key_id: bytes) -> str:
    return (served.objects.get(f"vkeys/{key_id.hex()}") or b"").decode().strip()


def _proof(served: Services, index: str) -> str:
    note = _newest(served)
    size = read_checkpoint(note.text).size
    if not (index.isascii() and index.isdigit()) or not int(index[:20]) < size <= MAX_SIZE:
        raise Rejected(404, f"an entry is named by its index; {size} are published")
    hashes = inclusion(int(index), size, lambda path: _must(served, path))
    return write(int(index), hashes, note)


def _must(served: Services, path: str) -> bytes:
    found = served.objects.get(path)
    if found is None:
        raise Corrupt(f"{path} is not there")
    return found
