"""Where the private fields of a case are opened: links for its pages.

Pure, but for the keeper of the case, whom every page of a case has asked for.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.desk.addresses import case_address
from chalicelib.desk.answering import Desk
from chalicelib.permit.reading.routes import kept_today

Links = dict[int, list[tuple[str, str]]]


def field_links(desk: Desk, snapshot: CaseSnapshot, facts: Iterable[Mapping[str, Any]]) -> Links:
    """Return, by the number of a fact, its private fields with the address at which each opens.

    Nothing where none of the posts may open one.
    """
    kept = kept_today(desk.services, snapshot)
    if snapshot.kind != "permit":
        return {}
    if not any(kept.is_within(caller, "see_private") for caller in desk.who.callers):
        return {}
    base = f"desk/fields/{case_address(snapshot.case)}"
    return {
        fact["n"]: [
            (name, f"{base}/{fact['n']}/{name}") for name in fact["data"].get("given") or ()
        ]
        for fact in facts
        if fact.get("source")
    }
