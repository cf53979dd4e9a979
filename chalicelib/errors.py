"""The errors of the domain; the tree answers one question, who has to act.

DomainError
├── Rejected      the caller: the request is wrong (HTTP 4xx)
├── BadInput      the operator: a file or an argument is wrong (exit 2, each with its place)
├── Conflict      nobody: a race was lost, doing it again is right
├── Unknown       the operator: a calendar, policy or catalogue entry is missing; judgement stops
└── Corrupt       the maintainer: stored data breaks an invariant; stop and page
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, get_args

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Bilingual(NamedTuple):
    """A text in Chinese and in English, with the same meaning."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """Return the text in *language*."""
        return self.en if language == "en" else self.zh

    def __bool__(self) -> bool:
        """Return whether there is a text."""
        return bool(self.zh or self.en)

    def __str__(self) -> str:
        """Return both, for a log that nobody chose a language for."""
        return self.zh if self.zh == self.en else f"{self.zh} / {self.en}"


_FORBIDDEN = 403


class DomainError(Exception):
    """An error that the domain raises; *text* names the fault and the remedy."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Bilingual(zh, en)

    def __reduce__(self) -> tuple[object, ...]:
        """Return how another process makes a copy: the arguments of `__init__` are not kept."""
        return type(self).__new__, (type(self), *self.args), self.__dict__

    def line(self, language: Language) -> str:
        """Return the text in *language*, as a command prints it."""
        return self.text.of(language)


class Rejected(DomainError):
    """The request is wrong: *status* is the HTTP status, *field* names the wrong part.

    *also* has further members of the answer by name (RFC 9457, section 3.2). *is_denial*: the
    caller has no right to it, whatever the status says; these are counted.
    """

    def __init__(  # noqa: PLR0913 - members of one answer, each by its name
        self,
        status: int,
        *,
        zh: str,
        en: str,
        field: str | None = None,
        also: Mapping[str, object] | None = None,
        is_denial: bool = False,
    ) -> None:
        super().__init__(zh, en)
        self.status, self.field, self.also = status, field, also or {}
        self.zh, self.en = zh, en
        self.is_denial = is_denial or status == _FORBIDDEN


class BadInput(DomainError):
    """A file or an argument is wrong; *where* names the file, line or key.

    *others* are further mistakes of the same file, each with its place.
    """

    def __init__(
        self,
        text: Bilingual | None = None,
        where: str | Bilingual = "",
        others: Sequence["BadInput"] = (),
        *,
        zh: str = "",
        en: str = "",
    ) -> None:
        super().__init__(*(text or (zh, en)))
        self.where, self.others = str(where), tuple(others)
        self._place = where if isinstance(where, Bilingual) else Bilingual(where, where)

    def __str__(self) -> str:
        """Return both lines, for a log that nobody chose a language for."""
        return str(Bilingual(self.line("zh"), self.line("en")))

    def line(self, language: Language) -> str:
        """Return the place and the fault, in *language*."""
        place, text = self._place.of(language), self.text.of(language)
        return f"{place}: {text}" if place else text


def refuse_all(wrong: Sequence[BadInput]) -> None:
    """Raise the first of *wrong*, with the others in it, if there is one."""
    if wrong:
        raise BadInput(wrong[0].text, wrong[0].where, wrong[1:])


class Conflict(DomainError):
    """Somebody else wrote first; read again and decide again."""


class Unknown(DomainError):
    """Something needed for a judgement is not known. *missing* names it: `calendar:2027`."""

    def __init__(self, missing: str) -> None:
        what = "日历；缺的若是年份，请导入该年的放假安排（duban calendar import）"
        if missing.startswith("policy:"):
            what = "规则；请核对名称，或者给出它的文件（--profile）"
        super().__init__(f"没有 {missing} 所指的{what}", f"not known: {missing}")
        self.missing = missing


class Corrupt(DomainError):
    """Stored data breaks an invariant; nothing may be built on it."""


def in_chinese(error: Exception) -> str:
    """Return the Chinese text of *error*; one of a library or of Python has its own words alone."""
    return error.line("zh") if isinstance(error, DomainError) else repr(error)


SENSELESS = (
    *(ArithmeticError, AttributeError, DomainError, LookupError),
    *(RecursionError, TypeError, ValueError),
)
"""The errors by which this version cannot read or judge stored data, however often it tries.

A `Conflict` is among them by its base alone: handle it first, and try again.
"""
