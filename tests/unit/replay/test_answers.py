"""What the cards of a log lead to: if nobody ever answers one, and if each is answered at once."""

import json
from pathlib import Path

import pytest

from infra.cli.main import main
from tests.unit.policy_file import REPEATING, climbing_by

MAP = """format = "csv"
timezone = "Asia/Shanghai"
[case]
id = "nr"
accepted = { attribute = "start" }
completed = { attribute = "end" }
department = { attribute = "dept" }
item = { attribute = "item" }
limit = [{ amount = 5, unit = "wd" }]
"""
HEAD = "nr,start,end,dept,item\n"
# Five working days from Friday 1 March end on Friday the 8th at 17:30; nobody decides these two.
TWO = "A,2024-03-01 09:00,,Works,X-1\nB,2024-03-01 09:00,,Works,X-1\n"


@pytest.fixture
def replay(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Give a function that replays rows up to a day, with answers."""

    def run(rows: str, until: str, *answers: str, profile: str = REPEATING):
        (tmp_path / "log.csv").write_text(HEAD + rows, encoding="utf-8")
        (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
        (tmp_path / "repeating.toml").write_text(profile, encoding="utf-8")
        files = [str(tmp_path / "log.csv"), "--map", str(tmp_path / "map.toml")]
        files += ["--profile", str(tmp_path / "repeating.toml")]
        assert main(["replay", *files, "--until", until, "--json", *answers]) == 0
        return json.loads(capsys.readouterr().out)

    return run


LEVELS = ("red", "supervision", "referral")


def counts(*numbers: int) -> dict[str, int]:
    """Return *numbers* by level; none where none are given."""
    return dict(zip(LEVELS, numbers or (0, 0, 0), strict=True))


@pytest.mark.parametrize(
    ("until", "climbed", "repeated"),
    [
        # Two yellow cards of one item in a year lead to a red one (L-02), at once.
        ("2024-03-08T17:30:00", (0, 0, 0), {}),
        ("2024-03-08T17:30:01", (0, 0, 0), {"L-02": 1}),
        # Three working days to answer end on the 13th, five to appeal on the 15th. The red of L-02
        # has five working days for both.
        ("2024-03-15T17:30:00", (0, 0, 0), {"L-02": 1}),
        ("2024-03-15T17:30:01", (2, 1, 0), {"L-02": 1}),
        # Five working days later both reds: that silence made them is counted for no other card.
        ("2024-03-22T17:30:01", (2, 3, 0), {"L-02": 1}),
        # Thirty days later a person decides what becomes of them; nothing climbs by itself.
        ("2024-04-22T17:30:01", (2, 3, 0), {"L-02": 1}),
    ],
)
def test_without_answers_cards_climb_and_repeat(replay, until, climbed, repeated) -> None:
    """Each level at its time, as on a live stage whose ladder rests on law."""
    report = replay(TWO, until, "--answers", "never", profile=climbing_by(REPEATING))
    assert report["answers"] == "never"
    assert report["ladder"]["climbed"] == counts(*climbed)
    assert report["ladder"]["proposed"] == counts()
    assert report["ladder"]["repeated"] == repeated
    if repeated:
        assert report["ladder"]["by_department"] == {
            "Works": {"climbed": counts(*climbed), "proposed": counts(), "repeated": repeated}
        }


@pytest.mark.parametrize(
    ("until", "proposed"),
    [("2024-03-15T17:30:00", (0, 0, 0)), ("2024-06-01", (2, 1, 0))],
)
def test_where_the_ladder_rests_on_no_law_a_person_is_asked(replay, until, proposed) -> None:
    """Nobody confirms in a replay: every card stays at its level."""
    ladder = replay(TWO, until, "--answers", "never")["ladder"]
    assert ladder["climbed"] == counts()
    assert ladder["proposed"] == counts(*proposed)


def test_with_answers_nothing_climbs(replay) -> None:
    """Repeated cards are repeated all the same."""
    report = replay(TWO, "2024-06-01", "--answers", "always")
    assert report["cards"] == {"warning": 2, "yellow": 2, "red": 0}
    assert report["ladder"]["climbed"] == report["ladder"]["proposed"] == counts()
    assert report["ladder"]["repeated"] == {"L-02": 1}


def test_the_counts_of_the_cases_are_those_without_the_ladder(replay) -> None:
    """Nobody answers in a replay; what the cards lead to stands beside that."""
    plain = replay(TWO, "2024-06-01")
    never = replay(TWO, "2024-06-01", "--answers", "never")
    assert plain["cards"] == {"warning": 2, "yellow": 2, "red": 0}
    assert {name: never[name] for name in plain} == plain
    assert "ladder" not in plain


def test_items_and_departments_are_counted_apart(replay) -> None:
    """Two yellow cards of two items, and of two departments, repeat nothing."""
    rows = TWO.replace("B,2024-03-01 09:00,,Works,X-1", "B,2024-03-01 09:00,,Works,X-2")
    report = replay(rows, "2024-03-09", "--answers", "never")
    assert report["ladder"]["repeated"] == {}
    rows = TWO.replace("B,2024-03-01 09:00,,Works", "B,2024-03-01 09:00,,Parks")
    report = replay(rows, "2024-03-09", "--answers", "never")
    assert report["ladder"]["repeated"] == {}


@pytest.mark.parametrize(("share", "repeated"), [(500, 1), (501, 0)])
def test_a_share_counts_all_cases_of_the_log_that_fell_due(
    replay, share: int, repeated: int
) -> None:
    """Two of four in the first quarter; a case of another department is none of them."""
    row = f'count = 2\nshare = {share}\nper = "item"\nwithin = "quarter"'
    shared = REPEATING.replace('count = 2\nper = "item"\nwithin = "year"', row)
    done = "".join(
        f"{case},2024-03-01 09:00,2024-03-01 10:00,{dept},X-1\n"
        for case, dept in [("C", "Works"), ("D", "Works"), ("E", "Water")]
    )
    before, after = (
        replay(TWO + done, until, "--answers", "never", profile=shared)
        for until in ("2024-04-15T23:00:00", "2024-04-16T01:00:00")
    )
    found = [result["ladder"]["repeated"].get("L-02", 0) for result in (before, after)]
    assert found == [0, repeated]
