"""Requests for materials: one notice (V-17), by the guide (V-18), not held already (V-25).

行政许可法 31, 32, 72(4); 优化营商环境条例 35, 44. The names of materials are private; what is on
record is how many of them the service guide does not have, how many data sharing gives, and how
many name nothing (兜底). They were counted when the event was read, against the guide of that day.
"""

from collections.abc import Iterator, Mapping
from operator import attrgetter

from chalicelib.cases.fact import Fact
from chalicelib.findings.breach import Breach, read_count
from chalicelib.intake.event_types import Reported
from chalicelib.permit.rules.predicate import Predicate, has_field
from chalicelib.permit.state import Permit
from chalicelib.policy.conduct import Conduct


def told_again(permit: Permit, row: Conduct) -> Iterator[Breach]:
    """V-17: yield the notice by which there are too many, where the law has one complete notice.

    Later notices add nothing to it.
    """
    if row.times is None or len(permit.supplements) < row.times:
        return
    notices = [
        fact for fact in permit.supplements if fact.kind == Reported.CASE_SUPPLEMENT_NOTIFIED
    ]
    if len(notices) >= row.times:
        yield Breach("told_again", notices[row.times - 1], tuple(notices[: row.times - 1]))


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


def _requests(permit: Permit) -> Iterator[Fact]:
    """Yield each request for materials: the notices and the acceptance (容缺)."""
    yield from (
        fact for fact in permit.supplements if fact.kind == Reported.CASE_SUPPLEMENT_NOTIFIED
    )
    if permit.acceptance is not None:
        yield permit.acceptance


PREDICATES: Mapping[str, Predicate] = {
    "V-17": Predicate(attrgetter("supplements"), told_again),
    "V-18": Predicate(has_field("unlisted", "catch_all"), not_in_the_guide),
    "V-25": Predicate(has_field("shared"), shared_anyway),
}
