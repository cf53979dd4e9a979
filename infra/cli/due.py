"""`duban due`: the due instant of a limit, and why it is that day. Offline, same engine."""

import argparse
import json
import sys
from datetime import datetime, time
from typing import Any

from chalicelib.calendar.shipped import load_calendar
from chalicelib.clock.counting import Counting
from chalicelib.clock.derivation import Derivation, Extended, Paused
from chalicelib.clock.extension import Extension
from chalicelib.clock.grounds import basis_of_clock
from chalicelib.clock.paragraph import OpeningWords, paragraph
from chalicelib.clock.pause import Pause
from chalicelib.clock.timeline import Interruptions, periods
from chalicelib.errors import BadInput
from chalicelib.instant import local, local_time, parse_iso
from chalicelib.policy.limit import Limit
from chalicelib.policy.office import CONVENTIONS
from chalicelib.policy.shipped import DEFAULT
from infra.policy.choice import choose_dated_profile
from infra.terminal.day_by_day import day_lines

_OPENING = OpeningWords("申请于{start}受理，期限为{limit}。")


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("due", help="when a limit runs out, and why that day")
    parser.add_argument("--from", dest="start", required=True, metavar="T", help="accepted at")
    parser.add_argument("--limit", required=True, help="20wd, 30d, 8wh, 24h or 2mo")
    parser.add_argument(
        "--convention",
        choices=CONVENTIONS,
        help="count days (L) or office time to the second (H); default: as the profile does",
    )
    parser.add_argument(
        "--profile", default=DEFAULT, metavar="P", help="the profile to count by: a name or a file"
    )
    parser.add_argument("--pause", action="append", default=[], metavar="A..B[~APPROVED]")
    parser.add_argument("--extend", action="append", default=[], metavar="10wd@T")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the due instant. Raises BadInput with the argument that is wrong."""
    dated, calendar = choose_dated_profile(arguments.profile, "--profile"), load_calendar("CN")
    start = _instant(arguments.start, "--from", Counting(dated.first, calendar))
    profile = dated.of(local_time(start, dated.first.zone).date())
    counting = Counting(profile, calendar).in_convention(arguments.convention)
    pauses = [_pause(text, counting) for text in arguments.pause]
    extensions = sorted(
        (_extension(text, counting) for text in arguments.extend),
        key=lambda extension: extension.at,
    )
    interruptions = Interruptions(pauses, extensions)
    last = list(periods(start, _limit(arguments.limit, "--limit"), interruptions, counting))[-1]
    if last.due is None:
        raise BadInput("a pause without end has no due date", "--pause")
    if len(last.limits) <= len(extensions):
        late = extensions[len(last.limits) - 1].at
        raise BadInput(
            f"approved {local(late, counting.zone)}, not before the due instant it extends"
            f" ({local(last.due.at, counting.zone)})",
            "--extend",
        )
    paused, extended = (
        [Paused(pause) for pause in pauses],
        [Extended(extension.at, extension.by) for extension in extensions],
    )
    derived = Derivation(start, last, counting, basis_of_clock(profile), paused, extended)
    (_print_json if arguments.json else _print)(derived)
    return 0


def _print_json(derived: Derivation) -> None:
    due = derived.due
    answer = {
        "due_at": local(derived.stop, derived.counting.zone),
        "provisional": bool(due and due.provisional),
        "steps": [day.written() for day in derived.steps],
        "explanation": paragraph(derived, _OPENING),
    }
    json.dump(answer, sys.stdout, ensure_ascii=False)
    print()


def _print(derived: Derivation) -> None:
    print(*day_lines(day.written() for day in derived.steps), sep="\n")
    due = derived.due
    provisional = f"（暂定：{due.missing}年放假安排尚未公布）" if due and due.provisional else ""
    print(f"到期：{local(derived.stop, derived.counting.zone)}{provisional}")
    print(f"\n{paragraph(derived, _OPENING)}")


def _instant(text: str, where: str, counting: Counting) -> datetime:
    try:
        read = parse_iso(text, counting.zone)
        return read if isinstance(read, datetime) else counting.at(read, time.min)
    except (ValueError, OverflowError) as error:
        message = f"not a date or a time: {text[:40]!r} (write 2026-04-01 or 2026-04-01T09:00)"
        raise BadInput(message, where) from error


def _limit(text: str, where: str) -> Limit:
    try:
        return Limit.parse(text)
    except ValueError as error:
        raise BadInput(str(error), where) from error


def _pause(text: str, counting: Counting) -> Pause:
    span, _, approved = text.partition("~")
    begin, dots, end = span.partition("..")
    if not dots or not begin:
        raise BadInput(f"not a pause: {text!r} (write A..B or A..B~10wd)", "--pause")
    start = _instant(begin, "--pause", counting)
    stop = _instant(end, "--pause", counting) if end else None
    if stop is not None and stop < start:
        raise BadInput(f"ends before it begins: {text!r}", "--pause")
    return Pause(start, stop, _limit(approved, "--pause") if approved else None)


def _extension(text: str, counting: Counting) -> Extension:
    amount, at, when = text.partition("@")
    if not at:
        raise BadInput(f"not an extension: {text!r} (write 10wd@2026-04-28)", "--extend")
    return Extension(_instant(when, "--extend", counting), _limit(amount, "--extend"))
