"""A county with a card that may be a lead for discipline inspection (问题线索)."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.asker import Asker, data
from tests.support.replayed import PublicWorld, public_world


@contextmanager
def county_of_misconduct() -> Iterator[PublicWorld]:
    """Give a county with a public card of V-23 (擅自收费), which an inspector has confirmed."""
    with public_world("2026-11-02T08:30:00") as made:
        made.until("2026-11-02T09:00:00")
        made.accept("2026-11-02T09:00:00", "1", promise="9wd")
        made.until("2026-11-02T09:20:00")
        ask = Asker(made.services)
        found = {"rule": "V-23", "text": "收取清单以外的费用", "found_by": "inspector"}
        data(ask("POST", "/v1/cases/hall%3A1/findings", "inspector", found), 202)
        made.until("2026-11-02T09:40:00")
        for card in data(ask("GET", "/v1/cards?state=proposed"))["cards"]:
            data(ask("POST", f"/v1/cards/{card['id']}/confirm"), 202)
        made.until("2026-11-02T10:00:00")
        yield made
