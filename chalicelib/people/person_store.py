"""People in the registry: the posts of each, in one small document.

PERSON/<p_…>   the appointments; no personal data: those are in the vault (`people_case`)
"""

from collections.abc import Iterable, Iterator

from msgspec import convert, to_builtins

from chalicelib.people.person import Person
from chalicelib.plumbing.registry import Registry

_PK = "PERSON"


class People:
    """Reads and writes people. A change counts at the next request of that person."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def get(self, person: str) -> Person | None:
        """Return a person; None where there is none."""
        stored = self._registry.get(_PK, person)
        return convert(stored, Person) if stored else None

    def all(self) -> Iterator[Person]:
        """Yield everybody."""
        return (convert(body, Person) for _, body in self._registry.documents(_PK))

    def put_all(self, people: Iterable[Person]) -> None:
        """Save *people*, in no order. Crash: some are missing; the caller repeats the call."""
        self._registry.put_all((_PK, person.id, to_builtins(person)) for person in people)
