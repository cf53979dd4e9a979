"""`duban feed`: post a historic log's cases to a local stage, as its intake system would have."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from infra.terminal.arguments import commands, whole_number
from infra.terminal.language import say
from infra.terminal.report import progress_bar, remark, report

_COMMAND = """\
feed  把历史日志里的办件报送到本机环境，并拨动它的钟
        | post a log's cases to a local stage, driving its clock
    about  按时间顺序，以签名的 webhook 报送日志里的办件，并拨动时钟。
        | Post a log's cases as signed webhooks in order of time, driving the clock.
    LOG
    --map MAP.toml required
    --to URL required  环境的地址 | where the stage answers
    --cases N  只报送最先受理的 N 件 | only the first N to be accepted
    --until T  到这里为止（默认到日志结束） | stop here (default: the log's end)
    --on-time  每到一条界线停一次钟，使它在发生时就被发现；费时较多
        | stop the clock at each crossing, so that it is noticed when it happens; takes longer
    --source NAME  由哪个报送单位报送 | the source that posts
    --secret whsec_…  它的密钥，或私钥（whsk_…） | its secret, or its private key (whsk_…)
    --key KEY  运维钥匙，拨钟用 | the operator's key, for the clock
    --json
"""
add = commands(__name__, _COMMAND, cases=whole_number(1))


def run(arguments: argparse.Namespace) -> int:
    """Feed, and print the counts of recorded events."""
    from infra.feeding.feed import access_to, feed
    from infra.feeding.feed_log import story_of
    from infra.feeding.sender import Courier
    from infra.replay.log_map import load_map
    from infra.replay.read_log import read_log
    from infra.replay.rules import replay_rules

    access = access_to(arguments.to, arguments.source, arguments.secret, arguments.key)
    log_map = load_map(arguments.map)
    rules = replay_rules(log_map, "statutory", str(arguments.map))
    log = read_log(arguments.log, log_map, rules.profile.zone, arguments.until, progress_bar)
    remark(*log.records.remarks.lines(20))
    story = story_of(log, access.source, rules, arguments.cases, on_time=arguments.on_time)
    fed = feed(story, Courier(access), progress_bar).written()
    report(arguments, fed, _lines(fed, on_time=arguments.on_time))
    return 0


def _lines(fed: Mapping[str, Any], *, on_time: bool) -> Iterator[str]:
    cases, events, now = fed["cases"], fed["events"], fed["now"]
    zh = f"{cases} 件办件，{events} 条事件；环境的时钟为 {now}"
    yield say(zh, f"{cases} cases, {events} events; the stage's clock shows {now}")
    if not on_time:
        zh = "两次报送之间越过的界线标为停报期间；见 --on-time"
        yield say(zh, "limits crossed between two posts are marked as an outage; see --on-time")
