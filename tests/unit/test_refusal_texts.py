"""Every refusal is written in Chinese and in English, and both tell the same."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.unit.test_architecture import SOURCES, shown, tree

pytestmark = pytest.mark.source

BILINGUAL = {"Rejected", "NoInstant", "NoText", "_outside"}
HAN = re.compile("[一-鿿]")
# What is filled in under another name in each language, or is a table of words.
OF_ONE_LANGUAGE = {
    "zh",
    "en",
    "kind",
    "about",
    "role",
    "decision",
    "ROLE_NAMES",
    "ACTS",
    "STATE_NAMES",
    "act",
}
CODE = [path for path in SOURCES if shown(path).startswith(("chalicelib/", "infra/"))]


@cache
def walked(path: Path) -> tuple[ast.AST, ...]:
    """Return all nodes of the file *path*, as `ast.walk` has them."""
    return tuple(ast.walk(tree(path)))


@cache
def calls() -> list[tuple[str, ast.Call]]:
    """Return every call that makes a refusal, with its place."""
    return [*_calls()]


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in CODE:
        for node in walked(path):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in BILINGUAL:
                yield f"{shown(path)}:{node.lineno}", node


def literal(node: ast.AST) -> str:
    """Return the text that *node* has before anything is filled in."""
    parts = (n.value for n in ast.walk(node) if isinstance(n, ast.Constant))
    return "".join(part for part in parts if isinstance(part, str))


def filled_in(node: ast.AST) -> set[str]:
    """Return the names of what is filled into the text *node*."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def test_a_refusal_says_the_same_in_both_languages():
    """Where both texts stand in the call: Chinese has Chinese, English has none, same fields."""
    seen = 0
    for where, call in calls():
        texts = {word.arg: word.value for word in call.keywords if word.arg in ("zh", "en")}
        if not all(isinstance(text, ast.Constant | ast.JoinedStr) for text in texts.values()):
            continue
        if len(texts) < 2 or re.fullmatch("[a-z_.]*：?。?", literal(texts["zh"])):
            continue  # what is filled in stands there alone, and was written elsewhere
        seen += 1
        assert HAN.search(literal(texts["zh"])), where
        assert not HAN.search(literal(texts["en"])), where
        zh, en = (filled_in(texts[language]) - OF_ONE_LANGUAGE for language in ("zh", "en"))
        assert zh == en, where
    assert seen > 60


def test_a_chinese_text_has_no_foreign_words_in_it():
    """What an error says of itself is English: it is never filled in whole."""
    caught = {
        handler.name
        for path in CODE
        for handler in walked(path)
        if isinstance(handler, ast.ExceptHandler) and handler.name
    }
    assert {"error", "refusal"} <= caught
    for where, call in calls():
        zh = next((word.value for word in call.keywords if word.arg == "zh"), None)
        for part in ast.walk(zh) if zh else ():
            if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name):
                assert part.value.id not in caught, where


def pairs() -> Iterator[tuple[str, ast.expr, ast.expr]]:
    """Yield both texts of a value that is refused, with their place."""
    for path in CODE:
        for node in walked(path):
            match node:
                case ast.Call(
                    func=ast.Name(id="Unfit" | "Defect" | "bad_field"), args=[*_, zh, en]
                ):
                    yield f"{shown(path)}:{node.lineno}", zh, en
                case ast.Assign(
                    targets=[ast.Name(id="text" | "reason")], value=ast.Tuple(elts=[zh, en])
                ):
                    yield f"{shown(path)}:{node.lineno}", zh, en


def test_what_a_value_is_refused_for_is_told_in_both_languages():
    """Chinese has Chinese, English has none, and both are filled in with the same."""
    seen = 0
    for where, zh, en in pairs():
        if all(isinstance(text, ast.Constant | ast.JoinedStr) for text in (zh, en)):
            seen += 1
            assert HAN.search(literal(zh)), where
            assert not HAN.search(literal(en)), where
            assert filled_in(zh) - {"zh"} == filled_in(en) - {"en", "error"}, where
    assert seen > 10


def test_a_refusal_is_never_in_one_language_alone():
    """The texts are named, so that none can be left out."""
    for where, call in calls():
        if ast.unparse(call.func).endswith("Rejected"):
            assert {"zh", "en"} <= {word.arg for word in call.keywords}, where
