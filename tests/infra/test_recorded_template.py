"""The packaged template is, byte for byte, what was recorded."""

import json
from pathlib import Path

from infra.stack.package import package
from infra.stack.target import host
from tests.recorded.digests import differing
from tests.recorded.packaged import outputs


def test_the_templates_are_as_recorded(released: Path) -> None:
    """Of both stages; for whichever machine they were packaged."""
    folders = {"prod": released, "local": package("local", host(layered=False))}
    found: dict[str, str] = {}
    for stage, folder in folders.items():
        found |= outputs(json.loads((folder / "template.json").read_text()), stage)
    assert differing("template", found) == []
