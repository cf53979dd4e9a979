"""A card that has gone out keeps its words: a new catalogue and a new profile change no page."""

import json

import pytest
from msgspec.structs import replace

from chalicelib.policy.catalogue import read_catalogue
from tests.support.asker import Asker, data
from tests.support.replayed import public_world, verified
from tests.support.stage import judge_by

HEAD = "item,name,department,kind,promise,statutory,basis,stages\n"
LISTED = HEAD + "X-01,施工许可,Housing,promise,5wd,20wd,l,\n"
RENAMED = HEAD + "X-01,建筑工程施工许可,Housing,promise,5wd,20wd,l,\n"
WITHOUT = HEAD + "X-02,另一事项,Water,promise,5wd,20wd,l,\n"


@pytest.fixture
def county():
    """Give a county with a yellow card of an item that its catalogue lists."""
    with public_world("2026-11-02T08:30:00") as made:
        put_in_force(made, LISTED)
        made.wall.at = made.wall.at.replace(hour=1)
        made.accept("2026-11-02T09:00:00", "1", promise="5wd")
        made.until("2026-11-10T08:00:00")
        yield made


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role."""
    return Asker(county.services)


def put_in_force(county, catalogue):
    """Import a catalogue, as an operator does: the log states it in the same minute."""
    county.services.catalogues.write(read_catalogue(catalogue.encode(), "items.csv"))
    county.tick()


def seen(ask):
    """All that the pages, the list and the documents have about the yellow card."""
    (card,) = data(ask("GET", "/v1/cards?level=yellow"))["cards"]
    path = f"/v1/cards/{card['id']}"
    (row,) = [row for row in data(ask("GET", "/cards.json"))["cards"] if row["level"] == "yellow"]
    papers = [
        ask("GET", f"{path}/documents/{one['name']}.{form}").body
        for one in data(ask("GET", path))["documents"]
        for form in ("html", "pdf")
    ]
    return card, data(ask("GET", path)), row, papers


@pytest.mark.parametrize("catalogue", [RENAMED, WITHOUT], ids=["renamed", "without the item"])
def test_a_new_catalogue_changes_nothing_of_a_card(county, ask, catalogue):
    """Not the board, not the list of inspectors, not a document (F-120)."""
    before = seen(ask)
    assert before[2]["item_name"] == before[0]["item_name"] == "施工许可"
    assert "施工许可" in before[3][0].decode()
    put_in_force(county, catalogue)
    assert seen(ask) == before


def test_a_card_of_after_it_has_the_new_name(county, ask):
    """Whatever the item was called when the case was accepted."""
    county.accept("2026-11-10T08:30:00", "2", promise="5wd")
    put_in_force(county, RENAMED)
    county.until("2026-11-18T09:00:00")
    names = [card["item_name"] for card in data(ask("GET", "/v1/cards?level=yellow"))["cards"]]
    assert sorted(names) == ["建筑工程施工许可", "施工许可"]


def test_a_new_profile_changes_nothing_of_a_card(county, ask):
    """Neither who signs, nor what is said, nor until when to answer: the old text is found."""
    before, old = seen(ask), county.services.profile()
    judge_by(county.services, replace(old, version="sha256:" + "0" * 64, papers={}))
    assert county.services.profile().papers == {}
    assert seen(ask)[3] == before[3]


def test_a_new_code_of_the_instrument_changes_no_number(county, ask):
    """Neither on the board nor in the list; the next card has it (文号)."""
    before = seen(ask)
    assert before[2]["number"] == before[1]["numbers"][0]["text"] == "×政监黄〔2026〕1号"
    renamed = replace(county.services.profile().instrument, code="新")
    judge_by(county.services, county.services.profile().with_instrument(renamed))
    assert seen(ask)[:3] == before[:3]


def test_two_regions_under_one_instrument_share_its_numbers(county, ask):
    """No two cards have one number (文号), and whoever verifies the log derives them."""
    county.accept("2026-11-02T09:00:00", "2", promise="5wd", region="433101")
    county.until("2026-11-10T08:05:00")
    shown = data(ask("GET", "/cards.json"))["cards"]
    numbers = {row["number"] for row in shown if row["level"] == "yellow"}
    assert numbers == {"×政监黄〔2026〕1号", "×政监黄〔2026〕2号"}
    assert verified(county.leaves(), county.rules()).is_sound


def test_whoever_verifies_the_log_finds_the_words_stated(county):
    """And whoever writes others into it is found out."""
    put_in_force(county, RENAMED)
    county.close()
    leaves = county.leaves()
    assert verified(leaves, county.rules()).is_sound
    own = [leaf for leaf in leaves if leaf["k"] == "card.issued" and "told" not in leaf]
    assert [leaf["data"]["words"]["item"] for leaf in own] == ["施工许可"]
    text = json.dumps(leaves, ensure_ascii=False)
    changed = json.loads(text.replace('"item": "施工许可"', '"item": "拆除许可"'))
    (issue,) = verified(changed, county.rules()).findings[:1]
    assert "用语" in issue.zh
