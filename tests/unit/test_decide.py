"""What follows from a case's facts: warnings, cards, re-checks, and when to look again."""

import pytest

from chalicelib.cards.lamp import lamp
from chalicelib.cases.telling import adopted_terms
from chalicelib.policy.limit import Limit
from chalicelib.policy.terms import Terms
from tests.unit.told import (
    MS,
    File,
    accepted,
    at,
    clock,
    decided,
    extended,
    resumed,
    suspended,
    tell,
)

START = (
    "2025-04-14T10:00"  # a Monday; five working days end on Monday 21, three more on Thursday 24
)
WARN, DUE, RED = "2025-04-17T17:30", "2025-04-21T17:30", "2025-04-24T17:30"


def opened(promise: str = "5wd", statutory: str = "", **more: str) -> File:
    """A case accepted at START, judged then."""
    case = File(accepted(START, promise, statutory, **more))
    case.judge(START)
    return case


def test_nothing_is_known_of_an_empty_case() -> None:
    """No facts, nothing to say."""
    case = File()
    decision = case.judge(START)
    assert (decision.append, decision.wake_at, decision.held_for) == ((), None, "")


def test_a_case_that_is_not_accepted_has_no_clock() -> None:
    """The countdown begins with the acceptance."""
    case = File(tell("submitted", START, item="X-01", department="Housing"))
    assert case.judge("2026-01-01").wake_at is None
    assert case.kinds() == []
    assert lamp(case.judge("2026-01-01").outlook.permit, case.facts) == "pending"


def test_from_wake_to_wake() -> None:
    """A warning, a yellow and a red card, each one millisecond after its legal instant."""
    case = opened()
    wakes = []
    wake = case.judge(START).wake_at
    while wake is not None:
        assert case.judge(wake - MS).append == ()
        wakes.append(clock(wake))
        wake = case.judge(wake).wake_at
    assert wakes == [f"{instant}:00.001" for instant in (WARN, DUE, RED)]
    assert case.issued() == [("warning", WARN), ("yellow", DUE), ("red", RED)]
    assert case.judge("2026-01-01").append == ()


def test_at_the_due_instant_nothing_is_late() -> None:
    """Late is strictly after."""
    case = opened()
    case.judge(DUE)
    assert case.issued() == [("warning", WARN)]
    case.judge(at(DUE) + MS)
    assert case.issued()[1:] == [("yellow", DUE)]


def test_a_card_says_what_it_rests_on() -> None:
    """Rule, basis, legal instant, when it was noticed, versions and grounds."""
    case = opened()
    case.judge(at(DUE) + MS)
    yellow = case.facts[-1]
    assert yellow.data["rule"] == "V-02"
    assert yellow.data["rests_on"] == [0]
    assert yellow.text("basis").startswith("行政许可法")
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
        case.hear(tell(kind, at(DUE) + late * MS, procedure="testing"))
        case.judge("2025-05-20")
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
        case.hear(extended(when, "1wd"))
        case.judge("2025-04-24")
        assert ("yellow", due) in case.issued()

    def test_a_late_extension_is_reported(self) -> None:
        """It changes nothing, and must not pass in silence."""
        case = opened()
        case.hear(extended(DUE, "10wd"))
        assert case.set_aside() == [("case.extended", "extended too late")]
        case.judge("2025-05-20")
        assert case.set_aside() == [("case.extended", "extended too late")]

    def test_an_extension_in_time_is_not_reported(self) -> None:
        """Nor is one in a pause, of an explicit due instant, or of a case nothing is known of."""
        paused = File(
            accepted(START, "5wd"), suspended("2025-04-16"), extended("2025-06-01", "1wd")
        )
        explicit = File(accepted(START, due_at="2025-04-21"), extended("2025-04-16", "1wd"))
        unknown = File(accepted(START), extended("2026-04-16", "1wd"))
        for case in (paused, explicit, unknown):
            case.judge("2026-05-01")
            assert case.set_aside() == []

    def test_an_extension_may_be_in_time_for_the_law_and_late_for_the_promise(self) -> None:
        """The promise was broken already; the statutory limit is extended."""
        case = opened("5wd", "10wd")
        case.hear(extended("2025-04-22T10:00", "5wd"))
        decision = case.judge("2025-04-22T10:00")
        assert decision.outlook.survey.statutory is not None
        assert clock(decision.outlook.survey.statutory.at) == "2025-05-07T17:30"
        assert case.set_aside() == [("case.extended", "extended too late")]

    def test_a_warning_of_a_closed_case_is_told(self) -> None:
        """Nobody looked between the warning and the decision."""
        case = opened()
        case.hear(decided("2025-04-18T09:00"))
        assert case.issued() == [("warning", WARN)]

    def test_a_case_closed_before_its_warning_has_none(self) -> None:
        """At its very instant is before it."""
        case = opened()
        assert case.hear(decided(WARN)).wake_at is None
        case.judge("2026-01-01")
        assert case.issued() == []


class TestWarnings:
    """V-01: two working days left or nine tenths used, whichever is first."""

    @pytest.mark.parametrize(
        ("limit", "warned"),
        [
            ("20wd", "2025-05-11T16:45"),  # of 14 May: nine tenths, a Sunday
            ("3wd", "2025-04-15T17:30"),
            ("2wd", START),  # two are left at once
            ("1wd", START),
            ("10d", "2025-04-23T16:45"),  # of 24 April
            ("24h", "2025-04-15T07:36"),
            ("10wh", "2025-04-15T12:06"),
        ],
    )
    def test_when(self, limit: str, warned: str) -> None:
        """Ninety per cent of the time that passes, except where working days say sooner."""
        case = opened(limit)
        case.judge("2025-06-01")
        assert case.issued()[0] == ("warning", warned)

    def test_ninety_per_cent_may_come_before_two_working_days(self) -> None:
        """A limit of 60 working days is nine tenths used six days before its end."""
        case = opened("60wd")
        case.judge("2026-01-01")
        warning, yellow = case.issued()[:2]
        assert yellow == ("yellow", "2025-07-10T17:30")
        span = at(yellow[1]) - at(START)
        assert at(warning[1]) - at(START) == span * 9 / 10

    def test_an_explicit_due_instant_is_the_promise(self) -> None:
        """It warns at ninety per cent and nothing moves it."""
        case = opened("", "", due_at="2025-04-24T10:00:00+08:00")
        case.hear(suspended("2025-04-15"))
        case.hear(resumed("2025-04-17"))
        case.hear(extended("2025-04-18", "10wd"))
        case.judge("2025-04-25")
        assert case.issued() == [("warning", "2025-04-23T10:00"), ("yellow", "2025-04-24T10:00")]

    def test_an_explicit_date_ends_with_the_office(self) -> None:
        """Without a time it ends at the cutoff, on whatever day."""
        case = opened("", "", due_at="2025-04-26")
        case.judge("2025-04-28")
        assert case.issued()[-1] == ("yellow", "2025-04-26T17:30")

    def test_due_before_it_was_accepted_warns_no_more(self) -> None:
        """What is over already is not coming near."""
        case = opened("", "", due_at="2025-04-10")
        assert case.issued() == [("yellow", "2025-04-10T17:30")]

    def test_every_new_due_instant_has_its_own(self) -> None:
        """After an extension, after a pause; the same instant is not warned of twice."""
        case = opened()
        case.judge("2025-04-18T09:00")
        case.hear(extended("2025-04-18T09:00", "5wd"))  # due on 27 April
        case.hear(suspended("2025-04-22T09:00"))
        case.hear(resumed("2025-04-22T16:00"))  # the same day: nothing moves
        case.hear(suspended("2025-04-25T09:00"))
        case.hear(resumed("2025-04-27T08:00"))  # one working day more: 28 April
        case.judge("2025-04-28T09:00")
        assert case.issued() == [
            ("warning", WARN),
            ("warning", "2025-04-24T17:30"),
            ("warning", "2025-04-27T08:00"),
        ]

    def test_none_while_the_clock_stands_still(self) -> None:
        """A warning point inside a pause is told when the pause is over."""
        case = opened("24h")
        case.hear(suspended("2025-04-15T05:00"))
        assert case.judge("2025-04-16T09:00").wake_at is None
        case.hear(resumed("2025-04-16T09:00"))  # five hours left, and more than nine tenths used
        case.judge("2025-04-16T14:00")
        assert case.issued() == [("warning", "2025-04-16T09:00")]
        case.judge("2025-04-16T14:00:00.001")
        assert case.issued()[1:] == [("yellow", "2025-04-16T14:00")]

    def test_a_capped_pause_moves_its_point_to_where_it_ends(self) -> None:
        """Nine tenths are used up while nobody resumes; the cap ends the pause."""
        case = opened("24h")
        case.hear(suspended("2025-04-15T05:00", approved="28h"))  # to 16 April 09:00
        case.judge("2025-04-16T14:00")
        assert case.issued() == [("warning", "2025-04-16T09:00")]

    def test_none_after_the_breach(self) -> None:
        """A pause that comes too late brings no new warning."""
        case = opened()
        case.hear(suspended("2025-04-22T09:00"))
        case.hear(resumed("2025-04-23T09:00"))
        case.judge("2025-06-01")
        assert case.issued() == [("warning", WARN), ("yellow", DUE), ("red", RED)]


class TestRed:
    """V-03: over the law's limit, or a yellow card unanswered; one red card at most."""

    def test_over_the_statutory_limit(self) -> None:
        """Before the answer to the yellow card is due."""
        case = opened("5wd", "7wd")
        case.judge("2025-06-01")
        assert case.issued()[1:] == [("yellow", DUE), ("red", "2025-04-23T17:30")]
        assert case.facts[-1].text("ground") == "statutory"

    def test_unanswered(self) -> None:
        """Before the law's limit."""
        case = opened("5wd", "20wd")
        case.judge("2025-06-01")
        assert case.issued()[1:] == [("yellow", DUE), ("red", RED)]
        assert case.facts[-1].text("ground") == "unanswered"

    def test_where_only_the_law_sets_a_limit_both_come_at_once(self) -> None:
        """The statutory limit is the promise then (优化营商环境条例 36)."""
        case = opened("", "5wd")
        case.judge("2025-06-01")
        assert case.issued()[1:] == [("yellow", DUE), ("red", DUE)]

    @pytest.mark.parametrize("late", [0, 1])
    def test_an_answer_in_time_stops_it(self, late: int) -> None:
        """Up to the close of the third working day."""
        case = opened()
        case.judge("2025-04-22")
        yellow = case.facts[-1]
        case.hear(tell("card.responded", at(RED) + late * MS, card=yellow.n))
        case.judge("2025-06-01")
        assert [level for level, _ in case.issued()] == ["warning", "yellow", *["red"] * late]

    def test_the_law_does_not_wait_for_an_answer(self) -> None:
        """An answered yellow card does not stop the statutory red one."""
        case = opened("5wd", "20wd")
        case.judge("2025-04-22")
        case.hear(tell("card.responded", "2025-04-22T10:00", card=case.facts[-1].n))
        case.judge("2025-06-01")
        assert case.issued()[2:] == [("red", "2025-05-14T17:30")]

    def test_an_answer_to_the_warning_is_no_answer_to_the_card(self) -> None:
        """Only the yellow card asks for one."""
        case = opened()
        case.judge("2025-04-18T10:00")
        case.hear(tell("card.responded", "2025-04-18T11:00", card=case.facts[-1].n))
        case.judge("2025-06-01")
        assert case.issued()[2:] == [("red", RED)]

    @pytest.mark.parametrize("late", [0, 1])
    def test_closed_in_the_time_to_answer(self, late: int) -> None:
        """A case that is closed needs no answer."""
        case = opened()
        case.hear(decided(at(RED) + late * MS))
        case.judge("2025-06-01")
        assert [level for level, _ in case.issued()] == ["warning", "yellow", *["red"] * late]

    def test_the_law_may_be_shorter_than_the_promise(self) -> None:
        """A red card then comes first, and the yellow in its own time."""
        case = opened("5wd", "3wd")
        case.judge("2025-06-01")
        assert case.issued()[1:] == [("red", WARN), ("yellow", DUE)]


class TestLateNews:
    """What was issued stays issued; a re-check says that its ground is gone, or back."""

    def test_a_decision_told_late(self) -> None:
        """It was made in time: every card loses its ground, the warning keeps it."""
        case = opened()
        case.judge("2025-04-25")
        case.hear(decided("2025-04-21T16:00", recorded="2025-04-25T10:00"))
        assert case.issued() == [("warning", WARN), ("yellow", DUE), ("red", RED)]
        assert case.verdicts() == [("yellow", "lost"), ("red", "lost")]
        assert case.judge("2026-01-01").append == ()

    def test_lost_and_back_again(self) -> None:
        """A pause told late takes the ground away; its end, told later still, gives it back."""
        case = opened()
        case.judge("2025-04-22")
        late = suspended("2025-04-15T09:00", approved="2wd", recorded="2025-04-22T09:00")
        case.hear(late)
        assert case.verdicts() == [("warning", "lost"), ("yellow", "lost")]
        mended = resumed("2025-04-15T16:00", recorded="2025-04-22T10:00")
        case.hear(mended)
        assert case.verdicts()[2:] == [
            ("warning", "stands"),
            ("yellow", "stands"),
            ("warning", "lost"),  # of the due instant that the pause would have given
        ]
        assert [level for level, _ in case.issued()].count("yellow") == 1
        case.judge("2025-04-25")
        assert case.issued()[-1] == ("red", RED)

    def test_a_re_check_names_its_card_and_its_cause(self) -> None:
        """By number and key, with what the card was about."""
        case = opened()
        case.judge("2025-04-22")
        yellow = case.facts[-1]
        case.hear(decided("2025-04-21T16:00", recorded="2025-04-22T10:00"))
        check = case.facts[-1]
        assert check.data["card"] == yellow.n
        assert check.data["card_key"] == yellow.key
        assert check.data["cause"] == check.n - 1
        assert check.data["due_at"] == yellow.data["due_at"]
        assert check.at == check.recorded_at == at("2025-04-22T10:00")

    def test_an_earlier_acceptance_makes_earlier_cards(self) -> None:
        """The clock is started anew; what rested on the later one is lost."""
        case = opened()
        case.judge("2025-04-18T09:00")
        case.hear(accepted("2025-04-11T10:00", "5wd", recorded="2025-04-18T10:00"))
        case.judge("2025-04-19")
        assert case.issued()[1:] == [
            ("warning", "2025-04-16T17:30"),
            ("yellow", "2025-04-18T17:30"),
        ]
        assert case.verdicts() == [("warning", "lost")]
        assert case.set_aside() == [("case.accepted", "accepted before")]

    def test_a_clock_set_back_takes_no_card_away(self) -> None:
        """Another machine's clock may be behind; what was judged later has been judged."""
        case = opened()
        case.judge(at(DUE) + MS)
        decision = case.judge(at(DUE) - 500 * MS)
        assert decision.append == ()
        assert decision.wake_at == at(RED) + MS
        heard = case.hear(tell("stage.entered", DUE, stage="x"), now=at(DUE) - 400 * MS)
        assert heard.append == ()


class TestNoticed:
    """Why a card was noticed when it was: an outage of ours is ours (DESIGN §4)."""

    def noticed(self, case: File) -> str:
        """What the yellow card of *case* says."""
        return next(f for f in case.facts if f.text("level") == "yellow").text("noticed")

    def test_on_time(self) -> None:
        """Within ten minutes."""
        case = opened()
        case.judge("2025-04-21T17:40")
        assert self.noticed(case) == "on_time"

    def test_an_outage(self) -> None:
        """Nothing was told in between, and still nobody looked."""
        case = opened()
        case.judge("2025-04-21T17:40:00.001")
        assert self.noticed(case) == "outage"

    def test_late_news(self) -> None:
        """The acceptance itself was told late."""
        case = File(accepted(START, "5wd", recorded="2025-04-23T09:00"))
        case.judge("2025-04-23T09:00")
        assert self.noticed(case) == "late_news"

    def test_news_does_not_excuse_an_outage(self) -> None:
        """What was told just before the due instant is no reason to be late."""
        case = opened()
        case.hear(tell("stage.entered", "2025-04-21T17:25", stage="x"))
        case.judge("2025-04-21T17:50")
        assert self.noticed(case) == "outage"


class TestCatalogue:
    """An acceptance without terms waits for the catalogue."""

    def test_it_is_held_and_says_so_once(self) -> None:
        """No limit is guessed."""
        case = File(accepted(START))
        decision = case.judge(START)
        assert (decision.held_for, decision.wake_at) == ("catalogue:X-01", None)
        assert case.kinds() == ["catalogue.missing"]
        assert case.facts[-1].text("missing") == "catalogue:X-01"
        assert case.judge("2025-06-01").append == ()

    def test_adopted_terms_release_it(self) -> None:
        """The cards come with their true instants."""
        bare = accepted(START)
        case = File(bare)
        case.judge(START)
        terms = adopted_terms(bare, Terms(promise=Limit(5, "wd")), at("2025-04-23"))
        case.facts.append(terms.numbered(len(case.facts)))
        decision = case.judge("2025-04-23")
        assert decision.held_for == ""
        assert case.issued() == [("warning", WARN), ("yellow", DUE)]
        assert case.facts[-1].data["rests_on"] == [0, 2]
        assert case.facts[-1].text("noticed") == "held"
        assert decision.wake_at == at(RED) + MS


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
        case.hear(fact)
    assert case.set_aside() == [
        ("case.accepted", "accepted before"),
        ("case.resumed", "nothing to resume"),
        ("case.suspended", "already suspended"),
        ("case.extended", "extended before"),
        ("case.decided", "closed before"),
        ("case.suspended", "the case was closed"),
        ("case.resumed", "the case was closed"),
        ("case.extended", "the case was closed"),
    ]
    assert case.judge("2025-06-01").append == ()
    assert sum(fact.told for fact in case.facts) == 1 + len(misfits)
