"""Properties that are worked out once, for what no two threads share: cases, rules, readings."""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

Value = TypeVar("Value")


class cached_property(Generic[Value]):  # noqa: N801 - named as that of functools
    """A property that is worked out when it is first read, and then kept with its object.

    That of functools takes a lock, in Python 3.11, and one that all objects of a class share; from
    3.12 on it is as this one. Thirty are worked out while a case is judged.
    """

    def __init__(self, work_out: Callable[[Any], Value]) -> None:
        self.func = work_out  # as functools names it
        self.__doc__ = work_out.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type | None = None) -> Value: ...

    def __get__(self, instance: object, owner: type | None = None) -> Self | Value:
        """Return the value; next time it is found with the *instance*, and nobody comes here."""
        if instance is None:
            return self
        value = instance.__dict__[self.name] = self.func(instance)
        return value
