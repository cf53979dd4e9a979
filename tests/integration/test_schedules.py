"""Thousands of random schedules, with the policies and limits of AWS, end as the calm run does.

`SCHEDULE=<name>` repeats the one whose name a failure gives.
"""

import os
from functools import partialmethod
from unittest.mock import patch

import pytest

from chalicelib.cases.store import Cases
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.services import current_services
from tests.support.memory_stage import memory_world
from tests.support.policy import Right, Statement
from tests.support.rights import acting_function
from tests.support.schedules import live, rerun
from tests.support.small_life import BEGIN
from tests.support.trials import at_night

PARTS = 8
EACH = 63  # schedules of a life


@pytest.fixture(autouse=True)
def _the_same_calls_each_time(monkeypatch):
    """What is remembered for some seconds is remembered for good."""
    for module in (
        "calendar.store",
        "policy.registrations",
        "policy.adoption_store",
        "policy.store",
    ):
        monkeypatch.setattr(f"chalicelib.{module}.KEEP_SECONDS", 1e9)
    monkeypatch.setattr(telemetry.logger, "disabled", True, raising=False)


def run(life, numbers):
    """Live a *life* calmly, and go through its chapters once for each of the *numbers*."""
    with memory_world(BEGIN, shards=2) as county:
        calm = list(live(county, life))
        for number in numbers:
            name = f"{life}.{number}"
            try:
                rerun(county, calm[number % len(calm)], name)
            except AssertionError as error:
                raise AssertionError(f"SCHEDULE={name}: {error}") from error


@pytest.mark.parametrize("part", range(PARTS))
def test_every_schedule_ends_as_the_calm_run_does(part):
    """Nothing is lost, double, early or stuck: 2,000 schedules, or 100,000 in a thorough run."""
    if asked := os.environ.get("SCHEDULE"):
        life, _, number = asked.rpartition(".")
        run(life, [int(number)])
        return
    for place in range(lives()):
        run(f"{part}.{place}", range(EACH))


def lives():
    """How many lives a part has: a thorough run has fifty times as many, and others."""
    return at_night(4, 200)


def settled_too_soon(cases, whole, snapshot):
    """Save a snapshot, and take the marks away before anything is sealed."""
    saved = whole(cases, snapshot)
    inbox = current_services().inbox
    for item in inbox.waiting(snapshot.case):
        inbox.settle(snapshot.case, item.id)
    return saved


def test_a_mark_that_is_settled_before_the_seal_is_noticed():
    """A fact whose record is lost then stays out of the log for good."""
    with (
        patch.object(Cases, "save", partialmethod(settled_too_soon, Cases.save)),
        pytest.raises(AssertionError, match="sealed once"),
    ):
        tried(9)


def test_a_right_that_only_an_accident_needs_is_noticed():
    """`supervise` reads an inbox item only where its own put was repeated; it once could not."""
    whole, gone = Statement.grants, Right("dynamodb:GetItem", "Inbox")

    def grants(statement, asked):
        granted = whole(statement, asked)
        return granted - {gone} if acting_function() == "supervise" else granted

    with (
        patch.object(Statement, "grants", grants),
        pytest.raises(AssertionError, match="supervise may not dynamodb:GetItem on Inbox"),
    ):
        tried(60)


def tried(lives):
    """Try some schedules, until one fails."""
    for life in range(lives):
        run(f"tried.{life}", range(EACH))
