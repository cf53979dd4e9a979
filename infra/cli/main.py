"""Find the sub-command, run it, and turn an error into one clear line for each mistake.

Every module of this package but this one is a command of the same name (`dead_letters` is
`dead-letters`): it has `add(subparsers)`, which adds its parser and sets `run` to a function from
the parsed arguments to the exit code. Only the module of the command that is called is imported.

Exit codes: 0 ok, 1 a negative result, 2 bad usage or bad input.
"""

import argparse
import importlib
import os
import pkgutil
import sqlite3
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from chalicelib.errors import BadInput, Conflict, Corrupt, Unknown
from infra import cli
from infra.stack import release
from infra.terminal import cloud_refusal, machine

OK, BAD, INTERRUPTED = 0, 2, 130
MOST_SHOWN = 100  # mistakes of one file
_REFUSED: dict[type[Exception], str] = {
    Unknown: "缺少判定所需的资料 / something is missing that is needed to judge",
    Conflict: "另有人同时改动，请再执行一次 / somebody else wrote first: give it again",
    Corrupt: "存储的内容自相矛盾，没有继续；见 docs/operating.md 的“恢复”一节"
    " / what is stored contradicts itself: see Restoring in docs/operating.en.md",
}
_USAGE = {  # what the library says, in Chinese
    "arguments are required": "缺少参数",
    "invalid choice": "没有这个选项",
    "unrecognized arguments": "多余的参数",
    "expected one argument": "选项后面缺少内容",
    "expected at least one argument": "选项后面缺少内容",
    "not allowed with argument": "这两个选项不能同时用",
    "ambiguous option": "选项写得不全",
    "invalid int value": "应为整数",
    "invalid float value": "应为数字",
}
EXAMPLES = """\
例 / examples:
  duban up --demo                       在本机看一遍全过程 / see all of it on this machine
  duban up --keep                       在本机长期试用，重启后数据仍在 / try it for weeks
  duban due --from 2026-09-18T16:00 --limit 5wd
  duban catalogue import items.csv --check --stage prod
  duban verify https://audit.example.gov.cn/log
"""


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and where help is, and exit."""
        zh = next((zh for en, zh in _USAGE.items() if en in message), "")
        both = f"{zh} / {message}" if zh else message
        self.exit(BAD, f"{self.prog}: {both} (用法 / see: {self.prog} --help)\n")


class _Version(argparse.Action):
    """Print the version and exit; it is looked up only when somebody asks."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Do so."""
        print(f"duban {release.version()}")
        parser.exit(OK)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line *arguments*, by default the process's own."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if found := machine.foreign_encoding():
        # In bytes: this stream could not write the Chinese of it.
        sys.stderr.buffer.write(f"duban: {machine.NO_UTF8.format(found=found)}\n".encode())
        return BAD
    if found := machine.not_utf8(given):
        return _complain(found)
    try:
        parser = _parser(given)
        return _run(parser.parse_args(given))
    except UnicodeEncodeError as error:  # the output is set to another encoding than the text
        sys.stderr.buffer.write(f"duban: {machine.NO_UTF8.format(found=error.encoding)}\n".encode())
        return BAD


def _run(parsed: argparse.Namespace) -> int:
    """Run the command that was named; turn an error into one line for each mistake."""
    run: Callable[[argparse.Namespace], int] = parsed.run
    try:
        code = run(parsed)
        sys.stdout.flush()  # here, where a full disk is one line
    except BrokenPipeError:
        # Whoever read our output has seen enough. Nothing is left to be flushed into nowhere.
        sys.stderr.close()
        return OK
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        messages = _mistakes(error)
        if not messages:
            raise
        if isinstance(error, OSError):
            sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 -- the rest has nowhere to go
        return _complain(*messages)
    else:
        return code


def _mistakes(error: Exception) -> tuple[str, ...]:
    """Return what the operator can mend, a line each; none where the error is ours."""
    if isinstance(error, BadInput):
        return (str(error), *error.others)
    if type(error) in _REFUSED:
        return (f"{_REFUSED[type(error)]} ({error})",)
    if isinstance(error, OSError | sqlite3.Error):
        return tuple(filter(None, [machine.complaint(error)]))
    # An address that does not answer, credentials that are missing.
    return tuple(filter(None, [cloud_refusal.complaint(error)]))


def _parser(given: Sequence[str]) -> Parser:
    parser = Parser(
        prog="duban",
        description="督办：运维人员的命令 / see that it gets done: the operator's command.",
        epilog=_examples(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print which Duban this is")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    names = {module.name.replace("_", "-"): module.name for module in _modules()}
    called = [names[given[0]]] if given and given[0] in names else sorted(names.values())
    for name in called:
        importlib.import_module(f"{cli.__name__}.{name}").add(commands)
    return parser


def _examples() -> str:
    """Return examples of the commands that are here: a verifier alone has few."""
    here = {module.name for module in _modules()}
    lines = EXAMPLES.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(" ") or line.split()[1] in here)


def _modules() -> list[pkgutil.ModuleInfo]:
    return [module for module in pkgutil.iter_modules(cli.__path__) if module.name != "main"]


def _complain(*messages: str) -> int:
    """Print each of *messages* as one line."""
    for message in messages[:MOST_SHOWN]:
        print(f"duban: {' '.join(message.split())}", file=sys.stderr)
    if len(messages) > MOST_SHOWN:
        print(f"duban: 另有 {len(messages) - MOST_SHOWN} 处错误", file=sys.stderr)
    return BAD


if __name__ == "__main__":
    sys.exit(main())
