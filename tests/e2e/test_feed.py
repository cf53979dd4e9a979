"""A real log, fed over HTTP into the packaged stack, ends with the cards that its replay gives."""

import json
from collections import Counter
from pathlib import Path

from chalicelib.instant import parse, text
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
from tests.support.real_data import RECEIPT_MAP, receipt_log

CASES = 6  # test_faulty_network.py feeds more
SOURCE = "archive"  # the stage's own takes nothing that is as old as this log


def registered(door: Door) -> str:
    """Register the source of the log, and return its secret."""
    terms = RequestedTerms("any", "any", "5s", "2000-01-01")
    with inside(cloud.local_at(door.endpoint), cloud.LOCAL_STAGE):
        return sources.add(Services(read_settings()), SOURCE, terms)


def test_the_live_chain_agrees_with_replay(door: Door, tmp_path: Path, capsys) -> None:
    """Case by case: rule level and legal instant."""
    log_path, map_path = receipt_log(), tmp_path / "map.toml"
    map_path.write_text(RECEIPT_MAP, encoding="utf-8")
    arguments = ["--map", str(map_path), "--to", door.url, "--cases", str(CASES)]
    access = ["--source", SOURCE, "--secret", registered(door), "--key", door.keys["operator"]]
    assert main(["feed", str(log_path), *arguments, *access, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["cases"] == CASES
    assert live_cards(door, log_path, map_path) == replayed_cards(log_path, map_path)


def replayed_cards(log_path: Path, map_path: Path) -> Counter[tuple[str, str, str]]:
    """What replay issues for the first cases."""
    log_map = load_map(map_path)
    rules = replay_rules(log_map, "statutory", str(map_path))
    log = read_log(log_path, log_map, rules.profile.zone)
    supervision = Supervision(rules, instant_of(log.cut_off or 0))
    return Counter(
        (reading.id, level, text(at))
        for reading in first_accepted(log.readings(), CASES)
        for level, at in supervision.issued(reading)
    )


def live_cards(door: Door, log_path: Path, map_path: Path) -> Counter[tuple[str, str, str]]:
    """What the inspectors' feed says was issued in the same cases."""
    wanted = {case for case, _, _ in replayed_cards(log_path, map_path)}
    found: Counter[tuple[str, str, str]] = Counter()
    for alert in door.alerts():
        case = alert["data"]["case"].removeprefix(f"{SOURCE}:")
        if case in wanted and alert["type"] in ("warning.issued", "card.issued"):
            found[case, alert["data"]["level"], text(parse(alert["time"]))] += 1
    return found
