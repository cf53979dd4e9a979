"""Sources of public randomness (公开随机数): which values there are, and when each is known.

Pure. A source and one of its turns (a round, a day's draw) are named in the commitment, before the
value can be known. A person enters the value afterwards, and anybody can look it up: nothing here
calls out. `sources.toml` lists them. Each has at least 2^20 outcomes: so nobody can try all of them
beforehand for a list that suits him.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct, convert

from chalicelib.errors import Bilingual
from chalicelib.instant import is_date, parse

_BEIJING = timezone(timedelta(hours=8))  # of the lotteries; there is no summer time
_ROUND = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NUMBERS = re.compile(r"[0-9]{1,2}(?:[ ,]+[0-9]{1,2})*", re.ASCII)


class NoTurn(ValueError):
    """A text names no turn, or no value, of a source; *text* says which are right."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Bilingual(zh, en)


class Turn(NamedTuple):
    """A turn of a source: commitments are in time until it *closes*; it *opens* with its value."""

    closes: datetime
    opens: datetime


class RandomSource(Struct, frozen=True):
    """A source: its names, *where* values are published, the form of a value and of a turn.

    *value* is "hex", or groups of (how many, of how many) balls. Either rounds follow each other
    every *period* seconds from *genesis* on, or there is a draw on *weekdays* (1: Monday).
    """

    zh: str
    en: str
    where: str
    value: str | tuple[tuple[int, int], ...]
    genesis: str = ""
    period: int = 0
    weekdays: tuple[int, ...] = ()
    closes: str = ""
    opens: str = ""

    def turn(self, text: str) -> Turn:
        """Return the turn that *text* names. Raises NoTurn."""
        if self.period:
            if not _ROUND.fullmatch(text):
                raise NoTurn(
                    "填写轮次的数字，如 12345678", "the number of a round, such as 12345678"
                )
            known = parse(self.genesis) + timedelta(seconds=self.period) * (int(text) - 1)
            return Turn(known, known)
        day = date.fromisoformat(text) if is_date(text) else None
        if day is None or day.isoweekday() not in self.weekdays:
            days = "、".join("一二三四五六日"[each - 1] for each in self.weekdays)
            raise NoTurn(
                f"填写开奖日，如 2026-12-03，须为星期{days}",
                f"the day of a draw, such as 2026-12-03, a weekday of {[*self.weekdays]}",
            )
        return Turn(_at(day, self.closes), _at(day, self.opens))

    def canonical(self, value: str) -> str:
        """Return *value* in the one form that is drawn with. Raises NoTurn."""
        if isinstance(self.value, str):
            text = value.strip().lower()
            if not _HEX.fullmatch(text):
                raise NoTurn("填写 64 位十六进制数字", "64 hexadecimal digits are needed")
            return text
        groups = value.strip().split("+")
        if len(groups) != len(self.value):
            raise self._no_balls()
        return "+".join(map(self._balls, groups, self.value))

    def _balls(self, text: str, rule: tuple[int, int]) -> str:
        count, most = rule
        if not _NUMBERS.fullmatch(text.strip()):
            raise self._no_balls()
        balls = sorted({int(each) for each in re.split("[ ,]+", text.strip())})
        if len(balls) != count or not 1 <= balls[0] <= balls[-1] <= most:
            raise self._no_balls()
        return " ".join(f"{each:02}" for each in balls)

    def _no_balls(self) -> NoTurn:
        rules = [rule for rule in self.value if not isinstance(rule, str)]
        groups = (" ".join(f"{ball:02}" for ball in range(1, count + 1)) for count, _ in rules)
        example = "+".join(groups)
        return NoTurn(f"按公布的号码填写，如 {example}", f"the numbers as published: {example}")


@cache
def random_sources() -> Mapping[str, RandomSource]:
    """Return the sources by their ids."""
    written = tomllib.loads(Path(__file__).with_name("sources.toml").read_text("utf-8"))
    return convert(written, dict[str, RandomSource])


def named_sources(names: Sequence[str] = ()) -> str:
    """Return the ids of the sources, or *names*, as a sentence lists them."""
    return "、".join(names or random_sources())


def _at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), _BEIJING).astimezone(UTC)
