"""An operator who holds every key and every table, and is found out by anybody who replays the log.

Each log here is sound in all else: numbered, linked, hashed and signed as he can. What he cannot
do is make the public rules say otherwise over the public facts.
"""

from collections.abc import Iterator

import pytest

from chalicelib.cases.case_id import card_case, department_case
from chalicelib.instant import parse, text
from chalicelib.intake.event_types import Reported
from chalicelib.policy.catalogue import read_catalogue
from tests.support.attacks import attack
from tests.support.replayed import Leaf, PublicWorld, found, own, public_world, verified
from tests.support.rewritten import leaves

__all__ = ["leaves"]  # the fixture

START = "2026-11-02T09:00:00"  # a Monday; five working days from it end on 9 November
ITEMS = """item,name,department,kind,promise,statutory,basis,stages
X-01,许可,Housing,promise,5wd,20wd,某法第一条,
"""
LISTED = {"item": "X-01", "department": "Housing", "region": "370102"}


@pytest.fixture(scope="module")
def county() -> Iterator[PublicWorld]:
    """Give a county with one case by the catalogue: warned, late, its card answered, then decided.

    And another that was decided in time.
    """
    with public_world(START) as made:
        made.services.catalogues.write(read_catalogue(ITEMS.encode(), "items.csv"))
        made.tick()
        for case in ("1", "2"):
            made.report("case.accepted", START, case, **LISTED)
        made.tick()
        made.until("2026-11-06T18:00:00")
        made.report("case.decided", "2026-11-06T18:00:00", "2", outcome="refused", reason="王某")
        made.until("2026-11-09T17:31:00")
        made.until("2026-11-11T09:00:00")
        made.report("case.decided", "2026-11-11T09:00:00", outcome="refused", reason="王某")
        made.until("2026-11-16T18:00:00", minutes=24 * 60)
        made.close()
        yield made


def permit(leaves: list[Leaf], kind: str) -> Leaf:
    """The first leaf of this *kind* that is no notification of another case."""
    return next(
        leaf for leaf in leaves if leaf["k"] == kind and not leaf["key"].startswith("duban/")
    )


def name(leaf: Leaf) -> str:
    """The id of the card that *leaf* found."""
    return f"{leaf['case']}.{leaf['n']}"


def test_an_honest_log_is_sound(county: PublicWorld) -> None:
    """Nothing is found against it; it has all that is written over below."""
    kinds = {leaf["k"] for leaf in county.leaves()}
    assert kinds >= {
        Reported.RULES_ADOPTED,
        "heartbeat",
        "warning.issued",
        "card.issued",
        "card.numbered",
    }
    assert found(county) == []


@attack(
    "a card left out, with its life, its number and its place in the year",
    "any reader",
)
def test_a_card_that_is_suppressed(county: PublicWorld, leaves: list[Leaf]) -> None:
    """With everything that came of it: its life, its number, its place in the department's year."""
    card = permit(leaves, "card.issued")
    gone = own(leaves)[card_case(name(card))]
    kept = [
        leaf
        for leaf in leaves
        if leaf is not card
        and leaf["case"] != gone
        and leaf["data"].get("card") != name(card)
        and not (leaf["case"] == card["case"] and leaf["k"] == "card.remedied")
        and not leaf["key"].startswith((f"duban/{name(card)}", f"duban/{gone}."))
    ]
    (case,) = {leaf["case"] for leaf in kept if leaf["k"] == "case.decided"} & {card["case"]}
    issues = found(county, kept)
    assert f"I13 {case} #3: card.issued yellow V-02 of 2026-11-09T09:30:00.000Z" in issues[0]
    assert "should be there, and is not" in issues[0]


@attack("a card that is dated or worded otherwise than the rules have it", "any reader")
@pytest.mark.parametrize(
    "change",
    [
        {"at": "2026-11-10T09:30:00.000Z"},
        {"data": {"due_at": "2026-11-10T09:30:00.000Z"}},
        {"data": {"noticed_at": "2026-11-09T09:30:00.001Z"}},
        {"data": {"level": "warning"}},
        {"data": {"department": "Water"}},
    ],
    ids=str,
)
def test_a_card_that_is_dated_or_worded_otherwise(
    county: PublicWorld, leaves: list[Leaf], change: Leaf
) -> None:
    """Its own leaf says otherwise than the rules do, or than its notification does."""
    card = permit(leaves, "card.issued")
    card |= {**change, "data": card["data"] | change.get("data", {})}
    assert "card.issued" in found(county, leaves)[0]


@attack("a card issued before it is due", "any reader")
def test_a_card_that_is_issued_early(county: PublicWorld, leaves: list[Leaf]) -> None:
    """Recorded, with all its notifications, before it is due."""
    card = permit(leaves, "card.issued")
    early, late = "2026-11-09T09:29:00.000Z", card["rec"]
    for leaf in leaves:
        for field in ("rec", "at"):
            leaf[field] = early if leaf["rec"] == late and leaf[field] == late else leaf[field]
        if leaf["data"].get("noticed_at") == late:
            leaf["data"]["noticed_at"] = early
    said = found(county, leaves)
    assert any("card.issued yellow V-02 does not follow from the facts before" in s for s in said)


@attack("a card taken back by a re-check that does not follow", "any reader")
def test_a_re_check_that_is_forged(county: PublicWorld, leaves: list[Leaf]) -> None:
    """The card has lost its ground, he says; nothing was told that would take it."""
    card = permit(leaves, "card.issued")
    at = leaves[-1]["rec"]
    data = {field: card["data"][field] for field in ("level", "rule", "policy", "calendar")}
    data |= {"card": card["n"], "verdict": "lost", "reason": "late_news", "cause": 0}
    forged = {**card, "k": "card.rechecked", "key": f"recheck/{card['n']}/0", "at": at, "rec": at}
    said = found(county, [*leaves, forged | {"data": {**data, "noticed_at": at}}])
    assert any("card.rechecked yellow V-02 does not follow" in one for one in said)


@attack("a card kept out of its department's year", "any reader")
def test_news_that_is_kept_from_a_department(county: PublicWorld, leaves: list[Leaf]) -> None:
    """The card is there; only the department's year does not count it."""
    card = permit(leaves, "card.issued")
    year = own(leaves)[department_case("Housing", 2026)]
    kept = [
        leaf
        for leaf in leaves
        if not (leaf["case"] == year and leaf["key"] == f"duban/{name(card)}")
    ]
    (said,) = found(county, kept)
    assert "should have been told to duban:department/Housing/2026, and was not" in said


@attack("an act on a card in a role that may not take it", "any reader")
def test_an_appeal_that_nobody_made(county: PublicWorld, leaves: list[Leaf]) -> None:
    """The permit is told that its card was appealed; in the card's own life nobody did."""
    card, at = permit(leaves, "card.issued"), leaves[-1]["rec"]
    life = own(leaves)[card_case(name(card))]
    told = {**card, "k": "card.appealed", "at": at, "rec": at, "told": True}
    told |= {"data": {"card": name(card), "role": "department"}}
    for key, why in (
        (f"duban/{life}.1", "told by us, and happened nowhere"),
        ("duban/appeal/1", "not for this source to tell"),
        ("e_" + "a" * 26, "not for this source to tell"),
    ):
        source = {"src": "hall"} if key.startswith("e_") else {}
        said = found(county, [*leaves, {**told, **source, "key": key}])
        assert any(why in one for one in said), said


def test_a_told_fact_that_is_changed(county: PublicWorld, leaves: list[Leaf]) -> None:
    """The decision came in time, he makes the intake system say: then there was no card to issue.

    Or, of the case that was in time, that it came too late: then a card is missing.
    """
    in_time, late = (leaf for leaf in leaves if leaf["k"] == "case.decided")
    in_time["at"], late["at"] = text(parse(late["at"])), in_time["at"]
    said = found(county, leaves)
    assert any(f"{late['case']} #" in one and "should be there" in one for one in said)
    assert any(f"{in_time['case']} #" in one for one in said)


@attack("limits other than those of the published catalogue", "any reader")
def test_terms_that_are_not_the_catalogues(county: PublicWorld, leaves: list[Leaf]) -> None:
    """He gives the office more time in the acceptance, and none of its cards would be due."""
    accepted = permit(leaves, "case.accepted")
    accepted["data"]["terms"]["promise"] = "50wd"
    assert any("terms other than the catalogue's of then" in one for one in found(county, leaves))


@attack("rules that nobody can read", "any reader")
def test_rules_that_are_not_published(county: PublicWorld, leaves: list[Leaf]) -> None:
    """A document that is missing, or is another one under the name of the first."""
    stated = next(one for one in leaves if one["k"] == Reported.RULES_ADOPTED)
    (profile,) = (one for one in stated["data"]["documents"] if one["name"].startswith("policy/"))
    path, rules = f"rules/{profile['sha256']}", county.rules()
    for documents in (
        {key: body for key, body in rules.items() if key != path},
        rules | {path: rules[path].replace(b"respond", b"resp0nd")},
    ):
        report = verified(leaves, documents)
        assert any("cannot be read" in one.en for one in report.findings)


def test_a_statement_that_is_made_later_than_it_counts(
    county: PublicWorld, leaves: list[Leaf]
) -> None:
    """Whoever judges by rules and says so only after a day has judged by rules of his own."""
    first = own(leaves)["duban:log/2026-11-02"]
    kept = [leaf for leaf in leaves if leaf["case"] != first]
    said = found(county, kept)
    assert any("terms other than the catalogue's of then" in one for one in said)
