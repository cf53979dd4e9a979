"""A receipt binds the content: whoever has the event holds the leaf against it (I12)."""

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.errors import BadInput
from chalicelib.instant import parse
from chalicelib.intake.event import normalise
from infra.verify.run import VerifyingReader, verify_log
from infra.verify.trust import read_trust
from tests.integration.test_omission import EVENT, OFFICE, told
from tests.support.attacks import attack
from tests.support.memory_stage import MemoryWorld, memory_world
from tests.support.posted import posted
from tests.support.published import START, edited, grow, publish, rehead
from tests.support.shown_log import Shown
from tests.support.world import SHANGHAI

NOW = parse(f"{START}{SHANGHAI}")


@pytest.fixture
def county():
    """Give an empty county."""
    with memory_world(START) as made:
        yield made


def found(county: MemoryWorld, folder: Path, *answers: Any, event: Any = EVENT) -> list[str]:
    """What `duban verify --receipts … --event …` finds about receipts."""
    receipts, file = folder / "receipts", folder / "event.json"
    receipts.mkdir(exist_ok=True)
    if answers:
        (receipts / "1").write_text(json.dumps(answers), encoding="utf-8")
    file.write_text(json.dumps(event), encoding="utf-8")
    objects = county.cloud.bucket.objects
    vkeys = [raw.decode().rstrip("\n") for name, raw in objects.items() if name.startswith("vkeys")]
    trust = read_trust([*vkeys, OFFICE.vkey.text], (), None)
    reader = VerifyingReader(trust, NOW, events=(file,), all_receipts=receipts)
    report = verify_log(Shown(objects), reader)
    return [issue.en for issue in report.findings if issue.check == "I12"]


def test_the_leaf_tells_the_event_and_nothing_else(county: MemoryWorld, tmp_path: Path) -> None:
    """Also to somebody who has an event that no receipt is of, or none."""
    answer = told(county)
    county.pump.drain()
    publish(county)
    assert found(county, tmp_path, answer) == []
    assert found(county, tmp_path, answer, event={**EVENT, "id": "e-2"}) == []
    assert found(county, tmp_path, answer, event=[]) == []


@attack("a receipt of another event than the one that was sent", "receipt")
def test_a_receipt_is_of_the_event_that_was_sent(county: MemoryWorld, tmp_path: Path) -> None:
    """The operator recorded another event, and gave a receipt of that."""
    answer = told(county)
    county.pump.drain()
    publish(county)
    sent = {**EVENT, "data": {**EVENT["data"], "promise": {"amount": 3, "unit": "wd"}}}
    for given in (answer, {name: answer[name] for name in ("receipt", "disclosure")}):
        (said,) = found(county, tmp_path, given, event=sent)
        assert "is of another event than the one that you have" in said
        assert found(county, tmp_path, given, event=[sent, EVENT]) == []


def test_an_event_without_any_receipt_is_refused(county: MemoryWorld, tmp_path: Path) -> None:
    """Nothing of it would be checked."""
    told(county)
    county.pump.drain()
    publish(county)
    with pytest.raises(BadInput, match="--event: 还需要它的回执"):
        found(county, tmp_path)


@pytest.mark.parametrize(
    ("was", "now", "field"),
    [
        ('"amount":5', '"amount":6', "data.promise"),
        ('"department":"Housing"', '"department":"Forestry"', "data.department"),
        ('"item":"X"', '"item":"Y"', "data.item"),
        ('"k":"case.accepted"', '"k":"case.submitted"', "k"),
        ('"src":"hall"', '"src":"yard"', "src"),
        ('"at":"2026-11-02T01:00:00.000Z"', '"at":"2026-10-30T01:00:00.000Z"', "at"),
        ('"data":{', '"data":{"channel":"window",', "data.channel"),
        (',"region":"370102"', "", "data.region"),
    ],
)
def test_what_the_operator_changed_is_found(
    county: MemoryWorld, tmp_path: Path, was: str, now: str, field: str
) -> None:
    """In the leaf, before it was signed; the digest in it is still that of the event."""
    answer = told(county)
    county.pump.drain()

    def change(rows: Any) -> None:
        for row in rows:
            if '"src":"hall"' in row["leaf"]:
                assert was in row["leaf"]
                row["leaf"] = row["leaf"].replace(was, now)

    rehead(county, edited(county, change))
    publish(county)
    (said,) = found(county, tmp_path, answer)
    assert f": {field} was " in said


def test_a_report_that_no_receipt_covers_is_found(county: MemoryWorld, tmp_path: Path) -> None:
    """In the cases of the receipts; what the service derives needs none."""
    answer = told(county)
    county.pump.drain()
    made_up = posted("case.withdrawn", f"{START}{SHANGHAI}", {}, id="e-7", subject="9")
    county.services.inbox.put_event(normalise(made_up), county.services.now())
    grow(county, 1)  # another case, of another receipt
    county.pump.drain()
    publish(county)
    (said,) = found(county, tmp_path, answer)
    assert "(case.withdrawn) has no receipt" in said


def test_what_is_no_event_is_refused(county: MemoryWorld, tmp_path: Path) -> None:
    """With the file."""
    answer = told(county)
    county.pump.drain()
    publish(county)
    with pytest.raises(BadInput, match=r"event\.json"):
        found(county, tmp_path, answer, event={"id": "x"})


def test_a_receipt_belongs_to_the_case_that_it_came_with(
    county: MemoryWorld, tmp_path: Path
) -> None:
    """The source handed the public name to the applicant: the event is in no other case."""
    answer = told(county)
    county.pump.drain()
    publish(county)
    own = county.services.facts.of_case("hall:9")[0].public_case
    assert found(county, tmp_path, {**answer, "public_id": own}) == []
    (said,) = found(county, tmp_path, {**answer, "public_id": "c_another"})
    assert f"came with c_another, the log has it in {own}" in said
