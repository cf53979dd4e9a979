"""Replays hand-made logs: text in, the report out."""

import gzip
from pathlib import Path
from typing import Any

from infra.replay.log_map import load_map
from infra.replay.read_log import read_log
from infra.replay.report import replay_log
from infra.replay.rules import replay_rules


def report_of(folder: Path, log: str, map_text: str, until: str | None = None) -> dict[str, Any]:
    """Write *log* and its map into *folder*, replay it, and give the report."""
    log_path, map_path = folder / "log.gz", folder / "map.toml"
    log_path.write_bytes(gzip.compress(log.encode()))
    map_path.write_text(map_text, encoding="utf-8")
    log_map = load_map(map_path)
    rules = replay_rules(log_map, "statutory", str(map_path))
    read = read_log(log_path, log_map, rules.profile.zone, until)
    return replay_log(read, rules, log_map.report.crossings).written()


def crossed(report: dict[str, Any]) -> dict[str, int]:
    """The totals of the crossings, those that are not 0."""
    return {
        percent: counts["total"] for percent, counts in report["crossed"].items() if counts["total"]
    }


def dirty(report: dict[str, Any]) -> dict[str, int]:
    """The dirty counts, those that are not 0."""
    return {name: count for name, count in report["dirty"].items() if count}
