"""All mistakes of a profile's file at once, each with its line, entry and key.

Pure. A profile is read until a mistake is met. That entry is then taken as the default profile has
it, or left out, and the profile is read again: so one mistake hides no other.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import takewhile
from typing import Any

from msgspec import Struct

from chalicelib.errors import BadInput
from chalicelib.intake.name_text import NoText, clean_prose, visible
from chalicelib.policy.dated_profile import DatedProfile
from chalicelib.policy.effective import in_force, undated
from chalicelib.policy.profile import parse_profile, version_of
from chalicelib.policy.reading import UnfitFile
from chalicelib.policy.shipped import DEFAULT, profile_text
from infra.policy.lines import line_of, row_name

_MOST = 200
_ANY = 1 << 30
_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_SINCE = re.compile(r"（(\d{4}-\d\d-\d\d).* 起）")


class Mistake(Struct, frozen=True):
    """What is wrong with a *key* of an *entry*, and on which *line* of the file."""

    line: int
    entry: str
    key: str
    zh: str
    en: str

    @property
    def place(self) -> str:
        """The entry and its key; empty where the mistake is the file's."""
        return " ".join(filter(None, (f"[{self.entry}]" if self.entry else "", self.key)))

    def text(self, file: str) -> str:
        """Return the mistake in one line for programs, in both languages: Chinese first."""
        said = self.zh if self.zh == self.en else f"{self.zh} · {self.en}"
        return f"{file}:{self.line}: {f'{self.place}：' if self.place else ''}{said}"

    def refusal(self, file: str) -> BadInput:
        """Return the mistake as a refusal of *file*."""
        zh, en = (f"{self.place}：", f"{self.place}: ") if self.place else ("", "")
        said = self.en.removeprefix(f"{self.key}: ")  # the place has the key already
        return BadInput(zh=zh + self.zh, en=en + said, where=f"{file}:{self.line}")


def find_mistakes(text: str) -> list[Mistake]:
    """Return every mistake for which the profile *text* cannot be read, in the file's order."""
    try:
        table = parse_profile(text, "")
    except BadInput as error:
        at = _LINE.search(error.text.en)
        return [Mistake(int(at[1]) if at else 1, "", "", *error.text)]
    found = [*_hidden(table, text)]
    for _ in range(_MOST):
        wrong = _first_error(table, text)
        if wrong is None:
            break
        mistake = _mistake(wrong, table, text)
        if mistake not in found:
            found.append(mistake)
        if not _mend(table, wrong):
            break
    return sorted(found, key=lambda mistake: mistake.line)


def _hidden(table: Mapping[str, Any], text: str) -> Iterator[Mistake]:
    """Yield the texts with a character that is none, or that turns the direction of writing.

    What goes out under the profile would look like something else than it is.
    """
    for path, value in _texts(table, ()):
        try:
            clean_prose(f"{path[-1]} {value}", _ANY)
        except NoText as error:
            entry, key = ".".join(path[:-1]), path[-1]
            line = line_of(text, entry, key) if entry else _line_of_key(text, key)
            yield Mistake(line, entry, visible(key)[:40], error.zh, str(error))


def _texts(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every text in *value*, and every key without one, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield (*path, key), ""
            yield from _texts(part, (*path, key))
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part, path)


def _first_error(table: Mapping[str, Any], text: str) -> UnfitFile | None:
    profile = DatedProfile(table, version_of(text), "")
    try:
        for _ in profile.by_day():
            pass
    except UnfitFile as error:
        return error
    return None


def _mistake(error: UnfitFile, table: Mapping[str, Any], text: str) -> Mistake:
    row, names = _row(table, error), _names(error)
    if row is not None:
        entry, key = row_name(names[0], row), "".join(names[1:2])
    else:
        entry, key = _entry_and_key(names, text)
    day = _day_of(error)
    table_of_key = line_of(text, f"{entry}.{key}", "", day)
    line = table_of_key if table_of_key > 1 else line_of(text, entry, key, day)
    return Mistake(line if entry else _line_of_key(text, key), entry, key, *error.text)


def _names(error: UnfitFile) -> list[str]:
    """Return the keys that lead to what is wrong, without the numbers of rows."""
    return [part for part in error.parts if isinstance(part, str)]


def _entry_and_key(names: list[str], text: str) -> tuple[str, str]:
    """Return the table of the *text* that *names* lead into, and the key in it."""
    for end in range(len(names) - 1, 0, -1):
        entry = ".".join(names[:end])
        if line_of(text, entry, "") > 1:
            return entry, names[end]
    if len(names) == 1 and not isinstance(_default().get(names[0]), dict | list):
        return "", names[0]
    return names[0], "".join(names[1:2])


def _line_of_key(text: str, key: str) -> int:
    lines = enumerate(text.split("\n"), 1)
    return next((n for n, line in lines if key and re.match(rf"\s*{re.escape(key)}\s*=", line)), 1)


def _row(table: Mapping[str, Any], error: UnfitFile) -> dict[str, Any] | None:
    """Return the row of an array, as it is written, that *error* names by its number, if any."""
    match error.parts:
        case (str(section), int(number), *_):
            day = _day_of(error)
            wanted = in_force(table, day, day)[section][number]
            return next((row for row in table[section] if undated(row) == wanted), None)
    return None


def _day_of(error: BadInput) -> date:
    """Return from which day on the profile has this error."""
    since = _SINCE.search(error.where)
    return date.fromisoformat(since[1]) if since else date.min


def _mend(table: dict[str, Any], error: UnfitFile) -> bool:
    """Take what is wrong from the default profile, or leave it out; return whether this did it."""
    row = _row(table, error)
    if row is not None:
        rows = table[_names(error)[0]]
        rows[:] = [each for each in rows if each is not row]
        return True
    names = list(takewhile(lambda part: isinstance(part, str), error.parts))
    return any(_replace(table, names[:end]) for end in range(len(names), 0, -1))


def _replace(table: dict[str, Any], names: Sequence[Any]) -> bool:
    """Put the default profile's value at *names* into *table*; return whether that changed it.

    A table that the default profile does not have is left out whole: without a key it lacks that.
    """
    section: Any = table
    default: Any = _default()
    for name in names[:-1]:
        section = section.get(name) if isinstance(section, dict) else None
        section = section[-1] if isinstance(section, list) and section else section
        default = default.get(name) if isinstance(default, dict) else None
    if not isinstance(section, dict) or not isinstance(default, dict):
        return False
    before = section.pop(names[-1], None)
    if names[-1] in default:
        section[names[-1]] = default[names[-1]]
    return bool(section.get(names[-1]) != before)


def _default() -> dict[str, Any]:
    """Return the tables of the default profile, which the caller may change."""
    return tomllib.loads(profile_text(DEFAULT))
