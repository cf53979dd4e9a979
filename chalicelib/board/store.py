"""The board table: a projection of the log that can be thrown away and made again from index 0.

    THROUGH/THROUGH           the next index to read: everything before it is in the items below
    TALLY/D#<department>      counts, with the index through which they count
    CARDID/<card id>          a card: *body* as it was issued, *mark* by later entries
    CARD/<index, 16 digits>   the same again, by the index of its issue, to list the cards
    AT#<public case>/<n>      the index of fact n in the log, 16 digits, and of those behind it;
                              of fact 0 also the name of a case of our own, from its leaf

Every write is conditional on the state that it was decided from, and can be repeated. THROUGH is
written last. A crash before that leaves writes undone; the next run does them again.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.update import Action

from chalicelib.board.marks import CardFact, Number, PublishedCard
from chalicelib.board.places import Run
from chalicelib.board.projection import Changes, Tally, Through
from chalicelib.board.words import ground_names
from chalicelib.errors import Conflict
from chalicelib.plumbing.table import Table, condition_failed
from chalicelib.policy.store import Catalogues

_THROUGH = ("THROUGH", "THROUGH")
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


class Board:
    """The board's items, and the one place that writes them."""

    def __init__(self, table: str) -> None:
        class Item(BoardItem):
            class Meta:
                table_name = table

        self._items = Item

    def through(self) -> Through:
        """Read how far the board follows the log."""
        item = self._get(*_THROUGH)
        return Through(int(item.index), item.body or "") if item else Through(0, "")

    def tallies(self, departments: Iterable[str]) -> dict[str, Tally]:
        """Read the tallies of *departments*, those that there are."""
        items = [self._get("TALLY", _name(name)) for name in departments]
        return {tally.department: tally for tally in (_tally(item) for item in items if item)}

    def all_tallies(self) -> list[Tally]:
        """Read every department's tally, by the department's name."""
        return [_tally(item) for item in self._items.query("TALLY")]

    def department_names(self) -> list[str]:
        """Return the names of all departments that ever had a case."""
        return [tally.department for tally in self.all_tallies() if tally.department]

    def cards(self, limit: int, before: int | None = None) -> list[PublishedCard]:
        """Read at most *limit* published cards, the newest first, issued before index *before*."""
        older = None if before is None else self._items.sk < _sk(before)
        items = self._items.query("CARD", older, scan_index_forward=False, limit=limit)
        return [card for card in map(_read_card, items) if card.is_issued]

    def cards_by_id(self, card_ids: Iterable[str]) -> dict[str, PublishedCard]:
        """Read those cards with these ids that any entry was about, issued or not."""
        items = ((card_id, self._get("CARDID", card_id)) for card_id in card_ids)
        return {card_id: _read_card(item) for card_id, item in items if item}

    def card(self, card_id: str) -> PublishedCard | None:
        """Read one published card by its id; None where there is none."""
        card = self.cards_by_id([card_id]).get(card_id)
        return card if card and card.is_issued else None

    def apply(self, changes: Changes) -> None:
        """Write the changes of a run of entries. Raises Conflict where another run was faster."""
        for old, new in changes.tallies:
            self._replace_tally(old, new)
        for stored, card in changes.cards:
            self._replace_card(stored, card)

    def save_runs(self, runs: Iterable[Run]) -> None:
        """Save where *runs* are. A run never moves, so a second write has the same content.

        A crash in between leaves some unwritten: the cursor has not passed them.
        """
        for run in runs:
            item = self._items(_at(run.public_case), _sk(run.n), index=run.index)
            item.name = run.own or None
            item.save()

    def find_run(self, public_case: str, n: int, *, consistent: bool = False) -> Run | None:
        """Read the run that fact *n* of a case is in, if it is anywhere."""
        newest = self._items.query(
            _at(public_case),
            self._items.sk <= _sk(n),
            scan_index_forward=False,
            limit=1,
            consistent_read=consistent,
        )
        for item in newest:
            return Run(public_case, int(item.sk), int(item.index))
        return None

    def own_name(self, public_case: str) -> str:
        """Return the name of a case of our own whose first fact is on the board; "" of a permit."""
        item = self._get(_at(public_case), _sk(0))
        return item.name or "" if item else ""

    def advance(self, through: Through) -> None:
        """Move the cursor on; one that is already further stays.

        The last write of a run. A crash before it repeats the run, which finds everything done.
        """
        item = self._items(*_THROUGH)
        condition = self._items.pk.does_not_exist() | (self._items.index < through.index)
        actions: list[Action] = [
            self._items.index.set(through.index),
            self._items.body.set(through.at),
        ]
        try:
            item.update(actions=actions, condition=condition)
        except UpdateError as error:
            # Another run went as far, or our own write won and its answer was lost: both are fine.
            if not condition_failed(error):
                raise

    def _replace_tally(self, old: Tally, new: Tally) -> None:
        # A crash after this write leaves this department ahead of the cursor; the next run reads
        # the same entries again, and the tally's own index says that they are counted.
        item = self._items(
            "TALLY", _name(new.department), index=new.through, body=_text(asdict(new))
        )
        stored = self._items.index
        condition = self._items.pk.does_not_exist() if old.through < 0 else stored == old.through
        try:
            item.save(condition=condition)
        except PutError as error:
            if not condition_failed(error):
                raise
            if self.tallies([new.department]).get(new.department) != new:
                raise Conflict(f"tally of {new.department} was written by another run") from error

    def _replace_card(self, old: PublishedCard, new: PublishedCard) -> None:
        # The tallies are written by now, so that a card is never ahead of its department's. A crash
        # between the two writes leaves the list ahead of the card's own item: the cursor has not
        # passed the entries, and the next run, which decides from that item, writes both again.
        if new.is_issued:
            self._list(new)
        item = self._card_item("CARDID", new.card, new)
        stored = self._items.index
        condition = self._items.pk.does_not_exist() if old.through < 0 else stored == old.through
        try:
            item.save(condition=condition)
        except PutError as error:
            if not condition_failed(error):
                raise
            if self.cards_by_id([new.card]).get(new.card) != new:
                raise Conflict(f"card {new.card} was written by another run") from error

    def _list(self, card: PublishedCard) -> None:
        """Put *card* into the list, unless it stands there as of a later index."""
        item = self._card_item("CARD", _sk(card.index), card)
        condition = self._items.pk.does_not_exist() | (self._items.index <= card.through)
        try:
            item.save(condition=condition)
        except PutError as error:
            if not condition_failed(error):
                raise

    def _card_item(self, pk: str, sk: str, card: PublishedCard) -> BoardItem:
        issue = asdict(card)
        mark = {"card": card.card} | {name: issue.pop(of) for name, of in _MARK.items()}
        return self._items(
            pk,
            sk,
            index=card.through,
            name=card.card,
            body=_text(issue) if card.is_issued else None,
            mark=_text(mark) if card.status_index >= 0 else None,
        )

    def _get(self, pk: str, sk: str) -> BoardItem | None:
        try:
            return self._items.get(pk, sk, consistent_read=True)
        except self._items.DoesNotExist:
            return None


class ItemNames:
    """The names of items, of their departments, and of grounds; read once a catalogue."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues
        self._version = ""
        self._names: dict[str, str] = {}
        self._departments: list[str] = []

    def current(self) -> Mapping[str, str]:
        """Return the names in force, by the item's code."""
        self._read_catalogue()
        return self._names

    def departments(self) -> list[str]:
        """Return the departments that handle an item, each once."""
        self._read_catalogue()
        return self._departments

    def grounds(self) -> Mapping[str, str]:
        """Return the names of the grounds (情形) of findings, in Chinese, by their codes."""
        return ground_names()

    def _read_catalogue(self) -> None:
        version = self._catalogues.current()
        if version != self._version:
            entries = list(self._catalogues.entries(version))
            self._names = {item.item: item.name for item in entries}
            names = (name for item in entries for name in item.departments)
            self._departments = list(dict.fromkeys(names))
            self._version = version


def _tally(item: BoardItem) -> Tally:
    body = json.loads(item.body or "")
    # Written before cases were counted: only those that it has now are known.
    return Tally(**{"cases": sum(body["lamps"].values()), **body})


def _read_card(item: BoardItem) -> PublishedCard:
    issue = json.loads(item.body or "{}")
    mark = json.loads(item.mark or "{}")
    later = {of: mark[name] for name, of in _MARK.items() if name in mark}
    steps = tuple(CardFact(**step) for step in later.pop("steps", ()))
    numbers = {level: Number(**number) for level, number in later.pop("numbers", {}).items()}
    fields = {**issue, **later, "card": item.name or ""}
    return PublishedCard(**fields, steps=steps, numbers=numbers)


def _text(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _name(department: str) -> str:
    return f"D#{department}"  # a key may not be empty, a department's name may


def _at(public_case: str) -> str:
    return f"AT#{public_case}"


def _sk(index: int) -> str:
    return f"{index:016d}"
