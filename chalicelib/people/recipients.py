"""Who gets a card (送达对象): the posts behind the addressees of the ladder, and their holders.

Pure. An addressee of the department (承办人, 审核人, 窗口负责人, 分管领导) is a post of the unit
that keeps the card; the others are of offices for its region. Of posts that fit, those that name
the item and the stage go before those that take any. Whoever is away is stood in for by his deputy;
where there is nobody it goes to the unit, and no clock waits (DOMAIN ORG-06, ORG-07). An office
that has no post is stood in for by the next one up the ladder: the card never goes back to the
department for it. Each has a *note* of why it is not who was meant, for whoever has to name him.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.people.organisation import Organisation, Post, Tenure
from chalicelib.people.successors import Addressed
from chalicelib.people.units import is_within
from chalicelib.policy.ladder import ADDRESSEES, Addressee

IN_DEPARTMENT = frozenset({"handler", "reviewer", "window_head", "unit_head"})
"""The recipients of the department itself; the others are offices, for its region."""

By = Literal["holder", "deputy", "unit", "next"]
Note = Literal[
    "",
    "no_post",  # no post has the role
    "no_holder",  # nobody holds the post, or all are away
    "no_successor",  # the department ended, and nobody was named to continue it
]


class Recipient(Struct, frozen=True):
    """The *people* (`p_…`) who get a card for a *role*, *by* holding a *post* or as deputies.

    Where there is nobody it goes to the *unit*, the department by name. By `next` it goes to a post
    of the next office. *note* says why, and is empty where it is who was meant.
    """

    role: Addressee
    unit: str
    by: By
    post: str = ""
    title: str = ""
    people: tuple[str, ...] = ()
    note: Note = ""


def recipients(
    organisation: Organisation, roles: Iterable[Addressee], about: Addressed, on: date
) -> Iterator[Recipient]:
    """Yield who gets a card *on* a day, for each of *roles*; none without an organisation."""
    if not organisation.departments:
        return
    keeper = organisation.successors.keeper(about, on)
    code = organisation.successors.code_of(keeper, on, about.region)
    is_orphaned = organisation.successors.is_orphaned(about, on)
    for role in roles:
        note: Note = "no_successor" if is_orphaned and role in IN_DEPARTMENT else ""
        found = [*_named(organisation, role, _posts(organisation, role, about, code, on), on)]
        for each in found:
            yield replace(each, note=note or each.note)
        if not found:
            unnamed = Recipient(role, keeper, "unit", note=note or "no_post")
            yield _next_office(organisation, role, about, on) or unnamed


def _named(
    organisation: Organisation, role: Addressee, posts: Iterable[Post], on: date
) -> Iterator[Recipient]:
    """Yield who gets it at each of *posts* for *role*."""
    for post in posts:
        unit = organisation.by_code[post.department].name_on(on)
        people, by = _holders(organisation, post.code, on)
        note: Note = "" if people else "no_holder"
        yield Recipient(role, unit, by, post.code, post.title, people, note)


def _next_office(
    organisation: Organisation, role: Addressee, about: Addressed, on: date
) -> Recipient | None:
    """Return who stands in for an office without a post: somebody of the next that has one."""
    higher = ADDRESSEES[ADDRESSEES.index(role) + 1 :] if role not in IN_DEPARTMENT else ()
    for office in higher:
        for each in _named(organisation, role, _posts(organisation, office, about, None, on), on):
            if each.people:
                return replace(each, by="next", note="no_post")
    return None


def _posts(
    organisation: Organisation, role: Addressee, about: Addressed, code: str | None, on: date
) -> list[Post]:
    """Return the posts of *role* that fit best: of the unit *code*, or of offices for a region."""
    fitting: dict[tuple[bool, bool], list[Post]] = {}
    for post in organisation.posts:
        if post.addressee != role or not _is_in_place(organisation, post, about, code, on):
            continue
        if _fits(post.items, about.item) and _fits(post.stages, about.stage):
            fitting.setdefault((bool(post.items), bool(post.stages)), []).append(post)
    return fitting[max(fitting)] if fitting else []


def _is_in_place(
    organisation: Organisation, post: Post, about: Addressed, code: str | None, on: date
) -> bool:
    """Return whether *post* is of the unit *code*, or, for an office, is for the card's region."""
    unit = organisation.by_code.get(post.department)
    if unit is None or not unit.exists_on(on):
        return False
    if post.addressee in IN_DEPARTMENT and post.department != code:
        return False
    own = (unit.region,) if unit.region and post.addressee not in IN_DEPARTMENT else ()
    areas = post.regions or own
    tree = organisation.region_tree
    return not (areas and about.region) or any(tree.covers(a, about.region, on) for a in areas)


def _fits(patterns: Iterable[str], name: str) -> bool:
    """Return whether *name* is one of *patterns*, or begins as one that ends with `*`."""
    patterns = tuple(patterns)
    return not patterns or any(
        name.startswith(each[:-1]) if each.endswith("*") else name == each for each in patterns
    )


def _holders(organisation: Organisation, post: str, on: date) -> tuple[tuple[str, ...], By]:
    """Return who holds *post* on a day and is there; else the deputies; else nobody: the unit."""
    held = [each for each in organisation.tenures if each.post == post and each.holds_on(on)]
    there = [each for each in held if not _is_away(organisation, each, on)]
    own = [each.person for each in there if not each.deputy_for]
    deputies = [each.person for each in there if each.deputy_for]
    if own:
        return tuple(dict.fromkeys(own)), "holder"
    return tuple(dict.fromkeys(deputies)), "deputy" if deputies else "unit"


def _is_away(organisation: Organisation, tenure: Tenure, on: date) -> bool:
    return any(
        leave.person == tenure.person
        and leave.post in ("", tenure.post)
        and is_within(on, leave.since, leave.until)
        for leave in organisation.leaves
    )
