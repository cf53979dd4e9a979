"""A county whose inspectors sign, and what is public of it: shown, changed, opened (I15)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chalicelib.cases.case_id import card_case
from tests.support.asker import Asker, data
from tests.support.attacks import Verdict, duban_verify, signed
from tests.support.environment import environment
from tests.support.opened_leaf import disclose
from tests.support.replayed import Leaf, PublicWorld, public_world
from tests.support.signing_people import Signer

START = "2026-11-02T09:00:00"  # a Monday
WHY = "经核实，情况不属实。"
Change = Callable[[list[Leaf]], None]


class SigningCounty:
    """A *county* with two inspectors, *first* and *second*, and two yellow cards of Housing."""

    def __init__(self, county: PublicWorld) -> None:
        self.county = county
        self.ask = Asker(county.services)
        county.accept(START, "1")
        county.accept(START, "2")
        self.first = Signer(county, "erste").enrol()
        self.second = Signer(county, "zweite").enrol(self.first)
        county.until("2026-11-10T09:00:00")

    def card(self, case: str = "1") -> str:
        """The id of the yellow card of *case*."""
        return f"{self.county.snapshot(case).public_case}.2"

    def last(self, case: str = "1") -> str:
        """The key of the last fact of that card."""
        return self.county.services.facts.of_case(card_case(self.card(case)))[-1].fact.key

    def revoke(self, case: str = "1", by: Signer | None = None) -> None:
        """Revoke the card of *case*, signed or not."""
        body: dict[str, Any] = {"text": WHY}
        if by:
            about: dict[str, Any] = {"act": "revoke", "card": self.card(case)}
            about["after"] = self.last(case)
            body["signature"] = by.sign(words=WHY, **about)
        data(self.ask("POST", f"/v1/cards/{self.card(case)}/revoke", body=body), 202)
        self.county.wall.forward(minutes=5)
        self.county.tick()


@contextmanager
def signing_county() -> Iterator[SigningCounty]:
    """Give the county on the morning on which both cards are yellow."""
    with environment(), public_world(START) as made:
        yield SigningCounty(made)


class ActLog:
    """What is public of a *county* in a *folder*, perhaps after a *change* of its leaves."""

    def __init__(
        self, county: SigningCounty, folder: Path, change: Change = lambda _: None
    ) -> None:
        county.county.close()
        self._county = county
        self.leaves = county.county.leaves()
        change(self.leaves)
        self.folder = signed(folder / "log", self.leaves, county.county.rules())
        self._file = folder / "disclosed.json"

    def verify(self, *arguments: str) -> Verdict:
        """Run the command."""
        return duban_verify(self.folder, *arguments)

    def index(self, kind: str, n: int = 0) -> int:
        """The index of leaf number *n* of the acts of this *kind*."""
        found = [at for at, leaf in enumerate(self.leaves) if is_act(leaf, kind)]
        return found[n]

    def kept(self, index: int) -> dict[str, str]:
        """What the vault keeps of a leaf."""
        vault, own = self._county.county.services.vault, ("1", "2")
        for case in own:
            kept = vault.disclosures(card_case(self._county.card(case)))
            if self.leaves[index]["key"] in kept:
                return kept[self.leaves[index]["key"]]
        raise AssertionError(self.leaves[index])

    def opened(self, texts: dict[int, dict[str, str]]) -> Verdict:
        """Run the command with these disclosures."""
        return self.verify("--disclosed", disclose(self.folder, texts, self._file).as_posix())


def is_act(leaf: Leaf, kind: str) -> bool:
    """Tell whether *leaf* is of an act of this *kind*, and not of the notice of one."""
    return leaf["k"] == kind and not leaf["key"].startswith("duban/c_")
