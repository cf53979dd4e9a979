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

from collections.abc import Iterable, Iterator, Mapping

from pynamodb.exceptions import DeleteError, PutError, UpdateError
from pynamodb.expressions.update import Action

from chalicelib.board.board_item import (
    CARD,
    CARD_ID,
    TALLY,
    THROUGH,
    BoardItem,
    attributes_of,
    card_items,
    index_key,
    name_key,
    place_key,
    read_card,
    read_tally,
    run_item,
    tally_item,
    through_item,
)
from chalicelib.board.leaf_index import Run
from chalicelib.board.projection import Changes, Tally, Through
from chalicelib.board.published_card import PublishedCard
from chalicelib.errors import Conflict
from chalicelib.pages.words import ground_names
from chalicelib.plumbing.table import condition_failed
from chalicelib.policy.store import Catalogues


class Board:
    """The board's items, and the one place that writes them."""

    def __init__(self, table: str) -> None:
        class Item(BoardItem):
            class Meta:
                table_name = table

        self._items = Item

    def through(self) -> Through:
        """Read how far the board follows the log."""
        item = self._get(*THROUGH)
        return Through(int(item.index), item.body or "") if item else Through(0, "")

    def tallies(self, departments: Iterable[str]) -> dict[str, Tally]:
        """Read the tallies of *departments*, those that there are."""
        items = [self._get(TALLY, name_key(name)) for name in departments]
        return {tally.department: tally for tally in (read_tally(item) for item in items if item)}

    def all_tallies(self) -> list[Tally]:
        """Read every department's tally, by the department's name."""
        return [read_tally(item) for item in self._items.query(TALLY)]

    def department_names(self) -> list[str]:
        """Return the names of all departments that ever had a case."""
        return [tally.department for tally in self.all_tallies() if tally.department]

    def cards(self, limit: int, before: int | None = None) -> list[PublishedCard]:
        """Read at most *limit* published cards, the newest first, issued before index *before*."""
        older = None if before is None else self._items.sk < index_key(before)
        items = self._items.query(CARD, older, scan_index_forward=False, limit=limit)
        return [card for card in map(read_card, items) if card.is_issued]

    def cards_by_id(self, card_ids: Iterable[str]) -> dict[str, PublishedCard]:
        """Read those cards with these ids that any entry was about, issued or not."""
        items = ((card_id, self._get(CARD_ID, card_id)) for card_id in card_ids)
        return {card_id: read_card(item) for card_id, item in items if item}

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
            run_item(self._items, run).save()

    def find_run(self, public_case: str, n: int, *, consistent: bool = False) -> Run | None:
        """Read the run that fact *n* of a case is in, if it is anywhere."""
        newest = self._items.query(
            place_key(public_case),
            self._items.sk <= index_key(n),
            scan_index_forward=False,
            limit=1,
            consistent_read=consistent,
        )
        for item in newest:
            return Run(public_case, int(item.sk), int(item.index))
        return None

    def own_name(self, public_case: str) -> str:
        """Return the name of a case of our own whose first fact is on the board; "" of a permit."""
        item = self._get(place_key(public_case), index_key(0))
        return item.name or "" if item else ""

    def stored(self) -> Iterator[BoardItem]:
        """Yield every item: a scan of the whole table, for a restore."""
        return iter(self._items.scan(consistent_read=True))

    def derived(
        self,
        through: Through,
        tallies: Iterable[Tally],
        cards: Iterable[PublishedCard],
    ) -> Iterator[BoardItem]:
        """Yield the items of a board that is made of these, but for its runs."""
        yield through_item(self._items, through)
        yield from (tally_item(self._items, tally) for tally in tallies)
        yield from (item for card in cards for item in card_items(self._items, card))

    def run_item(self, run: Run) -> BoardItem:
        """Return the item of a *run*."""
        return run_item(self._items, run)

    def correct(self, stored: BoardItem | None, derived: BoardItem | None) -> None:
        """Write *derived* in the place of *stored*; None for either: it is not there.

        Only a restore does that. Raises Conflict where another run wrote there meanwhile.
        """
        index, is_new = self._items.index, self._items.pk.does_not_exist()
        condition = is_new if stored is None else index == stored.index
        try:
            if derived is not None:
                derived.save(condition=condition)
            elif stored is not None:
                stored.delete(condition=condition)
        except (PutError, DeleteError) as error:
            if not condition_failed(error):
                raise
            item = derived or stored
            there = self._get(item.pk, item.sk) if item else None
            if (there and attributes_of(there)) != (derived and attributes_of(derived)):
                zh = "公示板同时由另一次运行写入"
                raise Conflict(zh, "another run writes to the board meanwhile") from error

    def advance(self, through: Through) -> None:
        """Move the cursor on; one that is already further stays.

        The last write of a run. A crash before it repeats the run, which finds everything done.
        """
        item = self._items(*THROUGH)
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
        item = tally_item(self._items, new)
        stored = self._items.index
        condition = self._items.pk.does_not_exist() if old.through < 0 else stored == old.through
        try:
            item.save(condition=condition)
        except PutError as error:
            if not condition_failed(error):
                raise
            if self.tallies([new.department]).get(new.department) != new:
                raise Conflict(
                    f"{new.department} 的计数同时由另一次运行写入",
                    f"tally of {new.department} was written by another run",
                ) from error

    def _replace_card(self, old: PublishedCard, new: PublishedCard) -> None:
        # The tallies are written by now, so that a card is never ahead of its department's. A crash
        # between the two writes leaves the list ahead of the card's own item: the cursor has not
        # passed the entries, and the next run, which decides from that item, writes both again.
        *listed, item = card_items(self._items, new)
        for one in listed:
            self._list(one)
        stored = self._items.index
        condition = self._items.pk.does_not_exist() if old.through < 0 else stored == old.through
        try:
            item.save(condition=condition)
        except PutError as error:
            if not condition_failed(error):
                raise
            if self.cards_by_id([new.card]).get(new.card) != new:
                zh = f"牌 {new.card} 同时由另一次运行写入"
                raise Conflict(zh, f"card {new.card} was written by another run") from error

    def _list(self, item: BoardItem) -> None:
        """Put a card's *item* into the list, unless it stands there as of a later index."""
        condition = self._items.pk.does_not_exist() | (self._items.index <= item.index)
        try:
            item.save(condition=condition)
        except PutError as error:
            if not condition_failed(error):
                raise

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
