"""Which outputs are recorded, by the name of the file that has their digests."""

from collections.abc import Callable

from tests.recorded import commands, facts, forgeries, week
from tests.recorded.digests import Texts

FAMILIES: dict[str, Callable[[], Texts]] = {
    "due": commands.due,
    "policy": commands.policy,
    "replay": commands.replay,
    "receipt": commands.receipt,
    "verify": commands.verify,
    "forgeries": forgeries.outputs,
    "openapi": commands.openapi,
    "facts": facts.outputs,
    "week": week.outputs,
}
