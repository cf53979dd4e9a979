"""The report of a replay as a person reads it: the same numbers, a few lines."""

from collections.abc import Mapping
from typing import Any

_COLUMNS = ("cases", "closed", "closed_late", "open", "open_overdue", "breached")


def page(report: Mapping[str, Any]) -> str:
    """Lay out the *report*."""
    lines = [
        f"{report['cases']} cases, {report['events']} events, cut off at {report['cut_off']}",
        f"  not accepted {report['not_accepted']}, without a due {report['without_due']}",
        f"  closed {report['closed']} ({report['closed_late']} late)",
        f"  open {report['open']} ({report['open_overdue']} overdue)",
        f"  breached {report['breached']}",
        "  cards: " + ", ".join(f"{level} {count}" for level, count in report["cards"].items()),
        "crossed, per cent of the time budget (of which still open):",
        *(
            f"  {percent:>5} %  {count['total']:>8}  ({count['open']})"
            for percent, count in report["crossed"].items()
        ),
        "by department: " + ", ".join(_COLUMNS),
        *(
            f"  {name or '(none)'}: " + ", ".join(str(counts[column]) for column in _COLUMNS)
            for name, counts in report["by_department"].items()
        ),
        "dirty: " + ", ".join(f"{name} {count}" for name, count in report["dirty"].items()),
    ]
    return "\n".join(lines)
