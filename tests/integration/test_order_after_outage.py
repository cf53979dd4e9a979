"""After an outage the alerts of all cases come in the order of their legal instants (F-108).

The displacement of an alert is how far its place in the feed is from its place by legal instant, as
a part of all alerts that fell into the outage. The largest counts, not the mean. Alerts of the same
instant may come in any order. What the service does itself once it is back, such as numbering a
card, has the instant at which it did so, and is not among them.
"""

from datetime import timedelta

import pytest

from chalicelib.feed.entry import LogEntry
from chalicelib.instant import parse
from chalicelib.lambdas.reconcile import STUCK, reconcile
from chalicelib.lambdas.sweep import sweep
from tests.support.log_audit import audit
from tests.support.memory_stage import memory_world
from tests.support.published import rows
from tests.support.stream_pump import READERS

START = "2026-11-02T09:00:00"
CASES = 40  # more than have their turn at once
LONGEST = {33: 40, 7 * 24: 150, 30 * 24: 600}  # hours of the outage, and of the longest promise


def open_cases(county, longest):
    """Accept cases with promises of hours, so that hardly two fall due at one instant."""
    for number in range(CASES):
        at = f"2026-11-02T{9 + number // 12:02}:{5 * (number % 12):02}:00"
        county.wall.at = parse(at + "+08:00")
        county.accept(at, str(number), promise=f"{6 + number * 37 % longest}h")
    county.until("2026-11-02T13:00:00")
    county.tick()


def tell_meanwhile(county, hours):
    """Tell news of some cases while nothing but the door works; pauses among them."""
    out = county.wall.at
    for number in range(0, CASES, 4):
        county.wall.at = out + timedelta(hours=hours * number / CASES)
        at = (county.wall.at + timedelta(hours=8)).replace(tzinfo=None).isoformat()
        if number % 8:
            county.report("stage.entered", at, str(number), stage="review")
        else:
            county.report("case.suspended", at, str(number), procedure="hearing")
        yield
    county.wall.at = out + timedelta(hours=hours)


def come_back(county, *, loses):
    """Let minutes pass until all is caught up. Say how many that took."""
    for table in READERS if loses else ():
        county.pump.fetch(table)
        county.pump.waiting[table].clear()
    for minute in range(1, 20):
        county.wall.forward(minutes=1)
        reconcile(county.services, STUCK)
        sweep(county.services, county.services.now())
        county.pump.drain()
        if county.services.inbox.oldest_pending() is None:
            return minute
    raise AssertionError("it does not catch up")


def displacement(instants):
    """The largest distance between the place of an alert and that by its instant, of all."""
    by_instant = sorted(range(len(instants)), key=lambda place: (instants[place], place))
    return max(abs(rank - place) for rank, place in enumerate(by_instant)) / len(instants)


def found(county):
    """What is on record of each permit, but when and why then it was recorded, and random ids."""
    return {
        case: sorted(
            (f.kind, "" if f.told else f.key.partition("/e_")[0], f.at, f.text("level"))
            for f in county.facts(case)
        )
        for case in county.told
    }


@pytest.mark.parametrize(
    ("hours", "loses"), [(33, False), (33, True), (7 * 24, True), (30 * 24, False)]
)
def test_alerts_come_in_the_order_of_their_instants(hours, loses):
    """Whatever the streams still have; and the log is sound."""
    with memory_world(START) as county:
        open_cases(county, LONGEST[hours])
        before = len(rows(county))
        for _ in tell_meanwhile(county, hours):
            pass
        back = county.wall.at
        assert come_back(county, loses=loses) <= 5
        entries = [LogEntry.read_row(row) for row in rows(county)[before:]]
        instants = [parse(entry.at) for entry in entries if entry.alert is not None]
        late = [at for at in instants if at < back]
        assert len(late) > CASES
        assert displacement(late) <= 0.01
        log, facts = (county.cloud.items[f"test-{name}"].values() for name in ("Log", "Facts"))
        assert len(audit(log, facts)) == len(facts)


def test_what_is_found_is_what_a_calm_stage_finds():
    """The same facts of the same instants; a pause that was told meanwhile counts as received."""
    ends = []
    for is_calm in (True, False):
        with memory_world(START) as county:
            open_cases(county, LONGEST[33])
            for _ in tell_meanwhile(county, 33):
                if is_calm:
                    county.tick()
            come_back(county, loses=not is_calm)
            ends.append(found(county))
    assert ends[0] == ends[1]
