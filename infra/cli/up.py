"""`duban up`: the whole stack on this machine, until Ctrl-C."""

import argparse

from infra.local.port import USUAL
from infra.terminal.arguments import commands, whole_number

_SPEED, _PORT = whole_number(1, 1_000_000), whole_number(0, 65535)
_COMMAND = f"""\
up  在本机运行整个系统，按 Ctrl-C 结束 | run the whole stack on this machine until Ctrl-C
    about  在本机回环地址启动本地云，部署进去，运行到按 Ctrl-C 为止。
        | Start a local cloud on loopback, deploy into it, stay until Ctrl-C.
    --speed N  让时钟快 N 倍 | let its clock run N times as fast
    --demo  先报送虚构的一周办件 | feed a made-up working week of a county first
    --port N  端口（默认 {USUAL}；0：任一空闲端口）
        | listen there (default: {USUAL}; 0: any free port)
    --keep  重启后保留数据、钥匙和地址，存在 .duban/kept
        | hold data, keys and address over a restart, in .duban/kept
"""
add = commands(__name__, _COMMAND, speed=_SPEED, port=_PORT)


def run(arguments: argparse.Namespace) -> int:
    """Run the local stage until Ctrl-C, which is its normal end."""
    from infra.local import stage as local_stage

    given = arguments
    return local_stage.run_stage(given.port, given.speed, demo=given.demo, keep=given.keep)
