"""A finding: what a verifier has against a log, or a remark that takes nothing away from it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Issue:
    """What failed which *check* (I1 to I13 of the log's specification), at which leaf.

    *index* is None where it is about the log as a whole. A remark says what could not be checked,
    or what to know; it does not make the log wrong.
    """

    index: int | None
    check: str
    zh: str
    en: str
    is_remark: bool = False

    def written(self) -> dict[str, object]:
        """As the JSON report has it."""
        return {"check": self.check, "index": self.index, "zh": self.zh, "en": self.en}


def remark(check: str, zh: str, en: str, index: int | None = None) -> Issue:
    """Say something that takes nothing away from the log."""
    return Issue(index, check, zh, en, is_remark=True)
