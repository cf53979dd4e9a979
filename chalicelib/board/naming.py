"""Naming: the names of departments, regions and items that the log has only by a token.

A name that was unknown when it was reported has a token in the log, for ever (CLAIMS §2). Once the
catalogue or a registration knows the name, the public pages show it.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TypeVar

from msgspec.structs import replace

from chalicelib.board.published_card import PublishedCard
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.policy.names import NameKind

Shown = TypeVar("Shown", PublishedCard, CaseSnapshot)


class PublicNames:
    """The names that may be shown. Only what has a token costs a read, once a process."""

    def __init__(
        self, name_of: Callable[[str], str], knows: Callable[[NameKind, str], bool]
    ) -> None:
        self._name_of = name_of
        self._knows = knows

    def shown(self, kind: NameKind, text: str) -> str:
        """Return the name that *text* stands for, if it is known by now; else *text*."""
        name = self._name_of(text)
        return name if name != text and self._knows(kind, name) else text

    def department(self, text: str) -> str:
        """Return what a department is called."""
        return self.shown("department", text)

    def of_card(self, card: PublishedCard) -> PublishedCard:
        """Return *card* as it is shown; a name that was known when it was issued stays."""
        shown = self.of_case(card)
        return replace(shown, department=card.words.get("department", shown.department))

    def of_case(self, case: Shown) -> Shown:
        """Return *case*, a snapshot or a card, as it is shown."""
        department, region = self.department(case.department), self.shown("region", case.region)
        return replace(
            case, department=department, region=region, item=self.shown("item", case.item)
        )

    def by_department(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Return *counts* by what the departments are called, those of one added."""
        added: Counter[str] = Counter()
        for text, number in counts.items():
            added[self.department(text)] += number
        return added
