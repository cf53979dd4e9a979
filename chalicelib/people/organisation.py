"""An organisation (组织机构): departments, posts, who (`p_…`) holds which and when, regions.

Pure, and without personal data: a person is a random `p_…` here, and the vault has the rest. The
log states it, so anybody can tell who held which post when. Who was on leave stays out of that: a
day off is nobody else's business, and the post says enough.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import rfc8785
from msgspec import Meta, Struct, ValidationError, convert, to_builtins

from chalicelib.cached import cached_property
from chalicelib.errors import BadInput
from chalicelib.people.caller import Role
from chalicelib.people.person import PersonId
from chalicelib.people.region_tree import RegionTree
from chalicelib.people.successors import Successors
from chalicelib.people.units import (
    Code,
    Department,
    ItemCode,
    Region,
    Succession,
    UnitName,
    is_within,
)
from chalicelib.policy.ladder import Addressee

MOST_DEPARTMENTS = 5_000
MOST_SUCCESSIONS = 20_000
MOST_POSTS = 20_000
MOST_TENURES = 50_000
MOST_REGIONS = 20_000
MOST_PATTERNS = 500


class Post(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A post (岗位) of a *department*, or of a *section* of it, with its *title* on pages.

    It is the *addressee* on the ladder, and has a *role* at our doors; either may be empty. *items*
    and *stages* are what it handles: whole codes and names, or a begin with `*`; none: all.
    """

    code: Code
    department: Code
    title: UnitName
    section: str = ""
    addressee: Addressee | None = None
    role: Role | None = None
    regions: Annotated[tuple[Code, ...], Meta(max_length=MOST_PATTERNS)] = ()
    items: Annotated[tuple[ItemCode, ...], Meta(max_length=MOST_PATTERNS)] = ()
    stages: Annotated[tuple[ItemCode, ...], Meta(max_length=MOST_PATTERNS)] = ()


class Tenure(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A *person* holds a *post* from *since* to *until*, both days in it (任职).

    Where he stands in for another (代理, AB岗), *deputy_for* is that person.
    """

    person: PersonId
    post: Code
    since: date
    until: date | None = None
    deputy_for: str = ""

    def holds_on(self, day: date) -> bool:
        """Return whether the post is held so on a *day*."""
        return is_within(day, self.since, self.until)


class Leave(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A *person* is away from *since* to *until* (请假); of one *post* only, where one is named."""

    person: PersonId
    since: date
    until: date
    post: str = ""


class Organisation(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, dict=True):
    """All of it, as it is stored; each part in the order of its codes and days."""

    departments: Annotated[tuple[Department, ...], Meta(max_length=MOST_DEPARTMENTS)] = ()
    successions: Annotated[tuple[Succession, ...], Meta(max_length=MOST_SUCCESSIONS)] = ()
    regions: Annotated[tuple[Region, ...], Meta(max_length=MOST_REGIONS)] = ()
    region_successions: Annotated[tuple[Succession, ...], Meta(max_length=MOST_SUCCESSIONS)] = ()
    posts: Annotated[tuple[Post, ...], Meta(max_length=MOST_POSTS)] = ()
    tenures: Annotated[tuple[Tenure, ...], Meta(max_length=MOST_TENURES)] = ()
    leaves: Annotated[tuple[Leave, ...], Meta(max_length=MOST_TENURES)] = ()

    def document(self) -> dict[str, Any]:
        """Return it as stored; what is empty is left out."""
        document: dict[str, Any] = to_builtins(self)
        return document

    def public_document(self) -> dict[str, Any]:
        """Return it as the log states it: without leave."""
        return {name: part for name, part in self.document().items() if name != "leaves"}

    @cached_property
    def version(self) -> str:
        """A hash of what is public of it; empty where that is nothing."""
        public = self.public_document()
        return hashlib.sha256(rfc8785.dumps(public)).hexdigest()[:16] if public else ""

    @cached_property
    def by_code(self) -> Mapping[str, Department]:
        """The departments by their codes."""
        return {each.code: each for each in self.departments}

    @cached_property
    def region_tree(self) -> RegionTree:
        """The regions, one in another."""
        return RegionTree({each.code: each for each in self.regions}, self.region_successions)

    @cached_property
    def successors(self) -> Successors:
        """Who keeps what was a department's."""
        return Successors(self.by_code, self.successions, self.region_tree)

    @cached_property
    def department_names(self) -> frozenset[str]:
        """All names and codes that a department has, had or is to have: known names."""
        names = (each.name for unit in self.departments for each in unit.names)
        return frozenset(names) | self.by_code.keys()

    @cached_property
    def region_codes(self) -> frozenset[str]:
        """The codes of all regions, those that ended too."""
        return frozenset(each.code for each in self.regions)


NO_ORGANISATION = Organisation()


def read_organisation(document: Mapping[str, Any]) -> Organisation:
    """Return the organisation that `Organisation.document` wrote. Raises BadInput."""
    try:
        return convert(document, Organisation)
    except ValidationError as error:
        zh, en = f"组织机构文件无法读取：{error}", f"the organisation cannot be read: {error}"
        raise BadInput(zh=zh, en=en) from error
