"""`duban down`: end the local cloud that `duban up` runs."""

import argparse

from infra.terminal.arguments import commands
from infra.terminal.language import say

_COMMAND = """\
down  结束本机环境 | end the local cloud
"""
add = commands(__name__, _COMMAND)


def run(_arguments: argparse.Namespace) -> int:
    """End the local cloud and wait until it is gone; it is no error that none runs."""
    from infra.local import lock
    from infra.stack import cloud

    is_ended = lock.end_holder(cloud.FOLDER)
    print(say("已结束", "ended") if is_ended else say("没有在运行的本机环境", "nothing is running"))
    return 0
