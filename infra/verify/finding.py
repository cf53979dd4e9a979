"""An issue that a verifier has with a log: a finding, or a remark that is no fault of the log."""

from msgspec import Struct
from msgspec.structs import replace


class Issue(Struct, frozen=True):
    """An issue at leaf *index*, by one *check* (I1 to I14, docs/verify.md).

    *index* is None where it is about the log as a whole. A remark names something that could not be
    checked or that the reader should know; the log is still sound. What *is_outstanding* is not in
    the log at its end, and may yet come. One that *stands_for* several only says that there are
    more than were kept (`capped.py`).
    """

    index: int | None
    check: str
    zh: str
    en: str
    is_remark: bool = False
    is_outstanding: bool = False
    stands_for: int = 1

    def outstanding(self, *, is_excused: bool) -> "Issue":
        """Return the issue as one that may be mended yet; a remark if it *is_excused*."""
        return replace(self, is_outstanding=True, is_remark=is_excused)

    def written(self) -> dict[str, object]:
        """Return the issue as in the JSON report."""
        return {"check": self.check, "index": self.index, "zh": self.zh, "en": self.en}


def remark(check: str, zh: str, en: str, index: int | None = None) -> Issue:
    """Return a remark: the log is sound in spite of it."""
    return Issue(index, check, zh, en, is_remark=True)
