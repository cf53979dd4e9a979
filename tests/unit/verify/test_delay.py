"""What is recorded comes into the log within ten minutes, by the log's own times (I5)."""

from datetime import datetime, timedelta

from infra.stack.deploy import STAGE_PARAMETERS
from infra.verify.delay import ON_TRIAL
from infra.verify.report import VerifyReport
from infra.verify.trust import read_trust
from tests.stranger.naive_log import Signatory
from tests.support.shown_log import BEGAN, LOG, Author, issues_of, published, read, vkey

LONG_AFTER = BEGAN + timedelta(days=2)


def shown(*recorded: int | str, by: Signatory = LOG, now: datetime = LONG_AFTER) -> VerifyReport:
    """Read a log of facts recorded at these seconds; "h3" is a heartbeat at 3."""
    author = Author()
    said = []
    for place, at in enumerate(recorded):
        if isinstance(at, str):
            more = {"k": "heartbeat", "key": f"duban/heartbeat/{place}"}
            said.append(author.says("x", int(at[1:]), **more))
        else:
            said.append(author.says("y", at))
    return read(published(said, by=by), trust=read_trust([vkey(by)], [], 0), now=now)


def log(*recorded: int | str) -> list[tuple[str, int | None]]:
    """What is found in it."""
    return issues_of(shown(*recorded))


def test_what_comes_in_time_is_sound() -> None:
    """In whatever order, as long as it is ten minutes at the most."""
    assert log("h0", 30, 10, 599, 0, "h600", 600, 3000, 2400, "h3600") == []


def test_what_comes_too_late_is_found() -> None:
    """It was held back, or says an earlier time than it was written at."""
    assert log("h0", 100, "h3600", 2999, 3000) == [("I5", 3)]
    assert log("h0", 3000, 2399, "h3600") == [("I5", 2)]


def test_what_is_ahead_of_time_is_found_and_makes_nobody_else_late() -> None:
    """The heartbeat that follows says what time it was."""
    assert log("h0", 9000, 100, "h3600", 3700) == [("I5", 1)]


def test_what_the_readers_clock_has_not_come_to_is_found() -> None:
    """In one sentence, however much it is; ten minutes more may be the fault of a clock."""
    now = BEGAN + timedelta(seconds=3600)
    assert issues_of(shown("h0", 30, 4200, "h4200", now=now)) == []
    late = shown("h0", 30, 4201, "h4202", now=now)
    assert issues_of(late) == [("I5", 2)]
    assert "2 entries are recorded later than your clock shows" in late.findings[0].en
    trial = shown("h0", 30, 4201, by=Signatory(ON_TRIAL, "x"), now=now)
    assert issues_of(trial) == []


def test_a_silence_is_told_and_no_more() -> None:
    """Who was not there for a while says nothing of it; the reader should know."""
    silent = shown("h0", "h3600", "h7801", "h11000")
    assert (issues_of(silent), [issue.check for issue in silent.remarks]) == ([], ["I11", "I11"])
    assert (
        "1 times without a heartbeat, the longest 1:10:01 from 2026-03-02T02:00:00.000Z"
        in silent.remarks[0].en
    )
    assert len(shown("h0", "h4200", "h8400").remarks) == 1


def test_on_trial_a_clock_may_be_set_and_no_log_of_another_name_says_so() -> None:
    """A local stage tells stories of other years; what it says of its times is worth nothing."""
    assert STAGE_PARAMETERS["local"]["LogOrigin"] == ON_TRIAL
    trial = shown("h90000", 90000, "h0", 10, "h3600", by=Signatory(ON_TRIAL, "x"))
    assert (issues_of(trial), trial.remarks[0].check) == ([], "I5")
    assert "2 times are out of order" in trial.remarks[0].en
