"""iCalendar (RFC 5545) as far as a list of days needs it: lines unfolded, events found.

A reader of our own instead of a library: it knows the line of each value, and refuses content that
a list of days cannot have, instead of guessing.
"""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from chalicelib.errors import BadInput

_LINE = re.compile(r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:])*)*):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^";:]*)')
_ESCAPED = re.compile(r"\\(.)")


class ContentLine(Struct, frozen=True):
    """One property: its *value* and *parameters*, and the line of the file where it begins."""

    number: int
    name: str
    parameters: Mapping[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value with its escapes undone (RFC 5545 §3.3.11)."""
        return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], self.value)


class CalendarEvent(Struct, frozen=True):
    """A VEVENT: its properties by name, without those of the alarms within."""

    number: int
    lines: dict[str, list[ContentLine]] = field(default_factory=dict)

    def first(self, name: str) -> ContentLine | None:
        """Return its property *name*, None if it has none."""
        return next(iter(self.lines.get(name, ())), None)

    def text(self, name: str) -> str:
        """Return all values of property *name*."""
        return ",".join(line.text for line in self.lines.get(name, ()))


def events(content: bytes, file: str) -> Iterator[CalendarEvent]:
    """Yield the events in their order. Raises BadInput with the line that is not iCalendar."""
    within: list[str] = []  # the components that are open
    event: CalendarEvent | None = None
    if not content.strip():
        raise BadInput(zh="是空文件", en="the file is empty", where=file)
    for line in content_lines(content, file):
        if line.name == "BEGIN":
            _begin(within, line, file)
            if within == ["VCALENDAR", "VEVENT"]:
                event = CalendarEvent(line.number)
        elif line.name == "END":
            _end(within, line, file)
            if event and within == ["VCALENDAR"]:
                yield event
                event = None
        elif not within:
            zh = "不是 iCalendar：应以 BEGIN:VCALENDAR 开头"
            en = "not iCalendar: it begins with BEGIN:VCALENDAR"
            raise BadInput(zh=zh, en=en, where=_at(line, file))
        elif event and within[-1] == "VEVENT":
            event.lines.setdefault(line.name, []).append(line)
    if within:
        zh, en = f"不完整：没有 END:{within[-1]}", f"incomplete: there is no END:{within[-1]}"
        raise BadInput(zh=zh, en=en, where=file)


def _begin(within: list[str], line: ContentLine, file: str) -> None:
    component = line.value.strip().upper()
    if (component == "VCALENDAR") == bool(within):
        zh, en = f"{component} 不能在这里开始", f"{component} cannot begin here"
        raise BadInput(zh=zh, en=en, where=_at(line, file))
    within.append(component)


def _end(within: list[str], line: ContentLine, file: str) -> None:
    component = line.value.strip().upper()
    if not within or within.pop() != component:
        zh, en = f"{component} 不能在这里结束", f"{component} cannot end here"
        raise BadInput(zh=zh, en=en, where=_at(line, file))


def _at(line: ContentLine, file: str) -> str:
    return f"{file}:{line.number}"


def content_lines(content: bytes, file: str) -> Iterator[ContentLine]:
    """Yield the unfolded lines (RFC 5545 §3.1); an LF alone ends a line too."""
    for number, raw in _unfolded(content.removeprefix(b"\xef\xbb\xbf")):
        where = f"{file}:{number}"
        try:
            match = _LINE.fullmatch(raw.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise BadInput(zh="不是 UTF-8 编码", en="not UTF-8", where=where) from error
        if match is None:
            zh, en = "不是 iCalendar 的一行（NAME:VALUE）", "not a line of iCalendar (NAME:VALUE)"
            raise BadInput(zh=zh, en=en, where=where)
        parameters = {
            name.upper(): value.strip('"') for name, value in _PARAMETER.findall(match[2])
        }
        yield ContentLine(number, match[1].upper(), parameters, match[3])


def _unfolded(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Join folded lines as bytes: a fold may go through the middle of a character."""
    begun, whole = 0, b""
    for number, raw in enumerate(content.split(b"\n"), 1):
        line = raw.removesuffix(b"\r")
        if line[:1] in (b" ", b"\t") and begun:
            whole += line[1:]
            continue
        if whole:
            yield begun, whole
        begun, whole = number, line
    if whole:
        yield begun, whole
