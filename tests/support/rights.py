"""Holds each storage call in memory against the deployed policy of the function that makes it.

Which function that is, `acting` says, or else the stack: a call beneath a function's module is that
function's, and one beneath Chalice is the API's. Any other is the test's own or an operator's, who
may do all. Whoever is refused is remembered too: no retry and no healing hides a right that lacks.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

import chalice.app
from botocore.exceptions import ClientError

from tests.support.policy import IAM, Asked, Right, Statement, policy, rights_of

_ROOT = IAM.parents[2]
_LAMBDAS = _ROOT / "chalicelib" / "lambdas"
_FUNCTIONS = (
    *("supervise", "seal", "project", "publish", "sign", "sweep", "reconcile", "discard"),
    "open",
)
_BENEATH = ("recompute", "stating", "succeeding")  # modules that only reconcile and operators call
_FILES = {
    **{str(_LAMBDAS / f"{name}.py"): name for name in _FUNCTIONS},
    **{str(_LAMBDAS / f"{name}.py"): "reconcile" for name in _BENEATH},
}
assert all(Path(file).exists() for file in _FILES), (
    "a function's module moved: nothing would be held"
)
_DOOR = chalice.app.RestAPIEventHandler.__call__.__code__  # beneath which all of the API is
_OPERATOR = str(_ROOT / "infra")
_acting: ContextVar[str | None] = ContextVar("acting", default=None)

Work = Callable[[Mapping[str, Any]], dict[str, Any]]

used: defaultdict[str, set[Right]] = defaultdict(set)  # by function, since a test cleared it
refused: list[str] = []


def allowed(function: str) -> frozenset[tuple[str, str]]:
    """Return the (action, table or index) pairs that the policy of *function* allows."""
    rights = rights_of(function)
    return frozenset((right.action.partition(":")[2], right.where) for right in rights)


@contextmanager
def acting_as(function: str) -> Iterator[None]:
    """Let the block be what *function* does: with the rights of its policy, and no others."""
    before = _acting.set(function)
    try:
        yield
    finally:
        _acting.reset(before)


def acting(function: str, work: Work) -> Work:
    """Return *work* as *function* does it."""

    def run(event: Mapping[str, Any]) -> dict[str, Any]:
        with acting_as(function):
            return work(event)

    return run


def acting_function() -> str:
    """Return the function that acts, "" outside of one."""
    said = _acting.get()
    return _on_the_stack() if said is None else said


def require(function: str, asked: Iterable[Asked]) -> None:
    """Refuse a call that needs what is *asked*, as AWS does, where *function* lacks a right."""
    if not function:
        return
    for one in asked:
        context = tuple(one.context.items())
        granted = _granted(function, one.action, one.where, context, Statement.grants)
        if not granted:
            raise refusal(f"{function} may not {one.action} on {one.where} {dict(one.context)}")
        used[function] |= granted


@lru_cache(4096)  # the same few calls come again and again
def _granted(
    function: str,
    action: str,
    where: str,
    context: tuple[tuple[str, tuple[str, ...]], ...],
    grants: Callable[[Statement, Asked], set[Right]],
) -> frozenset[Right]:
    """Return the rights by which *function* may do what is asked, by its first statement."""
    asked = Asked(action, where, dict(context))
    found = next(filter(None, (grants(each, asked) for each in policy(function))), ())
    return frozenset(found)


def refusal(message: str) -> ClientError:
    """Return the error of a call that is refused, and remember that it was."""
    refused.append(message)
    error: Any = {"Error": {"Code": "AccessDeniedException", "Message": message}}
    return ClientError(error, "a call")


@contextmanager
def nobody_is_refused() -> Iterator[None]:
    """Fail where a function lacked a right in the block, whatever was made of that."""
    refused.clear()
    yield
    assert not refused, refused


@contextmanager
def refused_on_purpose() -> Iterator[None]:
    """Let whoever is refused in the block be refused: that is what the test is about."""
    before = len(refused)
    yield
    del refused[before:]


def _on_the_stack() -> str:
    """Return the function whose module is the outermost on the stack; none beneath a command."""
    frame: FrameType | None = sys._getframe(2)
    found = ""
    while frame is not None:
        name = frame.f_code.co_filename
        found = "api" if frame.f_code is _DOOR else _FILES.get(name, found)
        if name.startswith(_OPERATOR):
            return ""
        frame = frame.f_back
    return found
