"""What Duban prints, derives and publishes is, byte for byte, what was recorded.

`tests/recorded/record.py` says how to see what has changed, and how to record it anew.
"""

import pytest

from tests.recorded.digests import differing
from tests.recorded.families import FAMILIES


@pytest.mark.parametrize("family", FAMILIES)
def test_outputs_are_as_recorded(family: str) -> None:
    """Nothing differs, nothing is missing, nothing is new."""
    assert differing(family, FAMILIES[family]()) == []
