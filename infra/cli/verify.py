"""`duban verify`: fetch a public log and check all of it, from outside (DESIGN §9)."""

import argparse
import json
import os
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.errors import BadInput, Corrupt

if TYPE_CHECKING:
    from chalicelib.audit.tlog.policy import TlogPolicy
    from chalicelib.intake.source_key import SourceKey
    from infra.verify.run import CheckShown

SOUND, NOT_SOUND = 0, 1
KEY = "DUBAN_INSPECTOR_KEY"  # the name of a variable, not a secret
_POLICY_MIB = 1
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "verify",
        help="check a public log from outside, and judge everything in it again",
        description="Exit 0: nothing is wrong. 1: something is. 2: it could not be read.",
    )
    parser.add_argument("log", metavar="URL|DIR", help="where the log is served, or a copy of it")
    _add_trust(parser)
    _add_files(parser)
    _add_shown(parser)
    parser.add_argument(
        "--since",
        type=_index,
        default=0,
        metavar="INDEX",
        help="read only the entries from here on",
    )
    parser.add_argument(
        "--max-age",
        type=_age,
        metavar="AGE",
        help="how old the log's last sign of life may be: 90m, 2h, 1d (default for a URL: 2h)",
    )
    parser.add_argument("--english", action="store_true", help="report in English")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.set_defaults(run=run)


def _add_trust(parser: argparse.ArgumentParser) -> None:
    """Add whom a reader trusts: the keys of the log, its witnesses and its sources."""
    parser.add_argument(
        "--vkey",
        action="append",
        default=[],
        help="the log's key, from somewhere else than the log (default: the key it publishes)",
    )
    parser.add_argument(
        "--witness", action="append", default=[], metavar="VKEY", help="a witness that you trust"
    )
    parser.add_argument(
        "--source-key",
        action="append",
        default=[],
        metavar="SOURCE=whpk_…",
        help="a key of a source, from the source itself: no other may be stated as its own",
    )
    parser.add_argument("--quorum", type=int, metavar="N", help="of the witnesses (default: all)")
    parser.add_argument(
        "--policy",
        type=Path,
        metavar="FILE",
        help="logs, witnesses and quorum in one file (C2SP tlog-policy)",
    )


def _add_files(parser: argparse.ArgumentParser) -> None:
    """Add what a reader has kept: checkpoints, receipts, events, what was fetched before."""
    parser.add_argument(
        "--checkpoint", action="append", default=[], type=Path, metavar="OLD", help="kept earlier"
    )
    parser.add_argument(
        "--receipt", action="append", default=[], type=Path, metavar="FILE", help="to be honoured"
    )
    parser.add_argument(
        "--event", action="append", default=[], type=Path, metavar="FILE", help="of a receipt"
    )
    parser.add_argument(
        "--receipts",
        type=Path,
        metavar="DIR",
        help="all that a source was given, and no other file",
    )
    parser.add_argument(
        "--disclosed",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="made by disclose: its signatures must hold",
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep what is fetched here; goes on from it"
    )


def _add_shown(parser: argparse.ArgumentParser) -> None:
    """Add what is shown beside the log."""
    parser.add_argument(
        "--board",
        action="append",
        default=[],
        metavar="FILE|URL",
        help="cards.json or departments.json, saved or at an address: must show what the log says",
    )
    parser.add_argument(
        "--alerts",
        action="append",
        default=[],
        metavar="FILE|URL",
        help="the pages of /v1/alerts, saved or at an address: must tell what the log says",
    )
    parser.add_argument("--key", metavar="KEY", help=f"of an inspector, for --alerts; or {KEY}")


def _index(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"not the index of an entry: {text!r}")
    return int(text)


def _age(text: str) -> timedelta:
    match = re.fullmatch(r"([1-9][0-9]{0,4})([mhd])", text, re.ASCII)
    if match is None:
        raise argparse.ArgumentTypeError(f"an age is written 90m, 2h or 1d, not {text!r}")
    return int(match[1]) * _UNITS[match[2]]


def _read_policy(path: Path) -> "TlogPolicy":
    from chalicelib.audit.tlog.policy import read_policy
    from infra.input_file import read_input_file

    return read_policy(read_input_file(path, _POLICY_MIB), str(path))


def _source_keys(texts: Sequence[str]) -> "dict[str, list[SourceKey]]":
    """Read the keys of sources, each `SOURCE=whpk_…`. Raises BadInput."""
    from chalicelib.intake.source_key import read_source_key

    keys: dict[str, list[SourceKey]] = {}
    for text in texts:
        source, _, key = text.partition("=")
        try:
            keys.setdefault(source, []).append(read_source_key(key))
        except Corrupt as error:
            raise BadInput(f"{error}: {text[:80]!r}", "--source-key") from error
    return keys


def run(arguments: argparse.Namespace) -> int:
    """Verify, and print the report."""
    from chalicelib.audit.promise import FRESH
    from infra.progress import progress_bar
    from infra.verify.kept import KeptSource
    from infra.verify.run import VerifyingReader, verify_log
    from infra.verify.source import Source, is_url, source_at
    from infra.verify.supervision.replay import SupervisionReplay
    from infra.verify.trust import read_trust
    from infra.verify.workers import cores

    policy = _read_policy(arguments.policy) if arguments.policy else None
    trust = read_trust(arguments.vkey, arguments.witness, arguments.quorum, policy)
    source: Source = source_at(arguments.log)
    if arguments.keep:
        source = KeptSource(source, arguments.keep)
    reader = VerifyingReader(
        trust,
        datetime.now(UTC),
        replay=SupervisionReplay,
        max_age=arguments.max_age or (FRESH if is_url(arguments.log) else None),
        since=arguments.since,
        checkpoints=tuple(arguments.checkpoint),
        receipts=tuple(arguments.receipt),
        events=tuple(arguments.event),
        all_receipts=arguments.receipts,
        disclosed=tuple(arguments.disclosed),
        source_keys=_source_keys(arguments.source_key),
        shown=tuple(_shown(arguments)),
        bar=progress_bar,
        processes=cores(),
    )
    report = verify_log(source, reader)
    if arguments.json:
        print(json.dumps(report.written(), ensure_ascii=False))
    else:
        print(*report.lines(english=arguments.english), sep="\n")
    return SOUND if report.is_sound else NOT_SOUND


def _shown(arguments: argparse.Namespace) -> Iterator["CheckShown"]:
    """Yield what compares board and feed with the leaves; both are read now, before the log is."""
    from infra.verify.shown.board import check_board
    from infra.verify.shown.feed import check_alerts
    from infra.verify.shown.pages import read_alerts, read_board

    if arguments.board:
        yield partial(check_board, read_board(arguments.board))
    if arguments.alerts:
        key = arguments.key or os.environ.get(KEY, "")
        yield partial(check_alerts, read_alerts(arguments.alerts, key))
