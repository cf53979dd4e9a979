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
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from chalicelib.errors import BadInput, Unknown
from infra import cli, machine, release

OK, BAD, INTERRUPTED = 0, 2, 130
MOST_SHOWN = 100  # mistakes of one file
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
        self.exit(BAD, f"{self.prog}: {message} (see: {self.prog} --help)\n")


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
    parser = _parser(given)
    return _run(parser.parse_args(given))


def _run(parsed: argparse.Namespace) -> int:
    """Run the command that was named; turn an error into one line for each mistake."""
    run: Callable[[argparse.Namespace], int] = parsed.run
    try:
        code = run(parsed)
        sys.stdout.flush()  # here, where a full disk is one line
    except (BadInput, Unknown) as error:
        return _complain(str(error), *getattr(error, "others", ()))
    except BrokenPipeError:
        # Whoever read our output has seen enough. Nothing is left to be flushed into nowhere.
        sys.stderr.close()
        return OK
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        complaint = machine.complaint(error)
        if complaint is None:
            raise
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 -- what is left has nowhere to go
        return _complain(complaint)
    except Exception as error:
        # An address that does not answer, credentials that are missing: the operator's to mend.
        if type(error).__module__.startswith("botocore."):
            return _complain(str(error))
        raise
    else:
        return code


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
