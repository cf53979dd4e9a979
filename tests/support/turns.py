"""Lets functions run at the same time, one storage call after another, in an order a test gives.

Each function has a stack of its own, and only one of them ever moves: the test says which, or a
clock on which each call takes its time. So every interleaving can be made, and made again. The
stacks are greenlets: a turn of threads would take forty times as long, at every call.
"""

from collections.abc import Callable, Iterable, Mapping
from contextvars import copy_context
from itertools import chain, cycle
from typing import Any

from greenlet import getcurrent, greenlet
from msgspec import Struct

from tests.support.faulty import Client


class _Runner(Struct, dict=True):
    """One function on its way."""

    stack: greenlet
    is_done: bool = False
    error: Exception | None = None
    calls: int = 0
    at: float = 0.0  # seconds after the start, where a race has a clock


class Turns:
    """Stands where PynamoDB has its client, and holds each call of a runner until its turn."""

    def __init__(self, below: Client) -> None:
        self._below = below
        self._runners: dict[greenlet, _Runner] = {}
        self._call_seconds: Callable[[], float] = lambda: 0.0

    def run(self, works: Iterable[Callable[[], object]], order: Iterable[int]) -> list[_Runner]:
        """Run *works* at once; *order* names whose turn it is, and after that all in turn."""
        runners = [self._start(work) for work in works]
        for place in chain(order, cycle(range(len(runners)))):
            runner = runners[place % len(runners)]
            if not runner.is_done:
                runner.stack.switch()
            if all(one.is_done for one in runners):
                break
        self._runners.clear()
        return runners

    def race(
        self, works: Iterable[Callable[[], object]], call_seconds: Callable[[], float]
    ) -> list[_Runner]:
        """Run *works* at once on a clock: a call takes *call_seconds*, and the earliest moves."""
        self._call_seconds = call_seconds
        runners = [self._start(work) for work in works]
        while waiting := [one for one in runners if not one.is_done]:
            min(waiting, key=lambda runner: runner.at).stack.switch()
        self._runners.clear()
        return runners

    def pass_time(self, seconds: float) -> None:
        """Let *seconds* pass for the runner that calls; for others it stands still."""
        runner = self._runners.get(getcurrent())
        if runner is not None:
            runner.at += seconds

    def _start(self, work: Callable[[], object]) -> _Runner:
        """Bring a runner to its first call, and let it wait there."""

        def run() -> None:
            try:
                context.run(work)
            except Exception as error:  # noqa: BLE001 - the test looks at it
                runner.error = error
            runner.is_done = True

        context, stack = copy_context(), greenlet(run)
        runner = self._runners[stack] = _Runner(stack)
        stack.switch()
        return runner

    def _make_api_call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        runner = self._runners.get(getcurrent())
        if runner is not None:
            runner.at += self._call_seconds()
            runner.stack.parent.switch()
            runner.calls += 1
        return self._below._make_api_call(operation, request)
