"""What follows from a card, a catalogue or new rules, held back, made up or left out of a log.

The card itself is there. But its life begins weeks later, so that it never climbs; a quarter is
counted under another's name, so that no share is met; a moved due instant is told to nobody.
"""

import copy
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chalicelib.calendar.change import read_change
from chalicelib.policy.catalogue import read_catalogue
from tests.integration.test_counted_shares import county as shares
from tests.support.attacks import attack, hidden, moved, verify
from tests.support.replayed import Leaf, PublicWorld, own, public_world

__all__ = ["shares"]  # a fixture

START = "2026-11-02T09:00:00"  # a Monday
ITEMS = (
    "item,name,department,kind,promise,statutory,basis,stages,published\n"
    "X-01,许可,Housing,promise,5wd,20wd,某法第一条,a;b,https://x\n"
)
CLOSURE = {"notice": "〔2026〕1号", "issued": "2026-11-18", "days_off": ["2026-11-24"]}


@pytest.fixture(scope="module")
def county() -> Iterator[PublicWorld]:
    """Give a county with a late case, whose card nobody answers, and one whose item is listed late.

    At last a day off is stated that moves what is due after it.
    """
    with public_world(START) as made:
        made.accept(START, "1", item="Y-01", department="Water")
        made.accept(START, "2", promise="", law="20wd")
        made.until("2026-11-04T09:00:00", minutes=60)
        made.services.catalogues.write(read_catalogue(ITEMS.encode(), "items.csv"))
        made.until("2026-11-18T09:00:00", minutes=60)
        made.services.calendars.write(read_change(CLOSURE, "f"))
        made.until("2026-11-19T18:00:00", minutes=60)
        made.close()
        yield made


@pytest.fixture
def leaves(county: PublicWorld) -> list[Leaf]:
    """Give its log, to be written over."""
    return copy.deepcopy(county.leaves())


@pytest.fixture
def check(county: PublicWorld, tmp_path: Path) -> Callable[[list[Leaf]], list[str]]:
    """Give a function that signs leaves, verifies them and returns what is found."""
    return lambda leaves: verify(tmp_path, leaves, dict(county.rules())).findings


def test_the_honest_log_is_sound(
    leaves: list[Leaf], check: Callable[[list[Leaf]], list[str]]
) -> None:
    """It has all that is attacked here."""
    kinds = {leaf["k"] for leaf in leaves}
    assert kinds >= {"card.issued", "escalation.proposed", "terms.adopted", "due.revised"}
    assert check(leaves) == []


@attack("a card told weeks late to its own case, so that it does not climb", "any reader")
def test_a_card_whose_life_begins_late(
    leaves: list[Leaf], check: Callable[[list[Leaf]], list[str]]
) -> None:
    """Nothing is missing at the end: by the card's own case it has only just been issued."""
    life = next(case for name, case in own(leaves).items() if name.startswith("duban:card/"))
    climbed = [each for each in leaves if each["case"] == life and not each.get("told")]
    kept = hidden(leaves, *climbed)
    (told,) = [each for each in kept if each["case"] == life]
    (said,) = check(moved(kept, told, "2026-11-18T09:00:00"))
    assert "card.issued should have been told since" in said
    assert "was held back until" in said


@attack("a card told late to its department's year", "any reader")
def test_a_card_that_is_counted_late(
    leaves: list[Leaf], check: Callable[[list[Leaf]], list[str]]
) -> None:
    """So repeated cards of it lead to none."""
    year = own(leaves)["duban:department/Water/2026"]
    told = next(leaf for leaf in leaves if leaf["case"] == year and leaf["k"] == "card.issued")
    (said,) = check(moved(leaves, told, "2026-11-18T09:00:00"))
    assert "card.issued should have been told since" in said


@attack("limits of a catalogue adopted days late, so that a card moves", "any reader")
def test_terms_that_are_adopted_late(
    leaves: list[Leaf], check: Callable[[list[Leaf]], list[str]]
) -> None:
    """A limit that is shortened ends no earlier than its adoption."""
    adopted = next(leaf for leaf in leaves if leaf["k"] == "terms.adopted")
    found = check(moved(leaves, adopted, "2026-11-06T09:00:00"))
    assert any("terms.adopted was owed since" in said for said in found)


@attack("a due instant that new rules moved, told to nobody", "any reader")
@pytest.mark.parametrize("is_late", [False, True], ids=["left out", "late"])
def test_a_revision_that_is_owed(
    leaves: list[Leaf], check: Callable[[list[Leaf]], list[str]], *, is_late: bool
) -> None:
    """It is an alert: inspectors would hear of it."""
    revised = next(leaf for leaf in leaves if leaf["k"] == "due.revised")
    later = moved(leaves, revised, "2026-11-19T09:00:00")
    found = check(later if is_late else [leaf for leaf in leaves if leaf is not revised])
    assert any("moved the clock" in said for said in found)


@attack("an alert made up in a case of another kind", "any reader")
@pytest.mark.parametrize("kind", ["due.revised", "terms.adopted", "cases.counted"])
@pytest.mark.parametrize("name", ["card", "department", "register", "log"])
def test_a_fact_of_another_kind_of_case(
    leaves: list[Leaf], check: Callable[[list[Leaf]], list[str]], kind: str, name: str
) -> None:
    """No decider derives it there; so nothing would have compared it."""
    case = next(case for own_name, case in own(leaves).items() if f":{name}/" in own_name)
    last = [leaf for leaf in leaves if leaf["case"] == case][-1]
    names = ("v", "case", "n", "prev", "rec")
    made_up = {each: last[each] for each in names} | {"k": kind, "at": last["rec"], "key": "x/1"}
    place = leaves.index(last) + 1
    data = {"department": "Water", "year": 2026, "quarter": 4, "number": 0}
    found = check([*leaves[:place], {**made_up, "data": data}, *leaves[place:]])
    assert [f"{kind} does not follow" in said for said in found] == [True]


@attack("words of a card that no title stands for, since none was ever stated", "any reader")
def test_words_without_titles(leaves: list[Leaf], check: Callable[[list[Leaf]], list[str]]) -> None:
    """Whoever states no titles could call the rule of a card what he likes."""
    for leaf in leaves:
        data = leaf["data"]
        if leaf["k"] == "rules.adopted":
            data["documents"] = [each for each in data["documents"] if each["name"] != "titles"]
        if "words" in data:
            data["words"] = {"item": "别的事项", "rule": "并未超期", "ground": "不予追究"}
    assert any("has words that no catalogue or title" in said for said in check(leaves))


@attack("a quarter counted under another's name, so that no share is met", "any reader")
@pytest.mark.parametrize("shares", [(400,)], indirect=True)
@pytest.mark.parametrize("is_late", [False, True], ids=["other", "late"])
def test_a_count_of_another_quarter(shares: PublicWorld, tmp_path: Path, *, is_late: bool) -> None:
    """Two of five lead to a red card; of no cases at all two are no share."""
    shares.until("2025-04-18T09:00:00", minutes=60)
    shares.close()
    honest, rules = shares.leaves(), dict(shares.rules())
    assert not any("counted" in said for said in verify(tmp_path / "a", honest, rules).findings)
    counted = next(leaf for leaf in honest if leaf["k"] == "cases.counted")
    year = [leaf for leaf in honest if leaf["case"] == counted["case"]]
    kept = hidden(honest, *(each for each in year if each["k"] == "card.proposed"))
    if is_late:
        kept = moved(kept, counted, "2025-04-18T08:00:00")
    else:
        counted["data"] |= {"quarter": 3, "number": 0}
    found = verify(tmp_path / "b", kept, rules).findings
    words = "cases.counted was owed since" if is_late else "cases.counted does not follow"
    assert any(words in said for said in found)
