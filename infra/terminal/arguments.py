"""Commands as tables: what each is for and what it takes, in Chinese and English (ADR 0077).

    key add  生成一把钥匙 | make a key
        about  只显示一次。
            | It is printed once.
        ROLE  角色 | its role
        --owner TEXT = nobody  由谁持有 | who holds it
        --stage --json

A line without indent begins a command. The lines below it are its description and its arguments,
with four blanks; deeper lines go on with a text. Two blanks stand before a text. A help that ends
with a full stop is the description too. A command without a function is a group of commands.

An argument is its name, the metavar of its value, and its default after `=`. An option with neither
metavar nor choices is a switch. `as NAME` is the attribute that it sets, where that is another.
`required` and `optional` are meant as usual; `repeated` gives a list; only one of those that are
`either` may be given.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from infra.terminal.language import language, say, split_row

LOCAL_STAGE = "local"
_MARKS = {"required", "optional", "repeated", "either"}
_TYPES: dict[str, Callable[[str], Any]] = {  # by metavar; any other is a text
    **dict.fromkeys(("FILE", "FILE.csv", "DIR", "LOG", "MAP.toml"), Path),
    **dict.fromkeys(("SECONDS", "N", "YEAR"), int),
}
_STAGE = f"哪个环境（默认 {LOCAL_STAGE}） | which stage (default: {LOCAL_STAGE})"
_USUAL = {
    "--json": "--json  在标准输出写一个 JSON 文档 | print one JSON document on stdout",
    "--stage": f"--stage STAGE = {LOCAL_STAGE}  {_STAGE}",
}


def commands(module: str, table: str, **values: Any) -> Callable[[Any], None]:
    """Return the function that adds the commands of *table*, which functions of *module* run.

    The function of `key add` is `run_add`, and that of a command without actions is `run`. *values*
    has by attribute the type or the choices of a value that its metavar does not tell.
    """
    return partial(_add_commands, module, table, values)


def _add_commands(module: str, table: str, values: Mapping[str, Any], parsers: Any) -> None:
    functions, groups = vars(sys.modules[module]), {"": parsers}
    for block in re.split(r"\n(?=\S)", table.strip()):
        first, *rows = re.split(r"\n    (?=\S)", block)
        path, text = _split_row(first)
        group, _, name = path.rpartition(" ")
        parser = groups[group].add_parser(name, help=text.rstrip("。."))
        parser.description = text if text.endswith(("。", ".")) else None
        run = functions.get("_".join(["run", *path.replace("-", "_").split()[1:]]))
        if run:
            parser.set_defaults(run=run)
            _add_rows(parser, rows, values)
        else:
            (metavar,) = rows or ["ACTION"]
            groups[path] = parser.add_subparsers(metavar=metavar, required=True)


def _add_rows(parser: argparse.ArgumentParser, rows: list[str], values: Mapping[str, Any]) -> None:
    """Give *parser* the description and the arguments of *rows*."""
    alternatives = None
    for head, text in map(_split_row, _spelt_out(rows)):
        if head == "about":
            parser.description = text
            continue
        name, marks, settings = _argument(head, values)
        place: Any = parser
        if "either" in marks:
            is_needed = "required" in marks
            alternatives = alternatives or parser.add_mutually_exclusive_group(required=is_needed)
            place = alternatives
        place.add_argument(name, help=text or None, **settings)


def _spelt_out(rows: list[str]) -> Iterator[str]:
    """Yield *rows*, and in place of `--stage --json` those that all commands have alike."""
    for row in rows:
        words = row.split()
        yield from map(_USUAL.get, words) if {*words} <= _USUAL.keys() else [row]


def _argument(head: str, values: Mapping[str, Any]) -> tuple[str, set[str], dict[str, Any]]:
    """Return the name of the argument with *head*, its marks, and its settings for the library."""
    head, has_default, default = head.partition(" =")
    head, _, attribute = head.partition(" as ")
    marks = _MARKS & {*head.split()}
    name, *metavars = [word for word in head.split() if word not in _MARKS]
    attribute = attribute or re.split(r"[.|]", name.lstrip("-"))[0].replace("-", "_").lower()
    settings: dict[str, Any] = {"default": default.strip()} if has_default else {}
    is_option = name.startswith("-")
    if is_option:
        settings["dest"] = attribute
        if "required" in marks and "either" not in marks:
            settings["required"] = True
    else:
        name, metavars = attribute, [name]
    value = values.get(attribute) or _TYPES.get(" ".join(metavars))
    if value is not None:
        settings["type" if callable(value) else "choices"] = value
    if len(metavars) > 1:
        settings |= {"metavar": tuple(metavars), "nargs": len(metavars)}
    elif metavars:
        settings["metavar"] = metavars[0]
    elif value is None:
        settings["action"] = "store_true"
    if is_option and "repeated" in marks:
        settings |= {"action": "append", "default": []}
    elif "optional" in marks:
        settings["nargs"] = "*" if "repeated" in marks else "?"
    return name, marks, settings


def whole_number(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return the type of an argument that is a whole number from *least* to *most*."""
    zh, en = f"应为 {least} 以上的整数", f"a whole number of {least} or more is needed"
    if most is not None:
        zh = f"应为 {least} 至 {most} 的整数"
        en = f"a whole number from {least} to {most} is needed"

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= (most or int(text))):
            raise argparse.ArgumentTypeError(say(zh, en))
        return int(text)

    return read


def _split_row(row: str) -> tuple[str, str]:
    """Return the head of *row*, and its text in the language of the terminal."""
    head, text = split_row(row)
    return head, text.of(language())
