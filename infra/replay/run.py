"""Replays a log: read it, judge every case as it stood at the cut-off, count (DESIGN §9 Replay)."""

from collections.abc import Sequence

from infra.replay.moment import instant_of
from infra.replay.read_log import STEP, Progress, ReadLog, no_progress
from infra.replay.report import Report
from infra.replay.rules import ReplayRules
from infra.replay.supervise import Supervision


def replay_log(
    log: ReadLog, rules: ReplayRules, crossings: Sequence[int], progress: Progress = no_progress
) -> Report:
    """Judge every case of *log* by *rules* and count."""
    cut_off = None if log.cut_off is None else instant_of(log.cut_off)
    report = Report(crossings, log.zone, cut_off)
    report.add_log(log.records.dirty, log.stray_events, log.records.remarks)
    # Where nothing says any time, nothing was accepted either, and no instant will be asked for.
    supervision = Supervision(rules, cut_off or instant_of(0))
    show = progress("judging", len(log.records))
    for number, reading in enumerate(log.readings()):
        report.add(reading, supervision.of(reading))
        if number % STEP == 0:
            show(number)
    show(len(log.records))
    return report
