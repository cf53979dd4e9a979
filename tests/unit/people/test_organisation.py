"""What the log states of an organisation: who held which post, and no day of leave."""

import json
from datetime import date
from typing import Any

from msgspec.structs import replace

from chalicelib.people.organisation import Leave, Organisation, Post, Tenure
from chalicelib.people.units import DatedName, Department

DAY = date(2026, 6, 29)
A = f"p_{'a' * 16}"
ORGANISATION = Organisation(
    departments=(Department("LY", (DatedName("林业局"),)),),
    posts=(Post("LY-1", "LY", "承办岗", role="clerk"),),
    tenures=(Tenure(A, "LY-1", DAY),),
    leaves=(Leave(A, DAY, DAY),),
)
PUBLIC = {
    "departments": [{"code": "LY", "names": [{"name": "林业局"}]}],
    "posts": [{"code": "LY-1", "department": "LY", "title": "承办岗", "role": "clerk"}],
    "tenures": [{"person": A, "post": "LY-1", "since": "2026-06-29"}],
}


def written(document: dict[str, Any]) -> object:
    """Return a document as JSON has it."""
    return json.loads(json.dumps(document))


def test_leave_is_stored_and_is_not_public() -> None:
    """A day off is nobody else's business: it makes no version that the log would state either."""
    leave = {"person": A, "since": "2026-06-29", "until": "2026-06-29"}
    assert written(ORGANISATION.document()) == {**PUBLIC, "leaves": [leave]}
    assert written(ORGANISATION.public_document()) == PUBLIC
    assert replace(ORGANISATION, leaves=()).version == ORGANISATION.version != ""
    assert replace(ORGANISATION, tenures=()).version != ORGANISATION.version
