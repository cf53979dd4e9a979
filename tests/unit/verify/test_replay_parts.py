"""The parts of the replay that no honest county tries: who may tell what, what counts when."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.calendar.shipped import load_calendar
from chalicelib.cases.fact import Fact
from chalicelib.intake.event import source_of
from chalicelib.log.tlog.tree import leaf_hash
from chalicelib.policy.selection import Selection
from chalicelib.policy.shipped import load_dated_profile, profile_text
from chalicelib.statement.state import catalogue_text, profile_rules_text
from infra.verify.entries import Entries
from infra.verify.issue import Issue
from infra.verify.supervision import reporters as told_checked
from infra.verify.supervision.cases import LoggedCase, LoggedCases
from infra.verify.supervision.replay import SupervisionReplay
from infra.verify.supervision.rules import Rulebook, StatedCalendars, StatedCatalogue, Statement
from infra.verify.supervision.statement_reader import StatementReader
from tests.support.shown_log import Author, written

AT = datetime(2026, 11, 2, 1, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PERMIT, CARD = "c_aaaaaaaaaaaaaaaaaaaaaaaaaa", "duban:card/c_aaaaaaaaaaaaaaaaaaaaaaaaaa.2"
EVENT = "e_" + "a" * 26


def told(kind: str, key: str, at: datetime = AT, **data: Any) -> Fact:
    """A told fact, recorded at AT; of the source `hall`, if it is not ours."""
    source = "" if key.startswith("duban/") else "hall"
    return Fact(0, kind, key, at, AT, told=True, data=data, source=source)


CONTESTED = Fact(0, "claim.contested", "contested/0", AT, AT, told=False, data={"claim": 0})


def said(case: str, *facts: Fact) -> list[str]:
    """What is wrong with who told *facts* of *case*."""
    numbered = [fact.numbered(n) for n, fact in enumerate(facts)]
    issues = told_checked.check_reporters(LoggedCase(case, PERMIT, numbered, range(len(numbered))))
    return [issue.en.partition(": ")[2] for issue in issues]


@pytest.mark.parametrize(
    ("case", "fact"),
    [
        (PERMIT, told("case.accepted", EVENT)),
        (PERMIT, told("case.shredded", "duban/shredded/0")),
        (PERMIT, told("card.annulled", f"duban/{PERMIT}.7")),  # news: looked at elsewhere
        (CARD, told("card.responded", "duban/respond/1", role="department")),
        (CARD, told("card.sent_back", "duban/send_back/1", role="inspector")),
        (PERMIT, told("irregularity.found", "duban/finding/1", role="inspector")),
        (PERMIT, told("irregularity.found", EVENT)),  # by an intake system: nobody's role
        ("duban:item/X-01", told("item.listed", "duban/catalogue.1")),
        ("duban:log/2026-11-02", told("heartbeat", "duban/heartbeat/1")),
    ],
)
def test_what_may_be_told(case: str, fact: Fact) -> None:
    """By those who may, about what they may."""
    assert said(case, fact) == []


def decision(**data: Any) -> Fact:
    """An inspector's decision about the first fact of a case, made when that was on record."""
    given = {"claim": 0, "seen": 1, "role": "inspector", **data}
    return told("claim.accepted", "duban/claim/0/1", **given)


def test_an_inspector_decides_about_a_report_on_record() -> None:
    """What an intake system told, and nothing that came later or was derived."""
    report = told("case.suspended", EVENT)
    assert said(PERMIT, report, decision()) == []
    why = ["claim.accepted is about no report that was on record then"]
    for wrong in ({"claim": 1}, {"claim": 7}, {"claim": None}, {"seen": 0}, {"seen": 2}):
        assert said(PERMIT, report, decision(**wrong)) == why, wrong
    assert said(PERMIT, replace(report, told=False), decision()) == why
    (role,) = said(PERMIT, report, decision(role="operator"))
    assert role == "claim.accepted is not for this role: operator"


@pytest.mark.parametrize(
    ("case", "fact", "why"),
    [
        (PERMIT, told("card.annulled", EVENT), "not for this source"),
        (PERMIT, told("claim.accepted", EVENT), "not for this source"),
        (CARD, told("claim.accepted", "duban/1"), "not for this source"),
        (PERMIT, told("case.decided", "duban/decide/1"), "not for this source"),
        (CARD, told("card.revoked", EVENT, role="inspector"), "not for this source"),
        (CARD, told("card.issued", "duban/1"), "not for this source"),
        (CARD, told("card.revoked", "duban/1", role="department"), "not for this role: department"),
        (CARD, told("card.appealed", "duban/1", role="inspector"), "not for this role: inspector"),
        (CARD, told("card.responded", "duban/1"), "not for this role: none"),
        (CARD, told("card.sent_back", "duban/1", role="department"), "not for this role"),
        (CARD, told("card.sent_back", EVENT, role="inspector"), "not for this source"),
        (CARD, told("irregularity.found", "duban/1", role="inspector"), "not for this source"),
        (PERMIT, told("irregularity.found", "duban/1", role="department"), "not for this role"),
        (PERMIT, told("irregularity.found", "duban/1"), "not for this role: none"),
        (
            PERMIT,
            told("irregularity.found", "duban/1", AT - 11 * MINUTE, role="inspector"),
            "claims another time",
        ),
        (
            CARD,
            told("card.responded", "duban/1", AT - 11 * MINUTE, role="department"),
            "claims another time",
        ),
        ("duban:register/370102/red/2026", told("heartbeat", "duban/1"), "not for this source"),
    ],
)
def test_what_may_not_be_told(case: str, fact: Fact, why: str) -> None:
    """Whoever says so."""
    (one,) = said(case, fact)
    assert why in one


def decided(key: str = "duban/claim/0", at: datetime = AT, **data: Any) -> Fact:
    """An inspector's decision about the first fact of a case, of which two were on record."""
    return told("claim.accepted", key, at, **{"claim": 0, "seen": 2, "role": "inspector", **data})


@pytest.mark.parametrize(
    ("decision", "why"),
    [
        (decided(), ""),
        (decided(seen=1), ""),
        (replace(decided(), kind="claim.refused"), ""),
        (decided(seen=0), "no report that was on record"),
        (decided(seen=3), "no report that was on record"),
        (decided(claim=1), "no report that was on record"),  # it was derived
        (decided(claim=2), "no report that was on record"),
        (decided(claim=""), "no report that was on record"),
        (decided(role="department"), "not for this role: department"),
        (decided(role=""), "not for this role: none"),
        (decided(EVENT), "not for this source"),
        (decided(at=AT - 11 * MINUTE), "claims another time"),
    ],
)
def test_who_decides_a_claim(decision: Fact, why: str) -> None:
    """An inspector, at that time, of what a source had told before."""
    issues = said(PERMIT, told("case.decided", "e_" + "b" * 26), CONTESTED, decision)
    assert len(issues) == bool(why)
    assert all(why in issue for issue in issues)


def test_a_case_is_told_by_one_source() -> None:
    """Another has another delivery time."""
    first = told("case.accepted", EVENT)
    ours = told("case.shredded", "duban/shredded/0")
    same, other = told("case.decided", "e_" + "b" * 26), told("stage.left", "e_" + "c" * 26)
    assert said(PERMIT, ours, first, same) == []
    issues = said(PERMIT, first, ours, replace(other, source="window"), same)
    assert issues == ["stage.left is told by window, and this case by hall"]


def test_a_fact_is_on_record_once() -> None:
    """However its number reads."""
    fact = told("case.accepted", EVENT)
    assert said(PERMIT, fact, fact) == ["case.accepted is on record twice"]


@pytest.mark.parametrize(
    ("key", "source"),
    [
        (f"duban/{PERMIT}.12", (PERMIT, 12)),
        (f"duban/{PERMIT}.012", None),
        (f"duban/{PERMIT}.", None),
        (f"hall/{PERMIT}.1", None),
        ("duban/catalogue.1", None),
        ("duban/respond/0123", None),
    ],
)
def test_where_news_comes_from(key: str, source: tuple[str, int] | None) -> None:
    """From its key, and from nothing that only looks like one."""
    assert source_of(key) == source


@contextmanager
def logged(**own: str) -> Iterator[Entries]:
    """The entries of a log: one of each case, by a letter, with the name of its own if any."""
    entries = Entries(0, 0)
    for case, name in own.items():
        more = {"own": name} if name else {}
        leaf = written(Author().says(case, 0, key="duban/k", src=None, **more))
        entries.add(leaf_hash(leaf), leaf)
    entries.finish()
    yield entries
    entries.leaves.close()


def test_each_case_has_a_name_of_its_own() -> None:
    """Two with one name, a name that is an intake system's or no kind of ours: unread."""
    with logged(a="", b=CARD, c=CARD, d="hall:1", e="duban:nothing/1", f="duban:item/1") as log:
        cases = LoggedCases(log)
        found = [cases.read_case(public(case)) for case in "abcdef"]
        names = [case.name for case in found if case is not None]
    assert names == [public("a"), CARD, "duban:item/1"]
    assert [issue.index for issue in cases.findings] == [2, 3, 4]


def public(case: str) -> str:
    """The public name of the case of a letter."""
    return "c_" + case.ljust(26, "a")


def statement(index: int, since: datetime, region: str = "370102") -> Statement:
    """The rules as they are shipped, stated *since* then; another *region* makes them others."""
    calendars = StatedCalendars(load_calendar("CN"), ())
    policies = {"statutory": load_dated_profile("statutory")}
    selection = Selection("statutory")
    return Statement(index, since, selection, region, policies, calendars, StatedCatalogue(), {})


BOOK = Rulebook(
    [
        statement(0, AT),
        statement(5, AT + HOUR),
        statement(9, AT + 2 * HOUR, "430102"),
    ]
)


@pytest.mark.parametrize(
    ("at", "indices"),
    [
        (AT - 10 * MINUTE, [0]),
        (AT - 11 * MINUTE, [0]),  # stated before it in the log: a clock was set back
        (AT + HOUR, [0]),
        (AT + 2 * HOUR - 10 * MINUTE, [0, 9]),
        (AT + 2 * HOUR + 10 * MINUTE, [0, 9]),
        (AT + 2 * HOUR + 11 * MINUTE, [9]),
        (AT + 999 * HOUR, [9]),
    ],
)
def test_what_was_in_force(at: datetime, indices: list[int]) -> None:
    """Give or take the merge delay; what is only stated again is no news."""
    assert [statement.index for statement in BOOK.around(at, 3)] == indices


def test_what_nobody_stated_was_not_in_force() -> None:
    """Of a leaf before the first statement, and long before it."""
    assert BOOK.around(AT - HOUR, 0) == []


@pytest.mark.parametrize(
    ("then", "indices"),
    [
        (AT - MINUTE, []),
        (AT + HOUR, [0]),
        (AT + 2 * HOUR, [9, 0]),
        (AT + 3 * HOUR, [9, 0]),
        (AT + 3 * HOUR + MINUTE, [9]),
    ],
)
def test_what_a_case_may_still_be_judged_by(then: datetime, indices: list[int]) -> None:
    """The rules before, for an hour."""
    assert [statement.index for statement in BOOK.settled(then)] == indices


def adopted(*named: dict[str, str]) -> Fact:
    """A day on which the log states these documents."""
    return told(
        "rules.adopted",
        "duban/rules/1",
        documents=list(named),
        selection="statutory",
        region="370102",
    )


def test_a_document_is_what_its_names_say() -> None:
    """By its hash, and by the version that judgements name: the one does not replace the other."""
    honest = profile_rules_text(
        "statutory", load_dated_profile("statutory").reference, profile_text("statutory")
    )
    for document, other in (
        (honest, {**honest.payload(), "version": "statutory@sha256:0"}),
        (honest, {**honest.payload(), "sha256": "0" * 64}),
        (catalogue_text("0123", ()), catalogue_text("0123", ()).payload()),
    ):
        bodies = {other["sha256"]: document.body}
        book, unread = StatementReader(bodies.__getitem__).read_statements([(0, adopted(other))])
        assert book.statements == ()
        assert len(unread) == 1


def test_a_log_that_states_no_rules_cannot_be_judged() -> None:
    """And says so; an empty one has nothing to be judged."""
    with logged() as log:
        assert list(SupervisionReplay(log, lambda _: b"", AT).issues()) == []
    with logged(a="") as log:
        (issue,) = SupervisionReplay(log, lambda _: b"", AT).issues()
    assert isinstance(issue, Issue)
    assert "no rules that can be read are stated" in issue.en
