"""`duban log restore` mends all that differs, whenever it is killed; what its command prints."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from chalicelib.errors import Conflict
from infra.cli.main import main
from infra.recovery.restoring import restore
from infra.stack import services as stage_services
from tests.integration.test_crashes import flavours
from tests.support.batches import Rows
from tests.support.published import edited
from tests.support.replayed import PublicWorld
from tests.support.shown_county import card_of
from tests.support.table_edits import (
    READS,
    check,
    county,
    delete,
    inside,
    lines,
    listed,
    lived,
    of_case,
    shown,
    tables,
    under,
    write,
)

__all__ = ["county", "lived"]  # fixtures

DEATHS = (BotoCoreError, PynamoDBException)


def dim(rows: Rows) -> None:
    """Write a green lamp beside each yellow card."""
    for row in rows:
        if row.get("now") == "yellow":
            row["now"] = "green"


def test_a_restoration_may_die_at_any_write(county: PublicWorld) -> None:
    """And is done again from the start, with the same end."""
    shown_before, board = shown(county), tables(county)["Board"]
    edited(county, dim)
    write("Cases", of_case("hall:open"), lamp={"S": "closed"})(county)
    write("Cases", of_case("hall:1"), n={"N": "99"})(county)
    delete("Board", listed)(county)
    inside("body", under("TALLY"), lamps={})(county)
    write("Board", under("THROUGH"), index={"N": "5"})(county)
    faulty, before = county.faulty, county.save()
    with faulty.failing(-1, "before"):
        restore(county.services, writes=True)
    writes = [at for at, operation in enumerate(faulty.calls) if operation not in READS]
    assert len(writes) >= 7
    for at, flavour in [(at, way) for n, at in enumerate(writes) for way in flavours(n)]:
        before()
        with faulty.failing(at, flavour), suppress(*DEATHS):
            restore(county.services, writes=True)
        assert faulty.failed
        restore(county.services, writes=True)
        county.tick()
        assert check(county).was_whole
        assert tables(county)["Board"] == board
        assert shown(county) == shown_before


def test_who_writes_into_a_batch_meanwhile_stops_it(county: PublicWorld) -> None:
    """The batch that was compared must still be there."""
    with pytest.raises(Conflict):
        county.services.log.correct(0, "[]", "[1]")


def test_a_stage_that_lives_on_is_not_accused(county: PublicWorld) -> None:
    """Facts, entries and cards beyond what is public, and a board that follows while it is read."""
    county.accept("2026-11-13T11:30:00", "new", promise="20wd", item="X-02", department="Water")
    county.report("case.decided", "2026-11-13T11:30:00", "open", outcome="granted")
    county.tick()
    assert lines(check(county)) == []


def test_the_command(
    county: PublicWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It tells each difference in a line, Chinese first; what lasts is said at the end."""

    @contextmanager
    def here(_name: str) -> Iterator[Any]:
        yield county.services

    monkeypatch.setattr(stage_services, "services_of", here)
    card = card_of(county, "1")
    delete("Board", lambda item: listed(item) and item["name"]["S"] == card)(county)
    assert main(("log", "restore", "--check")) == 1
    printed = capsys.readouterr().out
    assert "与日志不一致：log 0, facts 0, cases 0, board 1" in printed
    assert "缺 " in printed
    assert main(("log", "restore", "--check", "--json")) == 1
    told = json.loads(capsys.readouterr().out)["differences"]
    assert told["counts"] == {"log": 0, "facts": 0, "cases": 0, "board": 1}
    assert [each["table"] for each in told["first"]] == ["board"]
    assert main(("log", "restore")) == 0
    assert main(("log", "restore", "--check")) == 0
    write("Facts", lambda item: item.get("now") == {"S": "yellow"}, now={"S": "green"})(county)
    capsys.readouterr()
    assert main(("log", "restore")) == 1
    assert "事实表只增不改" in capsys.readouterr().out
