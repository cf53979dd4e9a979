"""What became of a card, read from the log in whatever order its cases got there."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.board.projection import COUNTS, Tally, project
from chalicelib.board.published_card import Number, PublishedCard, apply_entry, card_id_of
from chalicelib.cases.case_id import card_case, department_case, register_case
from chalicelib.feed.entry import LogEntry
from tests.support.written_log import row
from tests.unit.test_projection import follow, in_pieces

AT = "2026-11-09T09:30:00.000Z"
ISSUE: dict[str, Any] = {
    "level": "yellow",
    "rule": "V-02",
    "due_at": AT,
    "noticed_at": AT,
    "region": "370102",
    "item": "X-01",
}


def entry(index: int, case: str, n: int, kind: str, data: dict[str, Any], **more: Any) -> LogEntry:
    """Make an entry of *case*, derived unless *told*."""
    told, public = more.get("told", False), more.get("public", "c_p")
    lamp = {"was": "", "was_in": "", "now": "", "department": ""}
    written = row(index, n=n, kind=kind, data=data, told=told, public=public, **lamp)
    return replace(
        LogEntry.read_row({**written, "case": case}), own=case if case.startswith("duban:") else ""
    )


class Log:
    """A log that is written entry by entry, each case with numbers of its own."""

    def __init__(self) -> None:
        self.entries: list[LogEntry] = []
        self._next: Counter[str] = Counter()

    def add(self, case: str, kind: str, *, told: bool = False, **data: Any) -> LogEntry:
        """Write the next entry of *case*."""
        n = self._next[case]
        self._next[case] += 1
        public, data = f"c_{case.partition(':')[2][:3]}", {"department": "Housing", **data}
        made = entry(len(self.entries), case, n, kind, data, told=told, public=public)
        self.entries.append(made)
        return made

    def issue(self, case: str, level: str = "yellow") -> str:
        """Issue a card in *case*, and tell the card's own case; its id."""
        made = self.add(case, "card.issued", **{**ISSUE, "level": level})
        self.life(made.card, "card.issued", told=True, **{**ISSUE, "level": level})
        return made.card

    def life(self, card: str, kind: str, *, told: bool = False, **data: Any) -> LogEntry:
        """Write the next entry of the card's own case."""
        return self.add(card_case(card), kind, told=told, card=card, **data)

    def known(self) -> dict[str, PublishedCard]:
        """Give what the board knows of every card."""
        return {new.card: new for _, new in project({}, {}, self.entries, {}).cards}

    def published(self, card: str) -> PublishedCard:
        """Give *card* as the board has it."""
        return self.known()[card]

    def tally(self) -> Tally:
        """Give the one department's counts."""
        ((_, tally),) = project({}, {}, self.entries, {}).tallies
        return tally


def counts(tally: Tally) -> dict[str, dict[str, int]]:
    """Give what is not zero."""
    return {
        name: {level: n for level, n in getattr(tally, name).items() if n}
        for name in COUNTS
        if any(getattr(tally, name).values())
    }


def test_a_recheck_marks_the_card_it_is_about_and_may_take_it_back() -> None:
    """The card stays in its place, and counts as ever issued; the lost one is told apart."""
    log = Log()
    card = log.issue("hall:1")
    log.add("hall:1", "card.rechecked", card=0, verdict="lost", reason="corrected")
    lost = log.published(card)
    assert (lost.state, lost.stands, lost.status, lost.reason) == (
        "lost",
        False,
        "rechecked",
        "corrected",
    )
    assert counts(log.tally()) == {"cards": {"yellow": 1}, "lost": {"yellow": 1}}
    log.add("hall:1", "card.rechecked", card=0, verdict="stands", reason="late_news")
    assert (log.published(card).state, log.published(card).stands) == ("issued", True)
    assert counts(log.tally()) == {"cards": {"yellow": 1}}


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ([], "issued"),
        (["card.acknowledged"], "acknowledged"),
        (["card.acknowledged", "card.responded"], "responded"),
        (["card.responded", "card.sent_back"], "sent_back"),
        (["card.acknowledged", "card.sent_back"], "acknowledged"),  # nothing to send back
        (["card.responded", "card.closed", "card.sent_back"], "sent_back"),
        (["card.responded", "card.sent_back", "card.responded"], "responded"),
        (["card.responded", "card.appealed"], "appealed"),
        (["card.appealed", "upheld"], "issued"),
        (["card.responded", "card.appealed", "sent_back"], "responded"),
        (["card.appealed", "revoked"], "revoked"),
        (["card.revoked"], "revoked"),
        (["card.revoked", "card.appealed"], "revoked"),  # does not fit: set aside
        (["card.responded", "card.closed"], "closed"),
    ],
)
def test_the_state_of_a_card_is_that_of_its_life(acts: list[str], state: str) -> None:
    """Told acts and what follows from them, as the card's own case has them."""
    log = Log()
    card = log.issue("hall:1")
    for act in acts:
        if act in ("upheld", "sent_back", "revoked"):
            log.life(card, "appeal.decided", told=True, outcome=act)
        else:
            log.life(card, act, told=act != "card.closed")
    assert log.published(card).state == state
    assert log.published(card).stands == (state != "revoked")
    assert counts(log.tally()) == {
        "cards": {"yellow": 1},
        **({"revoked": {"yellow": 1}} if state == "revoked" else {}),
    }


def test_a_revoked_card_keeps_its_number_and_is_not_lost_as_well() -> None:
    """A number is for ever, and each card that is not in force is counted once."""
    log = Log()
    card = log.issue("hall:1")
    register = register_case("370102", "yellow", 2026)
    log.add(register, "card.issued", told=True, card=card, level="yellow", year=2026)
    log.add(
        register, "card.numbered", card=card, number=12, level="yellow", year=2026, written="甲12号"
    )
    log.life(card, "card.revoked", told=True)
    log.life(card, "card.annulled", level="yellow", reason="revoked")
    log.add("hall:1", "card.rechecked", card=0, verdict="lost", reason="calendar")
    mark = log.published(card)
    assert (mark.state, mark.status) == ("revoked", "annulled")
    assert mark.numbers == {"yellow": Number(12, 2026, "甲12号")}
    assert counts(log.tally()) == {"cards": {"yellow": 1}, "revoked": {"yellow": 1}}


def test_an_escalated_card_is_one_card_and_may_be_answered_anew() -> None:
    """Each level that it reached is told, and counted beside what was issued."""
    log = Log()
    card = log.issue("hall:1", "red")
    log.life(card, "card.acknowledged", told=True)
    log.life(card, "case.escalated", level="supervision", rule="V-51", due_at=AT)
    mark = log.published(card)
    assert [fact.data["level"] for fact in mark.escalations] == ["supervision"]
    assert counts(log.tally()) == {"cards": {"red": 1}, "escalated": {"supervision": 1}}


def test_what_a_register_or_a_department_is_told_is_no_news_of_its_own() -> None:
    """It was said where it happened, and is counted there."""
    log = Log()
    told = log.add(department_case("Housing", 2026), "card.issued", told=True, **ISSUE)
    raised = log.add(
        register_case("1", "red", 2026), "case.escalated", told=True, card="c_x.1", level="red"
    )
    assert not told.issues_card
    assert (card_id_of(told), card_id_of(raised)) == ("", "")


def test_only_what_a_clock_led_to_has_a_due_instant() -> None:
    """What somebody did, or did again, has none, whatever its alert carries for others."""
    log = Log()
    by_clock = log.published(log.add("hall:1", "card.issued", **ISSUE, clock="promise").card)
    by_act = log.published(log.add("hall:2", "card.issued", **ISSUE).card)
    assert (by_clock.due_at, by_act.due_at) == (AT, "")


def test_a_department_as_a_whole_can_be_raised_at_once() -> None:
    """Two red cards in a quarter: that is how the card of a department begins."""
    log = Log()
    raised = log.add(
        department_case("Housing", 2026),
        "case.escalated",
        **{**ISSUE, "level": "supervision", "rule": "L-03"},
    )
    card = log.published(raised.card)
    assert card.is_issued
    assert (card.card, card.level, card.confirmed) == (raised.card, "supervision", False)
    assert counts(log.tally()) == {"cards": {"supervision": 1}}


def test_a_confirmed_proposal_keeps_the_name_it_had_and_says_who_made_it_a_card() -> None:
    """Nothing is published of it before."""
    log = Log()
    proposed = log.add("hall:1", "card.proposed", **ISSUE)
    log.life("c_1.0", "card.proposed", told=True, level="yellow")
    log.life("c_1.0", "card.confirmed", told=True)
    assert not proposed.issues_card
    assert not log.published("c_1.0").is_issued
    log.add("hall:1", "card.confirmed", told=True, card=0)
    made = log.add("hall:1", "card.issued", **ISSUE, card=0)
    card = log.published(made.card)
    assert card.is_issued
    assert (card.card, card.confirmed) == ("c_1.0", True)
    assert counts(log.tally()) == {"cards": {"yellow": 1}}


@given(st.data())
def test_the_order_of_cases_in_the_log_changes_nothing(data: st.DataObject) -> None:
    """Each case in its own order, the cases in any; in whatever pieces, with repetitions."""
    log = Log()
    for case in ("hall:1", "hall:2"):
        card = log.issue(case)
        level: dict[str, Any] = {"level": "yellow", "year": 2026}
        number: dict[str, Any] = {**level, "number": 1, "written": "甲1号"}
        log.add(register_case("1", "yellow", 2026), "card.numbered", card=card, **number)
        log.life(card, "card.appealed", told=True)
        log.add(case, "card.rechecked", card=0, verdict="lost")
        log.add(case, "card.rechecked", card=0, verdict="stands")
    log.life(card, "appeal.decided", told=True, outcome="revoked")
    log.life(card, "card.annulled", level="yellow")
    mixed = interleaved(log.entries, data)
    tallies, cards = in_pieces(mixed, data)
    assert counts(tallies["Housing"]) == {"cards": {"yellow": 2}, "revoked": {"yellow": 1}}
    wanted = project({}, {}, log.entries, {})
    for _, one in wanted.cards:
        card = cards[one.card]
        assert (card.state, card.numbers) == (one.state, one.numbers)
    assert follow(tallies, cards, mixed) == (tallies, cards)


def interleaved(entries: list[LogEntry], data: st.DataObject) -> list[LogEntry]:
    """Give *entries* in another order that keeps the order within each case, numbered anew."""
    waiting: dict[str, list[LogEntry]] = {}
    for entry in entries:
        waiting.setdefault(entry.case, []).append(entry)
    mixed: list[LogEntry] = []
    while waiting:
        case = data.draw(st.sampled_from(sorted(waiting)))
        entry = waiting[case].pop(0)
        row = {name: getattr(entry, name) for name in entry.__struct_fields__}
        mixed.append(LogEntry(**{**row, "index": len(mixed)}))
        if not waiting[case]:
            del waiting[case]
    return mixed


def test_the_same_again_changes_nothing() -> None:
    """Not even what it says of when."""
    log = Log()
    card = log.issue("hall:1")
    mark = log.published(card)
    assert apply_entry(mark, log.entries[-1]) == mark
