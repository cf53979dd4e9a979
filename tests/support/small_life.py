"""A small life of one or two permits, drawn by chance: what is told, and how the clock moves.

It is cut into chapters. In each, something is told at once and then time passes; what is told in
the next comes when all is quiet again, so that whatever happens within a chapter has one right end.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from msgspec import Struct

from chalicelib.instant import local
from chalicelib.policy.shipped import load_profile
from tests.support.world import World

BEGIN = "2026-03-02T09:00:00"
ONE_DAY = {"amount": 1, "unit": "wd"}
PLACE = {"item": "X-01", "department": "Housing", "region": "370102"}
MINUTES = (1, 4, 4, 45, 45, 8 * 60, 8 * 60, 3 * 24 * 60)  # by which the clock moves at once
AGO = (0, 0, 0, 30, 26 * 60)  # minutes by which news is late

FIRST: Mapping[str, dict[str, Any]] = {
    "case.accepted": {**PLACE, "promise": ONE_DAY},
    "case.submitted": PLACE,
}
LATER: Mapping[str, dict[str, Any]] = {
    "case.suspended": {"procedure": "hearing", "approved": ONE_DAY},
    "case.resumed": {"procedure": "hearing"},
    "case.extended": {"by": ONE_DAY},
    "case.decided": {"outcome": "granted"},
    "case.withdrawn": {},
    "stage.entered": {"stage": "review"},
}


class News(Struct, frozen=True):
    """One event that is told, so many minutes after it happened."""

    kind: str
    case: str
    id: str
    ago: int
    data: Mapping[str, Any]

    def tell(self, county: World) -> None:
        """Report it; the same event again is none."""
        at = _shown(county.wall.at - timedelta(minutes=self.ago))
        county.report(self.kind, at, self.case, id=self.id, **self.data)


class Chapter(Struct, frozen=True):
    """What is told at once, and by how many minutes the clock moves after it, again and again."""

    news: tuple[News, ...]
    moves: tuple[int, ...]


def draw(chance: Random) -> tuple[Chapter, ...]:
    """Draw a life of two or three chapters."""
    told: list[News] = []
    chapters = []
    for number in range(chance.randint(2, 3)):
        news = tuple(_news(chance, told, is_first=not number))
        chapters.append(Chapter(news, tuple(chance.choices(MINUTES, k=chance.randint(1, 2)))))
    return tuple(chapters)


def _news(chance: Random, told: list[News], *, is_first: bool) -> Iterator[News]:
    """Draw one or two events; the first of all is an acceptance."""
    for place in range(chance.randint(1, 2)):
        case = "1" if is_first and not place else chance.choice("112")
        ago = chance.choice(AGO)
        if case not in {one.case for one in told}:
            kind = chance.choice(["case.accepted", *FIRST]) if place else "case.accepted"
            data = FIRST[kind]
        elif chance.random() < 0.2:
            kind, wrong = "case.corrected", chance.choice(told)
            case, data = wrong.case, {"event": wrong.id, "withdrawn": True}
        else:
            kind = chance.choice(sorted(LATER))
            data = LATER[kind]
        one = News(kind, case, f"n{len(told)}", ago, data)
        told.append(one)
        yield one


def _shown(at: datetime) -> str:
    return local(at, load_profile("statutory").zone).removesuffix("+08:00")
