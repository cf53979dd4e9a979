"""Every command speaks Chinese and English: its help, its reports, its refusals."""

import argparse
import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from infra.cli import main
from tests.unit.test_architecture import SOURCES, fail_for, shown
from tests.unit.test_refusal_texts import HAN, filled_in, literal, walked

CODE = [path for path in SOURCES if shown(path).startswith(("chalicelib/", "infra/"))]
# An English word in a Chinese help is a name: of a command, an option, a file, a value.
SENTENCE = re.compile(r"(?<![\w./:-])[a-z]+(?: [a-z]+){3,}(?![\w./:-])")
SAY = ast.Name("say")
OF_TWO = ("say", "Bilingual", "Conflict", "Corrupt", "Unfit")  # the Chinese text, the English one
PAIRS = {*OF_TWO, "BadInput", "NoHeader", "NoText", "NoInstant", "Defect"}
# What an error of a library says of itself is English: it is filled in there alone.
ONE_LANGUAGE = {"error", "in_chinese", "refusal", "zh", "en", "say", "why"}
# What each language has under a name of its own.
OF_ITS_OWN = {
    "chalicelib/card/acts.py": {"ACTS"},
    "chalicelib/log/tlog/vkey.py": {"vkey"},
    "chalicelib/permit/claims/decision.py": {"act", "decision"},
    "chalicelib/policy/reading.py": {"value"},
    "infra/cli/catalogue.py": {"KIND_NAMES", "promise", "statutory"},
    "infra/policy/difference.py": {"old", "new"},
    "infra/cli/replay.py": {"answers", "whose"},
    "infra/verify/supervision/replay.py": {"_NOT_JUDGED"},
    "infra/terminal/day_by_day.py": {"_USED", "str"},
}
LAW = re.compile("《[^》]+》第[一-鿿]+")  # is cited in Chinese


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield *parser* and those of all its commands and actions."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in {id(below): below for below in action.choices.values()}.values():
                yield from parsers(each)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_help_is_in_one_language(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all commands and actions, with usage and headings."""
    monkeypatch.setenv("DUBAN_LANG", language)
    wrong, seen = [], 0
    for parser in parsers(main._parser([])):
        seen += 1
        for line in parser.format_help().splitlines():
            sentence = SENTENCE.search(line)
            is_foreign = HAN.search(line) if language == "en" else sentence
            if is_foreign and not line.strip().startswith(("duban ", "用法：", "[-")):
                wrong.append(f"{parser.prog} --help: {line.strip()}")
        if language == "zh" and "用法：" not in parser.format_help():
            wrong.append(f"{parser.prog} --help: no 用法")
    assert seen > 50
    fail_for(wrong)


def test_every_option_says_what_it_is_for() -> None:
    """A command or an action without a help is not in the list of commands."""
    fail_for(
        f"{parser.prog}: {action.dest} has no help"
        for parser in parsers(main._parser([]))
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for choice in action._choices_actions
        if not (action.help or choice.help)
    )


@cache
def calls() -> list[tuple[str, ast.Call]]:
    """Return every call that makes a text for people, with its place.

    A text that had a name first, `zh = …`, stands in the call in place of its name.
    """
    return [*_calls()]


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in CODE:
        named: dict[str, ast.expr] = {}
        for node in sorted(walked(path), key=lambda node: getattr(node, "lineno", 0)):
            match node:
                case ast.Assign([ast.Tuple([ast.Name("zh"), ast.Name("en")])], ast.Tuple([zh, en])):
                    named |= {"zh": zh, "en": en}
                    yield f"{shown(path)}:{node.lineno}", ast.Call(SAY, [zh, en], [])
                case ast.Assign([ast.Name("zh" | "en" as name)], text):
                    named[name] = text
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in PAIRS:
                yield f"{shown(path)}:{node.lineno}", in_place(node, named)


def in_place(call: ast.Call, named: dict[str, ast.expr]) -> ast.Call:
    """Return *call* with the words of the texts that were *named* before; not what is filled in."""
    given = [*call.args, *(word.value for word in call.keywords if word.arg in ("zh", "en"))]
    if not any(isinstance(text, ast.Name) and text.id in named for text in given):
        return call
    words: list[ast.expr] = [
        ast.Constant(literal(named.get(ast.unparse(text), text))) for text in given
    ]
    return ast.Call(SAY, words, [])


def texts(call: ast.Call) -> tuple[ast.expr, ast.expr] | None:
    """Return both texts of a call, as they stand in it."""
    named = {word.arg: word.value for word in call.keywords}
    if {"zh", "en"} <= named.keys():
        return named["zh"], named["en"]
    if ast.unparse(call.func) in OF_TWO and len(call.args) == 2:
        return call.args[0], call.args[1]
    if ast.unparse(call.func) == "Defect" and len(call.args) == 3:
        return call.args[1], call.args[2]
    return None


@pytest.mark.source
def test_no_refusal_is_in_one_language() -> None:
    """A `BadInput` names both its texts, or passes on those of another."""
    wrong = []
    for where, call in calls():
        if ast.unparse(call.func).split(".")[-1] in ("BadInput", "NoHeader"):
            first = call.args[0] if call.args else None
            written = {word.arg for word in call.keywords}
            if isinstance(first, ast.Constant | ast.JoinedStr) or (
                first is None and not {"zh", "en"} <= written
            ):
                wrong.append(f"{where}: {ast.unparse(call)[:80]}")
    fail_for(wrong)


@pytest.mark.source
def test_both_texts_say_the_same() -> None:
    """Chinese has Chinese, English has none, and both have the same filled in."""
    wrong, seen = [], 0
    for where, call in calls():
        pair = texts(call)
        if pair is None or not all(isinstance(t, ast.Constant | ast.JoinedStr) for t in pair):
            continue
        seen += 1
        zh, en = map(literal, pair)
        has_chinese = HAN.search(zh) or "zh" in filled_in(pair[0])
        if re.search("[a-zA-Z]{4}", en) and not has_chinese and zh != en:
            wrong.append(f"{where}: no Chinese in {zh!r}")
        if HAN.search(LAW.sub("", en)):
            wrong.append(f"{where}: Chinese in {en!r}")
        apart = (filled_in(pair[0]) ^ filled_in(pair[1])) - ONE_LANGUAGE
        apart -= OF_ITS_OWN.get(where.partition(":")[0], set())
        if any(not name.endswith(("zh", "en")) for name in apart):
            wrong.append(f"{where}: {', '.join(sorted(apart))} is in one language alone")
    assert seen > 600
    fail_for(wrong)


@pytest.mark.source
def test_nothing_is_printed_in_both_languages_at_once() -> None:
    """A line `Chinese / English` has been forgotten: `say` takes one of them."""
    wrong = []
    for path in (path for path in CODE if shown(path).startswith("infra/")):
        if shown(path).startswith(IN_BOTH):
            continue
        for node in walked(path):
            if isinstance(node, ast.Constant | ast.JoinedStr):
                text = literal(node)
                if re.search("[一-鿿].* [/·] [a-z].*[a-z]", text) and "\n" not in text:
                    wrong.append(f"{shown(path)}:{node.lineno}: {text[:80]}")
    fail_for(wrong)


@pytest.mark.source
def test_nothing_is_printed_in_english_alone() -> None:
    """A sentence that goes to the terminal is one that `say` has chosen."""
    wrong = []
    for path in (path for path in CODE if shown(path).startswith("infra/")):
        for node in walked(path) if not shown(path).startswith(OF_MAKERS) else ():
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
                ("print", "progress", "remark")
            ):
                for text in node.args:
                    is_text = isinstance(text, ast.Constant | ast.JoinedStr)
                    if (
                        is_text
                        and "say(" not in ast.unparse(text)
                        and re.search("[a-z]{2,} [a-z]{2,} [a-z]{2,}", literal(text))
                    ):
                        wrong.append(f"{shown(path)}:{text.lineno}: {literal(text)[:60]}")
    fail_for(wrong)


OF_MAKERS = ("infra/stack/wheel", "infra/stack/typeface", "infra/policy/rule_book", "infra/verify/")


# What programs read, files that are published, and the answers of the local gateway.
IN_BOTH = (
    "infra/cli/log.py",
    "infra/local/short_path.py",
    "infra/local/ministack.py",
    "infra/policy/rule_book.py",
    "infra/policy/table.py",
    "infra/policy/mistakes.py",
    "infra/verify/receipt.py",  # a finding tells it
)
