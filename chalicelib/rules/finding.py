"""A finding (监察发现): a rule that a case meets, at a legal instant, on given grounds."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from chalicelib.instant import text
from chalicelib.policy.threshold import LEVELS, Level

__all__ = ["LEVELS", "Finding", "Level"]


@dataclass(frozen=True)
class Finding:
    """*rule* is met at *level* from one millisecond after *at*, the legal instant.

    *due_at* is the due instant it is about, *ground* says why in a word, *missing* names an
    unpublished year that it rests on: then a card is held (DESIGN §4, the horizon).
    """

    rule: str
    level: Level
    at: datetime
    due_at: datetime
    ground: str
    missing: int | None = None

    @cached_property
    def key(self) -> str:
        """The derived key: the same finding is the same card, whoever comes to it and when."""
        return f"{self.rule}/{self.ground}/{text(self.due_at)}/{text(self.at)}"

    @property
    def is_held(self) -> bool:
        """Whether a calendar must be published before this may become a card."""
        return self.missing is not None and self.level != "warning"
