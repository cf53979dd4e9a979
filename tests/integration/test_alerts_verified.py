"""`duban verify --alerts`: what the inspectors are told is held against the leaves (F-64)."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.feed import routes
from infra.verify.options import KEY
from tests.support.asker import Asker
from tests.support.attacks import Verdict, attack, duban_verify
from tests.support.batches import Rows
from tests.support.environment import environment
from tests.support.published import edited
from tests.support.replayed import PublicWorld
from tests.support.served_county import served_county
from tests.support.shown_county import alert_pages, alerts, log_folder, saved, shown_county

Feed = list[dict[str, Any]]


@pytest.fixture(scope="module")
def lived() -> Iterator[PublicWorld]:
    """Give a county with cards of every state."""
    with environment(), shown_county() as made:
        yield made


@pytest.fixture
def county(lived: PublicWorld) -> Iterator[PublicWorld]:
    """Give it, and take back afterwards what was done to it."""
    restore = lived.save()
    yield lived
    restore()


@pytest.fixture
def feed(county: PublicWorld) -> Feed:
    """All alerts, to be changed by a test."""
    return copy.deepcopy(alerts(county))


def verify(county: PublicWorld, folder: Path, *pages: Feed) -> Verdict:
    """Verify the log with *pages* of the feed, each in a file."""
    files = [saved(folder, f"page{n}", page) for n, page in enumerate(pages)]
    options = [option for file in files for option in ("--alerts", file)]
    return duban_verify(log_folder(county, folder / "log"), *options, key="")


def findings_of(verdict: Verdict) -> list[str]:
    """What was found about the feed; nothing else must be wrong."""
    assert all(each.startswith("alerts ") for each in verdict.findings), verdict.findings
    assert verdict.code == bool(verdict.findings)
    return verdict.findings


def card(feed: Feed) -> dict[str, Any]:
    """The first alert of a yellow card."""
    return next(event for event in feed if event["type"] == "card.issued")


def test_an_honest_feed_is_sound(county: PublicWorld, feed: Feed, tmp_path: Path) -> None:
    """In one file, or page by page; a page that was read twice says the same again."""
    kinds = {event["type"] for event in feed}
    assert kinds >= {"card.issued", "card.numbered", "card.rechecked", "claim.accepted"}
    assert any(event["data"]["department"] == "某科" for event in feed), "the log has a token"
    assert findings_of(verify(county, tmp_path, feed)) == []
    assert findings_of(verify(county, tmp_path, feed[:7], feed[:7], feed[7:], [])) == []
    utc = json.loads(json.dumps(feed).replace("T17:30:00.000+08:00", "T09:30:00.000Z"))
    assert utc != feed
    assert findings_of(verify(county, tmp_path, utc)) == [], "an instant in another zone"


@attack(
    "an alert that is never told, since its leaf in the operator's table is another", "inspector"
)
def test_an_alert_that_the_table_hides_is_found(county: PublicWorld, tmp_path: Path) -> None:
    """Now that no column can hide it, he must change the leaf itself; the public one stays."""
    hidden = card(alerts(county))["data"]["index"]

    def hide(rows: Rows) -> None:
        rows[hidden]["leaf"] = rows[hidden]["leaf"].replace("card.issued", "terms.adopted")

    edited(county, hide)
    (found,) = findings_of(verify(county, tmp_path, alerts(county)))
    assert "card.issued yellow" in found
    assert found.endswith("was never told to the inspectors")


def drop(feed: Feed) -> None:
    """Leave a card's alert out."""
    feed.remove(card(feed))


def soften(feed: Feed) -> None:
    """Tell a card as a warning."""
    card(feed)["data"]["level"] = "warning"


def retype(feed: Feed) -> None:
    """Tell it as something else."""
    card(feed)["type"] = "warning.issued"


def postpone(feed: Feed) -> None:
    """Tell it as of another day."""
    card(feed)["time"] = "2026-11-12T17:30:00.001+08:00"


def move(feed: Feed) -> None:
    """Tell it as another department's."""
    card(feed)["data"]["department"] = "Water"


def confuse(feed: Feed) -> None:
    """Tell it of another department's case."""
    other = next(each for each in feed if each["subject"] != card(feed)["subject"])
    card(feed)["subject"] = card(feed)["data"]["case"] = other["subject"]


def part(feed: Feed) -> None:
    """Say one number in its data, and another as its subject."""
    card(feed)["data"]["case"] = "hall:0"


def add(feed: Feed) -> None:
    """Say more than the leaf."""
    card(feed)["data"]["note"] = "已处理"


def reorder(feed: Feed) -> None:
    """Tell the last one first."""
    feed.insert(0, feed.pop())


def invent(feed: Feed) -> None:
    """Tell a card that is none."""
    feed.insert(0, {**card(feed), "id": f"{0:016d}"})


def repeat(feed: Feed) -> None:
    """Tell a card twice, in two ways."""
    feed.append({**card(feed), "subject": "hall:0"})


def misname(feed: Feed) -> None:
    """Give an alert an id of no entry."""
    card(feed)["id"] = "x"


TOLD_WRONG: list[tuple[Callable[[Feed], None], str]] = [
    (drop, "was never told"),
    (soften, "data.level: 'warning', not 'yellow'"),
    (retype, "type: 'warning.issued', not 'card.issued'"),
    (postpone, "time: '2026-11-12"),
    (move, "data.department: 'Water', not 'Housing'"),
    (confuse, "are not one"),
    (part, "data.case: 'hall:0', not 'hall:"),
    (add, "data.note: '已处理', not None"),
    (reorder, "are not in the order of the log"),
    (invent, "rules.adopted is no alert by its leaf"),
    (repeat, "was told in two ways"),
    (misname, "alert x is of no entry"),
]


@attack(
    "a card that inspectors are not told, or are told otherwise than the log has it", "inspector"
)
@pytest.mark.parametrize(
    ("change", "what"), TOLD_WRONG, ids=[each[0].__name__ for each in TOLD_WRONG]
)
def test_a_feed_that_was_edited_is_found(
    county: PublicWorld,
    feed: Feed,
    tmp_path: Path,
    change: Callable[[Feed], None],
    what: str,
) -> None:
    """Whatever of an alert he changes."""
    change(feed)
    assert any(what in each for each in findings_of(verify(county, tmp_path, feed)))


def test_a_feed_that_ends_before_the_log_is_found(
    county: PublicWorld, feed: Feed, tmp_path: Path
) -> None:
    """It may be an old file: the finding says what to do then."""
    found = findings_of(verify(county, tmp_path, feed[:-3]))
    assert len(found) == 3
    assert all("if these are old files, fetch the feed anew" in each for each in found)


def test_a_name_stands_for_one_token_only(county: PublicWorld, feed: Feed, tmp_path: Path) -> None:
    """A department that nothing knew is told by name; but always by the same one."""
    unknown = [event for event in feed if event["data"]["department"] == "某科"]
    assert len(unknown) > 1
    unknown[-1]["data"]["department"] = "别科"
    found = findings_of(verify(county, tmp_path, feed))
    assert any("data.department: '别科', not '~" in each for each in found)


def test_the_feed_is_read_at_its_address(
    county: PublicWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or at the site's, with an inspector's key, page after page; a wrong key is bad input."""
    monkeypatch.setattr(routes, "PAGE", 5)
    assert len(alert_pages(county)) > 4
    key, log = Asker(county.services).bearer("inspector"), log_folder(county, tmp_path / "log")
    with served_county() as url:
        place = ("--alerts", f"{url}/v1/alerts")
        assert findings_of(duban_verify(log, *place, "--key", key, key="")) == []
        at_site = duban_verify(log, "--alerts", url, "--key", key, key="")
        assert (at_site.code, findings_of(at_site)) == (0, [])
        assert duban_verify(log, *place, "--key", f"{key}x", key="").code == 2
        assert duban_verify(log, *place, key="").code == 2
        monkeypatch.setenv(KEY, key)
        assert findings_of(duban_verify(log, *place, key="")) == []


def test_what_is_beyond_the_log_that_was_read_is_not_compared(
    county: PublicWorld, tmp_path: Path
) -> None:
    """The feed is ahead of what is public by a moment."""
    log = log_folder(county, tmp_path / "log")
    county.until("2026-11-17T17:31:00", minutes=240)
    file = saved(tmp_path, "feed", alerts(county))
    verdict = duban_verify(log, "--alerts", file, key="")
    assert findings_of(verdict) == []
    assert any("beyond the log that was read" in each for each in verdict.remarks)
