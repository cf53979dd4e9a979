"""What is filled into a Chinese text is filled into its English twin, and the other way round.

So that nobody is told less for the language he reads: above all not the reason of a refusal.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.unit.test_architecture import SOURCES, fail_for, shown, tree

pytestmark = pytest.mark.source

CODE = [path for path in SOURCES if shown(path).startswith(("chalicelib/", "infra/"))]
# What a library says of its error is English, and is never filled into a Chinese text.
OF_LIBRARIES = {"error"}
SAME = (
    (r"'[^']*'", "''"),  # words and separators
    (r"(?<![A-Za-z])(zh|en|chinese)(?![A-Za-z])", ""),  # the text of either language
    (r"\b_?[A-Z]+(?:_[A-Z]+)*\[([\w.]+)\](\.name)?", r"\1"),  # a table of words, by what it names
    (r"\[[01]\]$", ""),  # a pair of texts
    (r"(\.text\.|\.line\(''\))$", ""),  # of an error of ours, which is its English text itself
    (r"\(\((\w+) for \1 in (\w+)\)\)", r"(\2)"),
)
FIELD = re.compile(r"\{(\w+)\}")  # of a text that is filled in later
# What one language has and the other has not, and why.
_WORDS = "a name or a number, for which Chinese has words"
_OF_WORDS = {
    "chalicelib/card/acts.py": ("f'' if misfit else f''", "misfit or f''", "state.state"),
    "chalicelib/intake/idempotency.py": ("about", ""),
    "chalicelib/permit/claims/decision.py": ("act", "decision.act"),
    "infra/cli/replay.py": ("whose", "answers"),
    "infra/cli/catalogue.py": (
        *("promise", "item.promise or ''"),
        *("statutory", "item.statutory or ''"),
    ),
    "infra/policy/difference.py": (
        *("_old or self.old or ''", "self.old or ''"),
        *("_new or self.new or ''", "self.new or ''"),
    ),
    "infra/terminal/day_by_day.py": ("length", "str(length).translate(_USED)"),
}
APART = {(file, each): _WORDS for file, found in _OF_WORDS.items() for each in found}

Written = dict[str, ast.expr]  # the texts that have a name


def pairs(body: list[ast.stmt], written: Written) -> Iterator[tuple[int, ast.expr, ast.expr]]:
    """Yield both texts of each pair in *body*, in its order, with their line."""
    for statement in body:
        blocks = [getattr(statement, name, []) for name in ("body", "orelse", "finalbody")]
        blocks += [each.body for each in getattr(statement, "handlers", [])]
        blocks += [each.body for each in getattr(statement, "cases", [])]
        inner = {id(each) for block in blocks for each in block}
        for node in own_nodes(statement, inner):
            if isinstance(node, ast.Call) and (found := of_call(node)):
                zh, en = (in_place(text, written) for text in found)
                yield node.lineno, zh, en
        yield from remember(statement, written)
        for block in blocks:
            apart = isinstance(statement, ast.FunctionDef)
            yield from pairs(block, dict(written) if apart else written)


def remember(statement: ast.stmt, written: Written) -> Iterator[tuple[int, ast.expr, ast.expr]]:
    """Keep the texts that *statement* gives a name; yield both where it names them at once."""
    match statement:
        case ast.Assign([ast.Tuple([ast.Name(zh), ast.Name(en)])], ast.Tuple([first, second])):
            texts = in_place(first, written), in_place(second, written)
            written |= {zh: texts[0], en: texts[1]}
            if zh == "zh":
                yield statement.lineno, *texts
        case ast.Assign([ast.Name(name)], text):
            written[name] = in_place(text, written)
        case ast.AugAssign(ast.Name(name), ast.Add(), text) if name in written:
            parts = [written[name], in_place(text, written)]
            written[name] = ast.JoinedStr([ast.FormattedValue(each, -1) for each in parts])
        case ast.Assign([ast.Tuple(targets)]):
            for each in targets:
                written.pop(ast.unparse(each), None)


def own_nodes(statement: ast.stmt, inner: set[int]) -> Iterator[ast.AST]:
    """Yield the nodes of *statement* but those of the statements in it."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [each for each in ast.iter_child_nodes(node) if id(each) not in inner]


def of_call(call: ast.Call) -> tuple[ast.expr, ast.expr] | None:
    """Return both texts that *call* is given."""
    named = {word.arg: word.value for word in call.keywords}
    if {"zh", "en"} <= named.keys():
        return named["zh"], named["en"]
    name = ast.unparse(call.func).split(".")[-1]
    if name in {"say", "Bilingual", "Conflict", "Corrupt", "Unfit", "Defect"}:
        given = [each for each in call.args if not isinstance(each, ast.Starred)]
        return (given[-2], given[-1]) if len(given) >= 2 else None
    return None


def in_place(text: ast.expr, written: Written) -> ast.expr:
    """Return *text* with the texts in place of their names."""

    class InPlace(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            found = written.get(node.id)
            return found if isinstance(found, ast.Constant | ast.JoinedStr) else node

    placed: ast.expr = InPlace().visit(ast.parse(ast.unparse(text), mode="eval").body)
    return placed


def names(node: ast.AST) -> set[str]:
    """Return the names in *node*."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def as_of_no_language(written: str) -> str:
    """Return an expression without what makes it Chinese or English."""
    for pattern, instead in SAME:
        written = re.sub(pattern, instead, written)
    return written


def filled_in(text: ast.expr) -> set[str]:
    """Return what is filled into *text*: each as written, but for its language and separators."""
    found: set[str] = set()
    for node in ast.walk(text):
        if isinstance(node, ast.FormattedValue):
            inner = node.value
            if isinstance(inner, ast.JoinedStr | ast.Constant):
                continue
            if not names(inner) & OF_LIBRARIES:
                found.add(as_of_no_language(ast.unparse(inner)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {*FIELD.findall(node.value)}
    return found


def test_both_texts_have_the_same_filled_in() -> None:
    """Each expression of the one is in the other."""
    wrong, seen, used = [], 0, set()
    for path in CODE:
        for line, zh, en in pairs(tree(path).body, {}):
            if not all(isinstance(each, ast.Constant | ast.JoinedStr) for each in (zh, en)):
                continue
            seen += 1
            for each in filled_in(zh) ^ filled_in(en):
                used.add((shown(path), each))
                if (shown(path), each) not in APART:
                    wrong.append(f"{shown(path)}:{line}: {{{each}}} is in one language alone")
    assert seen > 800
    assert not APART.keys() - used, "exceptions that are none"
    fail_for(sorted({*wrong}))
