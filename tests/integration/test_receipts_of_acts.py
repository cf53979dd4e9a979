"""Whoever acts through our doors holds a receipt: for each act, with the act as it was recorded."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.intake.event import Event
from infra.verify.run import VerifyingReader, verify_log
from infra.verify.trust import read_trust
from tests.support.asker import Asker, data
from tests.support.attacks import attack
from tests.support.late_pause import REASON, claim_of, late_pause, path
from tests.support.memory_stage import MemoryWorld
from tests.support.published import edited, publish, rehead
from tests.support.shown_log import Shown

WORDS = "已按规定处理"
Act = tuple[str, str, dict[str, str], str]  # who, where, with which body, and the type of its fact


@pytest.fixture
def county() -> Iterator[MemoryWorld]:
    """Give a county: `1` is yellow with a pause that is contested, `3` was handed on to Water."""
    with late_pause() as made:
        made.report("case.transferred", "2026-11-10T09:30:00", "3", department="Water", reason="x")
        made.until("2026-11-10T10:00:00")
        yield made


@pytest.fixture
def ask(county: MemoryWorld) -> Asker:
    """Give a function that asks with the key of a role, or of a department."""
    return Asker(county.services)


def on_card(county: MemoryWorld, ask: Asker) -> Act:
    """The department answers a card."""
    card = data(ask("GET", "/v1/cards?level=yellow"))["cards"][0]["id"]
    return "Housing", f"/v1/cards/{card}/respond", {"text": WORDS}, "card.responded"


def on_claim(county: MemoryWorld, ask: Asker) -> Act:
    """An inspector decides about late news."""
    return "inspector", path("1", claim_of(county)), REASON, "claim.accepted"


def on_transfer(county: MemoryWorld, ask: Asker) -> Act:
    """The department that is asked takes a case over."""
    n = next(fact.n for fact in county.facts("3") if fact.kind == "case.transferred")
    return (
        "Water",
        f"/v1/cases/{quote('hall:3', safe='')}/transfers/{n}/agree",
        {},
        "transfer.agreed",
    )


def on_ownership(county: MemoryWorld, ask: Asker) -> Act:
    """An inspector mends whose a case is."""
    body = {"department": "Water", "reason": WORDS}
    return "inspector", f"/v1/cases/{quote('hall:3', safe='')}/reassign", body, "case.reassigned"


def on_conduct(county: MemoryWorld, ask: Asker) -> Act:
    """An inspector finds a rule broken."""
    body = {"rule": "V-23", "text": "收取清单以外的费用", "found_by": "inspector"}
    return "inspector", f"/v1/cases/{quote('hall:1', safe='')}/findings", body, "irregularity.found"


def on_lead(county: MemoryWorld, ask: Asker) -> Act:
    """An inspector enters a lead; that is sealed, and its receipt opens nothing to others."""
    return "inspector", "/v1/leads", {"reason": WORDS}, "record.sealed"


def on_open_lead(county: MemoryWorld, ask: Asker) -> Act:
    """An inspector closes a lead that was opened by nobody who keeps receipts."""
    lead = data(ask("POST", "/v1/leads", body={"reason": "x"}), 202)["id"]
    county.tick()
    return "inspector", f"/v1/leads/{lead}/close", {"reason": WORDS}, "record.sealed"


EVERY = (on_card, on_claim, on_transfer, on_ownership, on_conduct, on_lead, on_open_lead)
each_door = pytest.mark.parametrize("door", EVERY, ids=lambda door: door.__name__)


def done(county: MemoryWorld, ask: Asker, act: Act, key: str = "k") -> dict[str, Any]:
    """Act, and let it come into the log."""
    who, where, body, _ = act
    answer: dict[str, Any] = data(ask("POST", where, who, body, key), 202)
    county.wall.forward(minutes=1)
    county.tick()
    return answer


def found(
    county: MemoryWorld,
    folder: Path,
    *answers: dict[str, Any],
    all_of: bool = False,
    since: datetime | None = None,
) -> list[str]:
    """What `duban verify --receipt`, or with *all_of* `--receipts`, finds about receipts.

    *since*: the answers are all from then on.
    """
    receipts = folder / "receipts"
    receipts.mkdir(exist_ok=True)
    file = receipts / "answers.json"
    file.write_text(json.dumps(answers, ensure_ascii=False), encoding="utf-8")
    publish(county)
    objects = county.cloud.bucket.objects
    vkeys = [raw.decode().rstrip("\n") for name, raw in objects.items() if name.startswith("vkeys")]
    trust = read_trust([*vkeys, county.services.receipts.vkey.text], (), None)
    given: Any = {"all_receipts": receipts, "all_since": since} if all_of else {"receipts": (file,)}
    report = verify_log(Shown(objects), VerifyingReader(trust, county.wall.at, **given))
    return [issue.en for issue in report.findings if issue.check == "I12"]


@each_door
def test_each_act_has_a_receipt_that_is_honoured(
    county: MemoryWorld, ask: Asker, tmp_path: Path, door: Callable[..., Act]
) -> None:
    """It holds the act as it was recorded, words and all; under its key it is given again."""
    act = door(county, ask)
    answer = done(county, ask, act)
    assert answer["event"]["type"] == act[3]
    said = json.dumps(answer["event"], ensure_ascii=False)
    assert all(json.dumps(word, ensure_ascii=False)[1:-1] in said for word in act[2].values())
    assert found(county, tmp_path, answer) == []
    again = done(county, ask, act)
    promise = ("receipt", "disclosure", "event")
    assert [again[name] for name in promise] == [answer[name] for name in promise]


@each_door
@attack("what a department or an inspector did, left out of the log", "receipt")
def test_an_act_that_is_left_out_is_proved(
    county: MemoryWorld, ask: Asker, tmp_path: Path, door: Callable[..., Act]
) -> None:
    """Whoever can edit every table can take it out, but not the receipt from its holder."""
    who, where, body, _ = door(county, ask)
    waiting = set(county.cloud.items["test-Inbox"])
    answer = data(ask("POST", where, who, body, "k"), 202)
    (item,) = set(county.cloud.items["test-Inbox"]) - waiting
    del county.cloud.items["test-Inbox"][item]
    county.wall.forward(minutes=11)
    county.accept("2026-11-10T10:11:00", "9")
    county.pump.drain()
    (said,) = found(county, tmp_path, answer)
    assert said.startswith("omitted: ")


@attack("what a department or an inspector did, told otherwise than it was done", "receipt")
def test_a_decision_that_is_changed_is_proved(
    county: MemoryWorld, ask: Asker, tmp_path: Path
) -> None:
    """The leaf commits to the act that the department holds, and says something else."""
    answer = done(county, ask, on_card(county, ask))

    def change(rows: Any) -> None:
        for row in rows:
            row["leaf"] = row["leaf"].replace('"k":"card.responded"', '"k":"card.appealed"')

    rehead(county, edited(county, change))
    (said,) = found(county, tmp_path, answer)
    assert ": k was card.responded, is card.appealed" in said


@attack("a receipt of another act than its answer shows", "receipt")
@pytest.mark.parametrize("door", [on_card, on_claim, on_conduct], ids=lambda door: door.__name__)
def test_an_answer_whose_receipt_is_of_another_act(
    county: MemoryWorld, ask: Asker, tmp_path: Path, door: Callable[..., Act]
) -> None:
    """The operator recorded other words, and shows the department or the inspector its own."""
    answer = done(county, ask, door(county, ask))
    event = answer["event"]
    shown = {**event, "data": {**event["data"], "text": "另一说法"}}
    (said,) = found(county, tmp_path, {**answer, "event": shown})
    assert "is of another event than the one that you have" in said


@attack("an act in the name of a department or an inspector, made up in the inbox", "receipt")
def test_an_act_that_nobody_did_is_found(county: MemoryWorld, ask: Asker, tmp_path: Path) -> None:
    """By whoever keeps the receipts of all acts: the case has one more in their role."""
    answer = done(county, ask, on_claim(county, ask))
    act: Event = answer["event"]
    time = "2026-11-10T10:01:30.000Z"
    county.services.inbox.put_act({**act, "id": "x", "type": "claim.refused", "time": time})
    county.tick()
    (said,) = found(county, tmp_path, answer, all_of=True)
    assert "(claim.refused) has no receipt" in said


def test_without_a_key_only_the_first_has_a_receipt(county: MemoryWorld, ask: Asker) -> None:
    """A second request, perhaps somebody else's, is a duplicate of an act that is not its own."""
    card = data(ask("GET", "/v1/cards?level=yellow"))["cards"][0]["id"]
    first = data(ask("POST", f"/v1/cards/{card}/acknowledge", "Housing"), 202)
    second = data(ask("POST", f"/v1/cards/{card}/acknowledge", "Housing"), 202)
    assert (first["status"], set(first)) == (
        "recorded", {"card", "status", "receipt", "disclosure", "event"},
    )  # fmt: skip
    assert second == {"card": card, "status": "duplicate"}


def test_each_of_many_refusals_has_a_receipt(
    county: MemoryWorld, ask: Asker, tmp_path: Path
) -> None:
    """In the row of its claim."""
    rows = [{"case": "hall:1", "n": claim_of(county)}]
    body = {"claims": rows, **REASON}
    answer = done(county, ask, ("inspector", "/v1/claims/refuse", body, ""))  # type: ignore[arg-type]
    (row,) = answer["results"]
    assert row["event"]["type"] == "claim.refused"
    assert found(county, tmp_path, answer) == []
