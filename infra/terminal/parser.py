"""The parser of command lines: help, usage and complaints in the terminal's language.

The library knows English alone; what it says of itself is translated here.
"""

import argparse
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, NoReturn

from infra.terminal.language import language, say

BAD = 2
_WORDS = re.compile(r"\s+|[!-~]+|.", re.DOTALL)
_NEVER_FIRST = "，。；：、！？）》〉」』”’…)"
_WRONG_COMMAND = r"argument (?:COMMAND|ACTION): invalid choice: (.+?) \(choose from (.+)\)"
_USAGE = [  # what the library says, in Chinese
    (r"the following arguments are required: (.+)", r"缺少参数：\1"),
    (r"one of the arguments (.+) is required", r"缺少参数，至少写一个：\1"),
    (_WRONG_COMMAND, r"没有 \1 这个命令，只有 \2"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", r"\1：没有 \2，只有 \3"),
    (r"unrecognized arguments: (.+)", r"多余的参数：\1"),
    (r"argument (.+?): expected (one|at least one) argument", r"\1：后面缺少内容"),
    (r"argument (.+?): expected (\d+) arguments", r"\1：后面应有 \2 项"),
    (r"argument (.+?): not allowed with argument (.+)", r"\1 不能和 \2 同时用"),
    (r"argument (.+?): ignored explicit argument (.+)", r"\1：后面不带内容，多了 \2"),
    (r"ambiguous option: (.+) could match (.+)", r"选项写得不全：\1 可以是 \2"),
    (r"argument (.+?): invalid int value: (.+)", r"\1：应为整数，不是 \2"),
    (r"argument (.+?): invalid float value: (.+)", r"\1：应为数字，不是 \2"),
    (r"argument (.+?): invalid \w+ value: (.+)", r"\1：写得不对：\2"),
    (r"argument (.+?): (.+)", r"\1：\2"),
]


class _Layout(argparse.HelpFormatter):
    """Help whose lines are as wide as they look: a Chinese character takes two columns."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """Begin with the word for usage."""
        heading = say("用法：", "usage: ") if prefix is None else prefix
        super().add_usage(usage, actions, groups, heading)

    def _split_lines(self, text: str, width: int) -> list[str]:
        return list(wrap(text, width))

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in wrap(text, width - len(indent)))


class _AsWritten(argparse.RawDescriptionHelpFormatter, _Layout):
    """The same, but texts keep their lines."""


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line. With *as_written*, texts keep their lines."""

    def __init__(self, *, as_written: bool = False, **settings: Any) -> None:
        layout = _AsWritten if as_written else _Layout
        super().__init__(**settings, formatter_class=layout, add_help=False)
        self._positionals.title = say("参数", "positional arguments")
        self._optionals.title = say("选项", "options")
        told = say("显示本说明", "show this help message and exit")
        self.add_argument("-h", "--help", action="help", help=told)

    def print_help(self, file: Any = None) -> None:
        """Print the help, and raise OSError where the output refuses it: the library is silent."""
        print(self.format_help(), end="", file=file, flush=True)

    def error(self, message: str) -> NoReturn:
        """Print the mistake and the command that prints help, and exit."""
        told = _in_chinese(message) if language() == "zh" else message
        see = say(f"（用法：{self.prog} --help）", f" (see: {self.prog} --help)")
        self.exit(BAD, f"{self.prog}: {told}{see}\n")


def wrap(text: str, width: int) -> Iterator[str]:
    """Yield the lines of *text*, each at most *width* columns wide unless a word is wider."""
    line = ""
    for word in _WORDS.findall(" ".join(text.split())):
        if line and columns(line) + columns(word) > width and word[0] not in _NEVER_FIRST:
            yield line.rstrip()
            line = ""
        line += word if line or not word.isspace() else ""
    yield line.rstrip()


def columns(text: str) -> int:
    """Return how many columns of a terminal *text* takes."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _in_chinese(message: str) -> str:
    for said, chinese in _USAGE:
        if match := re.fullmatch(said, message, re.DOTALL):
            return re.sub("'(.*?)'", r"“\1”", match.expand(chinese).replace("', '", "、"))
    return message
