"""Naming: a fact has a token in place of a name that nothing knows (CLAIMS §2).

The name itself goes to the vault, with the other private fields of its event. A case keeps the
spelling under which a name was first reported: so a stage is entered and left under one name, even
if the name becomes known in between.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.cases.fact import Fact
from chalicelib.plumbing.name_tokens import is_token
from chalicelib.plumbing.services import Services
from chalicelib.policy.names import NAMED, NameKind


def hide_unknown(
    services: Services, data: Mapping[str, Any], facts: Sequence[Fact], *, is_listed: bool
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the open *data* with tokens for unknown names, and the names by their tokens.

    *facts* are those of its case so far. Where the item *is_listed*, it and its department, which
    is the catalogue's then, need not be looked up. Crash: a token is stored that no fact has.
    """
    spelt = {text for fact in facts for _, text in _names_in(fact.data)}
    known = {data.get("item"), data.get("department")} if is_listed else set()
    has_tokens = any(map(is_token, spelt))
    hidden: dict[str, str] = {}
    for kind, name in dict.fromkeys(_names_in(data)):
        is_spelt = has_tokens and services.name_tokens.make(name) in spelt
        if not is_spelt and (name in spelt or name in known):
            continue
        if is_spelt or not services.known_names.knows(kind, name, fresh=True):
            hidden[services.name_tokens.keep(name)] = name
    tokens = {name: token for token, name in hidden.items()}
    return (_replaced(data, tokens) if tokens else dict(data)), hidden


def _names_in(data: Mapping[str, Any]) -> Iterator[tuple[NameKind, str]]:
    """Yield each name in *data* and in its parts with its kind."""
    for field, kind in NAMED.items():
        if isinstance(name := data.get(field), str) and name:
            yield kind, name
    for part in data.get("parts") or ():
        yield from _names_in(part)


def _replaced(data: Mapping[str, Any], tokens: Mapping[str, str]) -> dict[str, Any]:
    return {
        name: [_replaced(part, tokens) for part in value]
        if name == "parts"
        else tokens.get(value, value)
        if name in NAMED
        else value
        for name, value in data.items()
    }
