"""What every answer of the API says of itself in its headers."""

import json

import pytest
from chalice.test import Client

import app
from tests.support.asker import Asker
from tests.support.desk_paths import is_for_people

SECURE = {
    "x-content-type-options": "nosniff",
    "strict-transport-security": "max-age=31536000",
}
ROUTES = [(path, method) for path, methods in app.app.routes.items() for method in methods]


def headers_of(answer):
    """Return the headers of *answer* by their names in lower case."""
    return {name.lower(): value for name, value in answer.headers.items()}


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_every_answer_is_taken_for_what_it_says_it_is(county, path, method):
    """Whoever asks, and whatever comes of it; what is private or an error is stored nowhere."""
    asker = Asker(county.services)
    path = path.replace("{case_id}", "hall%3A1").replace("{", "").replace("}", "")
    for who in ("inspector", "operator"):
        answer = asker(method, path, who)
        headers = headers_of(answer)
        assert SECURE.items() <= headers.items()
        assert "cache-control" in headers
        if path.startswith("/log/"):  # errors too: pages of any origin read the log
            assert headers["access-control-allow-origin"] == "*"
        if answer.status_code >= 400 or path.startswith("/v1/"):
            assert headers["cache-control"] == "no-store"
        if answer.status_code >= 400 and not (is_for_people(path) and method == "GET"):
            assert headers["content-type"] == "application/problem+json"
            assert headers["content-language"] == "zh-CN"
            assert json.loads(answer.body)["status"] == answer.status_code


def test_a_batch_tells_each_refusal_in_the_language_of_the_request(served):
    """An event's problem is in the batch's answer, in Chinese unless English is asked for."""
    from chalicelib.intake.routes import receive_request
    from tests.integration.test_api_contract import SECRET
    from tests.support.webhook import sign_webhook

    services = served
    services.sources.active = lambda: {"hall": (SECRET,)}
    body = b'[{"specversion": "0.3"}]'
    for language, word in (("", "须为"), ("en", "must be")):
        headers = sign_webhook(SECRET, "msg_1", services.wall(), body) | {
            "content-type": "application/cloudevents-batch+json",
            "accept-language": language,
        }
        (result,) = json.loads(receive_request(services, headers, body).body)["results"]
        assert word in result["problem"]["detail"]
        assert result["problem"]["field"] == "specversion"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [("DELETE", "/v1/cases", "GET"), ("TRACE", "/cards", "GET"), ("GET", "/v1/events", "POST")],
)
def test_a_method_that_an_address_does_not_know_is_405(method, path, allow):
    """With those that it knows (RFC 9110, section 15.5.6)."""
    answer = _ask(method, path)
    assert answer["statusCode"] == 405
    assert answer["headers"]["Allow"] == allow
    assert json.loads(answer["body"])["status"] == 405


@pytest.mark.parametrize(
    ("method", "path", "types"),
    [
        (
            "POST",
            "/v1/events",
            ["application/cloudevents+json", "application/cloudevents-batch+json"],
        ),
        ("POST", "/v1/claims/refuse", ["application/json"]),
        ("POST", "/v1/cards/c_a.1/respond", ["application/json"]),
    ],
)
def test_another_media_type_is_told_which_are_taken(served, method, path, types):
    """In either language (RFC 9110, section 15.5.16)."""
    for language, between in (("zh", "、"), ("en", ", ")):
        answer = _ask(method, path, {"content-type": "text/xml", "accept-language": language})
        assert answer["statusCode"] == 415
        assert between.join(types) in json.loads(answer["body"])["detail"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_a_get_says_of_its_content_means_nothing(served, method):
    """It has none (section 9.3.1), and some clients always send the header."""
    for path in ("/", "/cards.json", "/openapi.json"):
        assert _ask(method, path, {"Content-Type": "text/xml"})["statusCode"] == 200


def test_head_is_get_without_the_body(county):
    """With the same status and headers (section 9.3.2)."""
    for path in ("/cards.json", "/", "/v1/cases"):
        head, get = _ask("HEAD", path), Client(app.app).http.get(path)
        assert (head["statusCode"], head["body"]) == (get.status_code, "")
        assert head["headers"].pop("Content-Length") == str(len(get.body))
        assert head["headers"] == get.headers


def _ask(method, path, headers=None):
    from tests.support.wsgi_app import gateway_event

    return app.app(gateway_event(method, path, {"accept": "*/*", **(headers or {})}, b""), None)
