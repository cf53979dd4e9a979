"""All mistakes of a profile's file at once, each with its line, entry and key.

Pure. A profile is read until a mistake is met. That entry is then taken as the default profile has
it, or left out, and the profile is read again: so one mistake hides no other.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from chalicelib.errors import BadInput
from chalicelib.intake.name_text import NoText, clean_prose, visible
from chalicelib.policy.dated_profile import DatedProfile
from chalicelib.policy.effective import in_force, undated
from chalicelib.policy.profile import parse_profile, version_of
from chalicelib.policy.shipped import DEFAULT, profile_text
from infra.policy.lines import line_of, row_name

_MOST = 200
_ANY = 1 << 30
_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_UNKNOWN = re.compile(r"unknown key '(.+)'")
_MISSING = re.compile(r"\[(\w+)\] is missing")
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
        path = _path_in(wrong)
        mistake = _mistake(wrong, path, table, text)
        if mistake not in found:
            found.append(mistake)
        if not _mend(table, path, wrong):
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


def _first_error(table: Mapping[str, Any], text: str) -> BadInput | None:
    profile = DatedProfile(table, version_of(text), "")
    try:
        for _ in profile.by_day():
            pass
    except BadInput as error:
        return error
    return None


def _path_in(error: BadInput) -> list[str]:
    """Return the entry that *error* is about, key by key; a row of an array by its number."""
    where = error.where
    if where.startswith("["):
        return where.strip("[]").split(".")
    where = where.partition("）")[2] if "）" in where else where
    path = [part for piece in where.split(": ") for part in piece.strip(": ").split(".") if part]
    if not path:
        missing = _MISSING.fullmatch(error.text.en)
        return [missing[1]] if missing else []
    return [part for part in path if not part.startswith("basis ")]


def _mistake(error: BadInput, path: Sequence[str], table: Mapping[str, Any], text: str) -> Mistake:
    unknown = _UNKNOWN.match(error.text.en)
    word = re.match(r"[a-z_]+", error.text.en)
    key = unknown[1] if unknown else word[0] if word and f"\n{word[0]} = " in text else ""
    entry = _entry(path, _row(path, table, error))
    day = _day_of(error)
    above, _, last = entry.rpartition(".")
    if above and line_of(text, entry, "") == 1:  # it is no table of its own
        entry, key = above, last
    table_of_key = line_of(text, f"{entry}.{key}", "", day)
    line = table_of_key if table_of_key > 1 else line_of(text, entry, key, day)
    line = line if entry else _line_of_key(text, key)
    return Mistake(line, entry, key, error.text.zh.removeprefix(f"{key}："), error.text.en)


def _line_of_key(text: str, key: str) -> int:
    lines = enumerate(text.split("\n"), 1)
    return next((n for n, line in lines if key and re.match(rf"\s*{re.escape(key)}\s*=", line)), 1)


def _entry(path: Sequence[str], row: Mapping[str, Any] | None) -> str:
    if row is None:
        return ".".join(path)
    return row_name(path[0].split(" ")[0], row)


def _row(path: Sequence[str], table: Mapping[str, Any], error: BadInput) -> dict[str, Any] | None:
    """Return the row of an array, as it is written, that *path* names by its number."""
    section, _, number = path[0].partition(" ") if path else ("", "", "")
    if not number.isdigit():
        return None
    day = _day_of(error)
    rows = in_force(table, day, day).get(section, [])
    if int(number) > len(rows):
        return None
    wanted = rows[int(number) - 1]
    return next((row for row in table[section] if undated(row) == wanted), None)


def _day_of(error: BadInput) -> date:
    """Return from which day on the profile has this error."""
    since = _SINCE.search(error.where)
    return date.fromisoformat(since[1]) if since else date.min


def _mend(table: dict[str, Any], path: Sequence[str], error: BadInput) -> bool:
    """Take the entry at *path* from the default profile, or leave it out; tell whether it did."""
    row = _row(path, table, error)
    if row is not None:
        rows = table[path[0].partition(" ")[0]]
        rows[:] = [each for each in rows if each is not row]
        return True
    unknown = _UNKNOWN.match(error.text.en)
    default: Any = tomllib.loads(profile_text(DEFAULT))
    if not path:
        key = unknown[1] if unknown else error.text.en.split(" ")[0]
        return _replace(table, key, default)
    section: Any = table
    for key in path[:-1]:
        section = section.get(key) if isinstance(section, dict) else None
        section = section[-1] if isinstance(section, list) and section else section
        default = default.get(key, {}) if isinstance(default, dict) else {}
    if not isinstance(section, dict):
        return _replace(table, path[0], tomllib.loads(profile_text(DEFAULT)))
    value = section.get(path[-1])
    if unknown and isinstance(value, dict) and unknown[1] in value:
        del value[unknown[1]]
        return True
    usual, word = default.get(path[-1]), re.match(r"[a-z_]+", error.text.en)
    if isinstance(value, dict) and isinstance(usual, dict) and word and word[0] in value:
        return _replace(value, word[0], usual) or _replace(section, path[-1], default)
    return _replace(section, path[-1], default)


def _replace(section: dict[str, Any], key: str, default: Mapping[str, Any]) -> bool:
    before = section.get(key)
    section.pop(key, None)
    if key in default:
        section[key] = default[key]
    return section.get(key) != before
