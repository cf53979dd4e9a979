"""What a stream mapping of infra/stack/template.yaml lets through: filters as Lambda reads them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from tests.support.stage import TABLES
from tests.support.template_file import template

Pattern = Mapping[str, Any]


def filters() -> dict[str, list[Pattern]]:
    """Give the patterns of each table's one reader."""
    patterns: dict[str, list[Pattern]] = {}
    for resource in template()["Resources"].values():
        for source in (resource.get("Properties", {}).get("Events") or {}).values():
            properties = source.get("Properties", {})
            table = str(properties.get("Stream", "")).partition(".")[0]
            if table in TABLES:
                patterns[table] = [
                    json.loads(criterion["Pattern"])
                    for criterion in properties["FilterCriteria"]["Filters"]
                ]
    return patterns


def passes(record: Mapping[str, Any], patterns: Iterable[Pattern]) -> bool:
    """Whether any of *patterns* takes *record*."""
    return any(_takes(pattern, record) for pattern in patterns)


def _takes(pattern: Pattern, fields: Mapping[str, Any]) -> bool:
    for name, wanted in pattern.items():
        value = fields.get(name)
        if isinstance(wanted, dict):
            if not isinstance(value, dict) or not _takes(wanted, value):
                return False
        elif not any(_fits(condition, value) for condition in wanted):
            return False
    return True


def _fits(wanted: Any, value: Any) -> bool:
    match wanted:
        case {"prefix": start}:
            return isinstance(value, str) and value.startswith(start)
        case {"exists": there}:
            return (value is not None) is there
        case dict():
            raise ValueError(f"no such filter here: {wanted}")
        case _:
            return bool(wanted == value)
