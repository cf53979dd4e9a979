"""JSON answers for one reader only: no cache in between may store them."""

import json
from collections.abc import Mapping
from typing import Any

from chalice.app import Response


def private_json(body: Mapping[str, Any], status: int = 200) -> Response:
    """Return an answer with *body* for this caller only."""
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(body=text, status_code=status, headers={**headers})
