"""All that a county shows and sends, and what weak grounds would be known by."""

import io
import json
import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from pypdf import PdfReader

from chalicelib.policy.basis import Citation
from chalicelib.policy.documents import load_documents
from chalicelib.policy.shipped import load_profile
from infra.policy.entries import entries
from tests.support.asker import Asker, data
from tests.support.replayed import PublicWorld, found, own

REGION = "370102"
PAGES = ("/", "/?lang=en", "/cards", "/cards.json", "/departments", "/departments.json", "/log")


class Sent:
    """All that a county shows and sends: its pages, feed, cards and papers, by address."""

    def __init__(self, county: PublicWorld) -> None:
        self.ask = Asker(county.services)
        self.feed = list(self._feed())
        cards = sorted({one["data"]["card"] for one in self.feed if "card" in one["data"]})
        self.pages = {path: self.ask("GET", path).body.decode() for path in PAGES}
        self.published = data(self.ask("GET", "/cards.json"))["cards"]
        lives = {card: self.ask("GET", f"/v1/cards/{card}") for card in cards}
        self.lives = {card: data(life) for card, life in lives.items() if life.status_code == 200}
        self.papers = dict(self._papers())

    def texts(self) -> dict[str, str]:
        """Every one of them as a text."""
        lives = {f"/v1/cards/{card}": written(life) for card, life in self.lives.items()}
        return {**self.pages, **lives, **self.papers, "feed": written(self.feed)}

    def _feed(self) -> Iterator[dict[str, Any]]:
        last = ""
        while page := data(self.ask("GET", f"/v1/alerts?lastEventId={last}")):
            yield from page
            last = page[-1]["id"]

    def _papers(self) -> Iterator[tuple[str, str]]:
        for life in self.lives.values():
            for paper in life["documents"]:
                yield paper["html"], self.ask("GET", f"/v1/cards/{paper['html']}").body.decode()
                pdf = PdfReader(io.BytesIO(self.ask("GET", f"/v1/cards/{paper['pdf']}").body))
                text = "".join(page.extract_text() for page in pdf.pages)
                yield paper["pdf"], re.sub(r"\s", "", text)


def written(document: Any) -> str:
    """A document as text."""
    return json.dumps(document, ensure_ascii=False)


def weak_grounds() -> set[str]:
    """What the profile, and every document that is no law here, would be known by."""
    titles = {one.title for one in load_documents().values() if one.kind_in(REGION) != "law"}
    bases = (entry.basis for entry in entries(load_profile("statutory")).values())
    parts = [part for basis in bases for part in basis.citations if is_weak(part)]
    says = {part.says for part in parts if len(part.says) > 8}
    return titles | says | {"建议默认值", "参照"}


def is_weak(part: Citation) -> bool:
    """Whether it may not be printed."""
    return part.is_beside or part.kind_in(REGION) not in ("law", "local")


class Week(Struct, frozen=True, dict=True):
    """A county's week: what it *sent*, its *facts*, and what is *found* by whoever verifies it."""

    sent: Sent
    facts: list[str]
    found: list[str]


def week_of(county: PublicWorld) -> Week:
    """Return what the week of *county* left behind."""
    return Week(Sent(county), sorted(facts_of(county)), found(county))


def facts_of(county: PublicWorld) -> Iterator[str]:
    """Each fact of supervision by itself, without those that only an instrument brings."""
    names = own(county.leaves())
    registers = {case for name, case in names.items() if "register/" in name}
    for leaf in county.leaves():
        if leaf["case"] not in registers and leaf["k"] not in ("rules.adopted", "heartbeat"):
            said = {name: leaf["data"].get(name) for name in ("level", "rule", "basis", "due_at")}
            yield json.dumps([leaf["k"], leaf["at"], said], ensure_ascii=False)
