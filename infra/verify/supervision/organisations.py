"""The differences between two organisations that a log states, and which reach back.

What a reorganisation moves follows its day, and a day in the past moves what others have seen. So
does a post that somebody is said, later, to have held or not to have held.
"""

from collections.abc import Hashable, Iterator, Mapping
from datetime import date

from chalicelib.people.consistency import succession_key
from chalicelib.people.organisation import Organisation, Tenure

_PARTS = (
    ("departments", "部门", "departments"),
    ("successions", "机构改革", "reorganisations"),
    ("posts", "岗位", "posts"),
    ("tenures", "任职", "posts held"),
    ("regions", "区划", "regions"),
    ("region_successions", "区划变更", "changes of regions"),
)

Records = Mapping[tuple[str, ...], Hashable]


def organisation_changes(
    was: Organisation, now: Organisation
) -> Iterator[tuple[str, str, list[str]]]:
    """Yield each part that differs by its two names, with a mark and a key for each difference."""
    for part, zh, en in _PARTS:
        old, new = _by_key(was, part), _by_key(now, part)
        named = [f"+{_shown(key)}" for key in sorted(new.keys() - old.keys())]
        named += [f"-{_shown(key)}" for key in sorted(old.keys() - new.keys())]
        named += [_shown(key) for key in sorted(old.keys() & new) if old[key] != new[key]]
        if named:
            yield zh, en, named


def reaches_back(was: Organisation, now: Organisation, today: date) -> bool:
    """Return whether the change moves what was before *today*; a first organisation moves nothing.

    Successions of a day before, units that are gone, posts held or not held on a day before.
    """
    if not was.version:
        return False
    steps = {*was.successions, *was.region_successions} ^ {
        *now.successions,
        *now.region_successions,
    }
    if any(step.at < today for step in steps) or was.by_code.keys() - now.by_code.keys():
        return True
    old, new = _by_key(was, "tenures"), _by_key(now, "tenures")
    differing = (key for key in old.keys() | new if old.get(key) != new.get(key))
    return any(_differ_before(old.get(key), new.get(key), today) for key in differing)


def _differ_before(old: object, new: object, today: date) -> bool:
    """Return whether one of two tenures of one key was held on a day before *today*, not both."""
    both = [each for each in (old, new) if isinstance(each, Tenure)]
    if len(both) == 1 or both[0].deputy_for != both[1].deputy_for:
        return both[0].since < today
    ends = [each.until or date.max for each in both]
    return ends[0] != ends[1] and min(ends) < today


def _by_key(organisation: Organisation, part: str) -> Records:
    match part:
        case "successions" | "region_successions":
            return {succession_key(each): each for each in getattr(organisation, part)}
        case "tenures":
            held = organisation.tenures
            return {(each.person, each.post, each.since.isoformat()): each for each in held}
        case _:
            return {(each.code,): each for each in getattr(organisation, part)}


def _shown(key: tuple[str, ...]) -> str:
    return "/".join(filter(None, key))
