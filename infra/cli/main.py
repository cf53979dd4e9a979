"""Find the sub-command, run it, and turn an error into one clear line for each mistake.

Every module of this package but this one is a command of the same name (`dead_letters` is
`dead-letters`): it has `add(subparsers)`, which adds its parser and sets `run` to a function from
the parsed arguments to the exit code. Only the module of the command that is called is imported.

Exit codes: 0 ok, 1 a negative result, 2 bad usage or bad input.
"""

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from chalicelib.errors import BadInput, Unknown
from infra import cli

OK, BAD, INTERRUPTED = 0, 2, 130


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and where help is, and exit."""
        self.exit(BAD, f"{self.prog}: {message} (see: {self.prog} --help)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line *arguments*, by default the process's own."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    parser = _parser(given)
    parsed = parser.parse_args(given)
    run: Callable[[argparse.Namespace], int] = parsed.run
    try:
        return run(parsed)
    except (BadInput, Unknown) as error:
        return _complain(str(error), *getattr(error, "others", ()))
    except BrokenPipeError:
        # Whoever read our output has seen enough. Nothing is left to be flushed into nowhere.
        sys.stderr.close()
        return OK
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        # An address that does not answer, credentials that are missing: the operator's to mend.
        if type(error).__module__.startswith("botocore."):
            return _complain(str(error))
        raise


def _parser(given: Sequence[str]) -> Parser:
    parser = Parser(prog="duban", description="See that it gets done: the operator's command.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    names = {module.name.replace("_", "-"): module.name for module in _modules()}
    called = [names[given[0]]] if given and given[0] in names else sorted(names.values())
    for name in called:
        importlib.import_module(f"{cli.__name__}.{name}").add(commands)
    return parser


def _modules() -> list[pkgutil.ModuleInfo]:
    return [module for module in pkgutil.iter_modules(cli.__path__) if module.name != "main"]


def _complain(*messages: str) -> int:
    for message in messages:
        line = " ".join(message.split())
        print(f"duban: {line}", file=sys.stderr)
    return BAD


if __name__ == "__main__":
    sys.exit(main())
