"""A caller: somebody at one of our doors, with one role and one scope.

Pure. A program calls with a key, which has one role. A person signs in and may hold several posts
(岗位); each gives one caller, and the door takes the one whose role may do what is asked.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, get_args

from msgspec import Struct

Role = Literal["clerk", "department", "supervisor", "inspector", "auditor", "operator"]
ROLES: tuple[Role, ...] = get_args(Role)
ROLE_NAMES: Mapping[Role, str] = {
    "clerk": "经办人",
    "department": "部门",
    "supervisor": "督查人员",
    "inspector": "监察人员",
    "auditor": "审计人员",
    "operator": "运维",
}


class Caller(Struct, frozen=True):
    """Who calls: *id* is a key's, or a person's (`p_…`); it stands in the acts, and is private.

    *department* is the own scope of a clerk or a department. *regions* are the codes of those
    regions that the role reaches, with all below them; none: every region of the stage. *posted_in*
    are the departments in which the person holds a post: nobody supervises his own. *owner* is the
    label of a key, which the operator wrote, or the title of a person's post. *posted_at* has those
    departments each with a region of the post: of two of one name it tells which. *also* are other
    ids under which the same person came before.
    """

    id: str
    role: Role
    department: str | None = None
    regions: tuple[str, ...] = ()
    posted_in: tuple[str, ...] = ()
    posted_at: tuple[tuple[str, str], ...] = ()
    owner: str = ""
    expires_at: datetime | None = None
    also: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """By what he is known again: the id, and of a key also the owner that its label names.

        A person who has keys too is one with them where their label is his `p_…`.
        """
        return frozenset({self.id, *self.also, "" if self.is_person else self.owner} - {""})

    @property
    def is_person(self) -> bool:
        """Return whether a person signed in, and not a program with a key."""
        return self.id.startswith("p_")
