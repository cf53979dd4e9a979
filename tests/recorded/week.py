"""The made-up week lived with chance taken out: its public log, and every page and answer of it.

The log of this week is kept in `week.tar.xz`, for `duban verify` to judge it again; a log that was
made by older code must be judged by newer code as it was. So that file is only made when asked for.
"""

import io
import json
import secrets
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from chalicelib.lambdas.publish import publish
from infra.explain.card import explain_card
from tests.recorded.digests import HERE
from tests.support.asker import Asker, data
from tests.support.environment import environment
from tests.support.lived_week import live
from tests.support.replayed import PublicWorld, public_world

BEGINNING = "2025-09-22T08:00:00"
PRESENT = datetime.fromisoformat("2025-10-13T18:00:00+08:00").astimezone(UTC)
KEPT = HERE / "week.tar.xz"

_PAGES = (
    *("/", "/?lang=en", "/cards", "/cards.json", "/departments", "/departments.json", "/log"),
    *("/v1/cases", "/v1/cards", "/log/log.json", "/openapi.json", "/log/checkpoint"),
)


@contextmanager
def lived() -> Iterator[PublicWorld]:
    """Give the county at the end of its week; every random byte in it is a counted one."""
    numbers = count(1)

    def counted(size: int | None = None) -> bytes:
        return next(numbers).to_bytes(size or 32, "big")

    chance = patch.object(secrets, "token_bytes", counted)
    with environment(), chance, public_world(BEGINNING) as county:
        live(county, PRESENT)
        county.close()
        publish(county.services)
        yield county


def outputs() -> dict[str, str]:
    """Return all that the week leaves behind, by the path under which it is found."""
    with lived() as county:
        found = {f"objects/{name}": body.hex() for name, body in _objects(county).items()}
        lines = [json.dumps(leaf, ensure_ascii=False) for leaf in county.leaves()]
        return found | {"leaves": "\n".join(lines)} | _answers(county) | _explained(county)


def keep() -> None:
    """Make `week.tar.xz` anew, from the log of the week as the code makes it now."""
    with lived() as county, tarfile.open(KEPT, "w:xz") as kept:
        for name, body in sorted(_objects(county).items()):
            entry = tarfile.TarInfo(f"week/{name}")
            entry.size = len(body)
            kept.addfile(entry, io.BytesIO(body))


def _objects(county: PublicWorld) -> dict[str, bytes]:
    return dict(county.cloud.bucket.objects)


def _answers(county: PublicWorld) -> dict[str, str]:
    """Ask for every page, every case and every card."""
    ask = Asker(county.services)

    def answer(path: str, who: str = "inspector") -> str:
        given = ask("GET", path, who)
        return f"{given.status_code}\n{sorted(given.headers.items())}\n{given.body.decode()}"

    feed = list(_feed(ask))
    cases = sorted({one["data"]["case"] for one in feed})
    cards = sorted({one["data"]["card"] for one in feed if "card" in one["data"]})
    departments = sorted({one["data"]["department"] for one in feed if one["data"]["department"]})
    found = {f"page{path}".rstrip("/"): answer(path) for path in _PAGES}
    found["feed"] = json.dumps(feed, ensure_ascii=False)
    for case in cases:
        found[f"case/{case}"] = answer(f"/v1/cases/{quote(case, safe='')}")
        found[f"explain/{case}"] = answer(f"/v1/cases/{quote(case, safe='')}/explain")
    for card in cards:
        found[f"card/{card}"] = answer(f"/v1/cards/{card}")
    for name in departments:
        asked = f"/v1/scores?department={quote(name)}&month=2025-10&region="
        for region in ("370102", "430000"):
            found[f"score/{name}/{region}"] = answer(asked + region)
        found[f"cards/{name}"] = answer(f"/v1/cards?department={quote(name)}", name)
    return found


def _feed(ask: Asker) -> Iterator[dict[str, Any]]:
    last = ""
    while page := data(ask("GET", f"/v1/alerts?lastEventId={last}")):
        yield from page
        last = page[-1]["id"]


def _explained(county: PublicWorld) -> dict[str, str]:
    """Derive every card again, as `duban explain card --json` does."""
    cards = county.services.board.cards(999)
    return {
        f"derived/{one.card}": json.dumps(
            explain_card(county.services, one.card), ensure_ascii=False
        )
        for one in cards
    }
