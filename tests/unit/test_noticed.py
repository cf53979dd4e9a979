"""Why a card was noticed when it was: an outage of ours is ours (DESIGN §4)."""

from tests.unit.told import (
    START,
    File,
    accepted,
    opened,
    tell,
)


def noticed(case: File) -> str:
    """What the yellow card of *case* says."""
    return next(f for f in case.facts if f.text("level") == "yellow").text("noticed")


def test_on_time() -> None:
    """Within ten minutes."""
    case = opened()
    case.judge("2025-04-21T17:40")
    assert noticed(case) == "on_time"


def test_an_outage() -> None:
    """Nothing was told in between, and still nobody looked."""
    case = opened()
    case.judge("2025-04-21T17:40:00.001")
    assert noticed(case) == "outage"


def test_late_news() -> None:
    """The acceptance itself was told late."""
    case = File(accepted(START, "5wd", recorded="2025-04-23T09:00"))
    case.judge("2025-04-23T09:00")
    assert noticed(case) == "late_news"


def test_news_does_not_excuse_an_outage() -> None:
    """What was told just before the due instant is no reason to be late."""
    case = opened()
    case.hear(tell("stage.entered", "2025-04-21T17:25", stage="x"))
    case.judge("2025-04-21T17:50")
    assert noticed(case) == "outage"
