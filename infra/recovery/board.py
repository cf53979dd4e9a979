"""The board's table against a projection made anew from the log's own table.

The rows of that were compared before, so what is projected is what is public. Each item that
differs is one line, and is written as it should be; the others stay, so that the pages are never
empty. A board that stands still is brought on.
"""

import json
from collections.abc import Iterator

from chalicelib.board.board_item import PLACES, BoardItem, attributes_of
from chalicelib.board.leaf_index import Run
from chalicelib.errors import Corrupt
from chalicelib.instant import parse
from chalicelib.lambdas.project import follow
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.plumbing.services import Services
from infra.recovery.difference import Differences
from infra.recovery.projecting import ProjectedBoard, projected

_JSON = ("body", "mark")
_LONGEST = 200  # characters of a value that a line shows
_Pair = tuple[BoardItem | None, BoardItem | None]


def compare_board(services: Services, differences: Differences, *, writes: bool) -> None:
    """Compare every item; where it *writes*, mend what differs and follow the log to its end.

    Crash in between: some items are mended. What the others lack or have is as it was, and the next
    restore finds it: no item is decided from another one here.
    """
    through, size = services.board.through().index, services.log.head().size
    stopped = _stopped(services, through, size)
    if stopped:
        zh = f"停在第 {through} 条，日志有 {size} 条"
        differences.add("board", zh, f"stops at {through}, the log has {size}")
    try:
        board = projected(services.log_reader, size if stopped else through)
    except Corrupt as error:
        differences.add("board", f"无从投影：{error.text.zh}", f"cannot be made: {error}")
        return
    for stored, derived in _differing(services, board):
        _add(differences, stored, derived)
        if writes:
            services.board.correct(stored, derived)
    if writes:
        follow(services.log_reader, services.board)


def _stopped(services: Services, through: int, size: int) -> bool:
    """Return whether the board does not follow: it is ahead of the log, or too far behind it."""
    if through >= size:
        return through > size
    entry = next(services.log_reader.entries(through), None)
    return entry is not None and services.now() - parse(entry.recorded_at) > MERGE_DELAY


def _differing(services: Services, board: ProjectedBoard) -> Iterator[_Pair]:
    """Yield each item as stored and as it should be, where they differ.

    What the board followed meanwhile is not compared: it is newer than what was projected, and no
    newer than the log.
    """
    store, followed = services.board, range(board.through.index, services.log.head().size)
    parts = store.derived(
        board.through, board.tallies.values(), board.cards.values(), board.signers
    )
    derived = {(item.pk, item.sk): item for item in parts}
    seen = bytearray(board.through.index)  # the places at which a run begins as it should
    for item in store.stored():
        run = _run_of(item, board)
        wanted = store.run_item(run) if run else derived.pop((item.pk, item.sk), None)
        if int(item.index) in followed:
            continue
        if wanted is None or attributes_of(item) != attributes_of(wanted):
            is_kept = run is None or board.is_needed(run)
            yield item, wanted if is_kept else None
        if run:
            seen[run.index] = 1
    yield from ((None, wanted) for wanted in derived.values())
    yield from ((None, store.run_item(run)) for run in board.needed_runs() if not seen[run.index])


def _run_of(item: BoardItem, board: ProjectedBoard) -> Run | None:
    """Return the run that *item* is about, as it is; None where it is of another kind, or wrong."""
    if not item.pk.startswith(PLACES) or not (item.sk.isascii() and item.sk.isdigit()):
        return None
    return board.run_at(item.pk.removeprefix(PLACES), int(item.sk))


def _add(differences: Differences, stored: BoardItem | None, derived: BoardItem | None) -> None:
    """Add a line: an item that is missing or too many, or its attributes that differ."""
    item = stored or derived
    assert item is not None  # noqa: S101 - one of the two is there
    name = f"{item.pk}/{item.sk}"
    if stored is None:
        differences.add("board", f"缺 {name}", f"{name} is missing")
        return
    if derived is None:
        differences.add("board", f"多出 {name}", f"{name} should not be there")
        return
    was, now = _fields(stored), _fields(derived)
    for each in sorted(was.keys() | now.keys()):
        if was.get(each) != now.get(each):
            there, wanted = _short(was.get(each)), _short(now.get(each))
            zh = f"{name} 的 {each} 是 {there}，应为 {wanted}"
            differences.add("board", zh, f"{name}: {each} is {there}, not {wanted}")


def _fields(item: BoardItem) -> dict[str, object]:
    """Return the attributes of *item*; in place of a JSON object, each of its members."""
    found: dict[str, object] = {}
    for name, value in attributes_of(item).items():
        try:
            inner = json.loads(value) if name in _JSON and isinstance(value, str) else None
        except ValueError:
            inner = None
        if isinstance(inner, dict):
            found |= {f"{name}.{each}": part for each, part in inner.items()}
        else:
            found[name] = value
    return found


def _short(value: object) -> str:
    written = repr(value)
    return written if len(written) <= _LONGEST else f"{written[:_LONGEST]}…"
