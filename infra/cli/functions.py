"""`duban functions rest|wake`: stop the functions that write, and give them their shares back."""

import argparse

from infra.rebuilding import resting
from infra.stack import cloud
from infra.terminal.arguments import commands
from infra.terminal.report import print_progress

_COMMAND = """\
functions  修复各表时，让环境的函数停下 | let a stage's functions rest while its tables are mended
functions rest  停下写入的函数；其间仍可报送
        | stop the functions that write; events may be posted all the while
    about  什么也不会丢：流保留一天，收件表一直保留。
        | Nothing is lost: streams keep their records for a day, the inbox for ever.
    --api  接口也停下 | stop the API too
    --stage
functions wake  让各函数重新运行 | give each its share of the account again
    --stage
"""
add = commands(__name__, _COMMAND)


def run_rest(arguments: argparse.Namespace) -> int:
    """Stop the functions that write, and with `--api` the API."""
    where = cloud.of_stage(arguments.stage)
    resting.rest(where, arguments.stage, print_progress, api=arguments.api)
    return 0


def run_wake(arguments: argparse.Namespace) -> int:
    """Start the functions again."""
    resting.wake(cloud.of_stage(arguments.stage), arguments.stage, print_progress)
    return 0
