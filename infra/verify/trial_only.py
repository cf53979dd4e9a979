"""What only a stage on trial may state: how it counts days in regions whose logs it is fed (I13).

Such a document moves every due day of a region. On a real log it would be a way to make any card
vanish; so there its first statement is a finding, whatever follows from it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.intake.event_types import Reported
from infra.verify.delay import ON_TRIAL
from infra.verify.entries import Entries
from infra.verify.finding import Issue

_COUNTING = "counting"


def check_trial_only(entries: Entries, origin: str) -> Iterator[Issue]:
    """Yield an issue for each way of counting that the log *origin* states, unless it is local."""
    seen = set[object]()
    for entry in entries.of_kind(Reported.RULES_ADOPTED) if origin != ON_TRIAL else ():
        digest = _digest(entry.payload)
        if digest is not None and digest not in seen:
            seen.add(digest)
            yield Issue(
                entry.index,
                "I13",
                "声明了只有本地试验环境才用的计日方式（counting）：正式日志的期限不得由此改变，"
                "请向监察机关反映",
                "states a way of counting days that only a stage on trial may have: no date of a "
                "real log may hang on it; show this to the inspectors",
            )


def _digest(payload: Mapping[str, Any]) -> object:
    """Return the digest of the document in a statement; None where there is none."""
    try:
        documents = payload["data"]["documents"]
        return next((str(each["sha256"]) for each in documents if each["name"] == _COUNTING), None)
    except (LookupError, TypeError):
        return None  # the replay of supervision says that the statement cannot be read
