"""A cached property is computed once for each object, and asked of the class it is itself."""

from msgspec import Struct

from chalicelib.cached import cached_property


class Square(Struct, frozen=True, dict=True):
    """A side, and how often its area was computed."""

    side: int
    computed: list[int]

    @cached_property
    def area(self) -> int:
        """The area."""
        self.computed.append(self.side)
        return self.side * self.side


def test_it_is_computed_once_for_each_object() -> None:
    """And the two do not share it."""
    small, large = Square(2, []), Square(3, [])
    assert [small.area, small.area, large.area, large.area] == [4, 4, 9, 9]
    assert (small.computed, large.computed) == ([2], [3])


def test_an_error_is_not_kept() -> None:
    """The next one who asks computes anew."""

    class Fails(Struct, dict=True):
        tries: int = 0

        @cached_property
        def value(self) -> int:
            self.tries += 1
            return 10 // (self.tries - 1)

    fails = Fails()
    try:
        fails.value  # noqa: B018 - it raises
    except ZeroDivisionError:
        assert fails.value == 10


def test_the_class_has_the_property_itself() -> None:
    """With its words."""
    assert isinstance(Square.area, cached_property)
    assert Square.area.__doc__ == "The area."
