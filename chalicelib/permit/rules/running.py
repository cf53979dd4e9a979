"""Rules that bind running cases (applies_to = "running"): what they change, and from when on.

Pure. What was crossed before such a rule holds stays as it was found. What is crossed from then on
is found by the new rule (法不溯及既往, 立法法 104). A point that the new rule puts before its own
day is crossed on that day, for a card at the close of the first working day (DOMAIN EFF-05, by
analogy). A clock that had stopped by then is not looked at again.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import attrgetter

from msgspec.structs import replace

from chalicelib.cases.rules import Binding
from chalicelib.clock.counting import Counting
from chalicelib.clock.due import due_unpaused
from chalicelib.findings.clock import ClockState
from chalicelib.findings.finding import Finding
from chalicelib.instant import MILLISECOND
from chalicelib.permit.rules.main_limits import MainLimits
from chalicelib.permit.rules.time_limits import CheckedLimits
from chalicelib.policy.limit import Limit

_A_DAY = Limit.parse("1wd")


def join_main(binding: Sequence[Binding], stages: Sequence[MainLimits]) -> MainLimits:
    """Return the main limits of the last stage, with what each stage finds in its own time."""
    joined = stages[0]
    for bound, later in zip(binding[1:], stages[1:], strict=True):
        findings = _join(joined.findings, later.findings, later.states, bound)
        joined = later._replace(findings=findings)
    return joined


def join_limits(binding: Sequence[Binding], stages: Sequence[CheckedLimits]) -> CheckedLimits:
    """Return the limits of the last stage, with what each stage finds in its own time."""
    joined = stages[0]
    for bound, later in zip(binding[1:], stages[1:], strict=True):
        joined = _join_limits(joined, later, bound)
    return joined


def _join_limits(before: CheckedLimits, after: CheckedLimits, bound: Binding) -> CheckedLimits:
    since = _since(bound)
    if before.silence is not None and before.silence.at < since:
        return before  # silence has approved: there is nothing left that runs
    stopped = {
        state.clock.key: state
        for state in before.clock_states
        if state.clock.stop is not None and state.clock.stop <= since
    }
    return replace(
        after,
        findings=_join(before.findings, after.findings, after.clock_states, bound),
        clock_states=tuple(stopped.get(each.clock.key, each) for each in after.clock_states),
    )


def _join(
    before: Sequence[Finding],
    after: Sequence[Finding],
    states: Sequence[ClockState],
    bound: Binding,
) -> tuple[Finding, ...]:
    since = _since(bound)
    earlier = [each for each in before if each.at < since]
    there = {_what(each) for each in earlier}
    later = _found_from(after, states, since, bound.rules.counting)
    new = [each for each in later if _what(each) not in there]
    return tuple(sorted([*earlier, *new], key=attrgetter("at")))


def _found_from(
    found: Sequence[Finding], states: Sequence[ClockState], since: datetime, counting: Counting
) -> Iterator[Finding]:
    """Yield what is *found* from *since* on; what would be found before, where its clock runs."""
    stops = {(state.clock.name, state.clock.about): state.clock.stop for state in states}
    for finding in found:
        if finding.at >= since:
            yield finding
        elif (clock := (finding.clock, finding.about)) in stops:
            stop = stops[clock]
            at = since
            if finding.level != "warning":  # a card: at the close of the first working day
                at = due_unpaused(since - MILLISECOND, _A_DAY, counting).last_moment.at
            if stop is None or at < stop:
                yield finding._replace(at=at)


def _what(finding: Finding) -> tuple[object, ...]:
    """Return what makes two findings the same; a warning is one for each due instant."""
    about = finding.due_at if finding.level == "warning" else None
    return finding.rule, finding.level, finding.clock, finding.about, about


def _since(bound: Binding) -> datetime:
    assert bound.since is not None  # noqa: S101 - only the first stage has no beginning
    return bound.since
