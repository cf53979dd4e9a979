"""Cards that vanish from a log signed anew, whatever the rules did meanwhile (F-60, F-61)."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from chalicelib.lambdas.stating import beat, state
from chalicelib.policy.catalogue import read_catalogue
from tests.support.attacks import Verdict, attack, hidden, silent, stating, verify
from tests.support.claimed import (
    HEARING,
    ClaimedWorld,
    claimed_world,
    hall,
    kinds,
    of,
)
from tests.support.replayed import Leaf, PublicWorld, public_world
from tests.support.rewritten import leaves, rules

__all__ = ["leaves", "rules"]  # fixtures

START = "2026-11-02T09:00:00"  # a Monday; five working days from it end on 9 November at 17:30
DUE = "2026-11-09T17:31:00"
HOUSING, WATER = {"department": "Housing"}, {"department": "Water"}
CLOSED = {"days_off": ["2026-11-05"]}  # every limit ends a day later


@pytest.fixture(scope="module")
def county() -> Iterator[PublicWorld]:
    """Give a county with two late cases, warned, yellow and red, that tells every hour it lives."""
    with public_world(START) as made:
        made.accept(START, "1", **HOUSING)
        made.accept(START, "2", **WATER)
        made.report("stage.entered", START, "2", stage="审查", limit={"amount": 3, "unit": "wd"})
        made.tick()
        made.until(DUE, minutes=60)
        made.until("2026-11-13T09:00:00", minutes=60)
        made.close()
        yield made


def findings_of(leaves: list[Leaf], level: str = "", department: str = "Housing") -> list[Leaf]:
    """What supervision found in the case of a department, of one level or of all."""
    return [
        leaf
        for leaf in leaves
        if leaf["k"] in ("warning.issued", "card.issued", "card.proposed")
        and not leaf["key"].startswith("duban/")
        and leaf["data"]["department"] == department
        and leaf["data"]["level"] in (level or leaf["data"]["level"])
    ]


def missing(verdict: Verdict) -> list[str]:
    """What should be there, or was kept back."""
    words = "should be there, and is not", "was kept back"
    return [one for one in verdict.findings if any(each in one for each in words)]


def test_the_honest_twin_is_sound(
    county: PublicWorld, leaves: list[Leaf], rules: dict[str, bytes], tmp_path: Path
) -> None:
    """Two statements within two minutes accuse nobody where nothing is hidden."""
    assert verify(tmp_path / "a", leaves, rules).findings == []
    levels = {leaf["data"]["level"] for leaf in findings_of(leaves)}
    assert {"warning", "yellow"} <= levels
    for at, days in (("2026-11-13T09:30:00", CLOSED), ("2026-11-13T09:32:00", None)):
        leaves = stating(leaves, rules, at, days)
    assert verify(tmp_path / "b", leaves, rules).findings == []


@attack("two statements of rules within minutes, and a card left out", "any reader")
@pytest.mark.parametrize(
    "gone", list(product(["", "yellow", "warning"], ["Housing", "Water"])), ids="-".join
)
@pytest.mark.parametrize(
    "times",
    [
        ("2026-11-13T09:30:00", "2026-11-13T09:32:00"),
        ("2026-11-13T09:01:00", "2026-11-13T09:59:00"),
        ("2026-11-13T09:59:00",),
        ("2026-11-12T08:00:00", "2026-11-12T08:50:00", "2026-11-12T09:40:00"),
    ],
    ids=["minutes", "an hour", "one", "three"],
)
def test_two_statements_do_not_switch_the_search_off(
    leaves: list[Leaf],
    rules: dict[str, bytes],
    tmp_path: Path,
    times: tuple[str, ...],
    gone: tuple[str, str],
) -> None:
    """F-60: other days, and back; what was owed for days before is owed for ever."""
    kept = hidden(leaves, *findings_of(leaves, *gone))
    assert len(kept) < len(leaves)
    for number, at in enumerate(times):
        kept = stating(kept, rules, at, None if number % 2 else CLOSED)
    verdict = verify(tmp_path, kept, rules)
    assert verdict.code == 1
    what = "warning.issued warning V-01" if gone[0] == "warning" else "card.issued yellow V-02"
    assert any(what in one for one in missing(verdict))


@attack("another policy for an hour, under which a hidden card has another rule", "any reader")
@pytest.mark.parametrize(
    "policy",
    [
        lambda toml: f"{toml}\n# another text\n",
        lambda toml: toml.replace('cutoff = "office"', 'cutoff = "24:00"'),
        lambda toml: toml.replace('rule = "V-02"', 'rule = "V-03"', 1),
    ],
    ids=["comment", "cutoff", "rule"],
)
def test_another_policy_does_not_switch_the_search_off(
    leaves: list[Leaf], rules: dict[str, bytes], tmp_path: Path, policy: object
) -> None:
    """The due instant, the text or the rule is another for some minutes."""
    kept = hidden(leaves, *findings_of(leaves))
    assert callable(policy)
    for number, at in enumerate(("2026-11-13T09:30:00", "2026-11-13T09:32:00")):
        kept = stating(kept, rules, at, policy=None if number else policy)
    verdict = verify(tmp_path, kept, rules)
    assert verdict.code == 1
    assert any("card.issued yellow V-02" in one for one in missing(verdict))


@pytest.fixture(scope="module")
def overnight() -> Iterator[ClaimedWorld]:
    """Give a county whose card of 17:30 loses its ground next morning, by an inspector."""
    with claimed_world(START, hall("10m")) as made:
        made.accept(START, "1", department="D1")
        made.until("2026-11-05T18:00:00", minutes=60)
        made.report("case.suspended", "2026-11-03T09:00:00", **HEARING)
        made.tick()
        made.until("2026-11-06T09:00:00", minutes=60)
        made.report("case.resumed", "2026-11-06T09:00:00", procedure="hearing")
        made.tick()
        made.until("2026-11-10T17:00:00", minutes=60)
        made.until("2026-11-11T09:00:00", minutes=30)
        claim = kinds(of(made.leaves(), "1"), "case.suspended")[0]["n"]
        made.decide_claim("accepted", claim)
        made.until("2026-11-11T12:00:00", minutes=60)
        yield made


@attack("a card held back until it is groundless, while heartbeats show a service", "any reader")
@pytest.mark.parametrize("is_silent", [False, True], ids=["alive", "silent"])
def test_a_card_that_is_held_back_overnight(
    overnight: ClaimedWorld, tmp_path: Path, *, is_silent: bool
) -> None:
    """F-61: withheld until it is groundless; only a log that was silent all night is excused."""
    honest, rules = overnight.leaves(), dict(overnight.rules())
    assert verify(tmp_path / "honest", honest, rules).findings == []
    case = of(honest, "1")
    found = kinds(case, "card.rechecked", "card.issued")
    assert {leaf["k"] for leaf in found} == {"card.issued", "card.rechecked"}
    kept = hidden(honest, *(leaf for leaf in found if leaf["data"]["rule"] == "V-02"))
    if is_silent:
        kept = silent(kept, "2026-11-10T17:30:00", "2026-11-11T09:00:00")
    verdict = verify(tmp_path / "hidden", kept, rules)
    name = "card.issued yellow V-02 of 2026-11-10T09:30:00.000Z was kept back"
    assert any(name in one for one in verdict.findings) != is_silent
    assert any(name in one for one in verdict.remarks) == is_silent


@attack("a card issued late, while heartbeats show a service", "any reader")
@pytest.mark.parametrize("is_silent", [False, True], ids=["alive", "silent"])
def test_a_card_that_is_issued_a_night_late(tmp_path: Path, *, is_silent: bool) -> None:
    """It bears its legal instant and says `outage`; but the log was alive all night."""
    with public_world(START) as made:
        made.accept(START, "1", **HOUSING)
        made.tick()
        made.until("2026-11-09T17:20:00", minutes=60)
        for _ in range(0 if is_silent else 15):
            made.wall.forward(hours=1)
            beat(made.services, state(made.services))
            made.pump.drain()
        made.until("2026-11-10T09:00:00")
        made.close()
        leaves, rules = made.leaves(), dict(made.rules())
    card = findings_of(leaves, "yellow")[0]
    assert card["rec"] == "2026-11-10T01:00:00.000Z"
    found = verify(tmp_path, leaves, rules).findings
    late = "card.issued yellow V-02 was owed since 2026-11-09T09:30:00.000Z and held back until"
    assert [late in one for one in found] == ([] if is_silent else [True])


@pytest.fixture(scope="module")
def mended() -> tuple[list[Leaf], dict[str, bytes]]:
    """Give the leaves and rules of a county that lists an item with too many stages for a day."""
    head = "item,name,department,kind,promise,statutory,basis,stages,published\n"
    line = "F-1,许可,Housing,promise,10wd,20wd,某法第一条,{},https://x\n"
    with public_world(START) as made:
        for stages in ("a;b;c;d", "a;b;c"):
            text = (head + line.format(stages)).encode()
            made.services.catalogues.write(read_catalogue(text, "items.csv"))
            made.tick()
            made.until("2026-11-03T09:00:00", minutes=60)
        made.close()
        return made.leaves(), dict(made.rules())


def without_card(leaves: list[Leaf]) -> list[Leaf]:
    """Give the leaves without the card about the item, and what became of it."""
    card = next(leaf for leaf in leaves if leaf["k"] == "card.proposed")
    return [leaf for leaf in hidden(leaves, card) if leaf["k"] != "card.rechecked"]


@attack("a card about an item held back until the catalogue is mended", "any reader")
def test_a_card_about_an_item_is_owed_before_the_item_is_mended(
    mended: tuple[list[Leaf], dict[str, bytes]], tmp_path: Path
) -> None:
    """The item was listed with too many stages for a day, and its card was kept back."""
    leaves, rules = mended
    assert verify(tmp_path / "honest", leaves, rules).findings == []
    (said,) = verify(tmp_path / "hidden", without_card(leaves), rules).findings
    assert "until this was recorded, card.proposed yellow V-21" in said
    assert "was kept back" in said


@attack("an item that breaks a rule, left out with its card until it is mended", "any reader")
def test_an_item_is_told_before_it_is_mended(
    mended: tuple[list[Leaf], dict[str, bytes]], tmp_path: Path
) -> None:
    """Nothing of it is in the log: the catalogue that was stated for a day shows it."""
    leaves, rules = mended
    kept = without_card(leaves)
    items = {leaf["case"] for leaf in kept if leaf.get("own", "").startswith("duban:item/")}
    gone = [leaf for leaf in kept if leaf["case"] not in items]
    assert items
    (said,) = verify(tmp_path / "gone", gone, rules).findings
    assert "duban:item/F-1: the catalogue wants item.listed told, and it was not" in said


@pytest.fixture(scope="module")
def unanswered() -> Iterator[PublicWorld]:
    """Give a county with a late case, and one that passes the law's limit too and turns red."""
    with public_world(START) as made:
        made.accept(START, "1", **HOUSING)
        made.accept(START, "2", statutory={"amount": 6, "unit": "wd"}, **WATER)
        made.tick()
        made.until(DUE, minutes=12 * 60)
        made.until("2026-11-24T09:00:00", minutes=12 * 60)
        made.close()
        yield made


@attack("two statements of rules, a card left out, and few heartbeats", "any reader")
@pytest.mark.parametrize("is_hidden", [False, True], ids=["honest", "hidden"])
def test_rare_heartbeats_do_not_switch_the_search_off(tmp_path: Path, *, is_hidden: bool) -> None:
    """F-60 as it was found: overdue for days, two statements, and an hour later the log ends."""
    with public_world(START) as made:
        made.accept(START, "1", **HOUSING)
        made.accept(START, "2", **WATER)
        made.tick()
        made.until(DUE, minutes=360)
        made.until("2026-11-13T08:00:00", minutes=360)
        made.until("2026-11-13T09:04:00", minutes=64)
        leaves, rules = made.leaves(), dict(made.rules())
    gone = findings_of(leaves, "yellow") + findings_of(leaves, "red") if is_hidden else []
    kept = hidden(leaves, *gone)
    for number, at in enumerate(("2026-11-13T08:00:01", "2026-11-13T08:02:00")):
        kept = stating(kept, rules, at, None if number else CLOSED)
    verdict = verify(tmp_path, kept, rules)
    assert verdict.code == is_hidden
    assert any("card.issued yellow V-02" in one for one in missing(verdict)) == is_hidden


@attack("what becomes of a card left out, between two statements of rules", "any reader")
@pytest.mark.parametrize("kind", ["card.issued red", "card.numbered"])
@pytest.mark.parametrize("is_stated", [False, True], ids=["quiet", "stated"])
def test_what_becomes_of_a_card_is_owed_too(
    unanswered: PublicWorld, tmp_path: Path, kind: str, *, is_stated: bool
) -> None:
    """Its red card and its number: each is owed in a case of its own."""
    leaves, rules = unanswered.leaves(), dict(unanswered.rules())
    kind, _, level = kind.partition(" ")
    gone = [
        leaf
        for leaf in leaves
        if leaf["k"] == kind
        and "told" not in leaf
        and leaf["data"]["level"] in (level or "yellow", "red")
    ]
    assert gone
    kept = leaves
    for leaf in gone:
        source = f"duban/{leaf['case']}.{leaf['n']}"
        kept = [each for each in kept if each is not leaf and each["key"] != source]
    if is_stated:
        for number, at in enumerate(("2026-11-24T10:20:00", "2026-11-24T10:22:00")):
            kept = stating(kept, rules, at, None if number else CLOSED)
    verdict = verify(tmp_path, kept, rules)
    assert verdict.code == 1
    assert any(f"{kind} " in one for one in missing(verdict)), verdict.findings[:5]
