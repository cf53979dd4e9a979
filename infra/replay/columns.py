"""Finds the header of a table, by the names of its columns and not by its place (DOMAIN LED-01).

A ledger (台账) has a title and a date above its header, a header of two lines, line breaks and
full-width letters in names, and names of its own for the same thing. An exact name goes before one
that is alike, and that before an alias. Of two columns that could be meant none is taken.
"""

import unicodedata
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct, field

from chalicelib.policy.limit import Unit
from chalicelib.policy.limit_words import UNIT_NAMES

_ALIASES = (
    ("受理时间", "受理日期", "办件开始时间"),
    ("办结时间", "办结日期", "办件结束时间"),
    ("申报号", "流水号", "办件编号", "受理编号", "业务流水号", "办件流水号"),
    ("承诺时限", "承诺时间", "承诺时限(工作日)", "承诺时间(工作日)", "承诺工作日", "承诺办结时限"),
    ("法定时限", "法定时限(工作日)", "法定办结时限"),
    ("部门", "办理部门", "承办部门", "受理部门", "实施部门"),
)
_ALIKE = {name: group for group in _ALIASES for name in group}


def plain(name: str) -> str:
    """Return *name* without blanks and line breaks, in half-width letters, in lower case."""
    name = unicodedata.normalize("NFKC", name)
    seen = (each for each in name if not each.isspace() and unicodedata.category(each) != "Cf")
    return "".join(seen).casefold()


class Header(Struct, frozen=True):
    """The columns that are wanted: *index* by key. *read_as* are names that only are aliases.

    *missing* and *twice* are the keys that no column has, and those that several have.
    """

    names: tuple[str, ...]
    index: Mapping[str, int]
    missing: tuple[str, ...] = ()
    twice: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    read_as: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Return whether each key has one column."""
        return not self.missing and not self.twice

    @property
    def matches(self) -> int:
        """The number of keys that have a column."""
        return len(self.index) + len(self.twice)


def read_header(cells: Sequence[str], keys: Collection[str]) -> Header:
    """Return *cells* as a header in which *keys* are looked for."""
    names = tuple(cell.strip().lstrip("\ufeff") for cell in cells)
    alike = [plain(name) for name in names]
    places = {key: _places(key, names, alike) for key in sorted(keys)}
    index = {key: columns[0] for key, columns in places.items() if len(columns) == 1}
    return Header(
        names,
        index,
        missing=tuple(key for key, columns in places.items() if not columns),
        twice={
            key: tuple(names[n] for n in columns) for key, columns in places.items() if columns[1:]
        },
        read_as={key: names[n] for key, n in index.items() if alike[n] != plain(key)},
    )


def _places(key: str, names: Sequence[str], alike: Sequence[str]) -> list[int]:
    exact = [place for place, name in enumerate(names) if name == key]
    if exact:
        return exact
    wanted = plain(key)
    same = [place for place, name in enumerate(alike) if name == wanted]
    if same:
        return same
    others = set(_ALIKE.get(wanted, ())) - {wanted}
    return [place for place, name in enumerate(alike) if name in others]


def joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Return a header of two lines as one: the lower name, the upper where there is none."""
    width = max(len(upper), len(lower))
    above, below = ([*cells, *[""] * (width - len(cells))] for cells in (upper, lower))
    return [low if low.strip() else high for high, low in zip(above, below, strict=True)]


def unit_of_column(name: str) -> Unit | None:
    """Return the unit that the *name* of a column ends in, in brackets or after 承诺: 工作日."""
    bare = plain(name).rstrip(")")
    return next((unit for word, unit in UNIT_NAMES.items() if bare.endswith(word)), None)
