"""A county with late news, and what tests of deciding about it share."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from tests.support.asker import Asker, data
from tests.support.environment import environment
from tests.support.memory_stage import MemoryWorld, memory_world

START, LATE = "2026-11-02T09:00:00", "2026-11-10T09:00:00"
REASON = {"reason": "听证通知书有回执"}


@contextmanager
def late_county() -> Iterator[MemoryWorld]:
    """Give a county: `1` is yellow and its pause comes late, `2` is yellow, `3` told in time."""
    with environment(), memory_world(START) as made:
        for case in ("1", "2"):
            made.accept(START, case)
        made.accept(START, "3", promise="20wd")
        made.until("2026-11-05T18:00:00", minutes=240)
        made.report("case.suspended", "2026-11-05T18:00:00", "3", procedure="hearing")
        made.until("2026-11-10T08:00:00", minutes=240)
        made.report("case.suspended", "2026-11-03T09:00:00", "1", procedure="hearing")
        made.until(LATE)
        yield made


def claim_of(county: MemoryWorld, case: str = "1") -> int | None:
    """Give the number of the late pause of *case*."""
    return next(fact.n for fact in county.facts(case) if fact.kind == "case.suspended")


def path(case: str, n: int | str | None, act: str = "accept") -> str:
    """Give the address of a decision."""
    return f"/v1/cases/{quote(f'hall:{case}', safe='')}/claims/{n}/{act}"


def listed(ask: Asker) -> list[tuple[str, int, str]]:
    """Give the contested claims as (case, n, state)."""
    cases = data(ask("GET", "/v1/claims?state=contested"))["cases"]
    return [(case["id"], claim["n"], claim["state"]) for case in cases for claim in case["claims"]]


def verdicts(county: MemoryWorld, case: str = "1") -> list[tuple[str, str]]:
    """Give verdict and reason of each re-check of the yellow card."""
    facts = county.facts(case)
    yellow = next(fact.n for fact in facts if fact.text("level") == "yellow")
    checks = [fact for fact in facts if fact.kind == "card.rechecked"]
    return [
        (fact.text("verdict"), fact.text("reason"))
        for fact in checks
        if fact.data["card"] == yellow
    ]
