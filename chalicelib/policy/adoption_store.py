"""The profiles in the registry: which are in force since when, and every text that ever was.

POLICY#TEXT/<sha256>   a profile as it is written; never changed, for its name is its content
POLICY/CURRENT         all adoptions, in their order: written last, so a half import is unused

A stage that was never told otherwise judges by what comes with its code, from ever. The minute's
run notes that; when a deployment brings other profiles, they hold from then on (`adopt_shipped`).
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property

from chalicelib.errors import Corrupt
from chalicelib.plumbing.registry import Registry
from chalicelib.policy.adoptions import (
    Adoptions,
    StageAdoption,
    digest_of,
    read_adoptions,
    timeline_of,
)
from chalicelib.policy.dated_profile import DatedProfile, read_dated_profile
from chalicelib.policy.instrument import Instrument
from chalicelib.policy.shipped import load_dated_profile, load_selection, profile_text
from chalicelib.policy.timeline import Timeline

KEEP_SECONDS = 20
_CURRENT = ("POLICY", "CURRENT")
_TEXT = "POLICY#TEXT"

Announce = Callable[[Adoptions, str], None]
"""Tells what will be in force, and the text that is new; raises if it must not be."""


class Policies:
    """Gives the profiles of a region. What is in force is remembered for some seconds."""

    def __init__(self, registry: Registry, selected: str) -> None:
        """*selected* says which of the shipped profiles holds where."""
        self._registry = registry
        self._selected = selected
        self._adoptions: Adoptions | None = None
        self._is_noted = False
        self._read_at: float | None = None
        self._profiles: dict[str, DatedProfile] = {}
        self._timelines: dict[tuple[str, Instrument | None], Timeline] = {}

    @cached_property
    def shipped(self) -> StageAdoption:
        """What the code brings along, and where it is to hold. Raises BadInput where it lacks."""
        selection = load_selection(self._selected, "DUBAN_PROFILE")
        digests = {name: digest_of(profile_text(name)) for name in selection.names}
        return StageAdoption(None, selection, digests)

    def current(self, *, fresh: bool = False) -> Adoptions:
        """Return the adoptions in force."""
        shipped, now = self._shipped_alone, time.monotonic()  # what lacks is said at the first use
        if fresh or self._read_at is None or now - self._read_at > KEEP_SECONDS:
            stored = self._registry.get(*_CURRENT, consistent=fresh)
            self._is_noted = stored is not None
            adoptions = read_adoptions(stored) if stored else shipped
            if adoptions != self._adoptions:
                self._adoptions, self._timelines = adoptions, {}
            self._read_at = now
        return self._adoptions or shipped

    @cached_property
    def _shipped_alone(self) -> Adoptions:
        return Adoptions((self.shipped,), self.shipped)

    def version(self, *, fresh: bool = False) -> str:
        """Return a text that changes with every adoption."""
        return self.current(fresh=fresh).version

    def timeline(self, region: str, instrument: Instrument | None = None) -> Timeline:
        """Return the profiles of *region* in order of force; an *instrument* replaces theirs."""
        adoptions, key = self.current(), (region, instrument)
        if key not in self._timelines:
            timeline = timeline_of(adoptions.made, region, self.profile)
            self._timelines[key] = timeline.with_instrument(instrument)
        return self._timelines[key]

    def profile(self, name: str, digest: str) -> DatedProfile:
        """Return the profile *name* whose text has this *digest*."""
        if digest not in self._profiles:
            if self.shipped.digests.get(name) == digest:
                self._profiles[digest] = load_dated_profile(name)
            else:
                self._profiles[digest] = read_dated_profile(self.text(name, digest), f"{name}.toml")
        return self._profiles[digest]

    def text(self, name: str, digest: str) -> str:
        """Return the text with this *digest*; that of a shipped profile is with the code."""
        if self.shipped.digests.get(name) == digest:
            return profile_text(name)
        stored = self._registry.get(_TEXT, digest)
        if stored is None or digest_of(stored["text"]) != digest:
            zh = f"规则 {name} 的文本 {digest} 缺失"
            raise Corrupt(zh, f"the text of the profile {name}, {digest}, is not there")
        text: str = stored["text"]
        return text

    def adopt_shipped(self, now: datetime) -> None:
        """Put in force from *now* on what the code brings along, if that is new.

        Of a new stage it holds from ever. A crash leaves texts that nobody uses; the next minute
        does it again. Of two runs at once one finds the other's, and does nothing.
        """
        if self.current().shipped == self.shipped and self._is_noted:
            return
        stored = self._registry.get(*_CURRENT)
        before = read_adoptions(stored) if stored else self._shipped_alone
        after = before.with_shipped(self.shipped, now)
        if stored is not None and after == before:
            return
        texts = {digest: profile_text(name) for name, digest in self.shipped.digests.items()}
        self._put(texts, before if stored else None, after)

    def adopt(
        self, name: str, text: str, area: str, times: tuple[datetime, datetime], announce: Announce
    ) -> Adoptions:
        """Put the county's profile *text* in force in *area*; return all that is.

        *times* are now, and since when it is to hold.

        *announce* is called before, and raises if it must not be. A crash before the last write
        leaves a text that nobody uses: the same import again does the same. Of two imports at once
        one is a Conflict.
        """
        now, since = times
        self.adopt_shipped(now)
        before = self.current(fresh=True)
        after = before.with_imported(name, digest_of(text), area, since)
        if after != before:
            announce(after, text)
            self._put({digest_of(text): text}, before, after)
        return after

    def _put(self, texts: Mapping[str, str], before: Adoptions | None, after: Adoptions) -> None:
        for digest, text in texts.items():
            self._registry.put(_TEXT, digest, {"text": text})
        stored = before.document() if before else None
        self._registry.put(*_CURRENT, after.document(), new=stored is None, instead_of=stored)
        self._read_at = None
