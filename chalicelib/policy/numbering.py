"""Document numbers (文号): a series for each authority, level and year, written as there.

Section `[numbering]` of a profile, after the practice of GB/T 9704: the authority's code (机关代字,
of its instrument), the full year in 〔〕, a serial number without padding (DOMAIN §3.3). A warning
is no document, and has none.
"""

from collections.abc import Mapping
from string import Formatter

from msgspec import Struct

from chalicelib.errors import BadInput
from chalicelib.policy.basis import Basis, read_basis
from chalicelib.policy.ladder import LEVELS, Level
from chalicelib.policy.reading import Table, check_keys, read_section, read_string

NUMBERED: tuple[Level, ...] = LEVELS[1:]
_FIELDS = {"authority", "year", "number"}


class Numbering(Struct, frozen=True):
    """How the number of each level is written."""

    templates: Mapping[Level, str]
    basis: Basis

    def text(self, level: Level, code: str, year: int, number: int) -> str:
        """Write the number, which begins with the authority's *code*: `×政监黄〔2026〕12号`."""
        filled = {"authority": code, "year": year, "number": number}
        return self.templates[level].format_map(filled)


def read_numbering(table: Table, where: str) -> Numbering:
    """Read `[numbering]`: a template for each level. Raises BadInput."""
    numbering, where = read_section(table, "numbering", where), f"{where}: numbering"
    check_keys(numbering, ("basis", *NUMBERED), where)
    templates = {level: _template(numbering, level, where) for level in NUMBERED}
    if len(set(templates.values())) < len(templates):
        raise BadInput(
            zh="有两级的文号会一样", en="two levels would have the same numbers", where=where
        )
    return Numbering(
        templates=templates,
        basis=read_basis(numbering, where),
    )


def _template(numbering: Table, level: Level, where: str) -> str:
    """Return the template of *level*. It needs year and number: no two documents share one."""
    template = read_string(numbering, level, where)
    try:
        fields = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
        is_one = {"year", "number"} <= fields <= _FIELDS
        _ = template.format(authority="", year=2026, number=1) if is_one else ""
    except ValueError as error:
        raise BadInput(
            zh=f"{level} 不是文号的样式", en=f"{level}: not a template: {error}", where=where
        ) from error
    if not is_one:
        zh = f"{level} 要有 {{year}} 和 {{number}}，可以有 {{authority}}"
        en = f"{level} needs {{year}} and {{number}}, and may have {{authority}}"
        raise BadInput(zh=zh, en=en, where=where)
    return template
