"""The instrument (发牌依据): the document of this authority by which papers in a colour go out.

Section `[instrument]` of a profile; it may be absent. A card has two grounds: the basis (依据) says
what was broken, the instrument says by what document this paper goes out. Colours, numbers and
names of papers belong to the instrument, and each place has its own; national law gives it only in
general (行政许可法 10, 60). Without one nothing is numbered and no paper is made (CLAIMS §8).
"""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from chalicelib.policy.reading import Text

PLACEHOLDER = "×"
"""What stands for a name that a place has to fill in; only a local stage may print it."""

_TEXTS = ("document", "number", "issuer", "authority", "code")


class Instrument(Struct, frozen=True, forbid_unknown_fields=True):
    """A *document* of the *issuer*, with its *number* (文号), in force from local day *date* on.

    *authority* (发文机关) signs the papers; *code* (机关代字) begins their numbers.
    """

    document: Text
    number: Text
    date: date
    issuer: Text
    authority: Text
    code: Text

    def table(self) -> dict[str, str]:
        """Return it as a table, as the log states it."""
        return {**{name: getattr(self, name) for name in _TEXTS}, "date": self.date.isoformat()}

    def __str__(self) -> str:
        day = f"{self.date.year}年{self.date.month}月{self.date.day}日"
        return f"《{self.document}》（{self.issuer}，{self.number}，{day}起施行）"


MADE_UP = Instrument(
    document="政务服务电子监察发牌办法（本机演示，虚构文件）",
    number="×政发〔2020〕1号",
    date=date(2020, 1, 1),
    issuer="×××人民政府",
    authority="×××政务服务管理机构",
    code="×",
)
"""The instrument of every local stage: its title says that it is made up."""


def read_stated_instrument(table: Mapping[str, str]) -> Instrument:
    """Return the instrument that `Instrument.table` wrote. Raises KeyError or ValueError."""
    texts = {name: table[name] for name in _TEXTS}
    return Instrument(**texts, date=date.fromisoformat(table["date"]))
