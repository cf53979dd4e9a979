"""`duban log restore --check`: the board is what its table gives when it is made anew (F-64)."""

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.errors import Conflict
from infra.recovery.restoring import restore
from tests.support.attacks import attack
from tests.support.replayed import PublicWorld
from tests.support.table_edits import (
    Edit,
    check,
    county,
    delete,
    inside,
    lines,
    listed,
    lived,
    table,
    tables,
    under,
    write,
)

__all__ = ["county", "lived"]  # fixtures


def invent(county: PublicWorld) -> None:
    """Add a card that no entry issues."""
    items = table(county, "Board")
    item: Mapping[str, Any] = next(item for item in items.values() if listed(item))
    items["CARD", f"{1:016d}"] = {**item, "sk": {"S": f"{1:016d}"}}


FAR = {"index": {"N": "99999"}, "body": {"S": "2026-11-13T03:00:00.000Z"}}
BOARD: list[tuple[Edit, str]] = [
    (delete("Board", listed), "CARD/00000000000000"),
    (delete("Board", under("CARDID")), "is missing"),
    (inside("body", listed, level="orange"), "body.level is 'orange', not "),
    (inside("body", under("CARDID"), department="Water"), "body.department is 'Water', not "),
    (inside("mark", listed, reached="closed"), "mark.reached is 'closed', not "),
    (inside("body", under("TALLY"), lamps={}), "body.lamps is {}, not {"),
    (inside("body", under("TALLY"), cases=0), "body.cases is 0, not "),
    (delete("Board", under("TALLY")), "TALLY/D#"),
    (inside("body", under("SIGNERS"), session={}), "body.session is {}, not {"),
    (delete("Board", under("SIGNERS")), "SIGNERS/SIGNERS is missing"),
    (write("Board", under("AT#"), index={"N": "7"}), "index is 7, not "),
    (delete("Board", under("AT#")), "AT#c_"),
    (invent, "CARD/0000000000000001 should not be there"),
    (write("Board", under("THROUGH"), **FAR), "stops at 99999, the log has "),
    (write("Board", under("THROUGH"), index={"N": "5"}), "stops at 5, the log has "),
    (delete("Board", under("THROUGH")), "stops at 0, the log has "),
    (inside("body", listed, at="soon"), "body.at is 'soon', not "),
]


@attack("a card, a count or a place edited in the board's table", "restore --check")
@pytest.mark.parametrize(("edit", "what"), BOARD)
def test_a_board_that_was_edited_is_found_and_mended(
    county: PublicWorld, edit: Edit, what: str
) -> None:
    """Item by item, to the last letter."""
    before = tables(county)["Board"]
    edit(county)
    found = lines(check(county))
    assert all(line.startswith("board ") for line in found)
    assert any(what in line for line in found), found
    restore(county.services, writes=True)
    assert tables(county)["Board"] == before
    assert check(county).was_whole


def test_names_of_our_own_cases_that_an_older_board_lacks_are_added(county: PublicWorld) -> None:
    """One that was made before follows wrongly: so an upgrade needs a restore."""
    own = lambda item: under("AT#")(item) and "name" in item  # noqa: E731
    before = tables(county)["Board"]
    write("Board", own, name=None)(county)
    (line,) = lines(check(county))
    assert line.endswith(f"name is None, not {line.rpartition('not ')[2]}")
    assert "'duban:" in line
    restore(county.services, writes=True)
    assert tables(county)["Board"] == before


def test_who_follows_meanwhile_stops_it(county: PublicWorld) -> None:
    """What was compared must still be there when it is mended."""
    board = county.services.board
    item = next(item for item in board.stored() if item.pk == "CARD")
    write("Board", listed, index={"N": "98"})(county)
    for derived in (item, None):
        with pytest.raises(Conflict):
            board.correct(item, derived)
    with pytest.raises(Conflict):
        board.correct(None, item)
