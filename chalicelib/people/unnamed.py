"""For which recipients of the ladder nobody is named today: the operator has to have them named.

Pure. No card waits for it: it goes to the department, or to the next office (`recipients.py`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.people.organisation import Organisation
from chalicelib.people.recipients import IN_DEPARTMENT, Note, recipients
from chalicelib.people.successors import Addressed
from chalicelib.policy.ladder import Addressee


class Unnamed(Struct, frozen=True):
    """A *role* that nobody has in a *department*; of an office, for a *region* instead."""

    role: Addressee
    note: Note
    department: str = ""
    region: str = ""


def unnamed(
    organisation: Organisation, roles: Collection[Addressee], today: date
) -> Iterator[Unnamed]:
    """Yield each of *roles* that nobody has *today*, by department, then by region.

    Only posts that take any item and stage count: others do not get all cards.
    """
    posts, tenures = defaultdict(list), defaultdict(list)
    for post in organisation.posts:
        if not (post.items or post.stages):
            posts[post.department if post.addressee in IN_DEPARTMENT else ""].append(post)
    for tenure in organisation.tenures:
        if tenure.holds_on(today):
            tenures[tenure.post].append(tenure)
    held = replace(organisation, leaves=(), posts=(), tenures=())
    inside = {post.department for post in organisation.posts if post.addressee in IN_DEPARTMENT}
    offices = {post.department for post in posts[""]} - inside  # they handle no case
    there = [
        each
        for each in organisation.departments
        if each.exists_on(today) and each.code not in offices
    ]
    places = [(unit.name_on(today), unit.region, unit.code) for unit in there]
    places += [("", region, "") for region in sorted({unit.region for unit in there})]
    for name, region, code in places:
        own = tuple(posts[code])
        of_place = replace(held, posts=own, tenures=sum((tuple(tenures[p.code]) for p in own), ()))
        wanted = [role for role in roles if (role in IN_DEPARTMENT) == bool(code)]
        for each in recipients(of_place, wanted, Addressed(name, region), today):
            if each.note:
                yield Unnamed(each.role, each.note, name, "" if name else region)
