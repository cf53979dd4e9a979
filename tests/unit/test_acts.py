"""What people do about a card: what is asked of the body, and the event that it becomes."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.card.acts import ACTS, ActRequest, must_fit, possible, read_act
from chalicelib.card.stages import TYPE_OF_ACT, CardAct
from chalicelib.card.state import CardState, fold_card
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.errors import Rejected
from chalicelib.intake.prose import MAX_BODY, MAX_TEXT
from tests.unit.told import ZONE, at, issued, reported

WHY = {"text": "材料齐全"}


def card(*told: tuple[str, dict[str, Any]]) -> CardState:
    """The life of a yellow card after what was *told*, an hour apart."""
    facts: list[Fact] = [issued("p.3", "2025-04-14T09:00")]
    for hour, (kind, data) in enumerate(told):
        facts.append(reported(kind, f"2025-04-15T{hour + 9:02}:00", role="department", **data))
    return fold_card(CaseHistory([fact.numbered(n) for n, fact in enumerate(facts)]))


def ask(act: CardAct, **said: str) -> ActRequest:
    """An act of the department."""
    return ActRequest(act, said, "department", "00ff")


@pytest.mark.parametrize(
    ("act", "body", "said"),
    [
        ("confirm", b"", {}),
        ("confirm", b" \n", {}),
        ("acknowledge", b"{}", {}),
        ("respond", '{"text": "是"}'.encode(), {"text": "是"}),
        ("respond", b'{"text": "7"}', {"text": "7"}),
        ("respond", rb'{"text": "\u200b\u0623"}', {"text": "\u200b\u0623"}),
        ("respond", '{"text": "已补正\\r\\n\\t见附"}'.encode(), {"text": "已补正\r\n\t见附"}),
        ("respond", json.dumps({"text": "x" * MAX_TEXT}).encode(), {"text": "x" * MAX_TEXT}),
        ("appeal", json.dumps(WHY).encode(), WHY),
        ("revoke", json.dumps(WHY).encode(), WHY),
        ("send_back", json.dumps(WHY).encode(), WHY),
        ("decide", b'{"outcome": "upheld", "text": null}', {"outcome": "upheld"}),
        ("decide", b'{"outcome": "upheld"}', {"outcome": "upheld"}),
        ("decide", b'{"outcome": "sent_back", "text": ""}', {"outcome": "sent_back"}),
        (
            "decide",
            json.dumps({"outcome": "revoked", **WHY}).encode(),
            {"outcome": "revoked", **WHY},
        ),
    ],
)
def test_what_is_said_is_read(act: CardAct, body: bytes, said: dict[str, str]) -> None:
    """With its words as they were written; an optional text that is empty is not said."""
    assert read_act(act, body) == said


@pytest.mark.parametrize(
    ("act", "body", "status", "field"),
    [
        ("respond", b"{", 400, None),
        ("respond", b"\xff", 400, None),
        ("respond", b"[" * 60_000, 400, None),
        ("respond", b"[]", 400, None),
        ("respond", b'{"text": "a", "text": "b"}', 400, "text"),
        ("respond", rb'{"text": "\ud800"}', 400, "text"),
        ("respond", b'{"tekst": "x"}', 422, "tekst"),
        ("respond", b'{"text": 7}', 422, "text"),
        ("respond", b'{"text": 7.5}', 422, "text"),
        ("respond", b'{"text": {}}', 422, "text"),
        ("respond", rb'{"text": "a\u0000"}', 422, "text"),
        ("respond", json.dumps({"text": "x" * (MAX_TEXT + 1)}).encode(), 422, "text"),
        ("respond", b" " * (MAX_BODY + 1), 413, None),
        ("acknowledge", b'{"text": "x"}', 422, "text"),
        ("acknowledge", b'{"outcome": "upheld"}', 422, "outcome"),
        ("decide", b"", 422, "outcome"),
        ("decide", b'{"outcome": "lost"}', 422, "outcome"),
        ("decide", b'{"outcome": ["upheld"]}', 422, "outcome"),
        ("decide", b'{"outcome": "revoked"}', 422, "text"),
    ],
)
def test_anything_else_is_refused(
    act: CardAct, body: bytes, status: int, field: str | None
) -> None:
    """With the field where there is one: an appeal and a revocation say why (APP-01, APP-02)."""
    with pytest.raises(Rejected) as refused:
        read_act(act, body)
    assert (refused.value.status, refused.value.field) == (status, field)


@pytest.mark.parametrize(
    ("act", "says"),
    [
        ("confirm", "reason：没有这个字段；可用的：text。"),
        ("acknowledge", "reason：没有这个字段；可用的：无。"),
    ],
)
def test_a_field_of_another_name_is_told_with_those_that_are_known(act: CardAct, says: str) -> None:
    """Cards take a `text`, leads and claims a `reason`."""
    with pytest.raises(Rejected) as refused:
        read_act(act, '{"reason": "已核实"}'.encode())
    assert refused.value.zh == says


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"text": null}',
        b'{"text": ""}',
        b'{"text": " \\t\\r\\n"}',
        rb'{"text": "\u3000\u00a0\u2003"}',  # blanks of other widths
        rb'{"text": "\u200b\u200d\ufeff\u2060"}',  # without a width
        rb'{"text": "\u202e\u00ad\u061c"}',  # marks of direction, a soft hyphen
        rb'{"text": "\u3164\u115f\uffa0\u2800"}',  # letters and patterns that nobody sees
        rb'{"text": "\ue000\ufe0f\u0301"}',  # private use, a variant and an accent of nothing
        '{"text": "……。！"}'.encode(),
    ],
    ids=ascii,
)
@pytest.mark.parametrize("act", ["respond", "send_back", "appeal", "revoke", "decide"])
def test_what_needs_words_has_some(act: CardAct, body: bytes) -> None:
    """A letter or a digit: nobody can judge an answer of blanks."""
    if act == "decide":
        body = b'{"outcome": "revoked"' + (b"," + body[1:] if len(body) > 2 else b"}")
    with pytest.raises(Rejected) as refused:
        read_act(act, body)
    assert (refused.value.status, refused.value.field) == (422, "text")


def test_a_body_may_be_as_large_as_that() -> None:
    """One byte more is refused."""
    assert read_act("acknowledge", b" " * MAX_BODY) == {}


@pytest.mark.parametrize("act", TYPE_OF_ACT)
def test_every_step_has_its_roles_and_becomes_an_event_of_the_cards_own_case(act: CardAct) -> None:
    """Who, in the open, and by which key, in private; nobody appeals for another."""
    event = replace(ask(act), payload={"text": "x"}).event("p.3", "key/1", at("2025-04-14T10:00"))
    assert event == {
        "id": "key/1",
        "source": "duban",
        "subject": "duban:card/p.3",
        "type": TYPE_OF_ACT[act],
        "time": "2025-04-14T02:00:00.000Z",
        "data": {"role": "department", "actor": "00ff", "text": "x"},
    }
    assert ("inspector" in ACTS[act].roles) == (act != "appeal")
    assert ("department" in ACTS[act].roles) == (act in ("acknowledge", "respond", "appeal"))


def test_a_step_is_taken_once_in_its_turn() -> None:
    """The first counts; a second one with words of its own is never taken for it."""
    turns: list[tuple[CardAct, str, dict[str, Any]]] = [
        ("acknowledge", "card.acknowledged", {}),
        ("respond", "card.responded", {}),
        ("appeal", "card.appealed", {}),
        ("decide", "appeal.decided", {"outcome": "upheld"}),
        ("revoke", "card.revoked", {}),
    ]
    told: list[tuple[str, dict[str, Any]]] = []
    for act, kind, data in turns:
        asked = ask(act, **data)
        assert asked.first(card(*told)) is None
        assert not asked.is_taken(card(*told))
        told.append((kind, data))
        assert asked.is_taken(card(*told))
        first = asked.first(card(*told))
        assert (first.kind, first.n) == (kind, len(told)) if first else False
        assert not ask(act, **data, **WHY).is_taken(card(*told))


def test_a_decision_with_another_outcome_is_another_decision() -> None:
    """It is never taken for the one that was made."""
    decided = card(("card.appealed", {}), ("appeal.decided", {"outcome": "sent_back"}))
    assert ask("decide", outcome="sent_back").is_taken(decided)
    assert not ask("decide", outcome="upheld").is_taken(decided)


def test_an_answer_after_one_that_was_sent_back_is_no_second_one() -> None:
    """Each answer and each sending back is an act of its own, under a name of its own."""
    responded = ("card.responded", {"key": "duban/r1"})
    sent_back = ("card.sent_back", {"key": "duban/b1"})
    again = ("card.responded", {"key": "duban/r2"})
    respond, send_back = ask("respond", **WHY), ask("send_back", **WHY)
    states = [card(), card(responded), card(responded, sent_back)]
    states.append(card(responded, sent_back, again))
    firsts = [respond.first(state) for state in states]
    assert [fact and fact.key for fact in firsts] == [None, "duban/r1", None, "duban/r2"]
    firsts = [send_back.first(state) for state in states]
    assert [fact and fact.key for fact in firsts] == [None, None, "duban/b1", None]
    states = [replace(state, served=states[0].served) for state in states]
    assert respond.name(states[0]) == respond.name(states[1]) != respond.name(states[2])
    assert send_back.name(states[1]) != send_back.name(states[3])
    twice = card(responded, sent_back, again, ("card.sent_back", {"key": "duban/b2"}))
    twice = replace(twice, served=states[0].served)
    assert respond.name(twice) not in {respond.name(state) for state in states}


@pytest.mark.parametrize(
    ("told", "act", "said"),
    [
        (["card.responded"], "respond", "2025-04-15T09:00:00.000+08:00"),
        (["card.appealed"], "appeal", "2025-04-15T09:00:00.000+08:00"),
        (["card.responded", "card.sent_back"], "send_back", "2025-04-15T10:00:00.000+08:00"),
        (["card.revoked"], "revoke", "2025-04-15T09:00:00.000+08:00"),
        ([], "send_back", None),
        (["card.acknowledged"], "send_back", None),
    ],
)
def test_a_second_act_is_refused_with_the_time_of_the_first(
    told: list[str], act: CardAct, said: str | None
) -> None:
    """With the state of the card and what may be done; without a first there is no time."""
    request = ActRequest(act, WHY, "inspector" if act != "appeal" else "department", "00ff")
    state = card(*((kind, {}) for kind in told))
    with pytest.raises(Rejected) as refused:
        must_fit(state, request, zone=ZONE)
    assert refused.value.status == 409
    assert refused.value.also.get("first_at") == said
    assert refused.value.also["state"] == state.state
    assert act not in refused.value.also["possible"]  # type: ignore[operator]
    assert (said or "") in refused.value.zh
    assert (said or "") in refused.value.en


def test_an_appeal_is_possible_until_its_time_is_over() -> None:
    """APP-09: then it is refused with that time, and the other acts stay possible."""
    assert possible(card(), "department") == ["acknowledge", "respond", "appeal"]
    assert possible(card(), "department", "2025-06-13") == ["acknowledge", "respond"]
    must_fit(card(), ask("appeal"))
    with pytest.raises(Rejected) as refused:
        must_fit(card(), ask("appeal"), "2025-06-13")
    assert "2025-06-13" in refused.value.zh
    assert "2025-06-13" in refused.value.en


def test_a_step_is_named_by_what_it_answers() -> None:
    """The same before and after it is taken, another in another turn, and of another card."""
    appealed = ("card.appealed", {"key": "duban/a1"})
    sent_back = ("appeal.decided", {"outcome": "sent_back", "key": "duban/d1"})
    new, first = card(), card(appealed)
    decided, again = card(appealed, sent_back), card(appealed, sent_back, appealed)
    appeal, decide = ask("appeal"), ask("decide", outcome="upheld")
    assert appeal.name(new) != appeal.name(card())  # each has its own issue
    same = [replace(state, served=new.served) for state in (new, first, decided, again)]
    assert appeal.name(same[0]) == appeal.name(same[1])
    assert appeal.name(same[2]) == appeal.name(same[3]) != appeal.name(same[0])
    assert decide.name(same[1]) == decide.name(same[2])
    names = {ask(act).name(first) for act in TYPE_OF_ACT}
    assert len(names) == len(TYPE_OF_ACT)
    assert all(name.isascii() and len(name) < 40 for name in names)
