"""The log of a county and the documents beside it, to be written over."""

import copy

import pytest

from tests.support.replayed import Leaf, PublicWorld


@pytest.fixture
def leaves(county: PublicWorld) -> list[Leaf]:
    """Give its log, to be written over."""
    return copy.deepcopy(county.leaves())


@pytest.fixture
def rules(county: PublicWorld) -> dict[str, bytes]:
    """Give the documents beside it."""
    return dict(county.rules())
