"""Who keeps what today: the organisation as the doors ask it, by names as cases and keys have them.

A case, a card and a key name a department as it was called then. Whoever continues it sees and acts
on what was its; where an item of it went elsewhere, it still sees that. Names may be tokens.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.errors import Rejected
from chalicelib.people.caller import Caller
from chalicelib.people.person import Person
from chalicelib.people.registered import continued_registration
from chalicelib.people.rights import Act, caller_for, must_not_be_own, reaches
from chalicelib.people.successors import Addressed, Successors
from chalicelib.policy.sources import Registration

if TYPE_CHECKING:
    from chalicelib.people.organisation_store import StoredOrganisation

_SEEING = frozenset({"see_case", "see_card"})


class Tokens(Protocol):
    """What stands for names that nothing knew (`plumbing/name_tokens.py`)."""

    def name_of(self, text: str) -> str:
        """Return the name that a token stands for, and any other text as it is."""

    def spellings(self, name: str) -> tuple[str, ...]:
        """Return a name, and its token where it has one."""


class Kept(Struct, frozen=True):
    """What was *addressed* to a department by its name then, and the name of its *keeper* today.

    *region* is the code that today stands for the one it is of.
    """

    addressed: str
    keeper: str
    region: str

    def is_within(self, caller: Caller, act: Act) -> bool:
        """Return whether the right of *caller* to *act* reaches it.

        To see it, it is enough to have been addressed.
        """
        is_addressed = act in _SEEING and reaches(caller, act, self.addressed, self.region)
        return is_addressed or reaches(caller, act, self.keeper, self.region)

    def caller_for(self, callers: Iterable[Caller], act: Act) -> Caller:
        """Return the first of a person's *callers* that may do *act*. Raises Rejected (403)."""
        caller = caller_for(callers, act, self.keeper, self.region)
        self.must_not_be_own(caller, act)
        return caller

    def is_own(self, caller: Caller) -> bool:
        """Return whether *caller* holds a post in the department, by either name."""
        return not {self.addressed, self.keeper}.isdisjoint(caller.posted_in)

    def must_not_be_own(self, caller: Caller, act: Act) -> None:
        """Refuse (403) to supervise one's own department (回避), by either name."""
        must_not_be_own(caller, act, self.addressed)
        must_not_be_own(caller, act, self.keeper)


class Keepers:
    """Asks the organisation in force about *today*, the local day."""

    def __init__(
        self,
        organisation: "StoredOrganisation",
        tokens: Tokens,
        today: Callable[[], date],
        person: Callable[[str], Person | None] = lambda _: None,
    ) -> None:
        """*person* finds somebody by his `p_…`: a key may have that as its label."""
        self._organisation = organisation
        self._tokens = tokens
        self._today = today
        self._person = person

    def of(self, department: str, region: str = "", item: str = "") -> Kept:
        """Return who keeps what is *department*'s, which may be a token, as may the *item*."""
        addressed, units = self._tokens.name_of(department), self._organisation.units()
        if not (units.departments or units.regions):
            return Kept(addressed, addressed, region)
        about, today = Addressed(addressed, region, self._tokens.name_of(item)), self._today()
        keeper = units.successors.keeper(about, today)
        return Kept(addressed, keeper, units.region_tree.follow(region, today))

    def spellings(self, department: str) -> tuple[str, ...]:
        """Return the names and tokens under which something of *department*'s may be on record.

        It keeps some of it only, maybe: ask `of` about each.
        """
        units = self._organisation.units()
        names: tuple[str, ...] = (department,)
        if units.departments:
            names = units.successors.names_kept_by(department, self._today())
        return tuple(dict.fromkeys(each for name in names for each in self._tokens.spellings(name)))

    def names(self, department: str) -> tuple[str, ...]:
        """Return *department*, and the names of all that it continues as a whole; no codes.

        Each costs a list one more read, so what was told by a code is found by its number alone.
        """
        units = self._organisation.units()
        if not units.departments:
            return (department,)
        successors, today = units.successors, self._today()
        others = [n for n in successors.names_kept_by(department, today) if n not in units.by_code]
        kept = (name for name in others if successors.keeper(Addressed(name), today) == department)
        return tuple(dict.fromkeys((department, *kept)))

    def source(self, source: Registration) -> Registration:
        """Return what a *source* is registered for today: for whoever continues it, too."""
        units = self._organisation.units()
        if not (units.departments or units.regions):
            return source
        return continued_registration(source, units, self._today())

    def caller(self, caller: Caller) -> Caller:
        """Return the holder of a key as of today: of a department that another continues, of that.

        A key whose label is a person's `p_…` keeps out of the departments in which he has a post.
        Raises Rejected (403) where his department has ended, and nobody continues it.
        """
        if caller.owner.startswith("p_") and (person := self._person(caller.owner)):
            day = self._today()
            caller = replace(
                caller, posted_in=person.posted_in(day), posted_at=person.posted_at(day)
            )
        units = self._organisation.units()
        if not (units.departments and (caller.department or caller.posted_in)):
            return caller
        successors, today = units.successors, self._today()
        if self._is_over(caller, successors, today):
            zh = f"“{caller.department}”已撤销，没有承接的部门，请联系运维。"
            en = f"{caller.department!r} has ended, and no department continues it"
            raise Rejected(403, zh=zh, en=f"{en}; ask the operator")
        return self._as_of_today(caller, successors, today)

    def callers(self, callers: Iterable[Caller]) -> tuple[Caller, ...]:
        """Return a person's *callers* as of today, without those whose department has ended.

        He keeps out of what was such a department's all the same.
        """
        units = self._organisation.units()
        if not units.departments:
            return tuple(callers)
        successors, today = units.successors, self._today()
        return tuple(
            self._as_of_today(each, successors, today)
            for each in callers
            if not self._is_over(each, successors, today)
        )

    @staticmethod
    def _is_over(caller: Caller, successors: Successors, today: date) -> bool:
        department, region = caller.department or "", (*caller.regions, "")[0]
        return bool(department) and successors.is_over(department, today, region)

    @staticmethod
    def _as_of_today(caller: Caller, successors: Successors, today: date) -> Caller:
        posts = caller.posted_at or tuple((each, "") for each in caller.posted_in)
        posted_in = (successors.keeper(Addressed(*each), today) for each in posts)
        region = caller.regions[0] if caller.regions else ""  # of several of one name that one
        own = caller.department and successors.keeper(Addressed(caller.department, region), today)
        every = dict.fromkeys((*caller.posted_in, *posted_in))
        return replace(caller, department=own, posted_in=tuple(every))
