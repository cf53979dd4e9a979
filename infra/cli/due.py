"""`duban due`: the due instant of a limit, and why it is that day. Offline, same engine."""

import argparse
from collections.abc import Iterator
from datetime import datetime, time

from chalicelib.calendar.shipped import load_calendar
from chalicelib.clock.counting import Counting
from chalicelib.clock.derivation import Derivation, Extended, Paused
from chalicelib.clock.paragraph import OpeningWords, paragraph
from chalicelib.clock.pause import Pause
from chalicelib.clock.steps import basis_of_clock
from chalicelib.clock.timeline import Extension, Interruptions, periods
from chalicelib.errors import BadInput
from chalicelib.instant import local, local_time, parse_iso
from chalicelib.policy.limit import Limit
from chalicelib.policy.office import CONVENTIONS
from chalicelib.policy.shipped import DEFAULT
from infra.policy.choice import choose_dated_profile
from infra.terminal.arguments import commands
from infra.terminal.day_by_day import day_lines
from infra.terminal.language import language, say
from infra.terminal.report import report

_OPENING = OpeningWords("申请于{start}受理，期限为{limit}。")
_COMMAND = f"""\
due  算一个期限哪天届满，以及为什么是那天 | when a limit runs out, and why that day
    --from T required as start  受理时刻 | accepted at
    --limit LIMIT required  20wd、30d、8wh、24h 或 2mo | 20wd, 30d, 8wh, 24h or 2mo
    --convention  按日（L）或按办公时间精确到秒（H）计；默认依规则文件
        | count days (L) or office time to the second (H); default: as the profile does
    --profile P = {DEFAULT}  按哪一份规则：名称或文件 | the profile to count by: a name or a file
    --pause A..B[~APPROVED] repeated
    --extend 10wd@T repeated
    --json
"""
add = commands(__name__, _COMMAND, convention=CONVENTIONS)


def run(arguments: argparse.Namespace) -> int:
    """Print the due instant. Raises BadInput with the argument that is wrong."""
    dated, calendar = choose_dated_profile(arguments.profile, "--profile"), load_calendar("CN")
    start = _instant(arguments.start, "--from", Counting(dated.first, calendar))
    profile = dated.of(local_time(start, dated.first.zone).date())
    counting = Counting(profile, calendar).in_convention(arguments.convention)
    pauses = [_pause(text, counting) for text in arguments.pause]
    given = (_extension(text, counting) for text in arguments.extend)
    extensions = sorted(given, key=lambda extension: extension.at)
    interruptions = Interruptions(pauses, extensions)
    last = list(periods(start, _limit(arguments.limit, "--limit"), interruptions, counting))[-1]
    if last.due is None:
        zh = "没有写到什么时候结束的暂停，算不出到期日"
        raise BadInput(zh=zh, en="a pause without end has no due date", where="--pause")
    if len(last.limits) <= len(extensions):
        late = local(extensions[len(last.limits) - 1].at, counting.zone)
        due = local(last.due.at, counting.zone)
        zh = f"批准于 {late}，不在它所延长的期限届满（{due}）之前"
        en = f"approved {late}, not before the due instant it extends ({due})"
        raise BadInput(zh=zh, en=en, where="--extend")
    paused = [Paused(pause) for pause in pauses]
    extended = [Extended(extension.at, extension.by) for extension in extensions]
    derived = Derivation(start, last, counting, basis_of_clock(profile), paused, extended)
    report(arguments, _answer(derived), _lines(derived))
    return 0


def _answer(derived: Derivation) -> dict[str, object]:
    due = derived.due
    return {
        "due_at": local(derived.stop, derived.counting.zone),
        "provisional": bool(due and due.provisional),
        "steps": [day.written() for day in derived.steps],
        "explanation": paragraph(derived, _OPENING),
    }


def _lines(derived: Derivation) -> Iterator[str]:
    yield "\n".join(day_lines(day.written() for day in derived.steps))
    due = derived.due
    at, provisional = local(derived.stop, derived.counting.zone), ""
    if due and due.provisional:
        zh, en = f"{due.missing}年放假安排尚未公布", f"{due.missing} is not published yet"
        provisional = say(f"（暂定：{zh}）", f" (provisional: {en})")
    yield say(f"到期：{at}{provisional}", f"due: {at}{provisional}")
    if language() == "zh":  # the paragraph is one that is read to applicants
        yield f"\n{paragraph(derived, _OPENING)}"


def _instant(text: str, where: str, counting: Counting) -> datetime:
    try:
        read = parse_iso(text, counting.zone)
        return read if isinstance(read, datetime) else counting.at(read, time.min)
    except (ValueError, OverflowError) as error:
        zh = f"不是日期或时刻：{text[:40]!r}（写成 2026-04-01 或 2026-04-01T09:00）"
        en = f"not a date or a time: {text[:40]!r} (write 2026-04-01 or 2026-04-01T09:00)"
        raise BadInput(zh=zh, en=en, where=where) from error


def _limit(text: str, where: str) -> Limit:
    try:
        return Limit.parse(text)
    except ValueError as error:
        zh = f"不是期限：{text[:20]!r}（写成 20wd、30d、8wh、24h 或 2mo）"
        raise BadInput(zh=zh, en=str(error), where=where) from error


def _pause(text: str, counting: Counting) -> Pause:
    span, _, approved = text.partition("~")
    begin, dots, end = span.partition("..")
    if not dots or not begin:
        zh = f"不是暂停：{text!r}（写成 A..B 或 A..B~10wd）"
        en = f"not a pause: {text!r} (write A..B or A..B~10wd)"
        raise BadInput(zh=zh, en=en, where="--pause")
    start = _instant(begin, "--pause", counting)
    stop = _instant(end, "--pause", counting) if end else None
    if stop is not None and stop < start:
        zh, en = f"结束早于开始：{text!r}", f"ends before it begins: {text!r}"
        raise BadInput(zh=zh, en=en, where="--pause")
    return Pause(start, stop, _limit(approved, "--pause") if approved else None)


def _extension(text: str, counting: Counting) -> Extension:
    amount, at, when = text.partition("@")
    if not at:
        zh = f"不是延期：{text!r}（写成 10wd@2026-04-28）"
        en = f"not an extension: {text!r} (write 10wd@2026-04-28)"
        raise BadInput(zh=zh, en=en, where="--extend")
    return Extension(_instant(when, "--extend", counting), _limit(amount, "--extend"))
