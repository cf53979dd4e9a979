"""A part of the services that is made, and its class imported, when it is used first."""

from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from operator import attrgetter
from typing import TypeVar

T = TypeVar("T")


class Lazy(cached_property[T]):
    """A part that is made once by the class at *path*, a name within `chalicelib`.

    *arguments* name the attributes of the services that the class is called with, in its order.
    """

    def __init__(self, path: str, *arguments: str) -> None:
        module, _, name = path.rpartition(".")

        def make(services: object) -> T:
            part: Callable[..., T] = getattr(import_module(f"chalicelib.{module}"), name)
            return part(*(attrgetter(argument)(services) for argument in arguments))

        super().__init__(make)
