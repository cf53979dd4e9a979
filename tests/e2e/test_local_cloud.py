"""The packaged stack on the local cloud, over real HTTP: from a signed webhook to a yellow card."""

import base64
import hmac
import json
import time
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from chalicelib.instant import parse
from tests.e2e.conftest import Door

ONE = "application/cloudevents+json"


def signed(door: Door, body: bytes, secret: str = "") -> dict[str, str]:
    """Sign as Standard Webhooks says, written out here once more."""
    stamp = str(int(time.time()))
    key = base64.b64decode((secret or door.secret).removeprefix("whsec_"))
    digest = hmac.digest(key, f"msg_1.{stamp}.".encode() + body, "sha256")
    return {
        "webhook_id": "msg_1",
        "webhook_timestamp": stamp,
        "webhook_signature": "v1," + base64.b64encode(digest).decode(),
    }


def post(door: Door, event: dict[str, Any], content_type: str = ONE) -> tuple[int, Any]:
    """Post one event; status and document."""
    body = json.dumps(event, ensure_ascii=False).encode()
    status, headers, data = door.ask(
        "POST", "/v1/events", body, content_type=content_type, **signed(door, body)
    )
    assert "json" in headers["content-type"]
    return status, json.loads(data)


def test_signed_event_becomes_a_warning_and_a_yellow_card(door: Door) -> None:
    """The whole chain: told, supervised, swept, sealed, published."""
    accepted_at = parse("2026-11-02T09:00:00+08:00")
    door.courier.set_clock(accepted_at, 0)
    event = door.accepted("overdue")
    status, first = post(door, event)
    assert (status, first["id"], first["status"]) == (202, "overdue-accepted", "recorded")
    assert first["receipt"].startswith("duban.local/log/receipt\n")
    assert post(door, event) == (202, {**first, "status": "duplicate"})
    door.courier.set_clock(accepted_at, 0)  # it is judged before time goes on
    door.courier.set_clock(parse("2026-11-05T09:00:00+08:00"))
    case = door.json(f"/v1/cases/{door.source}:overdue", "inspector")
    assert case["lamp"] == "yellow"
    why = door.json(f"/v1/cases/{door.source}:overdue/explain", "inspector")
    assert "到期时间为2026年11月4日（星期三）17:30" in why["explanation"]
    mine = [alert for alert in door.alerts() if alert["data"]["case"] == f"{door.source}:overdue"]
    flagged, *issued = [(alert["type"], alert["data"].get("level")) for alert in mine]
    assert flagged == ("data.flagged", None)  # of names that no catalogue knows
    assert issued == [("warning.issued", "warning"), ("card.issued", "yellow")]
    mine = mine[1:]
    assert parse(mine[1]["data"]["due_at"]) == parse("2026-11-04T17:30:00+08:00")
    cards = door.json("/cards.json")["cards"]
    assert "yellow" in {card["level"] for card in cards}
    door.courier.set_clock(parse("2026-11-13T09:00:00+08:00"))  # both windows are over
    later = door.json(f"/v1/alerts?lastEventId={mine[1]['id']}", "inspector")
    assert "escalation.proposed" in [alert["type"] for alert in later]
    assert mine[1]["id"] not in [alert["id"] for alert in later]


def test_a_document_comes_through_unharmed(door: Door) -> None:
    """A PDF is text here, so that no gateway has to be told what to do with bytes."""
    cards = door.json("/v1/cards", "inspector")["cards"]
    card = next(one["id"] for one in cards if (one["item"], one["level"]) == ("E2E-01", "yellow"))
    (first, *_) = door.json(f"/v1/cards/{card}", "inspector")["documents"]
    assert first["title"] == "黄牌通知书"
    bearer = "Bearer " + door.keys["inspector"]
    found = set()
    for accept in ("*/*", "application/pdf", "text/html,application/xhtml+xml,*/*;q=0.8"):
        path = f"/v1/cards/{first['pdf']}"
        status, headers, body = door.ask("GET", path, accept=accept, authorization=bearer)
        assert (status, headers["content-type"]) == (200, "application/pdf")
        found.add(body)
    (body,) = found
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(body), strict=True).pages)
    assert "住房和城乡建设局：" in text
    assert "2026年11月4日17:30届满" in text.replace("\n", "")
    status, headers, page = door.ask("GET", f"/v1/cards/{first['html']}", authorization=bearer)
    assert (status, headers["content-type"].partition(";")[0]) == (200, "text/html")
    assert "黄牌通知书" in page.decode()


def test_what_is_wrong_gets_a_problem_document(door: Door) -> None:
    """Every refusal says why, and none of them tells a secret."""
    other = door.accepted("overdue")
    other["data"]["promise"] = {"amount": 9, "unit": "wd"}
    assert post(door, other)[0] == 409
    without = door.accepted("broken")
    del without["data"]["item"]
    status, problem = post(door, without)
    assert (status, problem["status"], "item" in problem["field"]) == (422, 422, True)
    unknown = door.accepted("broken", type="case.invented")
    status, problem = post(door, unknown)
    assert status == 422
    assert "case.accepted" in problem["detail"]
    assert post(door, door.accepted("broken"), "text/plain")[0] == 415
    body = json.dumps(door.accepted("forged")).encode()
    forged = signed(door, body, "whsec_" + base64.b64encode(b"x" * 32).decode())
    status, headers, _ = door.ask("POST", "/v1/events", body, content_type=ONE, **forged)
    assert (status, headers["content-type"]) == (401, "application/problem+json")
    assert door.ask("GET", "/v1/alerts")[0] == 401
    assert (
        door.ask("GET", "/v1/cases/none", Authorization="Bearer " + door.keys["operator"])[0] == 403
    )
    status, headers, _ = door.ask("GET", "/v1/nothing/there")
    assert (status, headers["content-type"]) == (404, "application/problem+json")


def test_pages_and_documents_answer(door: Door) -> None:
    """A browser finds the board, a program the documents beside it."""
    status, headers, page = door.ask("GET", "/")
    assert (status, headers["content-type"].partition(";")[0]) == (200, "text/html")
    assert "督办" in page.decode()
    assert door.json("/openapi.json")["openapi"].startswith("3.1")
    health = door.json("/healthz")
    assert (health["status"], health["stage"]) == ("ok", "local")


def test_the_department_whose_key_the_stage_gives_has_its_own_cases_only(door: Door) -> None:
    """What another department's case is, it is not told."""
    mine, other = door.accepted("market"), door.accepted("housing")
    mine["data"]["department"] = "市场监督管理局"
    results = door.courier.post([mine, other])
    assert [result["status"] for result in results] == ["recorded", "recorded"]
    door.courier.set_clock(parse("2026-11-10T09:00:00+08:00"))
    bearer = "Bearer " + door.keys["department"]
    found = {}
    for case in ("market", "housing"):
        path = f"/v1/cases/{door.source}:{case}"
        found[case] = door.ask("GET", path, authorization=bearer)[0]
    assert found == {"market": 200, "housing": 404}
    cases = door.json("/v1/cases", "department")["cases"]
    assert {case["department"] for case in cases} == {"市场监督管理局"}
