"""Who may open a desk: sessions that began, ended, were changed, or came from elsewhere."""

from datetime import timedelta

import pytest

from tests.support.memory_stage import memory_world
from tests.support.signing_in import Browser, appointment


@pytest.fixture
def world():
    """Give a county on a Monday morning."""
    with memory_world("2026-11-02T09:00:00") as made:
        yield made


@pytest.fixture
def clerk(world):
    """Give the browser of a clerk of Housing."""
    return Browser(world.services, "clerk", appointment("clerk", "Housing"))


def test_a_desk_is_for_those_who_signed_in(clerk):
    """Nobody else sees it: he is led to the door, and back to the page that he wanted."""
    assert clerk.get("/desk").status_code == 200
    clerk.token = "x" * 43
    answer = clerk.get("/desk?state=issued")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "./signin?to=%2Fdesk%3Fstate%3Dissued"


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (30, 303)])
def test_a_session_ends_after_half_an_hour_without_a_request(world, clerk, minutes, status):
    """The wall clock counts; what a local stage's clock shows does not."""
    world.wall.forward(minutes=minutes)
    assert clerk.get("/desk").status_code == status


def test_a_session_ends_after_eight_hours_whatever_is_done(world, clerk):
    """Somebody who never pauses signs in anew once a day."""
    for _ in range(19):
        world.wall.forward(minutes=25)
        assert clerk.get("/desk").status_code == 200
    world.wall.forward(minutes=5)
    assert clerk.get("/desk").status_code == 303


def test_a_session_ends_when_the_posts_change(world, clerk):
    """Who was a clerk this morning and is an inspector now signs in anew."""
    other = Browser(world.services, "clerk", appointment("inspector"))
    assert clerk.get("/desk").status_code == 303
    assert other.get("/desk").status_code == 200


def test_a_session_ends_on_the_day_after_the_last_of_a_post(world):
    """Without any import: the post is over, and so are its rights."""
    last = (world.wall.at + timedelta(hours=8)).date()
    with_end = appointment("clerk", "Housing")
    ends = type(with_end)(with_end.post, with_end.title, "clerk", with_end.since, last, "Housing")
    world.wall.forward(hours=14, minutes=45)  # 23:45
    clerk = Browser(world.services, "clerk", ends)
    assert clerk.get("/desk").status_code == 200
    world.wall.forward(minutes=16)
    assert clerk.get("/desk").status_code == 303


def test_the_table_has_no_token(world, clerk):
    """Whoever reads it can take over no session."""
    items = world.cloud.items["test-SignIn"].values()
    assert clerk.token not in str(items)
    for item in items:
        assert item["ttl"] == {"N": "1793610000"}  # 2026-11-02T17:00+08:00: eight hours after nine
