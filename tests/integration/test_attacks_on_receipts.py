"""What an operator hides from those who hold receipts: names that are known, and corrections."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from chalicelib.intake.event import normalise
from chalicelib.log.receipts import Receipts
from chalicelib.log.tlog.signer import SeedSigner
from chalicelib.plumbing.services import Services
from chalicelib.policy.catalogue import read_catalogue
from chalicelib.policy.names import KnownNames, NameKind
from tests.support.attacks import Verdict, attack, duban_verify, signed
from tests.support.opened_leaf import disclose
from tests.support.posted import posted
from tests.support.replayed import Leaf, PublicWorld, public_world
from tests.support.shown_log import LOG
from tests.support.stage import know_only_listed

START, TOLD = "2026-11-02T09:00:00", "2026-11-02T11:00:00"
LIST = b"item,name,department,kind,promise,statutory,basis,stages\n" + (
    "H-01,许可,住房局,promise,5wd,20wd,某法第一条,受理:1wd".encode()
)
OFFICE = Receipts(LOG.key.name, SeedSigner(bytes(32)))
WHERE = {"item": "H-77", "department": "住房局", "region": "370102"}


class Hiding(KnownNames):
    """The operator's own software, which says of one department that nobody knows it."""

    def knows(self, kind: NameKind, name: str, *, fresh: bool = False) -> bool:
        """Say no more than is wanted."""
        return name != WHERE["department"] and super().knows(kind, name, fresh=fresh)


class Sender:
    """A source that keeps its events, with the receipts that it gets."""

    def __init__(self, county: PublicWorld) -> None:
        self._county = county
        self.events: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []
        self.names: dict[str, str] = {}

    def send(self, kind: str, name: str, **data: Any) -> None:
        """Send an event, of now; an hour passes before anything else is done."""
        services = self._county.services
        at = services.now().isoformat()
        event = posted(kind, at, data, id=name, subject="1")
        taken = services.inbox.put_event(normalise(event), services.now())
        assert taken.salt is not None
        receipt = OFFICE.of_event(normalise(event), taken.salt, taken.received_at)
        self.events.append(event)
        self.answers.append({"id": name, **receipt})
        self._county.wall.forward(minutes=1)
        self._county.tick()

    def close(self) -> None:
        """Let another hour pass; ask for the names that its first event had."""
        self._county.close()
        kept = self._county.services.vault.disclosures("hall:1")
        disclosed = next(texts for texts in kept.values() if any("names." in one for one in texts))
        self.names = {name: text for name, text in disclosed.items() if name.startswith("names.")}

    def verify(
        self, folder: Path, leaves: list[Leaf], *more: str, those: slice = slice(None)
    ) -> Verdict:
        """Sign *leaves*, and hold the log against what the source keeps."""
        signed(folder / "log", leaves, self._county.rules())
        for name, kept in (("receipts", self.answers[those]), ("events", self.events[those])):
            (folder / name).write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
        given = ("--receipt", f"{folder}/receipts", "--event", f"{folder}/events")
        return duban_verify(folder / "log", *given, "--vkey", OFFICE.vkey.text, *more)


def listing(services: Services) -> None:
    """Put the catalogue in force."""
    services.catalogues.write(read_catalogue(LIST, "items.csv"))


@contextmanager
def county_of(change: Callable[[Services], None] = lambda _: None) -> Iterator[PublicWorld]:
    """Give a county whose catalogue has been in force for two hours."""
    with public_world(START) as made:
        know_only_listed(made.services)
        listing(made.services)
        made.tick()
        change(made.services)
        made.until(TOLD, minutes=60)
        yield made


def hide(services: Services) -> None:
    """Let the operator's software run."""
    region = services.settings.duban_region
    ruled, units = services.ruled_regions, services.organisation.units
    names = Hiding(services.catalogues, services.registrations, region, ruled, units)
    services.__dict__["known_names"] = names


@pytest.fixture(scope="module")
def hiding() -> Iterator[tuple[PublicWorld, Sender]]:
    """Give a county that hid a department, and the source that named it."""
    with county_of(hide) as county:
        sender = Sender(county)
        sender.send("case.accepted", "e-1", **WHERE)
        sender.close()
        yield county, sender


@pytest.fixture(scope="module")
def honest() -> Iterator[tuple[PublicWorld, Sender]]:
    """Give its twin, where only the item was unknown, with two stages and a correction."""
    with county_of() as county:
        sender = Sender(county)
        sender.send("case.accepted", "e-1", **WHERE)
        sender.send("stage.entered", "e-2", stage="受理")
        sender.send("stage.left", "e-3", stage="受理")
        at = county.services.now().isoformat()
        sender.send("case.corrected", "e-4", event="e-3", time=at)
        sender.close()
        yield county, sender


@attack("a name that the catalogue has, told as the token of an unknown one", "receipt")
def test_a_known_name_that_is_hidden(
    hiding: tuple[PublicWorld, Sender], honest: tuple[PublicWorld, Sender], tmp_path: Path
) -> None:
    """Nobody else can tell; of a name that nothing knew it is said that it cannot be compared."""
    county, sender = hiding
    assert duban_verify(signed(tmp_path / "log", county.leaves(), county.rules())).code == 0
    verdict = sender.verify(tmp_path, county.leaves())
    assert verdict.code == 1
    (said,) = verdict.findings
    assert said.startswith("I12 department is the token ~")
    assert "had long been published" in said
    twin = honest[1].verify(tmp_path / "twin", honest[0].leaves())
    assert twin.findings == []
    (told,) = [one for one in twin.remarks if "cannot be compared" in one]
    assert told.startswith("I12 item is the token ~")


@attack("a name that the catalogue has, hidden; its entry is disclosed", "disclosure")
def test_the_names_of_an_entry_are_disclosed(
    hiding: tuple[PublicWorld, Sender], honest: tuple[PublicWorld, Sender], tmp_path: Path
) -> None:
    """Then nothing is left to compare, and what was hidden is found without the event."""
    for (county, sender), findings in ((honest, 0), (hiding, 1)):
        folder, leaves = tmp_path / str(findings), county.leaves()
        signed(folder / "log", leaves, county.rules())
        index = next(n for n, leaf in enumerate(leaves) if leaf["k"] == "case.accepted")
        file = str(disclose(folder / "log", {index: sender.names}, folder / "names.json"))
        verdict = duban_verify(folder / "log", "--disclosed", file)
        assert len(verdict.findings) == findings
        verdict = sender.verify(folder, leaves, "--disclosed", file)
        assert not any("cannot be compared" in one for one in verdict.remarks)
        assert bool(verdict.findings) == bool(findings)


@attack("a correction that the log has of another event than was named", "receipt")
def test_a_correction_of_another_event(honest: tuple[PublicWorld, Sender], tmp_path: Path) -> None:
    """Only who holds the receipts of both sees it."""
    county, sender = honest
    leaves = county.leaves()
    key = {leaf["k"]: leaf["key"] for leaf in leaves}
    for leaf in leaves:
        if leaf["k"] == "case.corrected":
            assert leaf["corrects"] == key["stage.left"]
            leaf["corrects"] = key["stage.entered"]
    verdict = sender.verify(tmp_path, leaves)
    assert verdict.code == 1
    assert any("about another event than the one that was named" in one for one in verdict.findings)
    alone = sender.verify(tmp_path, leaves, those=slice(3, 4))
    assert not any("about another event" in one for one in alone.findings)
