"""The packaged API at its door: addresses, methods, headers, languages, behind the gateway."""

import json
import socket
import time
from urllib.parse import quote, urlsplit

import pytest
import schemathesis

from tests.e2e.conftest import Door
from tests.support.api_contract import explore
from tests.support.trials import times

SECURE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
EXAMPLES = times(1)
NIGHTLY, NIGHT = ("operator", "department"), pytest.mark.night


def wait_for(door: Door, case: str) -> int:
    """Ask for *case*, encoded once, until it is there; return the last status."""
    bearer = f"Bearer {door.keys['inspector']}"
    for _ in range(40):
        path = f"/v1/cases/{quote(f'{door.source}:{case}', safe='')}"
        status, _, body = door.ask("GET", path, authorization=bearer)
        if status == 200:
            assert json.loads(body)["id"] == f"{door.source}:{case}"
            return status
        time.sleep(0.25)
    return status


def test_a_subject_is_addressed_by_encoding_it_once(door: Door) -> None:
    """A slash, a percent sign, a question mark: and twice is another case."""
    subjects = ["S/1/2", "%2F", "a%2Fb", "what?x=1", "a#b", "a b", "..", "a/../b"]
    door.courier.post([door.accepted(subject) for subject in subjects])
    for subject in subjects:
        assert wait_for(door, subject) == 200, subject
    bearer = f"Bearer {door.keys['inspector']}"
    twice = quote(quote(f"{door.source}:S/1/2", safe=""), safe="")
    assert door.ask("GET", f"/v1/cases/{twice}", authorization=bearer)[0] == 404


def test_every_refusal_has_its_headers_and_its_language(door: Door) -> None:
    """Ours in the language that is asked for, the gateway's in both."""
    for path in ("/v1/cases", "/v1/cards/x", "/v1/nothing", "/log/vkeys/none", "/cards?before=x"):
        for language, tag in (("", "zh-CN"), ("en", "en")):
            status, headers, body = door.ask("GET", path, accept_language=language)
            problem = json.loads(body)
            assert (status, headers["content-type"]) == (
                problem["status"],
                "application/problem+json",
            )
            assert SECURE.items() <= headers.items()
            assert "max-age" in headers["strict-transport-security"]
            assert tag in headers["content-language"]
            assert {"title", "detail"} <= problem.keys()


def test_a_method_that_an_address_does_not_know_is_405(door: Door) -> None:
    """An address that there is not is 404; HEAD is GET without the body."""
    for method in ("DELETE", "TRACE", "OPTIONS", "PUT"):
        status, headers, _ = door.ask(method, "/v1/cases")
        assert (status, headers["allow"]) == (405, "GET"), method
    assert door.ask("TRACE", "/nothing")[0] == 404
    status, headers, body = door.ask("HEAD", "/cards.json")
    assert (status, headers["content-type"], body) == (200, "application/json", b"")


def test_an_unknown_address_below_a_desk_is_a_page_with_the_way_back(door: Door) -> None:
    """The gateway hands it on; its own refusals are for programs."""
    for path in ("/desk/nothing", "/desk/cases/a/b/c", "/signin/%E5%8A%9E", "/signout/x"):
        status, headers, body = door.ask("GET", path, accept="text/html,*/*;q=0.8")
        assert (status, headers["content-type"][:9]) == (404, "text/html"), path
        assert "没有此地址" in body.decode()
        status, headers, body = door.ask("GET", path, accept="*/*")
        assert (status, json.loads(body)["status"]) == (404, 404)


def test_a_query_with_raw_chinese_says_what_to_do(door: Door) -> None:
    """It is no HTTP; encoded, it is the department that is meant."""
    url = urlsplit(door.url)
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=10) as link:
        raw = f"GET {url.path}/v1/scores?department=农业农村局 HTTP/1.1\r\nHost: x\r\n\r\n"
        link.sendall(raw.encode())
        answer = b"".join(iter(lambda: link.recv(4096), b"")).decode()
    head, _, body = answer.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 400")
    assert "application/problem+json" in head
    assert "--data-urlencode" in json.loads(body)["detail"]
    bearer = f"Bearer {door.keys['inspector']}"
    query = f"?department={quote('农业农村局')}&month=2026-11"
    assert door.ask("GET", f"/v1/scores{query}", authorization=bearer)[0] == 404


@pytest.mark.parametrize(
    "role", ["", "inspector", *(pytest.param(role, marks=NIGHT) for role in NIGHTLY)]
)
def test_every_answer_is_one_that_the_document_knows(door: Door, role: str) -> None:
    """Of the packaged stage too, with no key and with each of its keys; its clock is left alone.

    In the gate with none, and with the one that opens most: tests/integration/test_api_contract.py
    asks with every key, inside this process.
    """
    schema = schemathesis.openapi.from_url(f"{door.url}/openapi.json")
    schema.config.update(base_url=door.url)
    left = schema.exclude(path=["/v1/alerts", "/v1/clock"])
    headers = {"Authorization": f"Bearer {door.keys[role]}"} if role else {}
    assert door.keys.keys() == {"inspector", *NIGHTLY}
    assert explore(left, headers, EXAMPLES) > 30
