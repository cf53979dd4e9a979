"""`duban feed`: post a historic log's cases to a local stage, as its intake system would have."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from infra.terminal.language import say
from infra.terminal.parser import add_json


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "feed",
        help=say(
            "把历史日志里的办件报送到本机环境，并拨动它的钟",
            "post a log's cases to a local stage, driving its clock",
        ),
        description=say(
            "按时间顺序，以签名的 webhook 报送日志里的办件，并拨动时钟。",
            "Post a log's cases as signed webhooks in order of time, driving the clock.",
        ),
    )
    _add_options(parser)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("log", metavar="LOG", type=Path)
    parser.add_argument("--map", metavar="MAP.toml", type=Path, required=True)
    parser.add_argument(
        "--to", metavar="URL", required=True, help=say("环境的地址", "where the stage answers")
    )
    parser.add_argument(
        "--cases",
        metavar="N",
        type=_whole,
        help=say("只报送最先受理的 N 件", "only the first N to be accepted"),
    )
    parser.add_argument(
        "--until",
        metavar="T",
        help=say("到这里为止（默认到日志结束）", "stop here (default: the log's end)"),
    )
    parser.add_argument(
        "--on-time",
        action="store_true",
        help=say(
            "每到一条界线停一次钟，使它在发生时就被发现；费时较多",
            "stop the clock at each crossing, so that it is noticed when it happens; takes longer",
        ),
    )
    parser.add_argument(
        "--source", metavar="NAME", help=say("由哪个报送单位报送", "the source that posts")
    )
    parser.add_argument(
        "--secret",
        metavar="whsec_…",
        help=say("它的密钥，或私钥（whsk_…）", "its secret, or its private key (whsk_…)"),
    )
    parser.add_argument(
        "--key", metavar="KEY", help=say("运维钥匙，拨钟用", "the operator's key, for the clock")
    )
    add_json(parser)
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
        cases, events, now = fed["cases"], fed["events"], fed["now"]
        zh = f"{cases} 件办件，{events} 条事件；环境的时钟为 {now}"
        print(say(zh, f"{cases} cases, {events} events; the stage's clock shows {now}"))
        if not arguments.on_time:
            zh = "两次报送之间越过的界线标为停报期间；见 --on-time"
            en = "limits crossed between two posts are marked as an outage; see --on-time"
            print(say(zh, en))
    return 0


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(
            say("应为 1 以上的整数", "a whole number of 1 or more is needed")
        )
    return int(text)
