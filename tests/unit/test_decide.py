"""What follows from a case's facts: warnings, cards, re-checks, and when to look again."""

import pytest

from chalicelib.cases.from_event import adopted_terms
from chalicelib.policy.limit import Limit
from chalicelib.policy.terms import Terms
from tests.unit.told import (
    DUE,
    MS,
    RED,
    START,
    WARN,
    File,
    accepted,
    at,
    clock,
    decided,
    extended,
    opened,
    reported,
    resumed,
    suspended,
)


def test_nothing_is_known_of_an_empty_case() -> None:
    """No facts, nothing to say."""
    case = File()
    decision = case.decide_case(START)
    assert (decision.append, decision.wake_at, decision.held_for) == ((), None, "")


def test_a_case_that_is_not_accepted_has_no_promise() -> None:
    """That countdown begins with the acceptance; until then the authority has time to notify."""
    case = File(reported("submitted", START, item="X-01", department="Housing"))
    case.receive(reported("supplement_notified", "2025-04-21T17:30", materials=["licence"]))
    decision = case.decide_case("2026-01-01")
    assert (decision.wake_at, decision.held_for) == (None, "")
    assert case.proposed() == [("V-34", "supplement", "2025-05-21T17:30")]
    assert case.kinds() == ["card.proposed"]
    assert decision.lamp == "pending"


def test_from_wake_to_wake() -> None:
    """A warning, a yellow and a red card, each one millisecond after its legal instant."""
    case = opened()
    wakes = []
    wake = case.decide_case(START).wake_at
    while wake is not None:
        assert case.decide_case(wake - MS).append == ()
        wakes.append(clock(wake))
        wake = case.decide_case(wake).wake_at
    assert wakes == [f"{instant}:00.001" for instant in (WARN, DUE, RED)]
    assert case.issued() == [("warning", WARN), ("yellow", DUE), ("red", RED)]
    assert case.decide_case("2026-01-01").append == ()


def test_at_the_due_instant_nothing_is_late() -> None:
    """Late is strictly after."""
    case = opened()
    case.decide_case(DUE)
    assert case.issued() == [("warning", WARN)]
    case.decide_case(at(DUE) + MS)
    assert case.issued()[1:] == [("yellow", DUE)]


def test_a_card_says_what_it_rests_on() -> None:
    """Rule, basis, legal instant, when it was noticed, versions and grounds."""
    case = opened()
    case.decide_case(at(DUE) + MS)
    yellow = case.facts[-1]
    assert yellow.data["rule"] == "V-02"
    assert yellow.data["rests_on"] == [0]
    assert yellow.text("basis").startswith("《优化营商环境条例》第三十六条")
    assert yellow.text("due_at") == "2025-04-21T09:30:00.000Z"
    assert yellow.text("noticed_at") == "2025-04-21T09:30:00.001Z"
    assert yellow.text("policy").startswith("statutory@sha256:")
    assert yellow.text("calendar").startswith("CN:sha256:")
    assert (yellow.text("department"), yellow.text("item")) == ("Housing", "X-01")


class TestSettleFirst:
    """What was crossed before a fact happened stays crossed (DESIGN §4)."""

    @pytest.mark.parametrize("late", [0, 1])
    @pytest.mark.parametrize("kind", ["suspended", "decided", "withdrawn"])
    def test_a_millisecond_decides(self, kind: str, late: int) -> None:
        """At the due instant it prevents the card, a millisecond later it does not."""
        case = opened()
        sound = {"procedure": "testing", "given": ["basis"], "notified_at": "2025-04-21"}
        case.receive(reported(kind, at(DUE) + late * MS, **sound))
        case.decide_case("2025-05-20")
        levels = [level for level, _ in case.issued()]
        if late:
            assert "yellow" in levels
        else:
            assert levels == ["warning"]
        assert case.verdicts() == []

    @pytest.mark.parametrize(
        ("when", "due"),
        [("2025-04-21T17:29:59.999", "2025-04-22T17:30"), (DUE, DUE), (f"{DUE}:00.001", DUE)],
    )
    def test_an_extension_counts_until_a_millisecond_before(self, when: str, due: str) -> None:
        """It must be approved before the due instant it extends (行政许可法 42)."""
        case = opened()
        case.receive(extended(when, "1wd"))
        case.decide_case("2025-04-24")
        assert ("yellow", due) in case.issued()

    def test_a_late_extension_is_reported(self) -> None:
        """It changes nothing, and must not pass in silence."""
        case = opened()
        case.receive(extended(DUE, "10wd"))
        case.decide_case("2025-05-20")
        assert case.proposed() == [("V-12", "late", DUE)]
        assert case.issued()[1:2] == [("yellow", DUE)]

    def test_an_extension_in_time_is_not_reported(self) -> None:
        """Nor is one in a pause, of an explicit due instant, or of a case nothing is known of."""
        paused = File(
            accepted(START, "5wd"), suspended("2025-04-16"), extended("2025-05-20", "1wd")
        )
        explicit = File(accepted(START, due_at="2025-04-21"), extended("2025-04-16", "1wd"))
        unknown = File(accepted(START), extended("2026-04-16", "1wd"))
        for case in (paused, explicit, unknown):
            case.decide_case("2026-05-01")
            assert case.set_aside() == []
            assert [rule for rule, _, _ in case.proposed() if rule != "V-06"] == []

    def test_an_extension_may_be_in_time_for_the_law_and_late_for_the_promise(self) -> None:
        """The promise was broken already; the statutory limit is extended."""
        case = opened("5wd", "10wd")
        case.receive(extended("2025-04-22T10:00", "5wd"))
        decision = case.decide_case("2025-04-22T10:00")
        assert clock(decision.dues["statutory"].at) == "2025-05-07T17:30"
        case.decide_case("2025-04-22T10:00:00.001")
        assert case.proposed() == [("V-12", "late", "2025-04-22T10:00")]

    def test_a_warning_of_a_closed_case_is_told(self) -> None:
        """Nobody looked between the warning and the decision."""
        case = opened()
        case.receive(decided("2025-04-18T09:00"))
        assert case.issued() == [("warning", WARN)]

    def test_a_case_closed_before_its_warning_has_none(self) -> None:
        """At its very instant is before it."""
        case = opened()
        assert case.receive(decided(WARN)).wake_at is None
        case.decide_case("2026-01-01")
        assert case.issued() == []


class TestCatalogue:
    """A catalogue that has the item later."""

    IMPORTED = "2025-04-23T09:00"

    def shortened(self, before: str, after: str) -> File:
        """Return a case of the law's limit *before*; the catalogue's *after* was adopted."""
        case = File(accepted(START, "", before))
        case.decide_case(START)
        terms = Terms(promise=Limit.parse(after), statutory=Limit.parse(before), catalogue="v1")
        adopted = adopted_terms(case.facts[0], terms, at(self.IMPORTED))
        case.facts.append(adopted.numbered(len(case.facts)))
        return case

    def test_without_any_limit_nothing_is_guessed_and_nothing_is_held(self) -> None:
        """There is no clock, and no need to look again."""
        decision = File(accepted(START)).decide_case(START)
        assert (decision.held_for, decision.wake_at, decision.append) == ("", None, ())

    def test_a_case_says_that_no_catalogue_has_had_its_item_while_it_is_open(self) -> None:
        """So that a later one finds it."""
        case = File(accepted(START, "5wd"))
        assert case.decide_case(START).unlisted == 0
        assert case.receive(decided("2025-04-15")).unlisted is None
        assert self.shortened("20wd", "5wd").decide_case(self.IMPORTED).unlisted is None

    def test_what_it_shortens_counts_from_then_on(self) -> None:
        """Due on the 21st by a promise of the 23rd: nobody was late by it before."""
        case = self.shortened("20wd", "5wd")
        decision = case.decide_case(self.IMPORTED)
        then = clock(at(self.IMPORTED) - MS)
        assert case.issued() == [("warning", then), ("yellow", then)]
        assert case.facts[-1].data["rests_on"] == [0, 1]
        assert case.facts[-1].text("noticed") == "on_time"
        assert case.facts[-1].text("due_at") == "2025-04-21T09:30:00.000Z"
        assert decision.dues["promise"].at == at(DUE)
        case.decide_case("2025-05-01")
        assert case.issued()[2:] == []

    def test_what_it_leaves_as_it_was_keeps_its_own_time(self) -> None:
        """The law's limit was over before: its card stands."""
        case = self.shortened("5wd", "4wd")
        case.decide_case(self.IMPORTED)
        assert ("red", DUE) in case.issued()
        assert case.verdicts() == []


def test_what_does_not_fit_is_said_once() -> None:
    """Every misfit is one fact of its own, and none is refused."""
    case = opened()
    misfits = [
        accepted("2025-04-15", "9wd"),
        resumed("2025-04-15T10:00"),
        suspended("2025-04-15T11:00"),
        suspended("2025-04-15T12:00"),
        resumed("2025-04-15T13:00"),
        extended("2025-04-16", "1wd"),
        extended("2025-04-17", "1wd"),
        decided("2025-04-18"),
        decided("2025-04-18T01:00"),
        suspended("2025-04-18T02:00"),
        resumed("2025-04-18T03:00"),
        extended("2025-04-18T04:00", "1wd"),
    ]
    for fact in misfits:
        case.receive(fact)
    assert case.set_aside() == [
        ("case.accepted", "accepted before"),
        ("case.resumed", "nothing to resume"),
        ("case.suspended", "already suspended"),
        ("case.extended", "extended before"),
        ("case.decided", "closed before"),
        ("case.suspended", "the case was closed"),
        ("case.resumed", "nothing to resume"),
        ("case.extended", "the case was closed"),
    ]
    assert case.decide_case("2025-06-01").append == ()
    assert sum(fact.told for fact in case.facts) == 1 + len(misfits)
