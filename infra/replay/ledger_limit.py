"""The limit that a column of a ledger states for each case (DOMAIN LED-03).

A bare number counts in the unit that the map names, else in the one that the column's name does:
承诺时限(工作日). Without either it cannot be read.
"""

from chalicelib.policy.limit import Limit, Unit
from chalicelib.policy.limit_words import UNIT_NAMES, is_at_once, read_limit_words
from infra.replay.columns import plain

AT_ONCE = Limit(0, "wd")  # 即办: the day itself


def unit_of_column(name: str) -> Unit | None:
    """Return the unit that the *name* of a column ends in, in brackets or after 承诺: 工作日."""
    bare = plain(name).rstrip(")")
    return next((unit for word, unit in UNIT_NAMES.items() if bare.endswith(word)), None)


def read_ledger_limit(text: str, unit: Unit | None) -> Limit:
    """Return the limit that *text* states; AT_ONCE for 即办. Raises NoText."""
    return AT_ONCE if is_at_once(text) else read_limit_words(text, unit)
