"""The lists that files were drawn from (案卷抽查), made again from the log alone.

A commitment names its query and how much of the log it asked. So the list is asked for again, case
by case: a file that was left out, or that nobody can find, is named. A case may have been judged by
two rules at the moment in question; then it may be in the list or not.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from chalicelib.cases.case_id import parts_of
from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.cases.stored_fact import LampState
from chalicelib.draw.commitment import Commitment, read_commitment
from chalicelib.errors import Corrupt
from chalicelib.intake.event_types import CLAIM_TYPES, CLOSING_TYPES, Derived, Reported
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.permit.lamp_history import lamp_states
from chalicelib.sample.acts import AGAIN_REASONS, stated
from chalicelib.sample.query import FileQuery, read_query
from infra.verify.issue import Issue
from infra.verify.source import Document
from infra.verify.supervision.cases import FactPosition, LoggedCases, drop_empty
from infra.verify.supervision.judgements import ReplayedCase

MOST_COMMITTED = 2_000
"""Commitments of a log that are checked."""
_NAMED = 20  # names of files that an issue about a list gives
# What can end a permit, or undo that.
_ENDING = frozenset[str](CLOSING_TYPES | CLAIM_TYPES | {Reported.CASE_CORRECTED})
_ENDING |= {Derived.CASE_DEEMED_APPROVED, Derived.CASE_RECHECKED}


class StatedDraw(Struct, frozen=True):
    """What leaf *index* commits to: the *fact*, its *sample*, the *commitment* and its *query*."""

    index: int
    position: FactPosition
    fact: Fact
    sample: str
    commitment: Commitment
    query: FileQuery
    names: frozenset[str]

    def issue(self, zh: str, en: str) -> Issue:
        """Return an issue with the commitment."""
        return self.position.issue(zh, en)


class StatedDraws(NamedTuple):
    """The commitments of a log by the names of their samples, and what is wrong with others."""

    draws: tuple[StatedDraw, ...]
    issues: list[Issue]

    def of(self, sample: str) -> StatedDraw | None:
        """Return the commitment of *sample*, None where it has none that can be read."""
        return next((draw for draw in self.draws if draw.sample == sample), None)


def read_draws(cases: LoggedCases, documents: Document) -> StatedDraws:
    """Read the commitments of a log, with their documents."""
    draws, issues = list[StatedDraw](), list[Issue]()
    for index, fact in cases.facts(Reported.SAMPLE_COMMITTED, "sample"):
        position = cases.position(index)
        if len(draws) >= MOST_COMMITTED:
            zh, en = (
                f"抽查多于 {MOST_COMMITTED} 次，其余未核对",
                f"{MOST_COMMITTED} draws are checked",
            )
            issues.append(position.issue(zh, en))
            break
        try:
            commitment = read_commitment(documents(fact.text("list")))
            query = read_query(commitment.about)
        except Corrupt as error:
            zh, en = (
                f"抽查名单无法读取：{error.text.zh}",
                f"the list drawn from cannot be read: {error}",
            )
            issues.append(position.issue(zh, en))
            continue
        names = frozenset(entry.id for entry in commitment.entries)
        sample = parts_of(position.name)[0]
        draws.append(StatedDraw(index, position, fact, sample, commitment, query, names))
    return StatedDraws(tuple(draws), issues)


class _Compared(Struct):
    """A list compared with cases: how many names were *found*, which lack, which are too many."""

    found: int = 0
    left_out: list[str] = field(default_factory=list)
    intruding: list[str] = field(default_factory=list)

    def add(self, other: "_Compared") -> None:
        """Add what another process compared."""
        self.found += other.found
        self.left_out = (self.left_out + other.left_out)[: _NAMED + 1]
        self.intruding = (self.intruding + other.intruding)[: _NAMED + 1]


class Draws:
    """Every list of a log, held against the cases."""

    def __init__(self, read: StatedDraws) -> None:
        self._read = read
        self.taken = [_Compared() for _ in read.draws]

    def take(self, replayed: ReplayedCase) -> None:
        """Hold a permit against each list."""
        if replayed.case.kind != "permit":
            return
        public = replayed.case.public
        for draw, compared in zip(self._read.draws, self.taken, strict=True):
            is_named = public in draw.names
            compared.found += is_named
            must, may = _belongs(replayed, draw, is_named=is_named)
            if must and not is_named:
                compared.add(_Compared(0, [public], []))
            if is_named and not may:
                compared.add(_Compared(0, [], [public]))

    def join(self, compared: Iterable[_Compared]) -> None:
        """Add what another process took."""
        for mine, its in zip(self.taken, compared, strict=True):
            mine.add(its)

    def check_draws(self) -> Iterator[Issue]:
        """Yield an issue for each commitment that is not what the log and its own document say."""
        yield from self._read.issues
        before: dict[str, StatedDraw] = {}
        for draw, compared in zip(self._read.draws, self.taken, strict=True):
            yield from _check_stated(draw)
            yield from _check_again(draw, before)
            yield from _check_list(draw, compared)
            before[draw.sample] = draw


def _belongs(replayed: ReplayedCase, draw: StatedDraw, *, is_named: bool) -> tuple[bool, bool]:
    """Return whether the case must be in the list, and whether it may be.

    An entry behind those that were asked counts too, if it was recorded long before: it was in the
    log when the list was made, or held back.
    """
    case, asked = replayed.case, draw.query
    late, whole = draw.fact.recorded_at - MERGE_DELAY, replace(asked, size=draw.index)
    all_in = [
        fact.n
        for fact in case.facts
        if whole.takes_at(case.at[fact.n], fact.recorded_at)
        and (case.at[fact.n] < asked.size or fact.recorded_at < late)
    ]
    ending = [n for n in all_in if case.facts[n].kind in _ENDING]
    likely = ending if asked.population == "closed" else [n for n in all_in if not n]
    numbers = all_in if is_named and not likely else likely
    verdicts = [
        any(_takes(replayed, n, rules, asked) for n in numbers)
        for rules in (replayed.rules(numbers[-1]) if numbers else ())
    ]
    return bool(verdicts) and all(verdicts), any(verdicts)


def _takes(replayed: ReplayedCase, n: int, rules: Rules, query: FileQuery) -> bool:
    """Return whether fact *n* brings the case into the list, judged by *rules*."""
    facts = replayed.case.facts
    was = LampState()
    if n:
        (was,) = lamp_states(replayed.history(n - 1), [facts[n - 1]], rules)
    (now,) = lamp_states(replayed.history(n), [facts[n]], rules)
    return query.takes(was, now) and query.fits(replayed.history(n + 1))


def _check_stated(draw: StatedDraw) -> Iterator[Issue]:
    """Check that the leaf says what the document says, and in time."""
    commitment, fact, query = draw.commitment, draw.fact, draw.query
    said = drop_empty(stated(commitment))
    wrong = [name for name, value in said.items() if fact.data.get(name) != value]
    if wrong:
        names = ", ".join(wrong)
        zh, en = f"条目与名单不一致（{names}）", f"the leaf says otherwise than its list ({names})"
        yield draw.issue(zh, en)
    if draw.sample != query.sample_name(fact.text("instead_of")):
        zh, en = "编号不是由查询条件得出的", "its name does not follow from its query"
        yield draw.issue(zh, en)
    if fact.recorded_at + MERGE_DELAY > commitment.when.closes:
        zh = "承诺名单时随机数可能已经知道"
        yield draw.issue(zh, "the value may have been known when the list was committed to")
    if query.until > fact.recorded_at or query.size > draw.index:
        zh, en = "名单所问的尚未发生", "the list asks for what had not happened yet"
        yield draw.issue(zh, en)


def _check_again(draw: StatedDraw, before: Mapping[str, StatedDraw]) -> Iterator[Issue]:
    """Check that a second draw of the same files names the one before it, with a reason."""
    replaced = {other.fact.text("instead_of") for other in before.values()}
    same = [name for name, other in before.items() if other.query.is_same_task(draw.query)]
    latest = {name for name in same if name not in replaced}
    named = draw.fact.text("instead_of")
    if (same or named) and (named not in latest or draw.fact.text("reason") not in AGAIN_REASONS):
        zh = f"同一批案卷再次抽取，没有写明替代哪一次和理由（此前：{'、'.join(same) or '无'}）"
        en = "the same files are drawn from again, without the sample that it replaces and a reason"
        yield draw.issue(zh, f"{en} (before: {', '.join(same) or 'none'})")


def _check_list(draw: StatedDraw, compared: _Compared) -> Iterator[Issue]:
    """Check that the list has every file that the query asks for, and no other."""
    lost = len(draw.names) - compared.found
    if compared.left_out:
        names = " ".join(compared.left_out[:_NAMED])
        zh, en = f"名单漏列符合条件的案卷：{names}", f"the list leaves files out: {names}"
        yield draw.issue(zh, en)
    if compared.intruding:
        names = " ".join(compared.intruding[:_NAMED])
        zh, en = (
            f"名单列入不符合条件的案卷：{names}",
            f"the list has files that do not fit: {names}",
        )
        yield draw.issue(zh, en)
    if lost:
        zh, en = f"名单有 {lost} 份案卷日志中没有", f"{lost} files of the list are not in the log"
        yield draw.issue(zh, en)
