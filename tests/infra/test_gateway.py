"""The packaged template says what the gateway does by itself: refusals, throttling, methods."""

import json
import re
from typing import Any

import pytest

# Nobody is named in these. `identity.sourceIp`, `identity.userAgent`, `path` and the like would.
LOGGED = {
    *("requestTimeEpoch", "requestId", "httpMethod", "resourcePath", "status", "responseLength"),
    *("responseLatency", "integrationLatency", "integrationStatus", "error.responseType"),
}


def test_the_gateways_own_refusals_are_problems_in_both_languages(template: dict[str, Any]) -> None:
    """It cannot choose a language; no cache keeps them, and nobody takes them for a page."""
    refusals = template["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "MISSING_AUTHENTICATION_TOKEN"} <= refusals.keys()
    for kind, refusal in refusals.items():
        headers = refusal["ResponseParameters"]["Headers"]
        assert headers["Content-Type"] == "'application/problem+json'"
        assert headers["Cache-Control"] == "'no-store'"
        assert headers["X-Content-Type-Options"] == "'nosniff'"
        assert "max-age" in headers["Strict-Transport-Security"]
        assert headers["Access-Control-Allow-Origin"] == "'*'"
        text = refusal["ResponseTemplates"]["application/json"]
        problem = json.loads(text.replace("$context.error.messageString", '"why"'))
        chinese, slash, english = problem["title"].partition(" / ")
        assert not chinese.isascii(), kind
        assert slash, kind
        assert english.isascii(), kind
        assert "detail" in problem


def test_the_gateway_keeps_events_from_taking_all_that_it_lets_through(
    template: dict[str, Any],
) -> None:
    """The path is one of the API's; by default a fifth of all requests report events."""
    api = template["Resources"]["RestAPI"]["Properties"]
    of_all, of_events = api["MethodSettings"]
    assert of_all["ThrottlingRateLimit"] == {"Ref": "GatewayRate"}
    assert of_events["ThrottlingRateLimit"] == {"Ref": "EventsRate"}
    path = of_events["ResourcePath"].removeprefix("/").replace("~1", "/")
    assert of_events["HttpMethod"].lower() in api["DefinitionBody"]["paths"][path]
    defaults = {
        name: template["Parameters"][name]["Default"] for name in ("GatewayRate", "EventsRate")
    }
    assert defaults == {"GatewayRate": 500, "EventsRate": 100}


def test_the_access_log_has_a_line_for_each_request_and_nobody_in_it(
    template: dict[str, Any],
) -> None:
    """JSON; the route with its placeholders, not the path that was asked for."""
    setting = template["Resources"]["RestAPI"]["Properties"]["AccessLogSetting"]
    condition, logged, otherwise = setting["Fn::If"]
    assert (condition, otherwise) == ("AccessIsLogged", {"Ref": "AWS::NoValue"})
    assert logged["DestinationArn"] == {"Fn::GetAtt": ["AccessLogs", "Arn"]}
    values = json.loads(logged["Format"]).values()
    assert {value.removeprefix("$context.") for value in values} == LOGGED
    assert set(re.findall(r"\$\w+(?:\.\w+)*", logged["Format"])) == set(values)
    assert "\n" not in logged["Format"]


def test_the_gateway_hands_on_every_method_of_a_path_that_it_knows(
    template: dict[str, Any],
) -> None:
    """To the same function as the path's own methods."""
    paths = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    for path, operations in paths.items():
        any_method = operations["x-amazon-apigateway-any-method"]
        if path.endswith("+}"):  # no path of its own: the next test
            continue
        others = [one for name, one in operations.items() if not name.startswith("x-")]
        assert others, path
        integration = "x-amazon-apigateway-integration"
        assert all(any_method[integration] == other[integration] for other in others)
        assert any_method.get("parameters") == others[0].get("parameters")


@pytest.mark.parametrize("page", ["/desk", "/signin", "/signout"])
def test_the_gateway_hands_on_unknown_addresses_below_the_pages_for_people(
    template: dict[str, Any], page: str
) -> None:
    """To the function of the page, which answers in words; its own refusal has one form."""
    paths = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    below = paths[f"{page}/{{rest+}}"]
    assert below.keys() == {"x-amazon-apigateway-any-method"}
    operation = below["x-amazon-apigateway-any-method"]
    (rest,) = operation["parameters"]
    assert (rest["name"], rest["in"]) == ("rest", "path")
    integration = "x-amazon-apigateway-integration"
    own = paths[page]["x-amazon-apigateway-any-method"]
    assert operation[integration] == own[integration]
