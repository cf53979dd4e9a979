"""The time limits of a permit case: V-01 near the promise, V-02 over it, V-03 over the law's limit.

DOMAIN §2.1 V-01 to V-03, in the numbers of DESIGN §5 `statutory`. Everything here assumes that
nothing further happens to the case: the caller takes what lies before now, and wakes for the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.cases.fact import Fact
from chalicelib.cases.permit import Permit
from chalicelib.clock.counting import Counting, within_reach
from chalicelib.clock.due import Due, due, warning_point
from chalicelib.clock.timeline import Course, Stretch, stretches
from chalicelib.instant import is_date, parse
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import Terms
from chalicelib.rules.finding import Finding, Level


@dataclass(frozen=True, slots=True)
class Survey:
    """What the time limits say: findings in order of time, and how the clocks stand at the end."""

    findings: tuple[Finding, ...] = ()
    promise: Due | None = None
    statutory: Due | None = None
    late_extension: Fact | None = None  # told when the promise had run out already


def survey(permit: Permit, counting: Counting, profile: Profile) -> Survey:
    """Find every crossing of *permit*'s limits, past and to come. Raises Unknown."""
    accepted, terms = permit.acceptance, permit.terms
    if accepted is None or terms is None:
        return Survey()
    start, stop = accepted.at, permit.closing.at if permit.closing else None
    findings: list[Finding] = []
    promise = list(_promise(start, terms, permit, counting))
    findings.extend(_warnings(start, promise, counting, profile))
    yellow = _over(promise[-1], "V-02", "yellow", "promise")
    if yellow is not None:
        findings.append(yellow)
    overdue = yellow is not None and (stop is None or yellow.at < stop)
    reds = [_unanswered(yellow, permit, counting, profile)] if yellow and overdue else []
    statutory = list(_statutory(start, terms, permit, counting))
    if statutory:
        reds.append(_over(statutory[-1], "V-03", "red", "statutory"))
    findings.extend(sorted((red for red in reds if red), key=lambda red: red.at)[:1])
    crossed = (finding for finding in findings if stop is None or finding.at < stop)
    return Survey(
        findings=tuple(sorted(crossed, key=lambda finding: finding.at)),
        promise=promise[-1].due,
        statutory=statutory[-1].due if statutory else None,
        late_extension=_late_extension(permit, promise[-1].due),
    )


def _promise(
    start: datetime, terms: Terms, permit: Permit, counting: Counting
) -> Iterator[Stretch]:
    if terms.promise is None:
        yield Stretch(start, None, Due(explicit_due(terms.due_at, counting)), (), ())
    else:
        yield from stretches(start, terms.promise, _course(permit), counting)


def _statutory(
    start: datetime, terms: Terms, permit: Permit, counting: Counting
) -> Iterator[Stretch]:
    if terms.statutory is not None:
        yield from stretches(start, terms.statutory, _course(permit), counting)


def _course(permit: Permit) -> Course:
    extension = permit.extension
    return Course(permit.pauses, [(extension.at, extension.limit)] if extension else [])


def _late_extension(permit: Permit, promise: Due | None) -> Fact | None:
    """The extension, if it came when the promise had run out (DOMAIN PAU-07)."""
    extension = permit.extension
    if extension is None or promise is None or extension.at < promise.at:
        return None
    return extension.told


def explicit_due(text: str, counting: Counting) -> datetime:
    """An explicit due instant as it is; an explicit date ends when its last office hour does."""
    if is_date(text):
        return counting.end_of(date.fromisoformat(text))
    return within_reach(parse(text, counting.zone))


def _warnings(
    start: datetime, promise: list[Stretch], counting: Counting, profile: Profile
) -> Iterator[Finding]:
    """V-01: one warning for each due instant the promise comes to have, as it draws near."""
    warned: set[datetime] = set()
    for stretch in promise:
        if stretch.due is None or stretch.due.at in warned:
            continue
        at = max(_warning_at(start, stretch, stretch.due, counting, profile), stretch.since)
        if stretch.reaches(at) and at <= stretch.due.at:
            warned.add(stretch.due.at)
            missing = stretch.due.missing
            yield Finding("V-01", "warning", at, stretch.due.at, "near", missing)


def _warning_at(
    start: datetime, stretch: Stretch, ends: Due, counting: Counting, profile: Profile
) -> datetime:
    near = profile.thresholds["promise"][0]
    at = warning_point(start, ends.at, near.percent or 100)
    limits = stretch.limits
    if near.left and limits and all(limit.unit == "wd" for limit in limits):
        shorter = _less(limits, near.left.amount)
        early = due(start, shorter, stretch.spans, counting) if shorter else Due(start)
        at = min(at, early.at if early else at)
    # While the clock stands still nothing draws near; once it runs again it is near at once.
    held = (span.end for span in stretch.spans if span.end is not None and span.holds(at))
    return next(held, at)


def _less(limits: Sequence[Limit], workdays: int) -> tuple[Limit, ...]:
    """*limits*, shorter by *workdays*; nothing where they are not longer than that."""
    if not limits:
        return ()
    *rest, last = limits
    if last.amount > workdays:
        return *rest, Limit(last.amount - workdays, last.unit)
    return _less(rest, workdays - last.amount)


def _over(stretch: Stretch, rule: str, level: Level, ground: str) -> Finding | None:
    ends = stretch.due
    if ends is None:
        return None
    return Finding(rule, level, ends.at, ends.at, ground, ends.missing)


def _unanswered(
    yellow: Finding, permit: Permit, counting: Counting, profile: Profile
) -> Finding | None:
    """V-03: still open, and the yellow card unanswered, when the last day for an answer ends."""
    fell_due = counting.day_of(yellow.at)
    answer = profile.thresholds["promise"][2].after_yellow
    last = counting.calendar.add_workdays(fell_due, answer.amount if answer else 0)
    at = counting.end_of(last)
    answered = permit.answers.get(yellow.key) if permit.answers else None
    if answered is not None and answered <= at:
        return None
    missing = counting.missing(fell_due, last) or yellow.missing
    return Finding("V-03", "red", at, yellow.due_at, "unanswered", missing)
