"""The shredding of a person: what is private of him can be read no more.

What he held stays on record as `p_…`, for what he did must have somebody who did it. Nothing tells
any more who that was.
"""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from chalicelib.desk.inspector.read_marks_store import ReadMarks
from chalicelib.desk.passkeys import enrolling
from chalicelib.errors import BadInput
from chalicelib.people.caller import Caller
from chalicelib.people.organisation import Organisation
from chalicelib.plumbing.services import Services


def shred(services: Services, person: str) -> Mapping[str, Any]:
    """Destroy what is private of *person*, and by what he is found. Raises BadInput.

    Whoever still holds a post is refused: end it first. Who came by claims alone has none. The log
    keeps what it states: `p_…`, the posts held, the public keys of his passkeys, which end here.
    Crash between the writes: he is not found by his codes any more, perhaps cannot sign in, and the
    vault still has him; the same call again destroys that too.
    """
    found = services.people.get(person)
    if found is None and not services.logins.kinds_of(person):
        zh, en = "没有这个人员代号", "there is no such person"
        raise BadInput(zh=zh, en=en, where=person)
    held = [each.post for each in found.held_on(services.today())] if found else []
    if held:
        zh = f"还在任职（{'、'.join(held)}）：先导入截止日期，再销毁"
        en = f"holds posts still ({', '.join(held)}): import their last day first"
        raise BadInput(zh=zh, en=en, where=person)
    for key in services.passkeys.of(person):
        enrolling.revoke(services, Caller("operator", "operator"), person, key.enrolment["key"])
    codes = services.person_codes.forget(person)
    services.logins.forget(person)
    services.organisation.change(lambda now: _without_leave(now, person))
    ReadMarks(services.settings.signin_table).forget(person)
    keys = services.passkeys.forget(person)
    services.vault.shred_person(person)
    is_done = not services.vault.person(person)
    return {"person": person, "codes": codes, "public_keys": keys, "is_done": is_done}


def _without_leave(organisation: Organisation, person: str) -> Organisation:
    """Return *organisation* without the days on which *person* was away; the log never had them."""
    leaves = tuple(each for each in organisation.leaves if each.person != person)
    return replace(organisation, leaves=leaves)
