"""What the OpenAPI document says of the answers."""

from typing import Any

from chalicelib.api.routes import openapi_document

SCHEMAS: dict[str, Any] = openapi_document()["components"]["schemas"]


def fields_of(name: str, *path: str) -> dict[str, Any]:
    """Return the fields of the schema *name*, or of one of its fields, by names or "items"."""
    schema = SCHEMAS[name]
    for part in path:
        schema = schema["items"] if part == "items" else schema["properties"][part]
    fields: dict[str, Any] = schema["properties"]
    return fields
