"""Each alarm on what the functions measure rings when its fault is there, and no other alarm does.

The functions really run, and the metrics are read from what they print. So a metric or a dimension
that is renamed, in the code or in infra/stack/template.yaml, is found here.
"""

import pytest

from chalicelib.errors import Corrupt
from chalicelib.lambdas import discard, reconcile, sign, sweep
from chalicelib.lambdas import publish as publishing
from chalicelib.log.signing import SignRequest
from chalicelib.log.tlog.vkey import COSIGNATURE, Vkey
from tests.support.asker import Asker
from tests.support.browsing import Visitor
from tests.support.cloud_watch import Datum, alarms, emitted, ringing
from tests.support.late_pause import late_pause
from tests.support.local_user import WRONG, sign_in
from tests.support.memory_stage import FEW, memory_world
from tests.support.published import START, grow, publish, shown
from tests.support.stack import Stack

PROD, OTHER = Stack("prod"), Stack("trial")
TRIPPED = {
    *("StuckAlarm", "CheckpointLagAlarm", "CheckpointRefusedAlarm", "QuorumAlarm"),
    *("SweepAgeAlarm", "UnexpectedErrorsAlarm", "ClaimsOverdueAlarm", "QuarantineAlarm"),
    *("UnhealedAlarm", "AccessDeniedAlarm", "SignInsRefusedAlarm"),
}
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def _stage(monkeypatch):
    monkeypatch.setenv("DUBAN_STAGE", "prod")


@pytest.fixture
def county():
    """Give an empty county."""
    with memory_world(START) as made:
        yield made


@pytest.fixture
def minutes(capsys, county):
    """Give a function that has *work* done each minute, and returns what was measured."""

    def run(work, number=3):
        capsys.readouterr()
        data: list[Datum] = []
        for minute in range(number):
            county.wall.forward(minutes=1)
            work()
            data += emitted(capsys.readouterr().out, minute * 60)
        return data

    return run


def own(stack, data, at):
    """Give the alarms of *stack* on what its functions measure that ring."""
    names = {name for name, alarm in alarms(stack).items() if alarm.metric.namespace == "Duban"}
    return ringing(stack, data, at) & names


def assert_rings(alarm, data, at=180):
    """Only *alarm* rings, and only in the stage that measured."""
    assert own(PROD, data, at) == {alarm}
    assert own(OTHER, data, at) == set()


def test_every_alarm_is_tripped_by_a_test():
    """Those on what AWS measures are in `test_alarms.py`."""
    assert own(PROD, [], 0) == set()
    named = {name for name, alarm in alarms(PROD).items() if alarm.metric.namespace == "Duban"}
    assert named == TRIPPED


def test_a_quiet_quarter_of_an_hour_rings_nothing(county, minutes):
    """Cases are accepted, warned, decided; the schedules run each minute."""

    def minute():
        county.pump.drain()
        for work in (sweep.run, reconcile.run, publishing.run, discard.run):
            work({})
        county.pump.drain()

    grow(county, 1, 2)
    county.until("2026-11-05T17:25:00", minutes=240)
    county.report("case.decided", "2026-11-05T17:20:00", "1", outcome="granted")
    publishing.run({})
    data = minutes(minute, 15)  # the second case is warned at 17:30
    assert county.cards("2") == [("warning", "2026-11-05T09:30:00.000Z")]
    assert own(PROD, data, 15 * 60) == set()
    measured = {datum.metric.name for datum in data}
    assert {"SweepAgeSeconds", "SealLagSeconds", "CheckpointLagSeconds", "CasesNudged"} <= measured


def test_what_does_not_reach_the_log_rings(county, minutes):
    """Its stream record is lost, and so are those that reconcile calls forth."""
    county.pump.lose = lambda *_: True
    county.accept(START)
    county.wall.forward(minutes=10)
    assert_rings("StuckAlarm", minutes(lambda: reconcile.run({})))


def test_what_nobody_can_read_rings(county, minutes):
    """After some tries, and until it is brought back; meanwhile it is not stuck."""

    def minute():
        reconcile.run({})
        county.pump.drain()

    county.accept(START)
    items, key = county.cloud.items["test-Inbox"], ("hall:1", "E#e1")
    items[key] = {**items[key], "event": {"S": "{}"}}
    county.pump.drain()
    data = minutes(minute, 9)
    assert own(PROD, data, at=7 * 60) == set()
    assert_rings("QuarantineAlarm", data, at=9 * 60)
    assert_rings("QuarantineAlarm", minutes(minute, 1), at=60)
    county.services.inbox.bring_back(*key)
    items[key] = {**items[key], "event": {"S": "{}"}, "tries": {"N": "0"}}
    assert own(PROD, minutes(minute, 1), at=60) == set()


def test_what_nobody_can_judge_rings(county, minutes):
    """Its wake is put off, so it is nobody's delay; the alarm stays until it is tried again."""

    def minute():
        sweep.run({})
        county.pump.drain()

    grow(county, 1)
    facts, key = county.cloud.items["test-Facts"], ("hall:1", 0)
    facts[key] = {**facts[key], "leaf": {"S": "{"}}
    county.wall.forward(days=30)
    data = minutes(minute)
    assert_rings("UnhealedAlarm", data)
    assert_rings("UnhealedAlarm", data, at=1800)


def test_what_does_not_become_public_rings(county, minutes):
    """The signer does not answer; from three minutes after the record on that is too long."""

    def silent(_said):
        raise TimeoutError

    def unsigned():
        with pytest.raises(TimeoutError):
            publishing.run({})

    vars(county.services)["signatory"] = silent
    grow(county, 1)
    county.wall.forward(minutes=3)
    assert_rings("CheckpointLagAlarm", minutes(unsigned))


def refuse_the_table(county):
    """Let publish find fewer entries in the table than are public."""
    county.cloud.items["test-Log"].pop(("HEAD", "HEAD"))
    with pytest.raises(Corrupt):
        publishing.run({})


def refuse_to_sign(county):
    """Let the signer have lost its memory, and be asked to sign a log."""
    county.cloud.items["test-Signed"].clear()
    state = shown(county)
    assert "refused" in sign.run(SignRequest(state, state.size, ()).payload())


@pytest.mark.parametrize("refuse", [refuse_the_table, refuse_to_sign])
def test_a_log_that_contradicts_itself_rings(county, minutes, refuse):
    """At once, whichever of the two functions refuses."""
    grow(county, 1, 2)
    publish(county)
    assert_rings("CheckpointRefusedAlarm", minutes(lambda: refuse(county), 1), at=60)


def test_too_few_witnesses_ring(county, minutes):
    """One is needed, and cannot be reached."""
    vkey = Vkey("witness.test", COSIGNATURE, county.services.signer.public).text
    county.services.witnesses.change(lambda old: old.with_witness(vkey, NOWHERE).with_needed(1))

    def withheld():
        grow(county, len(county.told))
        publishing.run({})

    assert_rings("QuorumAlarm", minutes(withheld))


def test_a_sweep_that_never_ends_rings(county, minutes):
    """It notes how old the oldest due case is before it breaks off."""
    grow(county, *range(3))
    county.wall.forward(days=30)

    def breaks_off():
        with county.faulty.failing(FEW, "before"), pytest.raises(Exception, match="memory"):
            sweep.run({})
        assert county.faulty.failed == "PutItem"

    data = minutes(breaks_off)
    assert len(data) == 3  # and none that would tell of an end
    assert_rings("SweepAgeAlarm", data)


def test_nudges_that_nobody_answers_ring(county, minutes):
    """The sweep runs to its end, but its cases stay due."""
    grow(county, 1)
    county.wall.forward(days=30)
    data = minutes(lambda: sweep.run({}))
    ages = [datum.value for datum in data if datum.metric.name == "SweepAgeSeconds"]
    assert ages[1::2] == [0] * 3
    assert_rings("SweepAgeAlarm", data)


def test_an_answer_500_rings(county, minutes):
    """The storage fails under a request."""
    ask = Asker(county.services)
    ask.bearer("inspector")

    def asked():
        with county.faulty.failing(1, "before"):
            assert ask("GET", "/v1/claims?state=contested").status_code == 500

    assert_rings("UnexpectedErrorsAlarm", minutes(asked, 1), at=60)


def test_late_news_that_nobody_decides_rings(capsys):
    """Five working days after it is contested; the alarm stays for a day."""
    with late_pause() as county:
        county.until("2026-11-17T10:00:00")
        capsys.readouterr()
        county.until("2026-11-17T18:00:00")
        assert [f.kind for f in county.facts("1")].count("claim.overdue") == 1
        data = emitted(capsys.readouterr().out)
    assert_rings("ClaimsOverdueAlarm", data, at=60)
    assert_rings("ClaimsOverdueAlarm", data, at=86_400)
    assert own(PROD, data, at=86_460) == set()


@pytest.mark.parametrize(("asked", "rings"), [(20, set()), (21, {"AccessDeniedAlarm"})])
def test_many_who_have_no_right_ring(county, minutes, asked, rings):
    """A clerk who opens a wrong page now and then is none; the number is a parameter."""
    ask = Asker(county.services)
    ask.bearer("operator")

    def knock():
        for _ in range(asked):
            assert ask("GET", "/v1/claims?state=contested", "operator").status_code == 403

    data = minutes(knock, 1)
    assert own(PROD, data, at=60) == own(PROD, data, at=300) == rings
    assert own(OTHER, data, at=60) == set()
    assert own(PROD, data, at=360) == set()


@pytest.mark.parametrize(("tried", "rings"), [(20, set()), (21, {"SignInsRefusedAlarm"})])
def test_many_wrong_passwords_ring(county, minutes, tried, rings):
    """Of one address already: it may be wrong more often before it has to wait."""

    def guess():
        for n in range(tried):
            assert sign_in(Visitor(), f"user{n}", WRONG).status_code == 422

    data = minutes(guess, 1)
    assert own(PROD, data, at=60) == rings
    assert own(OTHER, data, at=60) == set()
