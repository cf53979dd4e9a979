"""The OpenAPI 3.1 document of this API, for anybody: `GET /openapi.json`.

It is the file `openapi.json` as it stands. Tests hold the code to it: every route, every event type
as its model reads it, and every list of words (tests/unit/test_openapi.py). Each operation is asked
whatever the document allows and forbids (tests/integration/test_api_contract.py).
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.plumbing.answers import public_json

blueprint = Blueprint(__name__)


@blueprint.route("/openapi.json", methods=["GET"])
def openapi() -> Response:
    """Describe this API."""
    return public_json(openapi_document(), max_age=300)


@cache
def openapi_document() -> dict[str, Any]:
    """Return the document."""
    text = Path(__file__).with_name("openapi.json").read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document
