"""The board table: a projection of the log that can be thrown away and made again from index 0.

    THROUGH/THROUGH           the next index to read: everything before it is in the items below
    TALLY/D#<department>      counts, with the index through which they count
    CARDID/<card id>          what is known of a card: as it was issued, and what became of it
    CARD/<index, 16 digits>   the same again, by the index of its issue, for those who list them
    AT#<public case>/<n>      the index of fact n in the log, 16 digits, and of those that follow it

Every write is conditional on what it was decided from, and all of them can be repeated. THROUGH is
written last: whatever a crash leaves undone lies behind it, and the next run does it again.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.update import Action

from chalicelib.board.marks import CardFact, Mark, Number
from chalicelib.board.places import Run
from chalicelib.board.projection import CardIssue, Changes, Published, PublishedCard, Tally, Through
from chalicelib.errors import Conflict
from chalicelib.plumbing.table import Table, condition_failed
from chalicelib.policy.store import Catalogues

_THROUGH = ("THROUGH", "THROUGH")


class BoardItem(Table):
    """Any item of the table; *index* orders the writes to it."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    index = NumberAttribute()
    body = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    mark = UnicodeAttribute(null=True)


class Board:
    """What the public sees, and the one place that writes it."""

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
        """Name every department that ever had a case."""
        return [tally.department for tally in self.all_tallies() if tally.department]

    def cards(self, limit: int, before: int | None = None) -> list[Published]:
        """Read at most *limit* published cards, the newest first, issued before index *before*."""
        older = None if before is None else self._items.sk < _sk(before)
        items = self._items.query("CARD", older, scan_index_forward=False, limit=limit)
        known = [_known(item) for item in items]
        return [Published(card.card, card.mark) for card in known if card.card]

    def known(self, card_ids: Iterable[str]) -> dict[str, PublishedCard]:
        """Read what is known of the cards with these ids, those that anything is known of."""
        found = ((one, self._get("CARDID", one)) for one in card_ids)
        return {one: _known(item) for one, item in found if item}

    def card(self, card_id: str) -> Published | None:
        """Find one published card by its id."""
        found = self.known([card_id]).get(card_id)
        return Published(found.card, found.mark) if found and found.card else None

    def apply(self, changes: Changes) -> None:
        """Write what a run of entries changes. Raises Conflict where another run was faster."""
        for old, new in changes.tallies:
            self._replace_tally(old, new)
        for stored, card in changes.cards:
            self._replace_card(stored, card)

    def note(self, runs: Iterable[Run]) -> None:
        """Write where *runs* are. They stay there for ever, so who writes them again says the same.

        A crash in between leaves some unwritten: the cursor has not passed them.
        """
        for run in runs:
            self._items(_at(run.public_case), _sk(run.n), index=run.index).save()

    def run_with(self, public_case: str, n: int) -> Run | None:
        """Read the run that fact *n* of a case is in, if it is anywhere."""
        before = self._items.sk <= _sk(n)
        newest = self._items.query(_at(public_case), before, scan_index_forward=False, limit=1)
        for item in newest:
            return Run(public_case, int(item.sk), int(item.index))
        return None

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
        # between the two writes leaves the list ahead of what is known: the cursor has not passed
        # the entries, and the next run, which decides from what is known, writes both again.
        if new.card is not None:
            self._list(new.card.index, new)
        item = self._card_item("CARDID", new.id, new)
        stored = self._items.index
        condition = self._items.pk.does_not_exist() if old.index < 0 else stored == old.index
        try:
            item.save(condition=condition)
        except PutError as error:
            if not condition_failed(error):
                raise
            if self.known([new.id]).get(new.id) != new:
                raise Conflict(f"card {new.id} was written by another run") from error

    def _list(self, place: int, card: PublishedCard) -> None:
        """Put *card* into the list, unless it stands there as of a later index."""
        item = self._card_item("CARD", _sk(place), card)
        condition = self._items.pk.does_not_exist() | (self._items.index <= card.index)
        try:
            item.save(condition=condition)
        except PutError as error:
            if not condition_failed(error):
                raise

    def _card_item(self, pk: str, sk: str, card: PublishedCard) -> BoardItem:
        mark = _text(asdict(card.mark)) if card.mark else None
        body = _text(asdict(card.card)) if card.card else None
        return self._items(pk, sk, index=card.index, name=card.id, body=body, mark=mark)

    def _get(self, pk: str, sk: str) -> BoardItem | None:
        try:
            return self._items.get(pk, sk, consistent_read=True)
        except self._items.DoesNotExist:
            return None


class ItemNames:
    """What the items are called and who handles them; read once for each catalogue."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues
        self._version = ""
        self._names: dict[str, str] = {}
        self._departments: list[str] = []

    def current(self) -> Mapping[str, str]:
        """Give the names in force."""
        self._read()
        return self._names

    def departments(self) -> list[str]:
        """Name the departments that handle an item, each once."""
        self._read()
        return self._departments

    def _read(self) -> None:
        version = self._catalogues.current()
        if version != self._version:
            entries = list(self._catalogues.entries(version))
            self._names = {item.item: item.name for item in entries}
            self._departments = list(dict.fromkeys(one.department for one in entries))
            self._version = version


def _tally(item: BoardItem) -> Tally:
    body = json.loads(item.body or "")
    # Written before cases were counted: those that stand there now are what is known of it.
    return Tally(**{"cases": sum(body["lamps"].values()), **body})


def _known(item: BoardItem) -> PublishedCard:
    card = CardIssue(**json.loads(item.body)) if item.body else None
    return PublishedCard(item.name or "", card, _mark(item.mark) if item.mark else None)


def _mark(text: str) -> Mark:
    body = json.loads(text)
    steps = tuple(CardFact(**step) for step in body.pop("steps"))
    numbers = {level: Number(**given) for level, given in body.pop("numbers").items()}
    return Mark(**body, steps=steps, numbers=numbers)


def _text(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _name(department: str) -> str:
    return f"D#{department}"  # a key may not be empty, a department's name may


def _at(public_case: str) -> str:
    return f"AT#{public_case}"


def _sk(index: int) -> str:
    return f"{index:016d}"
