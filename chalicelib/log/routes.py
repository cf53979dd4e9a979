"""`GET /log/…`: the public log as C2SP tlog-tiles has it, and what makes it easier to use.

A public object is served byte for byte. A reader trusts the signature alone, so a cache or a mirror
may serve the same objects. Proofs are made from the same tiles.
Chalice knows no path of any length: a tile's name is cut into its parts, one route for each number.
"""

import json
import re
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.errors import BadInput, Rejected
from chalicelib.instant import parse, text
from chalicelib.log import objects
from chalicelib.log.merge_delay import MERGE_DELAY, STATED
from chalicelib.log.objects import published_size
from chalicelib.log.tlog.checkpoint import read_checkpoint
from chalicelib.log.tlog.note import Note, read_note
from chalicelib.log.tlog.proof import inclusion
from chalicelib.log.tlog.receipt import read_receipt
from chalicelib.log.tlog.tile import read_tile_path
from chalicelib.log.tlog.tlog_proof import write_proof
from chalicelib.log.tlog.tree import leaf_hash
from chalicelib.log.tlog.wire import MAX_SIZE, base64
from chalicelib.plumbing.answers import compress
from chalicelib.plumbing.services import Services, current_services

HOUR = "public, max-age=3600"
NEVER = "no-store"

_ENTRY = re.compile(r"([a-z0-9_]{1,64})\.(0|[1-9][0-9]{0,8})", re.ASCII)

blueprint = Blueprint(__name__)


@blueprint.route("/log/checkpoint", methods=["GET"])
def checkpoint() -> Response:
    """Give the newest checkpoint, a signed note."""
    return _object(current_services(), objects.CHECKPOINT)


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
    return _object(current_services(), objects.rules_path(digest))


@blueprint.route("/log/tile/{level}/{a}", methods=["GET"])
@blueprint.route("/log/tile/{level}/{a}/{b}", methods=["GET"])
@blueprint.route("/log/tile/{level}/{a}/{b}/{c}", methods=["GET"])
@blueprint.route("/log/tile/{level}/{a}/{b}/{c}/{d}", methods=["GET"])
def tile(level: str, **parts: str) -> Response:
    """Give a tile, or a bundle of entries, by the parts of its name.

    Three parts and one for a partial tile suffice for 256 thousand million entries.
    """
    path = "/".join(("tile", level, *parts.values()))
    try:
        read_tile_path(path)
    except ValueError as error:
        raise _no_such_object() from error
    return _object(current_services(), path)


@blueprint.route("/log/log.json", methods=["GET"])
def about() -> Response:
    """Say whose log it is, by which keys it is checked, and what it promises."""
    description = describe_log(current_services())
    if description is None:
        raise _nothing_published()
    del description["size"], description["root"]  # the rest lasts
    return _json(description, HOUR)


@blueprint.route("/log/proof/{index}", methods=["GET"])
def proof(index: str) -> Response:
    """Prove that the entry at an index is under the newest checkpoint."""
    return _response(_proof(current_services(), index), objects.TEXT, NEVER)


@blueprint.route("/log/entry/{entry_id}", methods=["GET"])
def entry(entry_id: str) -> Response:
    """Find the entry of a fact by its case's public name and its number there."""
    return _json(_entry(current_services(), entry_id), NEVER)


def _nothing_published() -> Rejected:
    return Rejected(404, zh="尚未公布任何内容。", en="nothing is published yet")


def _no_such_object() -> Rejected:
    return Rejected(404, zh="日志中没有这个名称。", en="the log has nothing under this name")


def _object(services: Services, path: str) -> Response:
    """Serve an object as it is; 404 past the end of the published log."""
    try:
        body = services.objects.get(path)
    except BadInput as error:
        raise _no_such_object() from error
    if body is None:
        raise _no_such_object()
    media_type = objects.content_type(path)
    content = body if media_type == objects.BYTES else body.decode()
    response = _response(content, media_type, objects.cache_control(path))
    if path.startswith("tile/entries/"):  # compressed on its way (C2SP tlog-tiles)
        return compress(response, body, blueprint.current_request.headers)
    return response


def _response(body: str | bytes, media_type: str, cache: str) -> Response:
    return Response(body=body, headers={"Content-Type": media_type, "Cache-Control": cache})


def _json(body: dict[str, Any], cache: str) -> Response:
    return _response(json.dumps(body, ensure_ascii=False), "application/json", cache)


def _newest(services: Services) -> Note | None:
    body = services.objects.get(objects.CHECKPOINT)
    return read_note(body) if body else None


def describe_log(services: Services) -> dict[str, Any] | None:
    """Return the log's description and its size; None before the first checkpoint.

    A verifier should take all of it from elsewhere: a log's own word for its key is weak.
    """
    note = _newest(services)
    if note is None:
        return None
    checkpoint = read_checkpoint(note.text)
    origin, quorum = services.settings.log_origin, services.witnesses.quorum()
    in_force = services.registry.get(*STATED) or {}
    return {
        "origin": origin,
        "vkeys": _signing_keys(services, note),
        "size": checkpoint.size,
        "root": base64(checkpoint.root),
        "receipt_vkeys": [services.receipts.vkey.text],
        "witnesses": [witness.vkey.text for witness in quorum.witnesses],
        "quorum": quorum.needed,
        **({"witnesses_since": quorum.changed_at} if quorum.changed_at else {}),
        "mmd_seconds": int(MERGE_DELAY.total_seconds()),
        "rules": in_force.get("documents", []),
    }


def log_keys(services: Services) -> list[str]:
    """Return the keys by which the newest checkpoint is signed; none before the first one."""
    note = _newest(services)
    return _signing_keys(services, note) if note else []


def _signing_keys(services: Services, note: Note) -> list[str]:
    paths = [
        f"vkeys/{line.id.hex()}" for line in note.lines if line.name == services.settings.log_origin
    ]
    return [(services.objects.get(path) or b"").decode().strip() for path in paths]


def _proof(services: Services, index: str) -> str:
    note = _newest(services)
    if note is None:
        raise _nothing_published()
    size = read_checkpoint(note.text).size
    if not (index.isascii() and index.isdigit()) or not int(index[:20]) < size <= MAX_SIZE:
        raise Rejected(
            404,
            zh=f"条目以序号指明；现已公布 {size} 条。",
            en=f"an entry is named by its index; {size} are published",
        )
    hashes = inclusion(int(index), size, objects.strict_reader(services.objects))
    return write_proof(int(index), hashes, note)


def _entry(services: Services, entry_id: str) -> dict[str, Any]:
    """Return the entry of a fact. It is a hint: only its leaf hash can be checked by the tiles."""
    match = _ENTRY.fullmatch(entry_id)
    case, n = (match[1], int(match[2])) if match else ("", 0)
    run = services.board.find_run(case, n) if match else None
    row = next(services.log_reader.rows(run.index_of(n)), None) if run else None
    leaf = json.loads(row["leaf"]) if row else {}
    if row is None or (leaf["case"], leaf["n"]) != (case, n):
        raise Rejected(
            404,
            zh="条目写作 <公开案号>.<序号>；日志中没有这一条。",
            en="an entry is named <public case>.<number>; the log has none like this",
        )
    digest = leaf_hash(row["leaf"].encode())
    payload = {"index": row["index"], "leaf": row["leaf"], "leaf_hash": base64(digest)}
    if row["index"] < published_size(services.objects):
        return {**payload, "state": "published"}
    receipt = services.receipts.of_leaf(digest, parse(leaf["rec"]))
    by = read_receipt(read_note(receipt.encode()).text).by
    return {**payload, "state": "committed", "deadline": text(by), "receipt": receipt}
