"""The template of infra/, read without CloudFormation's meaning: a tag is what stands behind it."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

TEMPLATE = Path(__file__).parents[2] / "infra" / "stack" / "template.yaml"


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's tags as what stands behind them."""


_Loader.add_multi_constructor("!", lambda _loader, _tag, node: node.value)


@cache
def template() -> dict[str, Any]:
    """Read the template; a tag is what stands behind it."""
    found: dict[str, Any] = yaml.load(TEMPLATE.read_text("utf-8"), _Loader)
    return found
