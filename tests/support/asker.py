"""Asks the API with keys of its own, one for each role and department."""

import json
from functools import cache
from typing import Any

from chalice.test import Client, HTTPResponse

import app
from chalicelib.people.caller import ROLES
from chalicelib.plumbing.services import Services

SECOND = "second inspector"


class Asker:
    """Ask as the inspector, a second one, the operator, or (any other name) that department."""

    def __init__(self, services: Services) -> None:
        self._issue = services.keys.issue
        self.bearer = cache(self._made)

    def _made(self, who: str) -> str:
        if who == SECOND:
            return self._issue("inspector")
        return self._issue(who) if who in ROLES else self._issue("department", who)

    def __call__(
        self, method: str, path: str, who: str = "inspector", body: Any = None, key: str = ""
    ) -> HTTPResponse:
        """Make one request, with *body* as JSON and under an Idempotency-*key*."""
        headers = {
            "Authorization": f"Bearer {self.bearer(who)}",
            "Content-Type": "application/json",
        }
        if key:
            headers["Idempotency-Key"] = key
        raw = b"" if body is None else json.dumps(body).encode()
        return Client(app.app).http.request(method, path, headers=headers, body=raw)


def data(answer: HTTPResponse, status: int = 200) -> Any:
    """Give the document that was answered."""
    assert answer.status_code == status, answer.body
    return json.loads(answer.body)


def taken(answer: HTTPResponse) -> Any:
    """Give what is said of an act that was recorded, without its receipt, which must be there."""
    said = data(answer, 202)
    promise = {"receipt", "disclosure", "event"}
    assert promise <= set(said)
    return {name: value for name, value in said.items() if name not in promise}
