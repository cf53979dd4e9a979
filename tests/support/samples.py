"""A county with files to draw from, and what inspectors do about a sample."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.asker import Asker, data
from tests.support.environment import environment
from tests.support.published import publish
from tests.support.replayed import PublicWorld, public_world

MONTH = {"from": "2026-10-18", "until": "2026-11-17"}
WANTED: dict[str, Any] = {
    "department": "Housing", **MONTH, "number": 2, "source": "ssq", "turn": "2026-11-19",
}  # fmt: skip
HALF_A_DAY = 12 * 60
VALUE = "01 05 12 18 23 30+09"
DRAWN_AT = "2026-11-19T21:20:00"

# Case, department, item, and how it ended on which day after 17 October; 8 and 9 are open.
_FILES = (
    ("1", "Housing", "X-01", ("granted", 2)),
    ("2", "Housing", "X-01", ("granted", 3)),
    ("3", "Housing", "X-01", ("withdrawn", 4)),
    ("4", "Housing", "X-01", ("denied", 5)),
    ("5", "Housing", "X-02", ("granted", 6)),
    ("6", "Roads", "X-01", ("granted", 4)),
    ("7", "Roads", "X-01", ("granted", 5)),
    ("8", "Housing", "X-01", None),
    ("9", "Roads", "X-01", None),
)


@contextmanager
def office() -> Iterator[PublicWorld]:
    """Give a county on 17 November, in which seven permits ended in October."""
    with environment(), public_world("2026-10-19T09:00:00") as made:
        for case, department, item, _ in _FILES:
            made.accept("2026-10-19T09:00:00", case, "30wd", department=department, item=item)
        made.tick()
        for day in range(2, 7):
            made.until(f"2026-10-{day + 17}T10:00:00")
            for case, *_, end in _FILES:
                if end and end[1] == day:
                    _end(made, f"2026-10-{day + 17}T10:00:00", case, end[0])
            made.tick()
        made.until("2026-11-17T09:00:00", minutes=HALF_A_DAY)
        yield made


def _end(county: PublicWorld, at: str, case: str, outcome: str) -> None:
    if outcome == "withdrawn":
        county.report("case.withdrawn", at, case)
    else:
        county.report("case.decided", at, case, outcome=outcome)


def commit(county: PublicWorld, ask: Asker, **more: Any) -> Any:
    """Commit to a sample, and let that come into the log."""
    answer = data(ask("POST", "/v1/samples", body={**WANTED, **more}), 202)
    county.wall.forward(minutes=1)
    county.tick()
    return answer


def open_turn(county: PublicWorld) -> None:
    """Publish the log, and let time pass until the value is known."""
    publish(county)
    county.until(DRAWN_AT, minutes=HALF_A_DAY)


def drawn(county: PublicWorld, ask: Asker, **more: Any) -> str:
    """Commit to a sample, and draw when its hour has come; give its id."""
    sample: str = commit(county, ask, **more)["id"]
    open_turn(county)
    data(ask("POST", f"/v1/samples/{sample}/draw", body={"value": VALUE}), 202)
    county.wall.forward(minutes=1)
    county.tick()
    return sample
