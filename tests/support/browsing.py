"""A browser without scripts: it keeps cookies, and sends the token of the page opened last."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from chalice.test import Client, HTTPResponse

import app
from tests.support.signing_in import HOST

_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')


class Visitor:
    """Somebody at the door, who comes from *address*."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.cookies: dict[str, str] = {}
        self.seen: list[str] = []  # all cookies that were ever set, as they were set
        self.token = ""
        self.address = address

    def get(self, path: str, **headers: str) -> HTTPResponse:
        """Open a page."""
        answer = self._ask("GET", path, b"", headers)
        if found := _TOKEN.search(answer.body.decode("utf-8", "replace")):
            self.token = found[1]
        return answer

    def post(self, path: str, **fields: str) -> HTTPResponse:
        """Send a form with *fields*, and with the token of the page that was opened last."""
        return self.send(path, {"csrf": self.token, **fields}, Origin=f"https://{HOST}")

    def send(self, path: str, form: dict[str, str], **headers: str) -> HTTPResponse:
        """Send a form just as it is given."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self._ask("POST", path, urlencode(form).encode(), headers)

    @staticmethod
    def without_tokens(page: str) -> str:
        """Return *page* without what is random in it."""
        return _TOKEN.sub("", page)

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> HTTPResponse:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        base = {"Host": HOST, "Accept": "text/html", **({"Cookie": cookies} if cookies else {})}
        client: Any = Client(app.app)
        client.http._local_gateway.event_converter.LOCAL_SOURCE_IP = self.address
        answer: HTTPResponse = client.http.request(
            method, path, headers={**base, **headers}, body=body
        )
        for cookie in answer.headers.get("Set-Cookie", ()):
            self._keep(cookie)
        return answer

    def _keep(self, cookie: str) -> None:
        self.seen.append(cookie)
        name, _, value = cookie.partition(";")[0].partition("=")
        if "; Max-Age=0" in cookie:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value


def query_of(address: str) -> dict[str, str]:
    """Return the parameters of an address."""
    return dict(parse_qsl(urlsplit(address).query))
