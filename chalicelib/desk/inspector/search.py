"""What an inspector types into the search: a formal number, a card, a day, a case, or a name.

Pure. A formal number is read with any brackets or none, with full-width signs, with or without 第
and 号; a day or a number without a year is of this one. What it means is asked of a few tables,
each once; the page says which.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from chalicelib.policy.ladder import Level
from chalicelib.policy.papers import NUMBERED, Numbering

Sought = Literal["nothing", "number", "card", "public", "day", "text"]
MOST_ITEMS = 20
_NUMBER = re.compile(
    r"(?P<code>\D*?)[\s〔\[［(（【{]*(?P<year>20\d\d)\s*(?:[〕\]］)）】}年\s]\s*第?|第)\s*(?P<n>\d{1,6})\s*号?"
)
_CARD = re.compile(r"c_[a-z0-9]{1,62}\.\d{1,9}", re.ASCII)
_PUBLIC = re.compile(r"c_[a-z2-7]{26}", re.ASCII)
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", re.ASCII)
_DAY_OF_THIS_YEAR = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*日", re.ASCII)
_NUMBER_OF_THIS_YEAR = re.compile(r"第?\s*(\d{1,6})\s*号", re.ASCII)
_BRACKETS = re.compile(r"[\s〔〕\[\]［］()（）【】{}第年号]")


class Query(NamedTuple):
    """What is sought for: a *kind* with the *text*, and what was read from that."""

    kind: Sought
    text: str
    day: date | None = None
    code: str = ""
    year: int = 0
    number: int = 0


def read_query(text: str, today: date) -> Query:
    """Return what *text* asks for; *today* is the local day of who asks."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return Query("nothing", "")
    if _CARD.fullmatch(plain):
        return Query("card", plain)
    if _PUBLIC.fullmatch(plain):
        return Query("public", plain)
    if day := _read_day(plain, today.year):
        return Query("day", plain, day=day)
    if number := _read_number(plain, today.year):
        return Query("number", plain, None, *number)
    return Query("text", plain)


def _read_day(plain: str, year: int) -> date | None:
    """Return the day that is written, in *year* if none is; None where there is no such day."""
    if whole := _DAY.fullmatch(plain):
        parts = [*map(int, whole.groups())]
    elif short := _DAY_OF_THIS_YEAR.fullmatch(plain):
        parts = [year, *map(int, short.groups())]
    else:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def _read_number(plain: str, year: int) -> tuple[str, int, int] | None:
    """Return code, year and number of a formal number; one without a year is of *year*."""
    if short := _NUMBER_OF_THIS_YEAR.fullmatch(plain):
        return "", year, int(short[1])
    if whole := _NUMBER.fullmatch(plain):
        return _BRACKETS.sub("", whole["code"]), int(whole["year"]), int(whole["n"])
    return None


def levels_of(query: Query, numbering: Numbering, code: str) -> list[Level]:
    """Return the levels whose register may have the number: those that are written so.

    *code* is that of the authority (机关代字). A number without one may be of any level.
    """
    levels: list[Level] = [level for level in NUMBERED if level != "referral"]
    if not query.code:
        return levels
    sought = _BRACKETS.sub("", unicodedata.normalize("NFKC", query.code))
    return [level for level in levels if sought in _prefix(numbering, level, code)]


def _prefix(numbering: Numbering, level: Level, code: str) -> str:
    """Return what stands before the year in a number of *level*."""
    written = unicodedata.normalize("NFKC", numbering.text(level, code, 2000, 1))
    return _BRACKETS.sub("", written.partition("2000")[0])


def items_like(text: str, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the items whose code is *text*, or whose name has it: (code, name), 20 at most."""
    lower = text.lower()
    found = [(code, name) for code, name in names.items() if code.lower() == lower]
    found += [(code, name) for code, name in names.items() if lower in name.lower()]
    return list(dict.fromkeys(found))[:MOST_ITEMS]


def departments_like(text: str, names: Iterable[str]) -> list[str]:
    """Return the departments whose name has *text*: one of just that name alone."""
    every = list(names)
    if text in every:
        return [text]
    return [name for name in every if name and text.lower() in name.lower()][:MOST_ITEMS]


def cases_named(text: str, sources: Sequence[str]) -> list[str]:
    """Return the ids that a case number may mean: as it is, and at each source."""
    whole = [text] if ":" in text else []
    return [*whole, *(f"{source}:{text}" for source in sources)]
