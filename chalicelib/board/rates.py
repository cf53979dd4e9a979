"""Data quality and rates beside a department's cards (CLAIMS §10), and the refusals at the door.

Pure. No cards mean little where news comes late, or where cases end without a decision. Each rate
is shown with the number that it is a rate of; nothing is ranked by it. A department with very few
cases is not broken down, since each number would be a case (PUB-13), and a rate is in whole
thousandths. The cases that enter no rate are counted for every department, so that none can be
hidden there.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from chalicelib.board.projection import Tally
from chalicelib.cases.stored_fact import LEFT_OUT
from chalicelib.policy.data_quality import TELLING_SIGNS, DataQuality


def _has_enough_cases(tally: Tally, measured: DataQuality) -> bool:
    """Return whether a department has so many cases that they may be broken down (PUB-13)."""
    return tally.cases >= max(measured.fewest_cases, 1)


def department_quality(tally: Tally, measured: DataQuality) -> dict[str, Any] | None:
    """Return the signs of one department; None where it has too few cases to be broken down."""
    return total_quality([tally], measured) if _has_enough_cases(tally, measured) else None


def total_quality(tallies: Sequence[Tally], measured: DataQuality) -> dict[str, Any]:
    """Return how many cases of all departments together bear which sign (DOMAIN §4.3)."""
    cases = sum(tally.cases for tally in tallies)
    signs: dict[str, dict[str, int | None]] = {}
    for sign in measured.measured:
        flagged = sum(tally.flagged.get(sign, 0) for tally in tallies)
        signs[sign] = {"cases": flagged, "permille": thousandths(flagged, cases)}
    return {"cases": cases, "signs": signs}


def thousandths(flagged: int, cases: int) -> int | None:
    """Return the share of *flagged* among *cases*, a half rounded upwards; None without cases."""
    return (2000 * flagged + cases) // (2 * cases) if cases else None


def format_permille(permille: int | None) -> str:
    """Return thousandths as a percentage: `7.5%`; a dash where there are none."""
    return "–" if permille is None else f"{permille // 10}.{permille % 10}%"


RATES: dict[str, tuple[str, ...]] = {
    "told_late": ("cases",),
    "contested": ("cases",),
    "accepted": ("accepted", "refused"),
    "refused": ("accepted", "refused"),
    "overdue": ("contested",),
    "told_after_due": ("cases",),
    "ended": ("closed",),
    "excluded_days": ("days",),
}
"""Each rate, and what is added up to the number that it is a rate of."""
DAYS = 7


def department_rates(tally: Tally, measured: DataQuality) -> dict[str, Any] | None:
    """Return the rates of one department; None where it has too few cases to be broken down."""
    return total_rates([tally], measured) if _has_enough_cases(tally, measured) else None


def total_rates(tallies: Iterable[Tally], measured: DataQuality) -> dict[str, Any]:
    """Return the rates of all departments together: `{"count": 3, "of": 40, "permille": 75}`.

    Where nothing is there to divide by, `permille` is None. Late telling is left out where the
    profile flags no signs of claims.
    """
    counted: Counter[str] = Counter()
    for tally in tallies:
        counted.update({"cases": tally.cases, **tally.flagged, **tally.steps})
    shown = [name for name in RATES if measured.claims or name not in TELLING_SIGNS]
    rates = {}
    for name in shown:
        count, of = counted[name], sum(counted[part] for part in RATES[name])
        rates[name] = {"count": count, "of": of, "permille": thousandths(count, of)}
    return rates


def left_out(tallies: Iterable[Tally]) -> dict[str, int]:
    """Return how many cases of all departments together enter no rate, by why."""
    tallies = list(tallies)
    return {why: sum(tally.steps.get(why, 0) for tally in tallies) for why in LEFT_OUT}


def last_days(today: date) -> list[str]:
    """Return the days whose refusals are shown, the last one *today*."""
    return [(today - timedelta(days=back)).isoformat() for back in reversed(range(DAYS))]


def refusal_rows(days: Sequence[str], counts: Iterable[tuple[str, str, int]]) -> dict[str, Any]:
    """Return what was refused of each source on *days*, by reason; most refusals first."""
    sources: dict[str, Counter[str]] = {}
    for source, reason, events in counts:
        sources.setdefault(source, Counter())[reason] += events
    rows = [
        {"source": source, "events": reasons.total(), "reasons": dict(sorted(reasons.items()))}
        for source, reasons in sources.items()
    ]
    return {
        "from": days[0],
        "to": days[-1],
        "sources": sorted(rows, key=lambda row: (-row["events"], row["source"])),
    }
