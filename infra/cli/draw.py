"""`duban draw verify`: draw again what was drawn, from the public log alone (docs/draws.md)."""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.errors import BadInput
from infra.terminal.arguments import commands
from infra.terminal.language import language, say
from infra.terminal.report import progress_bar, report

if TYPE_CHECKING:
    from chalicelib.draw.exchange import DrawnPlace
    from infra.verify.draw_replay import DrawReplay
    from infra.verify.report import VerifyReport
    from infra.verify.supervision.draws import StatedDraw

SAME, DIFFERENT = 0, 1
_COMMAND = """\
draw  核对抽查 | check draws
draw verify  用公开日志重新列名单、重新抽取，看是否一致
        | list and draw again from the public log, and say what differs
    about
        先核对日志的签名和哈希，再按承诺的条件重新列出名单，用公布的随机数重新抽取。
        不联网查随机数：请自己与公布的核对。退出码 0：一致；1：有不同；2：读不出，或没有这次抽查。
        | Signature and hashes of the log are checked first. Then each list is made again by its
        query, and drawn from again by its value. Nobody is asked for the value: compare it yourself
        with what was published. Exit 0: all is as recorded. 1: something differs. 2: the log cannot
        be read, or has no such sample.
    URL|DIR as log  日志的地址，或它的副本所在文件夹
        | where the log is served, or a folder with a copy of it
    --sample ID  只看这一次 | this one alone
    --vkey K repeated  从日志以外取得的日志公钥
        | the log's key, from somewhere else than the log
    --json
"""
add = commands(__name__, _COMMAND)


def run_verify(arguments: argparse.Namespace) -> int:
    """Draw again, and print each sample with what differs."""
    from infra.verify.draw_replay import DrawReplay
    from infra.verify.run import VerifyingReader, verify_log
    from infra.verify.source import source_at
    from infra.verify.trust import read_trust
    from infra.verify.workers import cores

    made: list[DrawReplay] = []

    def replay(*read: Any) -> DrawReplay:
        made.append(DrawReplay(*read))
        return made[-1]

    reader = VerifyingReader(
        read_trust(arguments.vkey, (), None, None),
        datetime.now(UTC),
        replay=replay,
        bar=progress_bar,
        processes=cores(),
    )
    verified = verify_log(source_at(arguments.log), reader)
    shown = list(_shown(made[-1], arguments.sample)) if made else []
    document = {**verified.written(), "samples": [_row(each) for each in shown]}
    report(arguments, document, _lines(verified, shown))
    return SAME if verified.is_sound else DIFFERENT


class _Shown(NamedTuple):
    """A *draw* with its *value*, "" before there is one, its *places*, and the *reviewed* files."""

    draw: "StatedDraw"
    value: str
    places: "list[DrawnPlace]"
    reviewed: list[str]


def _shown(again: "DrawReplay", sample: str | None) -> Iterator[_Shown]:
    """Yield the draws that are asked about. Raises BadInput where the log has no such *sample*."""
    draws = [draw for draw in again.draws if sample in (None, draw.sample)]
    if sample is not None and not draws:
        zh, en = "日志中没有这次抽查", "the log has no such sample"
        raise BadInput(zh=zh, en=en, where=f"--sample {sample[:60]}")
    for draw in draws:
        state = again.states.get(draw.sample)
        value, reviewed = (state.value, sorted(state.reviews)) if state else ("", [])
        yield _Shown(draw, value, again.places(draw), reviewed)


def _row(shown: _Shown) -> dict[str, Any]:
    from chalicelib.instant import text

    draw, commitment = shown.draw, shown.draw.commitment
    return {
        "id": draw.sample,
        "index": draw.index,
        "list": commitment.digest,
        "about": commitment.about,
        "listed": len(commitment.entries),
        "number": commitment.number,
        "source": commitment.source,
        "turn": commitment.turn,
        "committed_at": text(draw.fact.recorded_at),
        "opens": text(commitment.when.opens),
        "value": shown.value,
        "drawn": [place.entry for place in shown.places if not place.replaced_by],
        "exchanged": [place.entry for place in shown.places if place.replaced_by],
        "reviewed": shown.reviewed,
    }


def _lines(verified: "VerifyReport", shown: list[_Shown]) -> Iterator[str]:
    yield f"{verified.origin or verified.where}"
    for each in shown:
        yield from _draw_lines(each)
    is_english = language() == "en"
    yield from (f"✗ {issue.en if is_english else issue.zh}" for issue in verified.findings)
    zh, en = "重新抽取，结果一致。", "Drawn again: all is as recorded."
    if count := verified.counts.total():
        zh, en = f"有 {count} 项不同或者有问题。", f"{count} findings: something differs."
    yield say(zh, en)


def _draw_lines(shown: _Shown) -> Iterator[str]:
    from chalicelib.draw.source import random_sources

    draw, commitment = shown.draw, shown.draw.commitment
    source, turn = random_sources()[commitment.source], commitment.turn
    listed, number = len(commitment.entries), commitment.number
    zh = f"抽查 {draw.sample}：{listed} 份中抽 {number} 份，{source.zh} {turn}"
    yield f"  {say(zh, f'sample {draw.sample}: {number} of {listed} files, {source.en} {turn}')}"
    where, value = source.where.format(turn=turn), shown.value
    zh, en = f"随机数 {value}，请与 {where} 核对", f"value {value}: compare it with {where}"
    yield f"    {say(zh, en) if value else say('尚未抽取', 'not drawn yet')}"
    for place in shown.places:
        exchanged = f" → {place.replaced_by}" if place.replaced_by else ""
        yield f"    {place.rank}. {place.entry}{exchanged}"
