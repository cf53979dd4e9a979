"""Document numbers (文号): a series for each authority, level and year, written as there.

Section `[numbering]` of a profile, after the practice of GB/T 9704: the authority's code (机关代字,
of its instrument), the full year in 〔〕, a serial number without padding (DOMAIN §3.3). A warning
is no document, and has none.
"""

from collections.abc import Mapping
from string import Formatter

from msgspec import Struct

from chalicelib.policy.basis import Basis
from chalicelib.policy.ladder import LEVELS, Level
from chalicelib.policy.reading import Text
from chalicelib.schema import Defect, Unfit

NUMBERED: tuple[Level, ...] = LEVELS[1:]
_FIELDS = {"authority", "year", "number"}


class Numbering(Struct, frozen=True, forbid_unknown_fields=True):
    """How the number of each level is written."""

    yellow: Text
    red: Text
    supervision: Text
    referral: Text
    basis: Basis

    def __post_init__(self) -> None:
        """Refuse templates by which two documents could share a number. Raises Defect."""
        for level, template in self.templates.items():
            _check_template(level, template)
        if len(set(self.templates.values())) < len(self.templates):
            raise Unfit("有两级的文号会一样", "two levels would have the same numbers")

    @property
    def templates(self) -> Mapping[Level, str]:
        """The template of each level."""
        texts = (self.yellow, self.red, self.supervision, self.referral)
        return dict(zip(NUMBERED, texts, strict=True))

    def text(self, level: Level, code: str, year: int, number: int) -> str:
        """Write the number, which begins with the authority's *code*: `×政监黄〔2026〕12号`."""
        filled = {"authority": code, "year": year, "number": number}
        return self.templates[level].format_map(filled)


def _check_template(level: Level, template: str) -> None:
    try:
        fields = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
        is_one = {"year", "number"} <= fields <= _FIELDS
        _ = template.format(authority="", year=2026, number=1) if is_one else ""
    except ValueError as error:
        raise Defect((level,), "不是文号的样式", f"not a template: {error}") from error
    if not is_one:
        zh = "要有 {year} 和 {number}，可以有 {authority}"
        raise Defect((level,), zh, "needs {year} and {number}, and may have {authority}")
