"""Which profiles a stage has put in force, since when, and where (规则施行).

Pure. Each adoption says for the whole stage which profile holds in which region from an instant on.
Nothing is ever taken back: a case is judged by the adoption of its day for as long as it lives.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from chalicelib.errors import BadInput
from chalicelib.instant import parse, text
from chalicelib.policy.dated_profile import DatedProfile
from chalicelib.policy.profile import version_of
from chalicelib.policy.selection import Selection, read_selection
from chalicelib.policy.timeline import Adoption, Timeline

Digests = Mapping[str, str]
"""The SHA-256 of the text of each profile, in hexadecimal, by its name."""


class StageAdoption(Struct, frozen=True):
    """Profiles of these *digests* hold where *selection* says, *since* an instant or ever."""

    since: datetime | None
    selection: Selection
    digests: Digests

    def document(self) -> dict[str, Any]:
        """Return it as stored and as the log states it."""
        return {
            "since": text(self.since) if self.since else "",
            "selection": self.selection.text,
            "profiles": dict(self.digests),
        }


class Adoptions(Struct, frozen=True):
    """All adoptions of a stage, the first first.

    *shipped* is what came with the code when it was last looked at. *imported* are the county's own
    profiles by their areas; the empty one is the whole stage.
    """

    made: tuple[StageAdoption, ...]
    shipped: StageAdoption
    imported: Digests = field(default_factory=dict)

    @property
    def last(self) -> StageAdoption:
        """The last one, which may begin later."""
        return self.made[-1]

    @property
    def version(self) -> str:
        """A text that changes with every adoption."""
        last = self.last
        profiles = (f"{area}=sha256:{last.digests[name]}" for area, name in last.selection.by_area)
        named = ",".join((f"sha256:{last.digests[last.selection.default]}", *profiles))
        return f"{named} #{len(self.made)}" if len(self.made) > 1 else named

    def with_shipped(self, shipped: StageAdoption, now: datetime) -> "Adoptions":
        """Return the adoptions with the profiles *shipped* from *now* on; the county's own stay."""
        if (shipped.selection, shipped.digests) == (self.shipped.selection, self.shipped.digests):
            return self
        own = {name: self.last.digests[name] for name in self.imported.values()}
        selection = shipped.selection.with_areas(self.imported)
        digests = {name: {**shipped.digests, **own}[name] for name in selection.names}
        return self._followed_by(StageAdoption(now, selection, digests), shipped, self.imported)

    def with_imported(self, name: str, digest: str, area: str, since: datetime) -> "Adoptions":
        """Return the adoptions once the county's profile *name* holds in *area* from *since* on.

        Raises BadInput where another text of that name holds elsewhere: it would change there too.
        """
        elsewhere = [each for each, its in self.imported.items() if its == name and each != area]
        if elsewhere and self.last.digests.get(name) != digest:
            named_zh = "、".join(each or "整个平台" for each in elsewhere)
            zh = f"{name} 的另一个版本在别处施行（{named_zh}），导入会连那里一起改；请另取一个 id"
            named_en = ", ".join(each or "the whole platform" for each in elsewhere)
            en = f"another text of {name} holds elsewhere ({named_en}): choose another id"
            raise BadInput(zh=zh, en=en, where="id")
        imported = {**self.imported, area: name}
        selection = self.last.selection.with_areas(imported)
        digests = {**self.shipped.digests, **self.last.digests, name: digest}
        kept = {each: digests[each] for each in selection.names}
        return self._followed_by(StageAdoption(since, selection, kept), self.shipped, imported)

    def _followed_by(
        self, made: StageAdoption, shipped: StageAdoption, imported: Digests
    ) -> "Adoptions":
        last = self.last
        if (made.selection, made.digests) == (last.selection, last.digests):
            return Adoptions(self.made, shipped, imported)
        return Adoptions((*self.made, made), shipped, imported)

    def document(self) -> dict[str, Any]:
        """Return them as stored."""
        return {
            "made": [each.document() for each in self.made],
            "shipped": self.shipped.document(),
            "imported": dict(self.imported),
        }


def read_adoption(stored: Mapping[str, Any]) -> StageAdoption:
    """Return the adoption that `StageAdoption.document` wrote. Raises BadInput."""
    since = parse(stored["since"]) if stored["since"] else None
    return StageAdoption(since, read_selection(stored["selection"], "rules"), stored["profiles"])


def read_adoptions(stored: Mapping[str, Any]) -> Adoptions:
    """Return the adoptions that `Adoptions.document` wrote. Raises BadInput."""
    made = tuple(map(read_adoption, stored["made"]))
    return Adoptions(made, read_adoption(stored["shipped"]), stored["imported"])


def timeline_of(
    made: tuple[StageAdoption, ...], region: str, profile: Callable[[str, str], DatedProfile]
) -> Timeline:
    """Return the profiles of *region* among all that were *made*; *profile* reads one."""
    adopted: list[Adoption] = []
    for each in made:
        name = each.selection.of(region)
        found = profile(name, each.digests[name])
        if not adopted or found.version != adopted[-1].profile.version:
            adopted.append(Adoption(each.since, found))
    return Timeline(tuple(adopted))


def digest_of(text: str) -> str:
    """Return the SHA-256 of a profile's text, in hexadecimal."""
    return version_of(text).removeprefix("sha256:")
