"""The state of a card (黄牌、红牌), from its proposal to its end, folded from its own case.

    proposed -> issued -> acknowledged -> responded -> closed
                  |  responded -> sent back: it waits for an answer again
                  |  appealed -> upheld or sent back, or revoked
                  |  silent past the times to answer and to appeal: it climbs, and is as newly
                  |  issued; where a person must confirm that, the step is proposed first
    proposed -> dismissed          nobody confirmed it
    lost                           a re-check took its ground away, and may give it back

Every fact here comes from us: the notifications of the case that issued the card, the acts of
people, and derived facts. So the order of record is the order in which they happened. An act that
does not fit is set aside with an annotation (DESIGN §3); an issued card is never taken out.

DOMAIN §3.2, §3.4: APP-01, APP-02, APP-03, APP-09. CLAIMS §7.
"""

from collections.abc import Callable, Mapping
from functools import reduce

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.card.stages import ACT_OF_TYPE, POSSIBLE, WAITING_TYPES, CardAct, CardStage
from chalicelib.cases.case_id import number_in
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.intake.event_types import Derived, Reported


class CardState(Struct, frozen=True):
    """A card as its facts have it. *issuer* is the case that issued it, *n* its number there.

    *served* is the fact that gave it its present level: it was issued, or it climbed. *step* is the
    proposal that it climb, while nobody has decided about it; *step_confirmed* is the act that
    confirms it. *appeals* are the appeals against its level, each with its decision, None while
    there is none. *sent_back* are the answers to that level that were not good enough, each with
    the fact that sent it back (打回). *times_answered* and *times_sent_back* count over all levels.
    *acts* began or ended a wait for an answer to the present level.
    """

    card: str = ""
    issuer: str = ""
    opening: Fact | None = None
    issued: Fact | None = None
    served: Fact | None = None
    step: Fact | None = None
    step_confirmed: Fact | None = None
    confirmed: Fact | None = None
    acknowledged: Fact | None = None
    responded: Fact | None = None
    sent_back: tuple[tuple[Fact, Fact], ...] = ()
    times_answered: int = 0
    times_sent_back: int = 0
    remedied: Fact | None = None
    appeals: tuple[tuple[Fact, Fact | None], ...] = ()
    lost: Fact | None = None
    again: Fact | None = None  # the re-check by which it has its ground back
    revoked: Fact | None = None
    closed: Fact | None = None
    acts: tuple[Fact, ...] = ()
    set_aside: tuple[tuple[Fact, str], ...] = ()

    @property
    def n(self) -> int:
        """The number of the card or proposal in the case of its issuer."""
        return number_in(self.card) or 0

    @property
    def region(self) -> str:
        """The region of the case that it is about; empty where that names none."""
        return self.opening.text("region") if self.opening else ""

    @property
    def level(self) -> str:
        """Its level: yellow, red or supervision (督办); empty if none."""
        now = self.served or self.opening
        return now.text("level") if now else ""

    @property
    def appeal(self) -> Fact | None:
        """The appeal (申诉) that is not decided yet."""
        return next((appeal for appeal, decision in self.appeals if decision is None), None)

    @property
    def decision(self) -> Fact | None:
        """The last decision about an appeal; another appeal may be open since."""
        decisions = (decision for _, decision in reversed(self.appeals) if decision is not None)
        return next(decisions, None)

    @property
    def last_sent_back(self) -> Fact | None:
        """The fact that last sent an answer to the present level back."""
        return self.sent_back[-1][1] if self.sent_back else None

    @property
    def answers(self) -> tuple[Fact, ...]:
        """The facts that end the wait for an answer; a remedy answers a yellow card only.

        After an answer was sent back, only a later fact ends it.
        """
        remedied = self.remedied if self.level == "yellow" else None
        since = self.last_sent_back
        facts = (fact for fact in (self.responded, remedied) if fact is not None)
        return tuple(fact for fact in facts if since is None or fact.n > since.n)

    @property
    def state(self) -> CardStage:
        """Its state; of several that hold, the one that counts most."""
        if self.revoked is not None:
            return "revoked" if self.issued else "dismissed"
        stages: tuple[tuple[object, CardStage], ...] = (
            (self.lost, "lost"),
            (self.closed, "closed"),
            (self.appeal, "appealed"),
            (self.step, "step_proposed"),
            (self.responded, "responded"),
            (self.last_sent_back, "sent_back"),
            (self.acknowledged, "acknowledged"),
            (self.issued, "issued"),
        )
        return next((stage for holds, stage in stages if holds is not None), "proposed")

    @property
    def possible(self) -> tuple[CardAct, ...]:
        """The acts that fit now. After an appeal was decided as upheld (维持) there is no other."""
        if self.opening is None:
            return ()
        unfit = {"respond" if self.responded is not None else "send_back"}
        if self.step_confirmed if self.step else self.confirmed:
            unfit |= {"confirm", "dismiss"}
        if self.decision is not None and self.decision.text("outcome") == "upheld":
            unfit.add("appeal")
        return tuple(act for act in POSSIBLE[self.state] if act not in unfit)

    def misfit(self, act: CardAct) -> str:
        """Return why *act* does not fit now; empty where it fits."""
        if self.opening is None:
            return "there is no such card"
        return "" if act in self.possible else f"the card is {self.state}"


def fold_card(case: CaseHistory) -> CardState:
    """Return the state that the facts of a card's own *case* fold into, in the order of record."""
    return reduce(_after, case.facts, CardState())


def _after(state: CardState, fact: Fact) -> CardState:
    if fact.told and fact.kind in ACT_OF_TYPE:
        reason = state.misfit(ACT_OF_TYPE[fact.kind])
        if reason:
            return replace(state, set_aside=(*state.set_aside, (fact, reason)))
    change = _CHANGES.get(fact.kind)
    after = change(state, fact) if change else state
    if fact.kind not in WAITING_TYPES or after is state:
        return after
    return replace(after, acts=(*after.acts, fact))


def _opened(state: CardState, fact: Fact) -> CardState:
    if state.opening is not None:
        return state
    return replace(state, opening=fact, card=fact.text("card"), issuer=fact.origin)


def _issued(state: CardState, fact: Fact) -> CardState:
    """Return *state* after the card was issued, at once or when it was confirmed."""
    opened = _opened(state, fact)
    return opened if opened.issued else replace(opened, issued=fact, served=fact)


def _climbed(state: CardState, fact: Fact) -> CardState:
    """Return *state* one level up (V-51); of the acts only those after that instant still count.

    The supervision of a department has no lower level: its notification issues the card.
    """
    if fact.told:
        return _issued(state, fact)
    acknowledged, responded = state.acknowledged, state.responded
    return replace(
        state,
        served=fact,
        step=None,
        step_confirmed=None,
        acknowledged=acknowledged if acknowledged and acknowledged.at > fact.at else None,
        responded=responded if responded and responded.at > fact.at else None,
        sent_back=tuple(pair for pair in state.sent_back if pair[0].at > fact.at),
        appeals=tuple(pair for pair in state.appeals if pair[0].at > fact.at),
        acts=tuple(act for act in state.acts if act.at > fact.at or act is state.remedied),
    )


def _confirmed(state: CardState, fact: Fact) -> CardState:
    """Return *state* after a person confirmed the card, or that it climbs."""
    if state.step is not None:
        return replace(state, step_confirmed=fact)
    return replace(state, confirmed=fact)


def _remedied(state: CardState, fact: Fact) -> CardState:
    """Return *state* after the breach ended; a step that was proposed after that has lapsed.

    Where the report of that is withdrawn, the card waits for an answer from then on.
    """
    if fact.text("verdict") == "lost":
        return replace(state, remedied=None)
    is_in_time = state.step is not None and fact.at <= state.step.at
    return replace(state, remedied=fact, step=None if is_in_time else state.step)


def _sent_back(state: CardState, fact: Fact) -> CardState:
    """Return *state* after its answer was sent back; a card that was closed by it is open again.

    The fact that ended the wait first stands beside it, to be compared with its deadline.
    """
    answer = min(state.answers, key=lambda answer: answer.at)
    return replace(
        state,
        responded=None,
        closed=None,
        sent_back=(*state.sent_back, (answer, fact)),
        times_sent_back=state.times_sent_back + 1,
    )


def _decided(state: CardState, fact: Fact) -> CardState:
    """Return *state* after the decision about an appeal: 维持, 打回 or 撤销 (`acts.Outcome`)."""
    appeals = (*state.appeals[:-1], (state.appeals[-1][0], fact))
    is_revoked = fact.text("outcome") == "revoked"
    return replace(state, appeals=appeals, revoked=fact if is_revoked else None)


def _rechecked(state: CardState, fact: Fact) -> CardState:
    """Return *state* after a re-check; one that was overtaken by a later one changes nothing."""
    last = state.lost or state.again
    if last is not None and (number_in(fact.key) or 0) < (number_in(last.key) or 0):
        return state
    if fact.text("verdict") == "stands":
        return replace(state, lost=None, again=fact)
    return replace(state, lost=fact, again=None, step=None, step_confirmed=None)


_CHANGES: Mapping[str, Callable[[CardState, Fact], CardState]] = {
    Derived.CARD_PROPOSED: _opened,
    Derived.CARD_ISSUED: _issued,
    Derived.SUGGESTION_ISSUED: _issued,
    Derived.ESCALATION_PROPOSED: lambda state, fact: replace(state, step=fact, step_confirmed=None),
    Derived.CASE_ESCALATED: _climbed,
    Reported.CARD_CONFIRMED: _confirmed,
    Reported.ESCALATION_DISMISSED: lambda state, _: replace(state, step=None),
    Reported.CARD_ACKNOWLEDGED: lambda state, fact: replace(state, acknowledged=fact),
    Reported.CARD_RESPONDED: lambda state, fact: replace(
        state, responded=fact, times_answered=state.times_answered + 1
    ),
    Reported.CARD_SENT_BACK: _sent_back,
    Reported.CARD_APPEALED: lambda state, fact: replace(
        state, appeals=(*state.appeals, (fact, None))
    ),
    Reported.APPEAL_DECIDED: _decided,
    Reported.CARD_REVOKED: lambda state, fact: replace(state, revoked=fact),
    Derived.CARD_RECHECKED: _rechecked,
    Derived.CARD_REMEDIED: _remedied,
    Derived.CARD_CLOSED: lambda state, fact: replace(state, closed=fact),
}
