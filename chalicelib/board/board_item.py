"""The items of the board's table: what is stored of a tally, a card, a run, and read from it.

The table is described in `board/store.py`. Of one state there is one text, so that items can be
compared.
"""

import json

from msgspec import json as msgjson
from msgspec import to_builtins
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.board.leaf_index import Run
from chalicelib.board.projection import Tally
from chalicelib.board.published_card import CardFact, Number, PublishedCard
from chalicelib.board.signers import Signers
from chalicelib.log.batch_item import index_key
from chalicelib.plumbing.table import Table

THROUGH = ("THROUGH", "THROUGH")
SIGNERS = ("SIGNERS", "SIGNERS")
TALLY, CARD, CARD_ID, PLACES = "TALLY", "CARD", "CARDID", "AT#"
# The fields of a card that later entries change, by their names in *mark*.
_MARK = {"index": "status_index", "at": "status_at"} | {
    name: name for name in ("reached", "verdict", "reason", "steps", "numbers")
}


class BoardItem(Table):
    """Any item of the table; *index* orders the writes to it."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    index = NumberAttribute()
    body = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    mark = UnicodeAttribute(null=True)


def tally_item(items: type[BoardItem], tally: Tally) -> BoardItem:
    """Return a department's *tally* as stored."""
    body = _text(to_builtins(tally))
    return items(TALLY, name_key(tally.department), index=tally.through, body=body)


def signers_item(items: type[BoardItem], signers: Signers) -> BoardItem:
    """Return the counts of keys and signed acts as stored."""
    return items(*SIGNERS, index=signers.through, body=_text(to_builtins(signers)))


def card_items(items: type[BoardItem], card: PublishedCard) -> list[BoardItem]:
    """Return *card* as stored under its id, and before that in the list, once it is issued."""
    keys = [(CARD, index_key(card.index))] if card.is_issued else []
    return [_card_item(items, *key, card) for key in (*keys, (CARD_ID, card.card))]


def run_item(items: type[BoardItem], run: Run) -> BoardItem:
    """Return where a *run* is, as stored."""
    place = place_key(run.public_case)
    return items(place, index_key(run.n), index=run.index, name=run.own or None)


def _card_item(items: type[BoardItem], pk: str, sk: str, card: PublishedCard) -> BoardItem:
    issue = to_builtins(card)
    mark = {"card": card.card} | {name: issue.pop(of) for name, of in _MARK.items()}
    return items(
        pk,
        sk,
        index=card.through,
        name=card.card,
        body=_text(issue) if card.is_issued else None,
        mark=_text(mark) if card.status_index >= 0 else None,
    )


def attributes_of(item: BoardItem) -> dict[str, object]:
    """Return what *item* holds, by the names of its attributes."""
    return {name: value for name, value in item.attribute_values.items() if value is not None}


def read_tally(item: BoardItem) -> Tally:
    """Return the tally that is stored so."""
    body = json.loads(item.body or "")
    # Written before cases were counted: only those that it has now are known.
    return Tally(**{"cases": sum(body["lamps"].values()), **body})


def read_signers(item: BoardItem | None) -> Signers:
    """Return the counts that are stored so; none where nothing is."""
    return msgjson.decode(item.body or "{}", type=Signers) if item else Signers()


def read_card(item: BoardItem) -> PublishedCard:
    """Return the card that is stored so."""
    issue = json.loads(item.body or "{}")
    mark = json.loads(item.mark or "{}")
    later = {of: mark[name] for name, of in _MARK.items() if name in mark}
    steps = tuple(CardFact(**step) for step in later.pop("steps", ()))
    numbers = {level: Number(**number) for level, number in later.pop("numbers", {}).items()}
    fields = {**issue, **later, "card": item.name or ""}
    return PublishedCard(**fields, steps=steps, numbers=numbers)


def name_key(department: str) -> str:
    """Return the key of a *department*: a key may not be empty, a department's name may."""
    return f"D#{department}"


def place_key(public_case: str) -> str:
    """Return the key of the places of a case."""
    return f"{PLACES}{public_case}"


def _text(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
