"""Worded: a card that is about to be written gets the words of this moment (`card/words.py`).

Only a card costs a read here: of its item in the catalogue in force.
"""

from collections.abc import Iterable

from chalicelib.card.words import WORDED, choose_words, shipped_titles, with_words
from chalicelib.cases.fact import Fact
from chalicelib.pages.words import ground_names
from chalicelib.plumbing.services import Services


def add_words(services: Services, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return *facts*, each card among them with its words."""
    return tuple(_worded(services, fact) if fact.kind in WORDED else fact for fact in facts)


def _worded(services: Services, fact: Fact) -> Fact:
    tokens, titles = services.name_tokens, shipped_titles(ground_names())
    entry = services.catalogues.entry(tokens.name_of(fact.text("item")))
    token = fact.text("department")
    name = tokens.name_of(token)
    is_known = name != token and services.known_names.knows("department", name)
    words = choose_words(fact, entry.name if entry else "", titles, name if is_known else "")
    return with_words(fact, words)
