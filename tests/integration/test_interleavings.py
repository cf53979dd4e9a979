"""Nothing is orphaned by any order of telling, sweeping, failing, losing, repeating and healing."""

from contextlib import ExitStack, suppress
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pynamodb.exceptions import PynamoDBException

from chalicelib.calendar.change import read_change
from chalicelib.instant import local
from chalicelib.lambdas.recompute import recompute
from chalicelib.lambdas.reconcile import STUCK, reconcile
from chalicelib.lambdas.sweep import sweep
from chalicelib.policy.shipped import load_profile
from tests.support.end_state import check
from tests.support.faulty import EVERY
from tests.support.memory_stage import memory_world
from tests.support.stream_pump import READERS, Record
from tests.support.trials import at_night

CASES = st.sampled_from(["1", "2"])
TABLES = st.sampled_from(sorted(READERS))
PLACES = {"item": "X-01", "department": "Housing", "region": "370102"}
EVENTS: dict[str, dict[str, Any]] = {
    "case.accepted": {**PLACES, "promise": {"amount": 2, "unit": "wd"}},
    "case.submitted": PLACES,
    "case.suspended": {"procedure": "hearing", "approved": {"amount": 1, "unit": "wd"}},
    "case.resumed": {"procedure": "hearing"},
    "case.extended": {"by": {"amount": 1, "unit": "wd"}},
    "case.decided": {"outcome": "granted"},
    "stage.entered": {"stage": "review"},
}
FAILS = st.tuples(st.integers(0, 14), st.sampled_from(EVERY))


class Chain(RuleBasedStateMachine):
    """Every rule is one thing that may happen; when all is quiet, all must be well."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.county = self.stack.enter_context(memory_world("2026-03-02T09:00:00"))
        self.delivered: list[tuple[str, Record]] = []
        self.loses_all = False
        self.notices = 0

    @initialize(loses_all=st.booleans())
    def begin(self, loses_all):
        """Accept a case; at the end the streams are either read to their end or lost."""
        self.loses_all = loses_all
        self.report("1", "case.accepted", 0)

    @rule(case=CASES, kind=st.sampled_from(sorted(EVENTS)), ago=st.sampled_from([0, 30, 3000]))
    def report(self, case, kind, ago):
        """Something is told, perhaps late."""
        self.county.report(kind, self._shown(ago).removesuffix("+08:00"), case, **EVENTS[kind])

    @rule(case=CASES, which=st.integers(1, 8), ago=st.sampled_from([None, 30, 3000]))
    def correct(self, case, which, ago):
        """What was told, or will be, was at another time, or never was."""
        right = {"withdrawn": True} if ago is None else {"time": self._shown(ago)}
        now = self._shown(0).removesuffix("+08:00")
        self.county.report("case.corrected", now, case, event=f"e{which}", **right)

    def _shown(self, ago):
        at = self.county.wall.at - timedelta(minutes=ago)
        return local(at, load_profile("statutory").zone)

    @rule(minutes=st.sampled_from([1, 4, 60, 12 * 60, 3 * 24 * 60]))
    def time_passes(self, minutes):
        """Nobody does anything."""
        self.county.wall.forward(minutes=minutes)

    @rule(table=TABLES, most=st.integers(1, 3))
    def deliver(self, table, most):
        """Lambda gets the next records of a stream."""
        for _ in range(most):
            self._deliver(table)

    @rule(table=TABLES, fails=FAILS)
    def fail(self, table, fails):
        """A function dies midway; its record stays first in line."""
        with self.county.faulty.failing(*fails), suppress(PynamoDBException):
            self._deliver(table)

    def _deliver(self, table):
        waiting = self.county.pump.waiting[table]
        if self.county.pump.fetch(table):
            READERS[table]({"Records": [waiting[0]]})
            self.delivered.append((table, waiting.popleft()))

    @rule(table=TABLES)
    def lose(self, table):
        """A record is lost for good."""
        if self.county.pump.fetch(table):
            self.county.pump.waiting[table].popleft()

    @precondition(lambda self: self.delivered)
    @rule(which=st.integers(0, 99))
    def deliver_again(self, which):
        """A record comes again, however old."""
        table, record = self.delivered[which % len(self.delivered)]
        READERS[table]({"Records": [record]})

    @rule(fails=st.none() | FAILS)
    def sweep(self, fails):
        """A minute's sweep, or a part of one."""
        self._run(lambda: sweep(self.county.services, self.county.services.now()), fails, 64)

    @rule(fails=st.none() | FAILS)
    def reconcile(self, fails):
        """A minute's reconcile, or a part of one."""
        self._run(lambda: reconcile(self.county.services, STUCK), fails, 4)

    def _run(self, work, fails, reads):
        if fails is None:
            work()
            return
        with self.county.faulty.failing(fails[0] + reads, fails[1]), suppress(PynamoDBException):
            work()

    @rule(day=st.integers(0, 9), is_off=st.booleans(), region=st.sampled_from(["", "3701", "43"]))
    def calendar(self, day, is_off, region):
        """A day becomes a holiday or a working day, for all, for where the cases are, elsewhere."""
        self.notices += 1
        said = {
            "kind": "change",
            "notice": f"notice {self.notices}",
            "issued": "2026-03-01",
            "days_off" if is_off else "workdays": [f"2026-03-{day + 2:02d}"],
        }
        change = read_change(said | ({"region": region} if region else {}), "a change")
        self.county.services.calendars.write(change)

    @rule(fails=st.none() | FAILS)
    def recompute(self, fails):
        """The job that looks for whom new rules move, or a part of it."""
        self._run(lambda: recompute(self.county.services), fails, 2)

    @rule(shows=st.booleans())
    def indexes(self, shows):
        """The indexes fall behind the tables, or catch up."""
        cloud = self.county.cloud
        cloud.lagging = None if shows else {name: {**items} for name, items in cloud.items.items()}

    @rule(seconds=st.sampled_from([-90, 0, 90]))
    def skew(self, seconds):
        """The functions that run from now on have another clock."""
        self.county.wall.skew = timedelta(seconds=seconds)

    def teardown(self):
        """Faults end. Minutes pass, and all must be well."""
        county, pump = self.county, self.county.pump
        county.cloud.lagging, county.wall.skew = None, timedelta()
        with self.stack:
            if self.loses_all:
                for table in READERS:
                    pump.fetch(table)
                    pump.waiting[table].clear()
            for _ in range(5):
                recompute(county.services)
                county.heal_once()
            check(county, county.told)


def test_nothing_is_orphaned_by_any_interleaving():
    """Whatever happened, a few quiet minutes later every case is where the pure core has it."""
    run_state_machine_as_test(
        Chain,
        settings=settings(
            max_examples=at_night(50, 1000),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_change_for_the_region_of_the_stage_moves_a_case_that_names_none() -> None:
    """Chance found it once: a suspension before any acceptance, judged by the changed calendar."""
    chain = Chain()
    chain.begin(loses_all=False)
    chain.calendar(day=0, is_off=True, region="3701")
    chain.report(ago=0, case="2", kind="case.suspended")
    chain.time_passes(minutes=4320)
    chain.teardown()
