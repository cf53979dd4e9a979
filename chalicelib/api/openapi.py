"""The OpenAPI 3.1 document of this API: the file `openapi.json`, as it is served.

Tests hold the code to it: every route, every event type as the model that reads it has it, and
every list of words (tests/unit/test_openapi.py); and each operation is asked whatever the document
allows and forbids (tests/integration/test_api_contract.py).
"""

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def openapi_document() -> dict[str, Any]:
    """Return the document."""
    text = resources.files(__package__).joinpath("openapi.json").read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document
