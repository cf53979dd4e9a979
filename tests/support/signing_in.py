"""People who are signed in, without the way in: a session begun at the store, and its browser."""

import re
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from chalice.test import Client, HTTPResponse

import app
from chalicelib.people.caller import Role
from chalicelib.people.person import Appointment, Person
from chalicelib.people.session import Session
from chalicelib.plumbing.services import Services

if TYPE_CHECKING:
    from playwright.sync_api import Page

HOST = "127.0.0.1"
LONG_AGO = date(2020, 1, 1)
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')


def person_id(name: str) -> str:
    """Return the id of a made-up person with this *name* of letters."""
    return f"p_{name.lower():a<16}"


def appointment(role: Role, department: str = "", *regions: str, **more: Any) -> Appointment:
    """Return a post held since long ago."""
    post = f"{role}-{department or 'all'}"
    return Appointment(
        post, f"{role} {department}".strip(), role, LONG_AGO, None, department, regions, **more
    )


class Browser:
    """A browser in which a person of these *appointments* is signed in; no script runs in it."""

    def __init__(self, services: Services, name: str, *appointments: Appointment) -> None:
        self.services = services
        self.person = Person(person_id(name), appointments)
        services.people.put_all([self.person])
        now = services.wall()
        day = now.astimezone(services.profile().zone).date()
        posts = self.person.version(day)
        self.token = services.sessions.begin(Session(self.person.id, posts, "local", now, now))
        self.form_token = ""

    def get(self, path: str, **headers: str) -> HTTPResponse:
        """Open a page."""
        answer = self._send("GET", path, b"", headers)
        if found := _TOKEN.search(answer.body.decode("utf-8", "replace")):
            self.form_token = found[1]
        return answer

    def post(self, path: str, **fields: str) -> HTTPResponse:
        """Send a form with *fields*, and with the token of the page that was opened last."""
        form = {"csrf": self.form_token, **fields}
        return self.send_form(path, form, Origin=f"https://{HOST}")

    def send_form(self, path: str, form: dict[str, str], **headers: str) -> HTTPResponse:
        """Send a form just as it is given."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self._send("POST", path, urlencode(form).encode(), headers)

    def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> HTTPResponse:
        cookie = {"Cookie": f"__Host-duban={self.token}", "Host": HOST, "Accept": "text/html"}
        return Client(app.app).http.request(method, path, headers={**cookie, **headers}, body=body)


def give(page: "Page", site: str, person: Browser) -> None:
    """Give the window of a real browser the session of a person at an address with TLS."""
    page.context.add_cookies(
        [{"name": "__Host-duban", "value": person.token, "url": site, "secure": True}]
    )
