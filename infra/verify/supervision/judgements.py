"""Every judgement on record follows: from the facts before it, under rules that were in force.

`decide` takes only facts, rules and an instant, and all of them are public. So each judgement is
derived again and compared field by field. A fact that was made up, backdated, or judged by rules
that were never stated does not come out again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from chalicelib.cached import cached_property
from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.findings.issuing import is_confirmed
from chalicelib.instant import text
from chalicelib.intake.event_types import RECHECK_TYPES, Reported
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.permit.decide import Evaluation, evaluate
from chalicelib.supervision.deciders import decider_of
from chalicelib.supervision.rederivation import (
    Derive,
    compare_facts,
    compared_fields,
    is_judged,
    rederived,
)
from infra.verify.issue import Issue
from infra.verify.supervision.cases import LoggedCase
from infra.verify.supervision.rules import Rulebook, Statement, is_named, versions_of


class ReplayedCase:
    """A case replayed: the decisions on its first facts under some rules at an instant."""

    def __init__(
        self, case: LoggedCase, book: Rulebook, time_of: Callable[[int], datetime]
    ) -> None:
        """*time_of* a leaf is the latest instant recorded in the log up to that leaf."""
        self.case = case
        self.book = book
        self._time_of = time_of
        self._decider = decider_of(case.name)
        self._decisions: dict[tuple[int, tuple[str, str, str], datetime], Decision] = {}
        self._evaluations: dict[tuple[int, tuple[str, str, str]], Evaluation] = {}
        self._before = case.history
        self._quiet: dict[tuple[int, tuple[str, str, str]], tuple[datetime, datetime | None]] = {}
        self._region = _only_region(case.history) if case.kind == "permit" else None

    def region(self, count: int) -> str:
        """Return the region to which the case belongs by its first *count* facts."""
        if self._region is not None:
            return self._region
        return self._decider.region(self.history(count))

    def history(self, count: int) -> CaseHistory:
        """Return the history of the first *count* facts; the last one asked for is kept."""
        if count >= len(self.case.facts):
            return self.case.history
        if len(self._before) != count:
            self._before = self.case.history.until(count)
        return self._before

    def written_by(self, n: int) -> datetime:
        """Return by when fact *n* was written at the latest: facts that it led to follow it."""
        last, at = n, self.case.at
        while last + 1 < len(at) and at[last + 1] == at[last] + 1:
            last += 1
        return self._time_of(at[last])

    def rules(self, n: int) -> Sequence[Rules]:
        """Return the rules that fact *n* may have been derived under, the latest first."""
        return self.rules_at(self.case.facts[n].recorded_at, self.case.at[n], n)

    def rules_at(self, at: datetime, index: int, count: int) -> Sequence[Rules]:
        """Return the rules that may judge the first *count* facts *at* an instant."""
        return self._distinct(self.book.around(at, index), self.region(count))

    def settled(self, then: datetime, count: int) -> Sequence[Rules]:
        """Return the rules that may have judged the first *count* facts by *then*, latest first."""
        return self._distinct(self.book.settled(then)[::-1], self.region(count))

    @cached_property
    def changes(self) -> list[Statement]:
        """The statements of other rules for the case since it began."""
        facts = self.case.facts
        stated = self.book.changes(self.region(len(facts)), facts[0].source)
        return [statement for statement in stated if statement.since > facts[0].recorded_at]

    @cached_property
    def derived(self) -> Mapping[str, Fact]:
        """What was derived in the case and is on record, by key."""
        return {fact.key: fact for fact in self.case.facts if not fact.told}

    def rules_before(self, n: int) -> Sequence[Rules]:
        """Return all rules that had been in force when fact *n* was recorded, the latest first."""
        until = self.case.facts[n].recorded_at + MERGE_DELAY
        stated = [statement for statement in self.book.statements if statement.since <= until]
        return self._distinct(stated, self.region(n))

    def ever(self) -> Sequence[Rules]:
        """Return all rules that ever were in force in the region of the case."""
        return self._distinct(self.book.statements, self.region(len(self.case.facts)))

    def _distinct(self, stated: Sequence[Statement], region: str) -> Sequence[Rules]:
        return self.book.distinct(tuple(stated), region)

    def decide(self, count: int, rules: Rules, now: datetime) -> Decision:
        """Return the decision on the first *count* facts."""
        key = (count, versions_of(rules), now)
        if key not in self._decisions:
            decision = self._decider.decide(self.history(count), rules, now)
            self._decisions = {key: decision}  # only the last one is asked for again
        return self._decisions[key]

    def judge_by(self, rules: Rules) -> Derive:
        """Return the way to derive facts of the case by *rules*."""
        return lambda before, now: self.decide(len(before), rules, now).append

    def evaluation(self, count: int, rules: Rules) -> Evaluation:
        """Return how the first *count* facts of a permit stand; the last one asked for is kept."""
        key = count, versions_of(rules)
        if key not in self._evaluations:
            self._evaluations = {key: evaluate(self.history(count), rules)}
        return self._evaluations[key]

    def follows(self, count: int, rules: Rules, now: datetime) -> Sequence[Fact]:
        """Return the facts that follow *now* from the first *count*, and are not among them.

        Until a decision's own time to look again, nothing follows from the same facts.
        """
        key = count, versions_of(rules)
        since, wake_at = self._quiet.get(key, (now, now))
        if since <= now and (wake_at is None or now < wake_at):
            return ()
        decision = self.decide(count, rules, now)
        if not decision.append:
            self._quiet[key] = now, decision.wake_at
        return decision.append


def check_judgements(replayed: ReplayedCase) -> Iterator[Issue]:
    """Yield an issue for each fact on record by a judgement that is not derived again."""
    case = replayed.case
    for fact in filter(is_judged, case.facts):
        allowed = replayed.rules(fact.n)
        ways = [replayed.judge_by(rules) for rules in allowed if _is_by(fact, rules)]
        if not ways:
            mine = f"{fact.text('policy')} {fact.text('calendar')}"
            there = [f"{rules.policy} {rules.calendar.version}" for rules in allowed] or ["none"]
            en = f"names rules that were not stated to be in force then: {mine} (stated: "
            en = f"{en}{'; '.join(there)})"
            yield case.issue_with(fact, f"所依据的规则在当时没有声明生效：{mine}", en)
            continue
        name = describe_fact(fact)
        again = rederived(case.history, fact.n, *ways, fields=_all_fields)
        if again.derived is None:
            yield does_not_follow(case, fact, name)
        elif not again.is_same:
            fields = ", ".join(
                f"{each.field}: {each.recorded!r}, not {each.derived!r}"
                for each in sorted(again.differences, key=attrgetter("field"))
            )
            en = f"{name} says otherwise than it is derived again ({fields})"
            yield case.issue(fact.n, f"{name} 与重新推导的结果不一致（{fields}）", en)


def _is_by(fact: Fact, rules: Rules) -> bool:
    """Return whether *fact* may have been derived under *rules*; not every fact names any."""
    # A re-check names the rules of its card; a confirmed card names those of its proposal.
    if fact.kind in RECHECK_TYPES or is_confirmed(fact):
        return True
    names_none = not (fact.text("policy") or fact.text("calendar"))
    return names_none or is_named(fact, rules)


def is_derived(fact: Fact, candidates: Iterable[Fact]) -> bool:
    """Return whether *fact* is one of *candidates* in every field."""
    return any(
        again.key == fact.key and not compare_facts(fact, again, _all_fields)
        for again in candidates
    )


def _all_fields(fact: Fact) -> dict[str, object]:
    noticing = {name: fact.data[name] for name in ("noticed_at", "noticed") if name in fact.data}
    return {**compared_fields(fact), **noticing, "rec": text(fact.recorded_at)}


def _only_region(case: CaseHistory) -> str | None:
    """Return the region of a permit that only ever named one; None where that may change."""
    named = {fact.text("region") for fact in case.facts if fact.told and "item" in fact.data}
    is_late = not case.facts[0].text("item")
    if len(named) != 1 or is_late or Reported.CASE_CORRECTED in case.types:
        return None
    return named.pop()


def describe_fact(fact: Fact) -> str:
    """Return *fact* in short: its kind, and its level and rule if it has any."""
    return " ".join(filter(None, (fact.kind, fact.text("level"), fact.text("rule"))))


def does_not_follow(case: LoggedCase, fact: Fact, name: str) -> Issue:
    """Return the issue that *fact* of *case*, called *name*, is not derived again."""
    en = f"{name} does not follow from the facts before it"
    return case.issue(fact.n, f"{name} 无法由此前的事实推导出来", en)
