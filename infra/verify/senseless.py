"""What reading or judging raises where a log makes no sense: each becomes a finding, never a crash.

A log may be written to bring its reader down: instants at the ends of the calendar, lists within
lists, a number where a text is wanted. None of that can be judged; all of it can be said.
"""

from collections.abc import Iterator

from chalicelib.errors import DomainError, in_chinese
from infra.verify.finding import Issue

SENSELESS = (
    DomainError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


def as_far_as_read(check: str, issues: Iterator[Issue]) -> Iterator[Issue]:
    """Yield *issues*, up to something in the log that makes no sense; that is one of *check*."""
    try:
        yield from issues
    except SENSELESS as error:
        zh, en = f"无法核对：{in_chinese(error)}", f"cannot be checked: {error!r}"
        yield Issue(None, check, zh[:300], en[:300])
