"""The JSON answers that are for one reader only: never stored by anything in between."""

import json
from collections.abc import Mapping
from typing import Any

from chalice.app import Response


def private_json(body: Mapping[str, Any], status: int = 200) -> Response:
    """Answer with *body*, for whoever asked and for nobody else."""
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(body=text, status_code=status, headers={**headers})
