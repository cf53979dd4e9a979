"""Under which name a case is counted, after any merging, renaming and transfer of items."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.department.succession import is_counted_in
from chalicelib.people.organisation import Organisation
from chalicelib.people.successors import Addressed
from chalicelib.people.units import DatedName, Department, Succession

NAMES, ITEMS = "ABCDEF", ("", "X-1", "X-2")
FIRST = date(2025, 1, 1)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.sampled_from(("merge", "split", *ITEMS[1:])),
        st.integers(1, 30),
    ),
    max_size=8,
)


def played(steps, until: date):
    """Play *steps* day by day, and return who has what in the end: by name and item.

    A step from or to a department that ended, or back to where an item was, is left out.
    """
    holder = {(name, item): name for name in NAMES for item in ITEMS}
    living, day, taken, had = set(NAMES), FIRST, [], {key: {key[0]} for key in holder}
    for source, to, kind, gap in steps:
        day += timedelta(days=gap)
        item = kind if kind in ITEMS else ""
        if source == to or not {source, to} <= living:
            continue
        moved = [k for k, who in holder.items() if who == source and item in ("", k[1])]
        if any(to in had[key] for key in moved):
            continue
        taken.append(Succession(source, "transfer_item" if item else kind, day, to, item))
        if kind == "merge":
            living.discard(source)
        if day <= until and kind != "split":
            for key in moved:
                holder[key] = to
                had[key].add(to)
        elif kind != "split":
            break  # a day later than was asked: what follows is later still
    return holder, taken


@given(STEPS, st.integers(0, 120))
def test_every_case_is_counted_under_one_name_that_of_who_has_it(steps, days: int) -> None:
    """Before a step under the name before, after it under the next; each case once."""
    on = FIRST + timedelta(days=days)
    holder, taken = played(steps, on)
    units = tuple(Department(name, (DatedName(name),)) for name in NAMES)
    successors = Organisation(units, tuple(taken)).successors
    for (name, item), who in holder.items():
        about = Addressed(name, "", item)
        assert successors.counted_under(about, on) == who
        assert name in successors.names_counted_with(who, on)
        counting = {each for each in NAMES if is_counted_in(successors, each, about, on)}
        assert counting == {name, who}
