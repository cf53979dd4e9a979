"""Find the sub-command, run it, and turn an error into one clear line for each mistake.

Every module of this package but this one is a command of the same name (`dead_letters` is
`dead-letters`). Its `add` adds its parser, mostly from a table (`terminal/arguments.py`), and sets
`run`, a function from the parsed arguments to the exit code. Only the module of the command that is
called is imported.

Exit codes: 0 ok, 1 a negative result, 2 bad usage or bad input.
"""

import argparse
import importlib
import os
import pkgutil
import sqlite3
import sys
from collections.abc import Callable, Sequence

from chalicelib.errors import BadInput, Bilingual, Conflict, Corrupt, DomainError, Unknown
from infra import cli
from infra.stack import release
from infra.terminal import machine
from infra.terminal.language import language, say
from infra.terminal.parser import BAD, Parser

OK, INTERRUPTED = 0, 130
MOST_SHOWN = 100  # mistakes of one file
_REFUSED: dict[type[Exception], Bilingual] = {
    Unknown: Bilingual("缺少判定所需的资料", "something is missing that is needed to judge"),
    Conflict: Bilingual("另有人同时改动，请再执行一次", "somebody else wrote first: give it again"),
    Corrupt: Bilingual(
        "存储的内容自相矛盾，没有继续；见 docs/operating.md 的“恢复”一节",
        "what is stored contradicts itself: see Restoring in docs/operating.en.md",
    ),
}
_EXAMPLES = (
    ("up --demo", Bilingual("在本机看一遍全过程", "see all of it on this machine")),
    ("up --keep", Bilingual("在本机长期试用，重启后数据仍在", "try it for weeks")),
    ("due --from 2026-09-18T16:00 --limit 5wd", Bilingual("", "")),
    ("catalogue import items.csv --check --stage prod", Bilingual("", "")),
    ("verify https://audit.example.gov.cn/log", Bilingual("", "")),
)


class _Version(argparse.Action):
    """Print the version and exit; it is looked up only when somebody asks."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print the version and end the command."""
        print(f"duban {release.version()}", flush=True)
        parser.exit(OK)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line *arguments*, by default the process's own."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if found := machine.foreign_encoding():
        return _complain_in_bytes(machine.no_utf8(found))
    if refused := machine.not_utf8(given):
        return _complain(refused.of(language()))
    try:
        return _run(given)
    except UnicodeEncodeError as error:  # the output is set to another encoding than the text
        return _complain_in_bytes(machine.no_utf8(error.encoding))


def _run(given: Sequence[str]) -> int:
    """Run the command that is *given*; turn an error into one line for each mistake."""
    try:
        parsed = _parser(given).parse_args(given)
        run: Callable[[argparse.Namespace], int] = parsed.run
        code = run(parsed)
        print(end="", flush=True)  # here, where a full disk is one line; nobody may listen at all
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
        return tuple(each.line(language()) for each in (error, *error.others))
    if isinstance(error, DomainError) and type(error) in _REFUSED:
        zh, en = _REFUSED[type(error)]
        return (say(f"{zh}（{error.text.zh}）", f"{en} ({error.text.en})"),)
    if isinstance(error, OSError | sqlite3.Error):
        found = machine.complaint(error)
    else:  # an address that does not answer, credentials that are missing
        found = machine.cloud_complaint(error)
    return (found.of(language()),) if found else ()


def _parser(given: Sequence[str]) -> Parser:
    zh, en = "督办：运维人员的命令。", "Duban: see that it gets done. The operator's command."
    parser = Parser(prog="duban", description=say(zh, en), epilog=_examples(), as_written=True)
    zh, en = "显示这是哪一版督办", "print which Duban this is"
    parser.add_argument("--version", action=_Version, nargs=0, help=say(zh, en))
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    names = {module.name.replace("_", "-"): module.name for module in _modules()}
    called = [names[given[0]]] if given and given[0] in names else sorted(names.values())
    for name in called:
        importlib.import_module(f"{cli.__name__}.{name}").add(commands)
    return parser


def _examples() -> str:
    """Return examples of the commands that are here: a verifier alone has few."""
    here = {module.name for module in _modules()}
    lines = [
        f"  duban {command:<34}{text.of(language())}".rstrip()
        for command, text in _EXAMPLES
        if command.split()[0] in here
    ]
    return "\n".join([say("例：", "examples:"), *lines, ""])


def _modules() -> list[pkgutil.ModuleInfo]:
    return [module for module in pkgutil.iter_modules(cli.__path__) if module.name != "main"]


def _complain(*messages: str) -> int:
    """Print each of *messages* as one line."""
    for message in messages[:MOST_SHOWN]:
        print(f"duban: {' '.join(message.split())}", file=sys.stderr)
    if len(messages) > MOST_SHOWN:
        more = len(messages) - MOST_SHOWN
        print(say(f"duban: 另有 {more} 处错误", f"duban: and {more} more"), file=sys.stderr)
    return BAD


def _complain_in_bytes(text: Bilingual) -> int:
    """Print *text* in UTF-8, for a stream that could not write the Chinese of it."""
    sys.stderr.buffer.write(f"duban: {text.of(language())}\n".encode())
    return BAD


if __name__ == "__main__":
    sys.exit(main())
