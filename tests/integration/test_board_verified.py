"""`duban verify --board`: the public board is held against the leaves, by anybody (F-64)."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from chalicelib.board import routes
from chalicelib.lambdas import project, publish
from infra.verify.run import VerifyingReader, verify_log
from infra.verify.shown.board import check_board
from infra.verify.shown.pages import read_board
from infra.verify.source import FolderSource
from infra.verify.trust import read_trust
from tests.support.attacks import Verdict, attack, duban_verify
from tests.support.batches import is_batch, rows_of, with_rows
from tests.support.environment import environment
from tests.support.replayed import PublicWorld
from tests.support.served_county import served_county
from tests.support.shown_county import (
    card_of,
    cards_page,
    departments_page,
    log_folder,
    saved,
    shown_county,
)

Items = dict[tuple[str, str], Mapping[str, Any]]


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


def verify(county: PublicWorld, folder: Path) -> Verdict:
    """Verify the log with all that the board shows."""
    folder.mkdir(exist_ok=True)
    cards = saved(folder, "cards.json", cards_page(county))
    counts = saved(folder, "departments.json", departments_page(county))
    log = log_folder(county, folder / "log")
    return duban_verify(log, "--board", cards, "--board", counts, key="")


def board(county: PublicWorld) -> Items:
    """The items of the board's table."""
    return county.cloud.items["test-Board"]


def written_over(county: PublicWorld, part: str, card: str, **fields: Any) -> None:
    """Write *fields* over the *body* or the *mark* of a card in the list."""
    for key, item in board(county).items():
        if key[0] == "CARD" and item["name"]["S"] == card:
            content = json.loads(item[part]["S"]) | fields
            board(county)[key] = {**item, part: {"S": json.dumps(content)}}


def findings_of(verdict: Verdict) -> list[str]:
    """What was found about the board; nothing else must be wrong."""
    assert all(each.startswith("board ") for each in verdict.findings), verdict.findings
    assert verdict.code == bool(verdict.findings)
    return verdict.findings


def test_an_honest_board_is_sound(county: PublicWorld, tmp_path: Path) -> None:
    """Cards that stand, revoked, lost, sent back, numbered; a name that the log has as a token."""
    assert findings_of(verify(county, tmp_path)) == []
    assert {row["state"] for row in cards_page(county)["cards"]} >= {"revoked", "lost", "sent_back"}
    (token,) = {leaf["data"]["department"] for leaf in county.leaves() if "~" in str(leaf["data"])}
    assert token.startswith("~")


def delete(county: PublicWorld) -> None:
    """Delete a card from the list, as F-64 did."""
    card = card_of(county, "1")
    for key in [key for key in board(county) if key[0] == "CARD"]:
        if board(county)[key]["name"]["S"] == card:
            del board(county)[key]


def soften(county: PublicWorld) -> None:
    """Show a yellow card as a warning."""
    written_over(county, "body", card_of(county, "1"), level="warning")


def rename(county: PublicWorld) -> None:
    """Show it under another department."""
    written_over(county, "body", card_of(county, "1"), department="Water")


def shift(county: PublicWorld) -> None:
    """Show it as of another day."""
    written_over(county, "body", card_of(county, "1"), at="2026-11-12T09:30:00.001Z")


def revoke(county: PublicWorld) -> None:
    """Show a card that stands as revoked."""
    written_over(county, "mark", card_of(county, "4"), reached="revoked")


def misplace(county: PublicWorld) -> None:
    """Show it as another entry of the log, so that its proof fails."""
    written_over(county, "body", card_of(county, "1"), index=3)


def unnumber(county: PublicWorld) -> None:
    """Show it under another number."""
    number = {"number": 9, "year": 2026, "written": "×政监黄〔2026〕9号"}
    written_over(county, "mark", card_of(county, "1"), numbers={"yellow": number})


def invent(county: PublicWorld) -> None:
    """Show a card that no entry issues."""
    key, item = next(
        (key, item)
        for key, item in board(county).items()
        if key[0] == "CARD" and item["name"]["S"] == card_of(county, "1")
    )
    body = json.loads(item["body"]["S"]) | {"index": 1}
    made = {**item, "sk": {"S": f"{1:016d}"}, "name": {"S": "c_none.1"}}
    board(county)[key[0], made["sk"]["S"]] = {**made, "body": {"S": json.dumps(body)}}


HIDING: list[tuple[Callable[[PublicWorld], None], str]] = [
    (delete, "should be on the board, and is not"),
    (soften, "level: 'warning', not 'yellow'"),
    (rename, "department: 'Water', not 'Housing'"),
    (shift, "at: '2026-11-12"),
    (revoke, "state: 'revoked', not 'issued'"),
    (misplace, "index: 3, not "),
    (unnumber, "number: '×政监黄〔2026〕9号', not "),
    (invent, "c_none.1 is on the board, and not in the log"),
]


@attack("a card that is not on the board, or is shown there otherwise than in the log", "board")
@pytest.mark.parametrize(("change", "what"), HIDING, ids=[each[0].__name__ for each in HIDING])
def test_a_board_that_was_edited_is_found(
    county: PublicWorld, tmp_path: Path, change: Callable[[PublicWorld], None], what: str
) -> None:
    """The log itself is as sound as it was."""
    change(county)
    found = findings_of(verify(county, tmp_path))
    assert len([each for each in found if what in each]) == 1, found
    out_of_place = {f"board the cards of {tmp_path}/cards.json are not in the order of the log"}
    assert {each.partition(",")[0] for each in found if what not in each} <= out_of_place


@attack("counts of a department's cards that its cards do not have", "board")
def test_a_count_that_was_edited_is_found(county: PublicWorld, tmp_path: Path) -> None:
    """In the department's row and in the totals."""
    key = ("TALLY", "D#Housing")
    body = json.loads(board(county)[key]["body"]["S"])
    body["cards"]["yellow"] -= 1
    board(county)[key] = {**board(county)[key], "body": {"S": json.dumps(body)}}
    found = findings_of(verify(county, tmp_path))
    assert [each.partition(" is shown")[0] for each in found] == [
        "board Housing: cards/yellow", "board Σ: cards/yellow",
    ]  # fmt: skip


@attack("a board that stopped following the log before a card", "board")
def test_a_board_that_stands_still_is_found(county: PublicWorld, tmp_path: Path) -> None:
    """It says itself how far it came; more than ten minutes of the log must not be missing."""
    now = len(county.leaves())
    yellow = next(leaf for leaf in county.leaves() if leaf["k"] == "card.issued")
    at = county.leaves().index(yellow)
    county.cloud.items["test-Board"] = {}
    hidden = county.cloud.items["test-Log"]
    county.cloud.items["test-Log"] = cut(hidden, at)
    project.run({})
    county.cloud.items["test-Log"] = hidden
    assert cards_page(county)["through"] == at < now
    (found,) = findings_of(verify(county, tmp_path))
    assert f"the board stops before entry {at}, recorded {yellow['rec']}" in found


def cut(items: Items, size: int) -> Items:
    """The log's table with the entries before *size* only."""
    kept = {}
    for key, item in items.items():
        rows = rows_of(item) if is_batch(item) else []
        rows = [row for row in rows if row["index"] < size]
        if rows or not is_batch(item):
            kept[key] = with_rows(item, rows) if rows else item
    return kept


def test_what_came_in_the_last_minutes_may_be_there_or_not(
    county: PublicWorld, tmp_path: Path
) -> None:
    """The board is read while it follows: what it shows already is no invention, either."""
    county.accept("2026-11-13T10:59:00", "9", promise="1wd", item="X-02", department="Water")
    county.until("2026-11-16T17:31:00")
    log = log_folder(county, tmp_path / "log")  # as it was public before
    fresh = saved(tmp_path, "fresh", cards_page(county))
    verdict = duban_verify(log, "--board", fresh, key="")
    assert findings_of(verdict) == []
    assert any("not compared" in each for each in verdict.remarks)


def test_pages_are_followed_at_an_address(
    county: PublicWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as there are: what the last one hides is found, and the counts beside them."""
    monkeypatch.setattr(routes, "MOST", 4)
    log = log_folder(county, tmp_path / "log")
    with served_county() as url:
        assert findings_of(duban_verify(log, "--board", url, key="")) == []
        oldest = county.published()[-1]
        del board(county)["CARD", f"{oldest.index:016d}"]
        for where in (url, f"{url}/cards.json"):
            (found,) = findings_of(duban_verify(log, "--board", where, key=""))
            assert f"card {oldest.card} (warning" in found
        counts = f"{url}/departments.json"
        assert findings_of(duban_verify(log, "--board", counts, key="")) == []


@attack("a board edited in the quiet minutes before the next heartbeat", "board")
def test_a_quiet_log_excuses_nothing_at_an_address(county: PublicWorld, tmp_path: Path) -> None:
    """By the log's own times its last card may be new; the reader's clock says how old it is."""
    county.accept("2026-11-13T10:59:00", "9", promise="1wd", item="X-02", department="Water")
    county.until("2026-11-16T17:31:00")
    publish.run({})
    log = log_folder(county, tmp_path / "log")
    newest = county.published()[0]
    trust = read_trust([], [], None)

    def found(places: list[str], minutes: int) -> list[str]:
        check, now = partial(check_board, read_board(places)), county.wall.at
        reader = VerifyingReader(trust, now + timedelta(minutes=minutes), shown=(check,))
        return [one.en for one in verify_log(FolderSource(log), reader).findings]

    with served_county() as url:
        assert found([url], 15) == []
        page = f"{url}/cards.json"
        del board(county)["CARD", f"{newest.index:016d}"]
        file = saved(tmp_path, "page", cards_page(county))
        assert (found([file], 15), found([page], 5)) == ([], [])
        (said,) = found([page], 15)
    assert f"card {newest.card}" in said


@pytest.mark.parametrize(
    "page",
    ["[]", "{}", "no", '{"cards":[{}],"through":1,"next":null}', '{"cards":[],"next":null}'],
)
def test_what_is_no_page_is_bad_input(county: PublicWorld, tmp_path: Path, page: str) -> None:
    """It is said which file, and nothing is judged."""
    (tmp_path / "page").write_text(page)
    log = log_folder(county, tmp_path / "log")
    assert duban_verify(log, "--board", str(tmp_path / "page"), key="").code == 2
    assert duban_verify(log, "--board", str(tmp_path / "none"), key="").code == 2
