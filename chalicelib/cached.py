"""A property that is computed once for an object, as `functools.cached_property` of Python 3.12.

That of Python 3.11 takes a lock each time, which is a thirtieth of the time of `duban verify`. Two
threads may compute a value twice here; what is cached in the core is pure, so both are the same.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class cached_property(Generic[T]):  # noqa: N801 - it stands where that of functools stood
    """Compute the value at the first use; from then on the object's `__dict__` has it."""

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, owner: None, of: type) -> "cached_property[T]": ...

    @overload
    def __get__(self, owner: object, of: type | None = None) -> T: ...

    def __get__(self, owner: Any, of: type | None = None) -> "T | cached_property[T]":
        """Return the value for *owner*; the property itself where the class is asked."""
        if owner is None:
            return self
        value = owner.__dict__[self._name] = self._compute(owner)
        return value
