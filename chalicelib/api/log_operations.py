"""The operations of the public log, with the schemas of their answers. Pure data."""

from chalicelib.api.operations import HTML, JSON, LANGUAGE, Operation
from chalicelib.api.schemas import INSTANT, TEXT, WHOLE, Schema, list_of, object_of, ref

_NOTE: dict[str, Schema] = {"text/plain; charset=utf-8": TEXT}
_BYTES: dict[str, Schema] = {"application/octet-stream": {"type": "string", "format": "binary"}}
_VKEY: Schema = {**TEXT, "description": "A verifier key (C2SP signed-note)"}
_HASH: Schema = {**TEXT, "format": "byte", "description": "SHA-256, in base64"}

LOG_ANSWERS: dict[str, Schema] = {
    "LogDescription": object_of(
        "witnesses_since",
        origin=TEXT,
        vkeys=list_of(_VKEY),
        receipt_vkeys=list_of(_VKEY),
        witnesses=list_of(_VKEY),
        quorum=WHOLE,
        witnesses_since={
            **INSTANT,
            "description": "When they or their quorum were changed last; stated soon after",
        },
        mmd_seconds={**WHOLE, "description": "How soon everything recorded is in the log"},
        rules=list_of(object_of(name=TEXT, version=TEXT, sha256=TEXT)),
    ),
    "LogEntry": object_of(
        "deadline receipt",
        index=WHOLE,
        leaf={**TEXT, "description": "The entry's own bytes, which are JSON (RFC 8785)"},
        leaf_hash=_HASH,
        state={
            "type": "string",
            "enum": ["published", "committed"],
            "description": "Under the newest checkpoint, or to be so by the deadline",
        },
        deadline=INSTANT,
        receipt={**TEXT, "description": "The receipt of it, a signed note that can be kept"},
    ),
}

_TILES = tuple(
    Operation(
        "/log/tile/{level}/" + "/".join(f"{{{name}}}" for name in "abcd"[:parts]),
        "get",
        "A tile of hashes, or a bundle where the level is `entries` (C2SP tlog-tiles), "
        f"whose index takes {parts} segments",
        _BYTES,
        refuses=(404,),
    )
    for parts in (1, 2, 3, 4)
)

LOG_OPERATIONS = (
    Operation(
        "/log", "get", "How to check the log", {HTML: TEXT}, query=(LANGUAGE,), refuses=(422,)
    ),
    Operation(
        "/log/check",
        "get",
        "A page that checks a card, an entry or a receipt in the browser; `#what=` names it",
        {HTML: TEXT},
    ),
    Operation(
        "/log/checkpoint",
        "get",
        "The newest checkpoint: size and root of the log, signed (C2SP tlog-checkpoint)",
        _NOTE,
        refuses=(404,),
    ),
    Operation(
        "/log/checkpoints/{size}",
        "get",
        "The checkpoint that was first published for this size",
        _NOTE,
        refuses=(404,),
    ),
    *_TILES,
    Operation("/log/rules/{digest}", "get", "A document of the rules", _BYTES, refuses=(404,)),
    Operation("/log/vkeys/{key_id}", "get", "A key of the log by its id", _NOTE, refuses=(404,)),
    Operation(
        "/log/log.json",
        "get",
        "The owner of the log, its keys and witnesses, and its maximum merge delay",
        {JSON: ref("LogDescription")},
        refuses=(404,),
    ),
    Operation(
        "/log/proof/{index}",
        "get",
        "Prove that an entry is under the newest checkpoint (C2SP tlog-proof)",
        _NOTE,
        refuses=(404,),
    ),
    Operation(
        "/log/entry/{entry_id}",
        "get",
        "Find an entry by its case's public name, a dot and its number there; a hint, no proof",
        {JSON: ref("LogEntry")},
        refuses=(404,),
    ),
)
