"""JSON answers: for one reader only, which no cache may store, and for anybody."""

import json
from collections.abc import Mapping
from typing import Any

from chalice.app import Response


def private_json(body: Mapping[str, Any], status: int = 200) -> Response:
    """Return an answer with *body* for this caller only."""
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(body=text, status_code=status, headers={**headers})


def public_json(body: Mapping[str, Any], max_age: int = 5) -> Response:
    """Answer with *body*, for anybody, to be kept for *max_age* seconds."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    headers = {
        "Content-Type": "application/json",
        "Cache-Control": f"public, max-age={max_age}",
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Allow-Origin": "*",
    }
    return Response(body=text, headers={**headers})
