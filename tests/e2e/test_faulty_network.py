"""The packaged stage behind a network that fails, its functions ended at random: the same cards.

Calls are refused, throttled, reset, slow, and have effects whose answer is lost, for the functions
and for who posts. In the end the cards are those of the log's replay, and the log is sound.
"""

import json
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import Struct

from chalicelib.instant import parse, text
from chalicelib.intake.event_types import ISSUED_TYPES
from chalicelib.plumbing.services import Services
from chalicelib.plumbing.settings import read_settings
from chalicelib.policy.registering import RequestedTerms
from infra.cli.main import main
from infra.feeding.feed_log import first_accepted
from infra.operate import sources
from infra.replay.log_map import load_map
from infra.replay.moment import instant_of
from infra.replay.read_log import read_log
from infra.replay.rules import replay_rules
from infra.replay.supervise import Supervision
from infra.stack import cloud
from infra.stack.services import inside
from tests.e2e.conftest import Door
from tests.support.faults import DECK, Faults
from tests.support.faulty_stage import faulty
from tests.support.ledgers import HEAD, MAP, csv_of
from tests.support.real_data import RECEIPT_MAP, receipt_log_path
from tests.support.trials import dice, times

ENOUGH = 20
CASES = min(times(ENOUGH), 100)
READS, WRITES = 0.01, 0.03  # the shares of calls that are spoilt
# By then four cards and six warnings of the first twenty were issued; the rest takes long.
UNTIL = "2010-11-30" if CASES == ENOUGH else None
SOURCE = "unlucky"
Cards = Counter[tuple[str, ...]]


class Fed(Struct, frozen=True, dict=True):
    """A log of cases, the map by which it is read, and until when."""

    log: Path
    map: Path
    until: str | None = None


@pytest.fixture(scope="module")
def fed(tmp_path_factory: pytest.TempPathFactory) -> Fed:
    """Give the real cases; made-up ones where the data is not here."""
    folder = tmp_path_factory.mktemp("fed")
    real, log_map = receipt_log_path(), folder / "map.toml"
    log_map.write_text(RECEIPT_MAP if real.is_file() else MAP, encoding="utf-8")
    if real.is_file():
        return Fed(real, log_map, UNTIL)
    made_up = folder / "log.csv"
    made_up.write_text(csv_of(HEAD, *(_made_up(number) for number in range(CASES))), "utf-8")
    return Fed(made_up, log_map)


def _made_up(number: int) -> list[str]:
    """Write one case: they take from 0 to 20 days, of which five working days are in time."""
    begins = datetime(2025, 3, 3, 9, 5, tzinfo=UTC) + timedelta(days=number // 4)
    ends = begins + timedelta(days=number * 8 % 21)
    shown = [f"{at:%Y-%m-%d %H:%M}" for at in (begins, ends)]
    return [f"A{number}", *shown, ("市场监督管理局", "住建局")[number % 2]]


def test_an_unlucky_stage_ends_with_the_cards_of_the_replay(
    door: Door, fed: Fed, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each card once; nothing is pending; the log, the board and the alerts agree with it."""
    wanted = replayed_cards(fed)
    seed = f"{dice('unlucky').random()}"
    faults = Faults(seed, READS, WRITES)
    with faulty(cloud.local_at(door.endpoint), door.folder, faults) as proxy:
        to = door.url.replace(door.endpoint, proxy.url)
        assert main(_feed(fed, door, to)) == 0
        summary = json.loads(capsys.readouterr().out)
        faults.end()
        door.courier.set_clock(parse(summary["now"]))  # nothing is pending
    sys.stdout.write(f"seed {seed}: of {faults.calls} calls {dict(faults.met)} were spoilt\n")
    assert faults.met.keys() == DECK.keys(), "every kind of fault was met"
    assert summary["cases"] == CASES
    assert live_cards(door) == wanted
    verified = main(["verify", f"{door.url}/log", *_compared(door), "--max-age", "9999d"])
    assert verified == 0, capsys.readouterr().out


def _feed(fed: Fed, door: Door, to: str) -> list[str]:
    """Return the command that feeds the cases to the stage at *to*, by a source of its own."""
    terms = RequestedTerms("any", "any", "5s", "2000-01-01")
    with inside(cloud.local_at(door.endpoint), cloud.LOCAL_STAGE):
        secret = sources.add(Services(read_settings()), SOURCE, terms)
    access = ["--source", SOURCE, "--secret", secret, "--key", door.keys["operator"]]
    log = [str(fed.log), "--map", str(fed.map), "--cases", str(CASES)]
    log += ["--until", fed.until] if fed.until else []
    return ["feed", *log, "--to", to, *access, "--json"]


def _compared(door: Door) -> list[str]:
    """Return what the verifier compares with the log: the board and the alerts."""
    pages = [f"{door.url}/{name}.json" for name in ("cards", "departments")]
    alerts = ["--alerts", f"{door.url}/v1/alerts", "--key", door.keys["inspector"]]
    return [part for page in pages for part in ("--board", page)] + alerts


def replayed_cards(fed: Fed) -> Cards:
    """What replay issues for the first cases."""
    log_map = load_map(fed.map)
    rules = replay_rules(log_map, "statutory", str(fed.map))
    log = read_log(fed.log, log_map, rules.profile.zone, fed.until)
    supervision = Supervision(rules, instant_of(log.cut_off or 0))
    return Counter(
        (
            reading.id,
            *(fact.text(name) for name in ("department", "rule", "level", "clock", "due_at")),
            text(fact.at),
        )
        for reading in first_accepted(log.readings(), CASES)
        for fact in supervision.facts(reading)
        if fact.kind in ISSUED_TYPES
    )


def live_cards(door: Door) -> Cards:
    """What the inspectors' feed says was issued in the cases of the source."""
    prefix = f"{SOURCE}:"
    return Counter(
        (
            alert["data"]["case"].removeprefix(prefix),
            *(alert["data"][name] for name in ("department", "rule", "level", "clock")),
            text(parse(alert["data"]["due_at"])),
            text(parse(alert["time"])),
        )
        for alert in door.alerts()
        if alert["type"] in ISSUED_TYPES and alert["data"]["case"].startswith(prefix)
    )
