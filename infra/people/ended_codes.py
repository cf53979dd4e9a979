"""The codes of regions in a file that ended by today: who writes one meant another region.

Pure. A code that ended is never used again (DOMAIN ORG-09), and the tables still have it for what
was. So only rows of the file are asked, and of a department that ended, the code of its last day.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from chalicelib.errors import Bilingual
from chalicelib.people.region_tree import RegionTree
from infra.people.cells import CellFault, Place
from infra.people.drafts import DepartmentDraft, Draft, PostDraft


def ended_codes(tree: RegionTree, drafts: Sequence[Draft], today: date) -> Iterator[CellFault]:
    """Yield a fault for each code in *drafts* that has ended, with the one that stands for it."""
    for draft in drafts:
        if isinstance(draft, DepartmentDraft) and draft.region:
            on = min(draft.until or today, today)
            yield from _ended(tree, draft.region, on, draft.place, "region")
        elif isinstance(draft, PostDraft):
            for code in draft.regions:
                yield from _ended(tree, code, today, draft.place, "regions")


def _ended(tree: RegionTree, code: str, on: date, place: Place, column: str) -> Iterator[CellFault]:
    if code not in tree.regions:
        return
    now, until = tree.follow(code, on), tree.regions[code].until
    if now != code:
        zh, en = (
            f"区划代码“{code}”已停用，请改写为 {now}",
            f"the code {code!r} has ended: write {now}",
        )
        yield place.fault(column, Bilingual(zh, en))
    elif until is not None and until < on:
        zh = f"区划代码“{code}”止于 {until}，也没有承接的代码：请写现行代码，或补上区划变更"
        en = f"the code {code!r} ended on {until} and none stands for it: write one that does,"
        yield place.fault(column, Bilingual(zh, f"{en} or say in the changes which it is"))
