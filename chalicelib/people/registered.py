"""For whom a source may report after a reorganisation: for whoever continues its departments, too.

Pure. A source is registered for departments and regions by name. From the day of a renaming or a
merger on it reports of them by their new names, and late news by the old ones.
"""

from datetime import date

from msgspec.structs import replace

from chalicelib.people.organisation import Organisation
from chalicelib.people.successors import Addressed
from chalicelib.policy.sources import Registration


def continued_registration(
    source: Registration, organisation: Organisation, on: date
) -> Registration:
    """Return what *source* is registered for *on* a day, with the names of whoever continues it."""
    departments, regions = source.departments, source.regions
    if departments is not None and organisation.departments:
        successors = organisation.successors
        keeper = successors.keeper
        near = sorted(regions or {""})  # two regions may have a department of one name
        keepers = {keeper(Addressed(name, each), on) for name in departments for each in near}
        names = {name for each in keepers for name in successors.names_kept_by(each, on)}
        kept = {n for n in names for each in near if keeper(Addressed(n, each), on) in keepers}
        departments = departments.union(keepers, kept)
    if regions is not None and organisation.regions:
        tree = organisation.region_tree
        regions = regions.union(tree.follow(code, on) for code in regions)
    if (departments, regions) == (source.departments, source.regions):
        return source
    return replace(source, departments=departments, regions=regions)
