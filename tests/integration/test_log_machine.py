"""The public log keeps its promises after every single thing that may happen to who writes it.

I1-I4 and I6-I9 of AUDIT_LOG §7 hold after each rule, as a stranger sees it who was there all the
time; I5 when faults have stopped.

That these tests, test_log_races, test_log_crashes and test_log_lies can fail was tried by hand, as
in AUDIT_LOG §7.3. Each line is a change to the service, and what found it:

    HEAD and BATCH without condition        I3, two sealers
    HEAD read after cursors, those without  I3, two sealers
    checkpoint before tiles                 a tile is missing, crashes
    no partial tiles of hashes              a tile does not fit, races
    checkpoints/<size> after checkpoint     there is none, crashes
    no vkeys/<id>                           there is no key, races
    checkpoint put without condition        I8, two publishers
    equal bytes there are no success        an error, two publishers
    signer judges nothing, or no proof      a table that was set back is signed, lies
    signer remembers nothing                a late publisher is not told so, races
    SIGNED written without condition        I6, a late publisher
    who is late is refused, not told so     an error, a late publisher
    objects not looked at before signing    test_publish, a damaged edge

Not found, as each is redundant while the others hold: HEAD alone or BATCH alone or the cursors
alone without condition (the other two refuse), tiles written over (they are the same bytes), tiles
written after the signature (the same is signed again).
"""

from contextlib import ExitStack, suppress

from botocore.exceptions import BotoCoreError, ClientError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pynamodb.exceptions import PynamoDBException

from chalicelib.lambdas import seal
from chalicelib.lambdas.publish import publish
from chalicelib.lambdas.reconcile import STUCK, reconcile
from tests.support.faulty import EVERY
from tests.support.memory_stage import memory_world
from tests.support.stream_pump import Record
from tests.support.trials import times
from tests.support.watcher import Watcher

START = "2026-03-02T09:00:00"
CASES = st.sampled_from("123")
FAILS = st.none() | st.tuples(st.integers(0, 25), st.sampled_from(EVERY))
PLACES = st.integers(0, 99)


class PublicLog(RuleBasedStateMachine):
    """Facts come; sealers, publishers and the signer run, die, run twice, late or never."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.county = self.stack.enter_context(memory_world(START))
        self.watcher = Watcher(self.county)
        self.delivered: list[Record] = []

    @initialize(is_public=st.booleans())
    def begin(self, is_public):
        """A case is accepted; perhaps the log was public before it had an entry."""
        if is_public:
            publish(self.county.services)
        self.write_fact("1", 1)

    @rule(case=CASES, count=st.integers(1, 3))
    def write_fact(self, case, count):
        """Facts are written."""
        if case not in self.county.told:
            self.county.accept(START, case)
            self.county.told.add(case)
        for _ in range(count):
            self.county.report("stage.entered", START, case, stage="review")
        self.county.pump.carry("Inbox")

    @rule(place=PLACES, fails=FAILS, is_dropped=st.booleans())
    def deliver(self, place, fails, is_dropped):
        """Any of the records that wait is delivered, or lost for good."""
        waiting = self.county.pump.waiting["Facts"]
        if count := self.county.pump.fetch("Facts"):
            record = waiting[place % count]
            del waiting[place % count]
            if not is_dropped:
                self.delivered.append(record)
                self._try(lambda: seal.run({"Records": [record]}), fails)

    @precondition(lambda self: self.delivered)
    @rule(place=PLACES)
    def deliver_again(self, place):
        """A record comes again, however old."""
        seal.run({"Records": [self.delivered[place % len(self.delivered)]]})

    @rule(fails=FAILS)
    def publish(self, fails):
        """A publisher runs, or a part of one, and of the signer that it calls."""
        self._try(lambda: publish(self.county.services), fails)

    @rule(fails=FAILS)
    def sweep(self, fails):
        """A minute passes, and reconcile runs, or a part of it."""
        self.county.wall.forward(minutes=2)
        self._try(lambda: reconcile(self.county.services, STUCK), fails)

    @rule(order=st.lists(st.integers(0, 3), max_size=80))
    def all_at_once(self, order):
        """Two sealers and two publishers take turns."""
        named = [f"hall:{case}" for case in sorted(self.county.told)]
        works = [
            lambda: seal.seal(self.county.services, named),
            lambda: publish(self.county.services),
            lambda: publish(self.county.services),
            lambda: seal.seal(self.county.services, reversed(named)),
        ]
        for runner in self.county.turns.run(works, order):
            assert runner.error is None

    def _try(self, work, fails):
        if fails is None:
            work()
            return
        with (
            self.county.faulty.failing(*fails),
            suppress(PynamoDBException, BotoCoreError, ClientError),
        ):
            work()

    @invariant()
    def is_true(self):
        """Look at everything that is public, and at the tables behind it."""
        self.watcher.look()

    def teardown(self):
        """Faults end; a minute later all is public."""
        with self.stack:
            self.county.heal_once()
            publish(self.county.services)
            self.watcher.look(is_quiet=True)
            assert self.watcher.size == len(self.county.cloud.items["test-Facts"])


def test_the_log_keeps_its_promises_whatever_happens():
    """In any order of anything."""
    run_state_machine_as_test(
        PublicLog,
        settings=settings(
            max_examples=times(15),
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
