"""A county whose source signs, and what is public of it: shown, changed, and partly disclosed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.attacks import Verdict, duban_verify, signed
from tests.support.opened_leaf import disclose
from tests.support.replayed import Leaf, PublicWorld, public_world
from tests.support.signing_source import SigningSource
from tests.support.source_pair import SourcePair

START = "2026-11-02T09:00:00"  # a Monday
OLD, NEW, OPERATOR = SourcePair("old"), SourcePair("new"), SourcePair("the operator's own")
Change = Callable[[list[Leaf]], None]


@contextmanager
def signing_county() -> Iterator[tuple[PublicWorld, SigningSource]]:
    """Give a county and its source, which has signed all it tells for half an hour."""
    with public_world(START) as county:
        source = SigningSource(county, OLD)
        source.state(OLD, required=True)
        later(county, 30)
        yield county, source


def later(county: PublicWorld, minutes: int) -> None:
    """Let time pass."""
    county.wall.forward(minutes=minutes)
    county.tick()


class Log:
    """What is public of a *county* in a *folder*, perhaps after a *change* of its leaves."""

    def __init__(self, county: PublicWorld, folder: Path, change: Change = lambda _: None) -> None:
        county.close()
        self._services = county.services
        self.leaves = county.leaves()
        change(self.leaves)
        self.folder = signed(folder / "log", self.leaves, county.rules())
        self._file = folder / "disclosed.json"

    def told(self) -> list[int]:
        """The indexes of what the source told."""
        return [index for index, leaf in enumerate(self.leaves) if "src" in leaf]

    def verify(self, *arguments: str) -> Verdict:
        """Run the command."""
        return duban_verify(self.folder, *arguments)

    def kept(self, index: int) -> dict[str, str]:
        """What the vault keeps of a leaf."""
        vault = self._services.vault
        kept = {**vault.disclosures("hall:1"), **vault.disclosures("hall:2")}
        return kept[self.leaves[index]["key"]]

    def opened(self, *indexes: int) -> Verdict:
        """Run the command with all that is kept of these leaves."""
        file = disclose(self.folder, {index: self.kept(index) for index in indexes}, self._file)
        return self.verify("--disclosed", file.as_posix())


def count(verdict: Verdict) -> Any:
    """What the report counts of the source."""
    return verdict.report["signed"]["hall"]
