"""Replays a log: read it, judge every case as it stood at the cut-off, count (DESIGN §9 Replay)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from infra.replay.moment import instant_of
from infra.replay.read_log import STEP, Progress, ReadLog, no_progress
from infra.replay.report import Report
from infra.replay.rules import ReplayRules
from infra.replay.supervise import Supervision
from infra.terminal.language import say

if TYPE_CHECKING:  # few replays ask for it, and it needs all kinds of cases
    from infra.replay.climbing import Answers, Climbing


def replay_log(
    log: ReadLog,
    rules: ReplayRules,
    crossings: Sequence[int],
    progress: Progress = no_progress,
    answers: "Answers | None" = None,
) -> Report:
    """Judge every case of *log* by *rules* and count.

    With *answers*, also what its cards lead to, if each is answered at once or none ever is.
    """
    cut_off = None if log.cut_off is None else instant_of(log.cut_off)
    report = Report(crossings, log.zone, cut_off)
    report.add_log(log.records.dirty, log.stray_events, log.records.remarks)
    # Where nothing says any time, nothing was accepted either, and no instant will be asked for.
    ends = cut_off or instant_of(0)
    supervision = Supervision(rules, ends)
    climbing = _climbing(rules, answers) if answers else None
    show = progress(say("裁断", "judging"), len(log.records))
    for number, reading in enumerate(log.readings()):
        supervised = supervision.of(reading)
        report.add(reading, supervised)
        if climbing is not None and supervised.due_at is not None:
            climbing.add_due(reading, supervised.due_at)
        if climbing is not None and supervised.issued:
            climbing.add(f"{number}", supervision.facts(reading))
        if number % STEP == 0:
            show(number)
    show(len(log.records))
    if climbing is not None and answers is not None:
        report.add_ladder(answers, climbing.run(ends))
    return report


def _climbing(rules: ReplayRules, answers: "Answers") -> "Climbing":
    from infra.replay.climbing import Climbing

    return Climbing(rules, answers)
