"""A department's data quality, as published: how many of its cases bear which sign.

Pure. A rate is never shown without its number of cases; nothing is ranked by it (DOMAIN §4.3).
A department with very few cases is not broken down, since each number would be a case (PUB-13).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from chalicelib.board.projection import Tally
from chalicelib.policy.data_quality import DataQuality


def department_quality(tally: Tally, measured: DataQuality) -> dict[str, Any] | None:
    """Return the signs of one department; None where it has too few cases to be broken down."""
    if tally.cases < max(measured.fewest_cases, 1):
        return None
    return _measure_signs([tally], measured)


def total_quality(tallies: Iterable[Tally], measured: DataQuality) -> dict[str, Any]:
    """Return the signs of all departments together."""
    return _measure_signs(list(tallies), measured)


def thousandths(flagged: int, cases: int) -> int | None:
    """Return the share of *flagged* among *cases*, a half rounded upwards; None without cases."""
    return (2000 * flagged + cases) // (2 * cases) if cases else None


def format_permille(permille: int | None) -> str:
    """Return thousandths as a percentage: `7.5%`; a dash where there are none."""
    return "–" if permille is None else f"{permille // 10}.{permille % 10}%"


def _measure_signs(tallies: Sequence[Tally], measured: DataQuality) -> dict[str, Any]:
    cases = sum(tally.cases for tally in tallies)
    signs: dict[str, dict[str, int | None]] = {}
    for sign in measured.measured:
        flagged = sum(tally.flagged.get(sign, 0) for tally in tallies)
        signs[sign] = {"cases": flagged, "permille": thousandths(flagged, cases)}
    return {"cases": cases, "signs": signs}
