"""A county with a pause that is told after its card: what inspectors have to decide about."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from tests.support.asker import Asker, data
from tests.support.environment import environment
from tests.support.memory_stage import MemoryWorld, memory_world

START, LATE = "2026-11-02T09:00:00", "2026-11-10T09:00:00"
HEARING: dict[str, Any] = {"procedure": "hearing", "approved": {"amount": 10, "unit": "wd"}}
REASON = {"reason": "听证通知书有回执"}


@contextmanager
def late_pause() -> Iterator[MemoryWorld]:
    """Give a county: `1` is yellow and its pause comes late, `2` is yellow, `3` told in time."""
    with environment(), memory_world(START) as made:
        for case in ("1", "2"):
            made.accept(START, case)
        made.accept(START, "3", promise="20wd")
        made.until("2026-11-05T18:00:00", minutes=240)
        made.report("case.suspended", "2026-11-05T18:00:00", "3", **HEARING)
        made.until("2026-11-10T08:00:00", minutes=240)
        made.report("case.suspended", "2026-11-03T09:00:00", "1", **HEARING)
        made.until(LATE)
        yield made


def claim_of(county: MemoryWorld, case: str = "1") -> int:
    """Give the number of the late pause of *case*."""
    return next(fact.n for fact in county.facts(case) if fact.kind == "case.suspended")


def path(case: str, n: int | str, act: str = "accept") -> str:
    """Give the address of a decision."""
    return f"/v1/cases/{quote(f'hall:{case}', safe='')}/claims/{n}/{act}"


def listed(ask: Asker) -> list[tuple[str, int, str]]:
    """Give the contested claims as (case, n, state)."""
    cases = data(ask("GET", "/v1/claims?state=contested"))["cases"]
    return [(case["id"], claim["n"], claim["state"]) for case in cases for claim in case["claims"]]
