"""A stage that catches up, is fed, or whose clock was moved back, accuses nobody (F-70)."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest

from chalicelib.calendar.change import read_change
from chalicelib.instant import parse
from chalicelib.lambdas.stating import beat, state
from infra.verify.delay import ON_TRIAL
from infra.verify.report import VerifyReport
from infra.verify.supervision.replay import SupervisionReplay
from infra.verify.trust import read_trust
from tests.stranger.naive_log import Signatory
from tests.support.attacks import attack
from tests.support.claimed import local
from tests.support.environment import environment
from tests.support.replayed import Leaf, PublicWorld, chained, found, public_world, verified
from tests.support.shown_log import Objects, Shown, published, read, vkey

START = "2026-11-02T09:00:00"  # a Monday; five working days from it end on 9 November at 17:30
TRIAL = Signatory(ON_TRIAL, "a local stage's key")
CLOSED = {"kind": "change", "notice": "〔2026〕1号", "issued": "2026-11-02"}


@pytest.fixture(scope="module")
def lived() -> PublicWorld:
    """Give what a county lived that went down half an hour before two cases were due."""
    with environment(), public_world(START) as made:
        for case in ("1", "2"):
            made.accept(START, case)
        made.tick()
        made.until("2026-11-09T17:00:00", minutes=60)
    return made


@pytest.fixture
def county(lived: PublicWorld) -> Iterator[PublicWorld]:
    """Give a county that lived it, and is the test's own."""
    with public_world(START, lived=lived) as made:
        yield made


def come_back(county: PublicWorld, at: str) -> None:
    """Let the county be back *at* a local time: it tells that it is alive, and judges nobody."""
    county.wall.at = local(at)
    beat(county.services, state(county.services))
    county.pump.drain()


def said(report: VerifyReport) -> list[str]:
    """The remarks about what is not in the log at its end."""
    return [each.en for each in report.remarks if "should be there" in each.en]


def test_a_stage_that_is_back_from_an_outage_has_the_merge_delay(county: PublicWorld) -> None:
    """Read in these minutes the log lacks cards, and accuses nobody; after them it does."""
    come_back(county, "2026-11-10T08:00:00")
    county.accept("2026-11-10T08:00:00", "3")
    county.pump.drain()
    report = verified(county.leaves(), county.rules())
    assert [each.en for each in report.findings] == []
    (remark,) = said(report)
    assert "was silent until lately" in remark
    county.wall.forward(minutes=9)
    county.accept("2026-11-10T08:09:00", "4")
    county.pump.drain()
    assert found(county) == []
    county.wall.forward(minutes=2)
    county.accept("2026-11-10T08:11:00", "5")
    county.pump.drain()
    assert sum("card.issued yellow V-02" in one for one in found(county)) == 2
    county.tick()
    assert found(county) == []
    county.close()
    assert found(county) == []


def test_a_long_catching_up_is_told_by_the_steps_that_go_on(county: PublicWorld) -> None:
    """While late steps are recorded, later ones have their turn to come; when they end, none is."""
    come_back(county, "2026-11-11T08:00:00")
    county.wall.forward(minutes=12)
    wake_at = county.snapshot("1").wake_at
    assert wake_at is not None
    county.services.inbox.put_nudge("hall:1", wake_at, county.wall.at, wake_at)
    county.pump.drain()
    assert county.facts("1")[-1].text("noticed") == "outage"
    report = verified(county.leaves(), county.rules())
    assert [each.en for each in report.findings] == []
    assert len(said(report)) == 1
    come_back(county, "2026-11-11T08:30:00")
    county.accept("2026-11-11T08:30:00", "3")
    county.pump.drain()
    (finding,) = found(county)
    assert "card.issued yellow V-02" in finding


class Growing(Shown):
    """A log to which entries are added while it is read."""

    def __init__(self, now: Objects, soon: Mapping[str, bytes]) -> None:
        super().__init__(now)
        self.soon = soon

    def again(self, path: str) -> bytes | None:
        """Give the object as it is by now."""
        return self.soon.get(path)


def on_trial(county: PublicWorld, leaves: list[Leaf], more: int = 0) -> VerifyReport:
    """Verify the log of a local stage without its last *more* entries, which come in meanwhile."""
    raw = chained(leaves)
    now = published(raw[: len(raw) - more], by=TRIAL) | county.rules()
    soon = published(raw, by=TRIAL) | county.rules()
    return read(
        Growing(now, soon),
        trust=read_trust([vkey(TRIAL)], [], None),
        replay=SupervisionReplay,
        now=parse(leaves[-1]["rec"]),
    )


def test_a_local_stage_that_is_fed_is_not_accused(county: PublicWorld) -> None:
    """Its clock is driven on before the cards are judged; the log grows while it is read."""
    county.wall.at = local("2026-11-09T18:00:00")
    come_back(county, "2026-11-09T18:00:00")
    come_back(county, "2026-11-09T19:00:00")
    leaves = county.leaves()
    idle = on_trial(county, leaves)
    assert sum("card.issued yellow V-02" in each.en for each in idle.findings) == 2
    come_back(county, "2026-11-09T20:00:00")
    fed = on_trial(county, county.leaves(), more=1)
    assert [each.en for each in fed.findings] == []
    (remark,) = said(fed)
    assert "being fed" in remark


@pytest.mark.parametrize("back", [1, 24, 24 * 6], ids="{}h".format)
def test_a_local_stage_whose_clock_was_moved_back_is_not_accused(
    county: PublicWorld, back: int
) -> None:
    """And then imported a calendar: nothing can be compared by time, which is said."""
    county.until("2026-11-09T18:00:00", minutes=60)
    county.wall.at -= timedelta(hours=back)
    county.tick()
    county.services.calendars.write(read_change({**CLOSED, "days_off": ["2026-11-05"]}, "f"))
    county.tick()
    county.until("2026-11-12T18:00:00", minutes=60)
    county.close()
    report = on_trial(county, county.leaves())
    assert [each.en for each in report.findings] == []
    assert any(
        "whose clock was set back" in each.en or "may be set" in each.en for each in report.remarks
    )


@attack("a real log whose times run back, as a local stage's may", "any reader")
def test_a_clock_that_is_moved_back_excuses_no_other_log(county: PublicWorld) -> None:
    """Only a local stage's name, which is no address, is taken for one."""
    county.until("2026-11-09T18:00:00", minutes=60)
    county.wall.at -= timedelta(hours=6)
    county.accept("2026-11-09T12:00:00", "3")
    county.tick()
    county.close()
    report = verified(county.leaves(), county.rules())
    assert {"I5"} <= {each.check for each in report.findings}
