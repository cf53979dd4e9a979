"""The witnesses that `log.json` names are those that the log stated last."""

import hashlib
import json
from datetime import timedelta

import pytest

from infra.verify.delay import ON_TRIAL
from infra.verify.trust import read_trust
from tests.stranger.naive_log import Signatory
from tests.support.attacks import attack
from tests.support.shown_log import (
    LOG,
    NOW,
    WITNESS,
    Author,
    Objects,
    instant,
    issues_of,
    published,
    read,
    vkey,
)

SECOND = Signatory("witness.test/v", "another witness's key", WITNESS.key.kind)
BOTH, ONE, NONE = (2, WITNESS, SECOND), (1, WITNESS), (0,)
HOURS = timedelta(hours=2)  # from the first entry to NOW


def named(quorum, *by):
    """What is said of witnesses, as `log.json` and a stated document have it."""
    return {"quorum": quorum, "witnesses": [vkey(one) for one in by]}


def showing(stated, shown, since="", by=LOG) -> Objects:
    """A log that stated witnesses at some seconds from its beginning, and shows a `log.json`."""
    author, leaves, rules = Author(), [], {}
    for n, (at, witnesses) in enumerate(stated):
        body = json.dumps(named(*witnesses)).encode()
        digest = hashlib.sha256(body).hexdigest()
        rules[f"rules/{digest}"] = body
        document = {"name": "witnesses", "version": digest[:12], "sha256": digest}
        other = {"name": "calendar", "version": "x", "sha256": "0" * 64}
        documents = [other, document] if witnesses != NONE else [other]
        data = {"documents": documents, "selection": "statutory", "region": "370102"}
        leaves.append(author.says("l", at, k="rules.adopted", key=f"duban/{n}", data=data))
    leaves.append(author.says("x", int(HOURS.total_seconds())))
    about = named(*shown) | ({"witnesses_since": since} if since else {})
    return {**published(leaves, by=by), **rules, "log.json": json.dumps(about).encode()}


def found(objects, max_age=HOURS, by=LOG):
    """The findings and remarks about witnesses, of a reader who has keys of his own."""
    report = read(objects, trust=read_trust([vkey(by)], [], 0), max_age=max_age)
    assert [check for check, _ in issues_of(report) if check != "I11"] == []
    told = [each.zh for each in (*report.findings, *report.remarks) if "log.json" in each.zh]
    return len([each for each in report.findings if "log.json" in each.zh]), told


@attack("fewer witnesses in log.json than the log states", "any reader")
@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        ([(0, BOTH)], ONE),
        ([(0, BOTH)], NONE),
        ([(0, BOTH)], (1, WITNESS, SECOND)),
        ([(0, BOTH)], (2, WITNESS, Signatory("witness.test/v", "x", WITNESS.key.kind))),
        ([(0, NONE)], ONE),
        ([(0, ONE), (60, BOTH)], ONE),
        ([(0, ONE), (60, BOTH), (3600, ONE), (7000, BOTH)], NONE),
    ],
)
def test_others_than_were_stated_are_found(stated, shown):
    """More or fewer, another key or another quorum; whoever was named an hour ago or never."""
    assert found(showing(stated, shown))[0] == 1


@pytest.mark.parametrize(
    "stated", [[(0, BOTH)], [(0, NONE)], [(0, ONE), (7000, BOTH)], [(0, ONE)] * 2]
)
def test_those_that_were_stated_last_are_no_word(stated):
    """In any order."""
    last = stated[-1][1]
    assert found(showing(stated, (last[0], *last[:0:-1]))) == (0, [])


def test_a_cache_may_have_those_of_an_hour_ago():
    """Stated anew within the hour and the merge delay: a remark. Before that: a finding."""
    at = int(HOURS.total_seconds()) - 70 * 60
    count, (told,) = found(showing([(0, ONE), (at, BOTH)], ONE))
    assert count == 0
    assert told == (
        "log.json 所列见证人（1/1 witness.test/w）与日志最近声明的"
        "（2/2 witness.test/v witness.test/w）不同；刚刚变更，请稍后再核对"
    )
    assert found(showing([(0, ONE), (at - 1, BOTH)], ONE))[0] == 1
    assert found(showing([(0, ONE), (60, BOTH), (at, BOTH)], ONE))[0] == 1  # merely said again
    assert found(showing([(0, ONE), (at, BOTH), (at + 60, BOTH)], ONE))[0] == 0


@pytest.mark.parametrize(("ago", "findings"), [(0, 0), (600, 0), (601, 1), (-600, 0), (-601, 1)])
def test_what_was_changed_just_now_is_yet_to_be_stated(ago, findings):
    """Within the merge delay of when the log says that it was, by a clock that may be ahead."""
    since = instant(int(HOURS.total_seconds()) - ago)
    count, told = found(showing([(0, BOTH)], ONE, since))
    assert (count, len(told)) == (findings, 1)


def test_what_cannot_be_compared_is_not():
    """A copy has no age, a stage on trial no clock, another log no statement or no `log.json`."""
    objects = showing([(0, BOTH)], ONE)
    assert found(objects, max_age=None) == (0, [])
    assert found({**objects, "log.json": b"{}"}) == (0, [])
    assert found({name: body for name, body in objects.items() if name != "log.json"}) == (0, [])
    assert found(showing([], ONE)) == (0, [])
    trial = Signatory(ON_TRIAL, "x")
    assert found(showing([(0, BOTH)], ONE, by=trial), by=trial) == (0, [])


def test_what_nobody_can_read_is_no_crash():
    """Of a hostile log: another part of the report says that it cannot be read."""
    objects = showing([(0, BOTH)], ONE)
    name = next(name for name in objects if name.startswith("rules/"))
    assert found({**objects, name: b"{}"}) == (0, [])
    for about in (b'{"witnesses": 7, "quorum": "x"}', b'{"witnesses": [[]], "quorum": true}'):
        assert found({**objects, "log.json": about})[0] == 1


def test_an_empty_log_that_witnesses_date_is_alive():
    """Nobody else could say that it is new."""
    note = published([])["checkpoint"].decode()
    text, at = note.partition("\n\n")[0] + "\n", int(NOW.timestamp())
    objects = {**published([]), "checkpoint": (note + WITNESS.line(text, at)).encode()}
    trust = read_trust([vkey(LOG)], [vkey(WITNESS)], None)
    assert issues_of(read(objects, trust=trust, max_age=HOURS)) == []
    assert issues_of(read(objects, max_age=HOURS)) == [("I11", None)]
