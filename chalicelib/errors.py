"""The errors of the domain; the tree answers one question, who has to act.

DomainError
├── Rejected      the caller: what was sent is wrong (HTTP 4xx)
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
    """A text in Chinese and in English, which say the same."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """Return it in *language*."""
        return self.en if language == "en" else self.zh

    def __bool__(self) -> bool:
        """Return whether it says anything."""
        return bool(self.zh or self.en)

    def __str__(self) -> str:
        """Return both, for a log that nobody chose a language for."""
        return self.zh if self.zh == self.en else f"{self.zh} / {self.en}"


class DomainError(Exception):
    """Anything that the domain itself refuses."""


class Rejected(DomainError):
    """What the caller sent is wrong. *status* is the HTTP status, *field* names what was wrong.

    *zh* and *en* say why, in Chinese and in English, and what to do. *also* says what else the
    caller should know, each by its name (RFC 9457, section 3.2).
    """

    def __init__(
        self,
        status: int,
        *,
        zh: str,
        en: str,
        field: str | None = None,
        also: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(en)
        self.status = status
        self.zh = zh
        self.en = en
        self.field = field
        self.also = also or {}

    def detail(self, language: Language) -> str:
        """Return the reason in *language*."""
        return self.en if language == "en" else self.zh


class BadInput(DomainError):
    """A file or an argument is wrong; *where* names the file, line or key.

    *zh* and *en* say what is wrong, in Chinese and in English, and what to do; *text* is both in
    one. *others* are further mistakes of the same file, each with its place.
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
        self.text = text or Bilingual(zh, en)
        self.where = str(where)
        self._place = where if isinstance(where, Bilingual) else Bilingual(where, where)
        self.others = tuple(others)
        super().__init__(str(Bilingual(self.line("zh"), self.line("en"))))

    def line(self, language: Language) -> str:
        """Return the place and what is wrong there, in *language*."""
        place, text = self._place.of(language), self.text.of(language)
        return f"{place}: {text}" if place else text


class Conflict(DomainError):
    """Somebody else wrote first; read again and decide again."""


class Unknown(DomainError):
    """Something needed for a judgement is not known. *missing* names it: `calendar:2027`."""

    def __init__(self, missing: str) -> None:
        super().__init__(f"not known: {missing}")
        self.missing = missing


class Corrupt(DomainError):
    """Stored data breaks an invariant; nothing may be built on it."""


SENSELESS = (
    *(ArithmeticError, AttributeError, DomainError, LookupError),
    *(RecursionError, TypeError, ValueError),
)
"""What something stored raises that this version cannot read or judge, however often it tries.

A `Conflict` is among them, and is none: whoever retries has to look for it first.
"""
