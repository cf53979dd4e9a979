"""Cases are judged a day at a time where the hour makes no difference, else one by one."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.calendar.shipped import load_calendar
from chalicelib.policy.limit import Limit
from chalicelib.policy.shipped import load_profile
from infra.replay.case_reading import Reading
from infra.replay.moment import instant_of, moment_of
from infra.replay.rules import ReplayRules
from infra.replay.supervise import Supervision
from infra.replay.telling import reported_events, reported_facts

COUNTING = {"zone": "Europe/Amsterdam"}
RULES = ReplayRules(
    load_profile("statutory").counted_as(COUNTING), load_calendar("CN"), map_counting=COUNTING
)
CUT_OFF = datetime(2024, 12, 31, tzinfo=UTC)
SUPERVISION = Supervision(RULES, CUT_OFF)  # kept from case to case, as in a replay

FIRST = datetime(2024, 3, 25, tzinfo=UTC)
INSTANTS = st.integers(0, 50 * 86_400).map(lambda seconds: FIRST + timedelta(seconds=seconds))
LIMITS = st.builds(Limit, st.integers(1, 12), st.sampled_from(["wd", "d", "h", "wh"]))


def reading_of(accepted: datetime, lasted: timedelta | None, **terms) -> Reading:
    """A plain case."""
    return Reading(
        id="A",
        department="",
        accepted=moment_of(accepted),
        completed=None if lasted is None else moment_of(accepted + lasted),
        due=terms.get("due"),
        limit=terms.get("limit"),
        pauses=(),
        extension=None,
        events=0,
        events_before_start=0,
        events_after_end=0,
        ended_before_start=False,
    )


LASTED = st.none() | st.integers(0, 20 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@given(accepted=INSTANTS, lasted=LASTED, limit=LIMITS)
def test_judging_by_the_day_changes_nothing(accepted, lasted, limit) -> None:
    """What a case alone gives, told with its end, is what it gives among all others of its day."""
    reading = reading_of(accepted, lasted, limit=limit)
    alone = Supervision(RULES, CUT_OFF)
    facts = alone._simulation.run(
        reported_facts(reported_events(reading, alone._counting), "A", RULES), CUT_OFF
    )
    levels = [fact.text("level") for fact in facts if fact.kind.endswith(".issued")]
    assert list(SUPERVISION.of(reading).issued) == levels
    assert [level for level, _ in SUPERVISION.issued(reading)] == levels
    assert SUPERVISION.of(reading).due_at == alone._decide_case(reading)[0]


@given(accepted=INSTANTS, lasted=LASTED, days=st.integers(-1, 15))
def test_a_case_like_one_that_lasted_longer_is_not_simulated_again(accepted, lasted, days) -> None:
    """An explicit due instant: what is issued is what lies before the end."""
    due = moment_of(accepted + timedelta(days=days))
    reading = reading_of(accepted, lasted, due=due)
    alone = Supervision(RULES, CUT_OFF)
    facts = alone._simulation.run(
        reported_facts(reported_events(reading, alone._counting), "A", RULES), CUT_OFF
    )
    issued = [(f.text("level"), f.at) for f in facts if f.kind.endswith(".issued")]
    SUPERVISION.issued(reading_of(accepted, None, due=due))
    assert SUPERVISION.issued(reading) == issued
    assert SUPERVISION.of(reading).due_at == instant_of(due)
