"""Requests for materials: one notice (V-17), by the guide (V-18), not held already (V-25).

行政许可法 31, 32, 72(4); 优化营商环境条例 35, 44. The names of materials are private; what is on
record is how many of them the service guide does not have, how many data sharing gives, and how
many name nothing (兜底). They were counted when the event was read, against the guide of that day.
"""

from collections.abc import Iterator

from chalicelib.cases.fact import Fact
from chalicelib.findings.breach import Breach, read_count
from chalicelib.intake.event_types import Reported
from chalicelib.permit.state import Permit
from chalicelib.policy.conduct import Conduct


def told_again(permit: Permit, row: Conduct) -> Iterator[Breach]:
    """V-17: yield the notice by which there are too many, where the law has one complete notice."""
    notices = _notices(permit)
    if row.times is not None and len(notices) >= row.times:
        *earlier, last = notices[: row.times]
        yield Breach("told_again", last, tuple(earlier))


def not_in_the_guide(permit: Permit, row: Conduct) -> Iterator[Breach]:
    """V-18: yield requests for too many materials not in the guide, or for “other materials”."""
    for fact in _requests(permit):
        if read_count(fact, "unlisted") > (row.most or 0):
            yield Breach("unlisted", fact)
        elif read_count(fact, "catch_all"):
            yield Breach("catch_all", fact)


def shared_anyway(permit: Permit, row: Conduct) -> Iterator[Breach]:
    """V-25: yield requests for too many materials that the department can get by itself."""
    for fact in _requests(permit):
        if read_count(fact, "shared") > (row.most or 0):
            yield Breach("shared", fact)


def _requests(permit: Permit) -> list[Fact]:
    """Return each request for materials: the notices and the acceptance (容缺)."""
    return [*_notices(permit), *([permit.acceptance] if permit.acceptance else [])]


def _notices(permit: Permit) -> list[Fact]:
    return [f for f in permit.supplements if f.kind == Reported.CASE_SUPPLEMENT_NOTIFIED]
