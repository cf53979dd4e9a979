"""The board table: a projection of the log that can be thrown away and made again from index 0.

    THROUGH/THROUGH           the next index to read: everything before it is in the items below
    TALLY/D#<department>      counts, with the index through which they count
    SIGNERS/SIGNERS           keys of people and acts by role, with that index too
    CARDID/<card id>          a card: *body* as it was issued, *mark* by later entries
    CARD/<index, 16 digits>   the same again, by the index of its issue, to list the cards
    AT#<public case>/<n>      the index of fact n in the log, 16 digits, and of those behind it;
                              of fact 0 also the name of a case of our own, from its leaf

Every write is conditional on the state that it was decided from, and can be repeated. THROUGH is
written last. A crash before that leaves writes undone; the next run does them again. `ItemNames` is
no part of it: the names that its pages show, from the catalogue in force.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.board.board_item import (
    CARD,
    CARD_ID,
    SIGNERS,
    TALLY,
    THROUGH,
    BoardItem,
    attributes_of,
    card_items,
    name_key,
    place_key,
    read_card,
    read_signers,
    read_tally,
    run_item,
    signers_item,
    tally_item,
)
from chalicelib.board.leaf_index import Run
from chalicelib.board.projection import Changes, Tally, Through
from chalicelib.board.published_card import PublishedCard
from chalicelib.board.signers import Signers
from chalicelib.errors import Conflict
from chalicelib.log.batch_item import index_key
from chalicelib.plumbing.table import is_written
from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.policy.store import Catalogues


class Board:
    """The board's items, and the one place that writes them."""

    def __init__(self, table: str) -> None:
        self._items = BoardItem.named(table)

    def through(self) -> Through:
        """Read how far the board follows the log."""
        item = self._items.find(*THROUGH)
        return Through(int(item.index), item.body or "") if item else Through(0, "")

    def tallies(self, departments: Iterable[str]) -> dict[str, Tally]:
        """Read the tallies of *departments*, those that there are."""
        items = [self._items.find(TALLY, name_key(name)) for name in departments]
        return {tally.department: tally for tally in (read_tally(item) for item in items if item)}

    def all_tallies(self) -> list[Tally]:
        """Read every department's tally, by the department's name."""
        return [read_tally(item) for item in self._items.query(TALLY)]

    def department_names(self) -> list[str]:
        """Return the names of all departments that ever had a case."""
        return [tally.department for tally in self.all_tallies() if tally.department]

    def signers(self) -> Signers:
        """Read who may sign and what was signed, by role."""
        return read_signers(self._items.find(*SIGNERS))

    def cards(self, limit: int, before: int | None = None) -> list[PublishedCard]:
        """Read at most *limit* published cards, the newest first, issued before index *before*."""
        older = None if before is None else self._items.sk < index_key(before)
        items = self._items.query(CARD, older, scan_index_forward=False, limit=limit)
        return [card for card in map(read_card, items) if card.is_issued]

    def cards_by_id(self, card_ids: Iterable[str]) -> dict[str, PublishedCard]:
        """Read those cards with these ids that any entry was about, issued or not."""
        items = ((card_id, self._items.find(CARD_ID, card_id)) for card_id in card_ids)
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

    def replace_signers(self, old: Signers, new: Signers) -> None:
        """Write *new* counts of keys and acts. Raises Conflict where another run was faster.

        A crash after it leaves them ahead of the cursor; they know through which index they count.
        """
        is_saved = signers_item(self._items, new).save_if(self._counts_through(old.through))
        if not is_saved and self.signers() != new:
            zh, en = "密钥的计数同时由另一次运行写入", "the signers were written by another run"
            raise Conflict(zh, en)

    def save_runs(self, runs: Iterable[Run]) -> None:
        """Save where *runs* are. A run never moves, so a second write has the same content.

        A crash in between leaves some unwritten: the cursor has not passed them.
        """
        for run in runs:
            run_item(self._items, run).save()

    def find_run(self, public_case: str, n: int, *, consistent: bool = False) -> Run | None:
        """Read the run that fact *n* of a case is in, if it is anywhere."""
        up_to, place = self._items.sk <= index_key(n), place_key(public_case)
        item = self._items.newest(place, up_to, consistent=consistent)
        return Run(public_case, int(item.sk), int(item.index)) if item else None

    def runs_of(self, public_case: str) -> list[Run]:
        """Read all runs of a case, in the order of its facts."""
        items = self._items.query(place_key(public_case))
        return [Run(public_case, int(item.sk), int(item.index)) for item in items]

    def own_name(self, public_case: str) -> str:
        """Return the name of a case of our own whose first fact is on the board; "" of a permit."""
        item = self._items.find(place_key(public_case), index_key(0))
        return item.name or "" if item else ""

    def stored(self) -> Iterator[BoardItem]:
        """Yield every item: a scan of the whole table, for a restore."""
        return iter(self._items.scan(consistent_read=True))

    def derived(
        self,
        through: Through,
        tallies: Iterable[Tally],
        cards: Iterable[PublishedCard],
        signers: Signers,
    ) -> Iterator[BoardItem]:
        """Yield the items of a board that is made of these, but for its runs."""
        yield self._items(*THROUGH, index=through.index, body=through.at)
        if signers.through >= 0:
            yield signers_item(self._items, signers)
        yield from (tally_item(self._items, tally) for tally in tallies)
        yield from (item for card in cards for item in card_items(self._items, card))

    def run_item(self, run: Run) -> BoardItem:
        """Return the item of a *run*."""
        return run_item(self._items, run)

    def correct(self, stored: BoardItem | None, derived: BoardItem | None) -> None:
        """Write *derived* in the place of *stored*; None for either: it is not there.

        Only a restore does that. Raises Conflict where another run wrote there meanwhile.
        """
        item = derived or stored
        if item is None:
            return
        write = item.save if derived else item.delete
        condition = self._counts_through(stored.index if stored else -1)
        if not is_written(partial(write, condition=condition)):
            there = self._items.find(item.pk, item.sk)
            if (there and attributes_of(there)) != (derived and attributes_of(derived)):
                raise Conflict(
                    "公示板同时由另一次运行写入", "another run writes to the board meanwhile"
                )

    def advance(self, through: Through) -> None:
        """Move the cursor on; one that is already further stays.

        The last write of a run. A crash before it repeats the run, which finds everything done.
        """
        items = self._items
        condition = items.pk.does_not_exist() | (items.index < through.index)
        actions: list[Action] = [items.index.set(through.index), items.body.set(through.at)]
        # Not written: another run went as far, or the answer to our own write was lost.
        is_written(partial(items(*THROUGH).update, actions, condition))

    def _replace_tally(self, old: Tally, new: Tally) -> None:
        # A crash after this write leaves this department ahead of the cursor; the next run reads
        # the same entries again, and the tally's own index says that they are counted.
        is_saved = tally_item(self._items, new).save_if(self._counts_through(old.through))
        if not is_saved and self.tallies([new.department]).get(new.department) != new:
            raise Conflict(
                f"{new.department} 的计数同时由另一次运行写入",
                f"tally of {new.department} was written by another run",
            )

    def _replace_card(self, old: PublishedCard, new: PublishedCard) -> None:
        # The tallies are written by now, so that a card is never ahead of its department's. A crash
        # between the two writes leaves the list ahead of the card's own item: the cursor has not
        # passed the entries, and the next run, which decides from that item, writes both again.
        *listed, item = card_items(self._items, new)
        items = self._items
        for row in listed:  # one that is listed as of a later index stays
            row.save_if(items.pk.does_not_exist() | (items.index <= row.index))
        is_saved = item.save_if(self._counts_through(old.through))
        if not is_saved and self.cards_by_id([new.card]).get(new.card) != new:
            raise Conflict(
                f"牌 {new.card} 同时由另一次运行写入", f"card {new.card} was written by another run"
            )

    def _counts_through(self, index: float) -> Condition:
        """Return the condition that an item counts through *index*; below 0: there is none."""
        items = self._items
        return items.pk.does_not_exist() if index < 0 else items.index == index


class ItemNames:
    """The names of items and of their departments; read once a catalogue."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues
        self._version, self._entries = "", list[CatalogueItem]()

    def current(self) -> Mapping[str, str]:
        """Return the names in force, by the item's code."""
        return {item.item: item.name for item in self._in_force()}

    def departments(self) -> list[str]:
        """Return the departments that handle an item, each once."""
        names = (name for item in self._in_force() for name in item.departments)
        return list(dict.fromkeys(names))

    def of_department(self, department: str) -> dict[str, str]:
        """Return the names of the items that a *department* handles, by the item's code."""
        items = self._in_force()
        return {item.item: item.name for item in items if department in item.departments}

    def department_of(self, item: str) -> str:
        """Return the department that handles an *item* by default; "" where no catalogue has it."""
        found = (each for each in self._in_force() if each.item == item)
        return next((name for each in found for name in each.departments), "")

    def _in_force(self) -> list[CatalogueItem]:
        version = self._catalogues.current()
        if version != self._version:
            self._entries = list(self._catalogues.entries(version))
            self._version = version
        return self._entries
