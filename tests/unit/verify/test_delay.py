"""What is recorded comes into the log within ten minutes, by the log's own times (I5)."""

from tests.support.shown_log import Author, found, instant, published, read


def log(*recorded: int | str) -> list[tuple[str, int | None]]:
    """What is found in a log of facts recorded at these seconds; "h3" is a heartbeat at 3."""
    author = Author()
    said = [
        author.says("x", int(str(at).lstrip("h")), k="heartbeat", key="duban/beat")
        if isinstance(at, str)
        else author.says("y", at)
        for at in recorded
    ]
    for place, one in enumerate(said):
        if one["k"] == "heartbeat":
            one["key"] += f"/{place}"
    fixed = Author()
    return found(
        read(
            published(
                [
                    fixed.says(
                        one["case"][2], 0, **{name: one[name] for name in ("k", "key", "rec")}
                    )
                    for one in said
                ]
            )
        )
    )


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
    assert instant(0) == "2026-03-02T01:00:00.000Z"
