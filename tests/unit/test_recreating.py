"""What `duban recreate` refuses before it looks at any cloud."""

import pytest

from chalicelib.errors import BadInput
from infra.rebuilding.recreating import recreate
from infra.stack.cloud import LOCAL_STAGE, local_at


def test_a_local_stage_is_made_again_by_a_restart() -> None:
    """Tables that are made again there would not be kept over the next one."""
    with pytest.raises(BadInput, match="duban down"):
        recreate(local_at("http://127.0.0.1:9"), LOCAL_STAGE, (), print)
