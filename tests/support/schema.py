"""Compares what was answered with the schema that promises it: the part of JSON Schema we use.

Stricter than JSON Schema in one thing: an object has no fields but those it is described with.
"""

from typing import Any

_TYPES = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def defects(value: Any, schema: Any, schemas: dict[str, Any], at: str = "") -> list[str]:
    """Name every place in *value* that is not as *schema* says; *schemas* are the document's."""
    if "$ref" in schema:
        return defects(value, schemas[schema["$ref"].rpartition("/")[2]], schemas, at)
    if "anyOf" in schema:
        found = [defects(value, one, schemas, at) for one in schema["anyOf"]]
        return [] if [] in found else found[0]
    kind = schema.get("type")
    if kind and (
        not isinstance(value, _TYPES[kind]) or isinstance(value, bool) != (kind == "boolean")
    ):
        return [f"{at}: {value!r} is no {kind}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at}: {value!r} is none of {schema['enum']}"]
    if "items" in schema:
        each = enumerate(value)
        return [
            bad for n, one in each for bad in defects(one, schema["items"], schemas, f"{at}.{n}")
        ]
    return _fields(value, schema, schemas, at) if "properties" in schema else []


def _fields(value: dict[str, Any], schema: Any, schemas: dict[str, Any], at: str) -> list[str]:
    described, needed = schema["properties"], set(schema.get("required", ()))
    faults = [f"{at}.{name}: not described" for name in value.keys() - described.keys()]
    faults += [f"{at}.{name}: missing" for name in needed - value.keys()]
    for name in value.keys() & described.keys():
        faults += defects(value[name], described[name], schemas, f"{at}.{name}")
    return faults
