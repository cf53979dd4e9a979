"""Cards in any order of telling, acting, sweeping, failing, losing, repeating and healing.

As in `test_interleavings`, with people who do something about cards at any time, fitting or not:
some quiet minutes later every card, register and department is where its decider has it.
"""

from contextlib import suppress
from random import Random
from unittest.mock import patch

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from chalicelib.cases.case_id import kind_of
from chalicelib.errors import Rejected
from tests.integration.test_card_crashes import act
from tests.integration.test_interleavings import Chain
from tests.support.trials import times

ACTS = st.sampled_from(
    ["card.confirmed", "card.acknowledged", "card.responded", "card.appealed", "card.appealed",
     "card.responded", "card.sent_back", "appeal.decided", "card.revoked"]
)  # fmt: skip
OUTCOMES = st.sampled_from(["upheld", "sent_back", "revoked"])


class Cards(Chain):
    """A county in which people answer, and the time that they have runs out."""

    def __init__(self):
        """Begin; cards have random names, so that chance must be the same in each try."""
        super().__init__()
        self.stack.enter_context(patch("secrets.token_bytes", Random(4).randbytes))

    @initialize()
    def card(self):
        """There is a proposed card from the beginning."""
        self.report("2", "case.accepted", 30)
        self.doubt("2")
        self.county.wall.forward(minutes=1)
        self.minute()

    @rule()
    def minute(self):
        """A minute in which nothing fails."""
        self.county.tick()

    @rule(acts=st.lists(st.tuples(ACTS, st.integers(0, 9), OUTCOMES), min_size=1, max_size=4))
    def act(self, acts):
        """People do something about cards, whether or not that fits, a minute apart or at once."""
        for kind, which, outcome in acts:
            cards = self.cards()
            said = {"outcome": outcome} if kind == "appeal.decided" else {}
            with suppress(Rejected):  # the same at the same moment
                act(self.county, kind, cards[which % len(cards)], **said)
            if which % 2:
                self.county.wall.forward(minutes=1)
                self.minute()

    def cards(self):
        """Every card that has a life of its own."""
        facts = self.county.cloud.items["test-Facts"].values()
        cases = sorted({item["case"]["S"] for item in facts})
        return [case.partition("/")[2] for case in cases if kind_of(case) == "card"]

    @rule(case=st.sampled_from(["1", "2"]))
    def doubt(self, case):
        """A suspension that nobody was told of: a person has to say whether it is a card."""
        now = self._shown(0).removesuffix("+08:00")
        self.county.report("case.suspended", now, case, procedure="testing", basis=None)

    @rule(days=st.sampled_from([4, 8, 40]))
    def silence(self, days):
        """Nobody is heard of for as long as a level of the ladder lasts."""
        self.county.wall.forward(days=days)
        self.minute()


def test_no_card_is_orphaned_by_any_interleaving():
    """One life for each card, one number for each level of it, and notifications that come once."""
    run_state_machine_as_test(
        Cards,
        settings=settings(
            max_examples=times(20),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
