"""A catalogue is imported: which items are told, what follows, and what a crash leaves."""

from contextlib import suppress
from datetime import timedelta

import pytest
from pynamodb.exceptions import PynamoDBException

from chalicelib.cases.case_id import card_case, item_case
from chalicelib.errors import Conflict
from chalicelib.instant import text
from chalicelib.intake.event import OURS, Event
from chalicelib.lambdas.listing import notify_items
from chalicelib.lambdas.recompute import awaken
from chalicelib.policy.catalogue import read_catalogue
from chalicelib.policy.store import Catalogues
from infra.explain.card import explain_card
from tests.support.faulty import FLAVOURS
from tests.support.memory_stage import memory_world

START = "2026-11-02T09:00:00"
HEAD = "item,name,department,kind,promise,statutory,basis,stages,published\n"
FINE = "F-{n},许可,Housing,promise,10wd,20wd,某法第一条,a;b;c,https://x\n"
FOUR = "F-{n},许可,Housing,promise,10wd,20wd,某法第一条,a;b;c;d,https://x\n"


def lines(*items):
    """A catalogue of these lines, numbered from 1 on; an empty one is an item that is not there."""
    said = "".join(line.format(n=n) for n, line in enumerate(items, 1) if line)
    return read_catalogue((HEAD + said).encode(), "items.csv")


def put(county, *items):
    """Import as the command does."""
    notify_items(county.services)
    county.services.catalogues.write(lines(*items))
    counts = notify_items(county.services)
    county.tick()
    return counts


def facts(county, n=1):
    """What is on record of an item, in short."""
    records = county.services.facts.of_case(item_case(f"F-{n}"))
    return [(r.fact.kind, r.fact.text("verdict") or r.fact.text("rule")) for r in records]


@pytest.fixture
def county():
    """Give a county without a catalogue."""
    with memory_world(START) as made:
        yield made


def test_only_what_breaks_a_rule_is_told_and_once(county):
    """Of the others there is no case; the same import again tells nobody."""
    counts = put(county, FOUR, FINE)
    assert (counts.looked_at, counts.listed, counts.removed) == (2, 1, 0)
    assert counts.broken == {"V-21": ["F-1"]}
    assert facts(county) == [("item.listed", ""), ("card.proposed", "V-21")]
    assert facts(county, 2) == []
    again = put(county, FOUR, FINE)
    assert (again.listed, again.removed, again.broken) == (0, 0, {"V-21": ["F-1"]})
    assert awaken(county.services) == 0
    county.heal()
    assert len(facts(county)) == 2


def test_what_is_mended_loses_its_ground_in_its_own_life_too(county):
    """A person need not dismiss what nobody can confirm any more."""
    put(county, FOUR)
    put(county, FINE)
    assert facts(county)[2:] == [("item.listed", ""), ("card.rechecked", "lost")]
    head = county.services.cases.get(card_case(card(county)))
    assert head is not None
    assert head.lamp == "lost"


def test_an_item_that_was_cut_and_comes_back_is_found(county):
    """Its removal was told though it broke nothing; the same day it would be a wrong file."""
    put(county, FINE, FINE)
    assert put(county, FINE).removed == 1
    assert facts(county, 2) == [("item.removed", "")]
    county.until("2026-11-03T09:00:00")
    counts = put(county, FINE, FINE)
    assert counts.broken == {"V-20": ["F-2"]}
    assert facts(county, 2)[1:] == [("item.listed", ""), ("card.proposed", "V-20")]
    assert facts(county) == []


def test_what_is_confirmed_of_an_item_on_no_law_is_a_suggestion_without_number(county):
    """It has a life of its own; V-21 rests on another county's plan."""
    put(county, FOUR)
    life, now = card_case(card(county)), county.wall.at
    confirmed = Event(
        id="confirm",
        source=OURS,
        subject=life,
        type="card.confirmed",
        time=text(now),
        data={"role": "inspector"},
    )
    county.services.inbox.put_own_event(life, "confirm", confirmed, now)
    county.tick()
    assert facts(county)[2:] == [("card.confirmed", ""), ("suggestion.issued", "V-21")]
    assert county.services.facts.of_case("duban:register/370102/yellow/2026") == []
    kinds = [one.fact.kind for one in county.services.facts.of_case(life)]
    assert kinds == ["card.proposed", "card.confirmed", "suggestion.issued"]


def test_a_card_of_an_item_is_derived_again_from_its_facts(county):
    """What it broke, and that it was mended: no table of catalogues is needed."""
    put(county, FOUR)
    put(county, FINE)
    told = explain_card(county.services, card(county))
    assert (told["verdict"], told["rule"], told["item"]) == ("same", "V-21", "F-1")
    assert [row["kind"] for row in told["rests_on"]] == ["item.listed"]


def test_an_import_waits_until_the_one_before_is_told(county):
    """Whose command was killed right after its catalogue was in force."""
    put(county, FINE, FINE)
    county.services.catalogues.write(lines(FINE))  # and then it was killed
    county.until("2026-11-03T09:00:00")
    assert put(county, FINE, FINE).broken == {}
    assert facts(county, 2) == [("item.removed", ""), ("item.listed", "")]
    # It is gone since it was told so, which was today.


def test_reconcile_tells_what_a_command_could_not(county):
    """Within a minute; as of when the import was first told of."""
    county.services.catalogues.write(lines(FOUR, FINE))
    assert awaken(county.services) == 1
    assert awaken(county.services) == 0
    county.tick()
    assert facts(county)[0] == ("item.listed", "")


def test_a_budget_that_is_used_up_leaves_the_rest_to_the_next(county):
    """Each is told once."""
    county.services.catalogues.write(lines(FOUR, FOUR, FOUR))
    told = [notify_items(county.services, timedelta(0)).listed for _ in range(5)]
    assert told == [1, 1, 1, 0, 0]


def test_of_two_imports_at_once_one_is_refused(county):
    """Else one number would stand for two catalogues."""
    services, other = county.services, Catalogues(county.services.registry)
    services.catalogues.write(lines(FINE))

    class Slow(Catalogues):
        """Another import ends while this one writes its entries."""

        def __init__(self, registry):
            super().__init__(registry)
            put_all = registry.put_all

            def late(documents):
                registry.put_all = put_all
                put_all(documents)
                other.write(lines(FOUR))

            registry.put_all = late

    with pytest.raises(Conflict):
        Slow(services.registry).write(lines(FINE, FINE))
    assert services.catalogues.in_force(fresh=True).number == 2


def ends(county):
    """All that counts in the end."""
    awaken(county.services)
    county.heal()
    notes = dict(county.services.registry.documents("ITEM_TOLD"))
    records = {n: county.services.facts.of_case(item_case(f"F-{n}")) for n in (1, 2, 3)}
    said = {
        n: [(r.fact.key, r.fact.text("verdict")) for r in found] for n, found in records.items()
    }
    return said, sorted(notes), county.services.catalogues.in_force(fresh=True).number


def import_all(county):
    """One item mended, one cut, one that breaks a rule now."""
    notify_items(county.services)
    county.services.catalogues.write(lines(FINE, "", FOUR))
    notify_items(county.services)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_an_import_that_dies_anywhere_is_completed(county, flavour):
    """By the same import again, or by reconcile where its catalogue was in force already."""
    put(county, FOUR, FINE)
    county.until("2026-11-03T09:00:00")
    back = county.save()
    with county.faulty.failing(-1, flavour):
        import_all(county)
    calls, wanted = len(county.faulty.calls), ends(county)
    for number in range(calls):
        back()
        with county.faulty.failing(number, flavour), suppress(PynamoDBException):
            import_all(county)
        if number % 2 or county.services.catalogues.in_force(fresh=True).number == 1:
            import_all(county)
        assert ends(county) == wanted, county.faulty.failed


def card(county):
    """The id of the card of the first item."""
    record = county.services.facts.of_case(item_case("F-1"))[1]
    return f"{record.public_case}.{record.fact.n}"
