"""`duban feed`: post a historic log's cases to a local stage, as its intake system would have."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "feed",
        help="post a log's cases to a local stage, driving its clock",
        description="Post a log's cases as signed webhooks in order of time, driving the clock.",
    )
    parser.add_argument("log", metavar="LOG", type=Path)
    parser.add_argument("--map", metavar="MAP.toml", type=Path, required=True)
    parser.add_argument("--to", metavar="URL", required=True, help="where the stage answers")
    parser.add_argument("--cases", metavar="N", type=_whole, help="only the first N to be accepted")
    parser.add_argument("--until", metavar="T", help="stop here (default: the log's end)")
    parser.add_argument(
        "--on-time",
        action="store_true",
        help="stop the clock at each crossing, so that it is noticed when it happens; takes longer",
    )
    parser.add_argument("--source", metavar="NAME", help="the source that posts")
    parser.add_argument(
        "--secret", metavar="whsec_…", help="its secret, or its private key (whsk_…)"
    )
    parser.add_argument("--key", metavar="KEY", help="the operator's key, for the clock")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Feed, and print the counts of recorded events."""
    from infra.feeding.feed import access_to, feed
    from infra.feeding.feed_log import story_of
    from infra.feeding.sender import Courier
    from infra.replay.log_map import load_map
    from infra.replay.read_log import read_log
    from infra.replay.rules import replay_rules
    from infra.terminal.progress import progress_bar

    access = access_to(arguments.to, arguments.source, arguments.secret, arguments.key)
    log_map = load_map(arguments.map)
    rules = replay_rules(log_map, "statutory", str(arguments.map))
    log = read_log(arguments.log, log_map, rules.profile.zone, arguments.until, progress_bar)
    for line in log.records.remarks.lines(20):
        print(f"duban: {line}", file=sys.stderr)
    story = story_of(log, access.source, rules, arguments.cases, on_time=arguments.on_time)
    fed = feed(story, Courier(access), progress_bar).written()
    if arguments.json:
        print(json.dumps(fed))
    else:
        print(f"{fed['cases']} cases, {fed['events']} events; the stage's clock shows {fed['now']}")
        if not arguments.on_time:
            print("limits crossed between two posts are marked as an outage; see --on-time")
    return 0


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError("a whole number of 1 or more is needed")
    return int(text)
