"""A fact in words: what it is called, when it happened and was received, from whom, what it says.

Pure: rows as `cases/view.py` shows a history, rows for a page out.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.desk.moments import write_moment
from chalicelib.instant import is_date
from chalicelib.intake.event_types import Derived, Reported

TYPES = (*Reported, *Derived)
_APART = frozenset(  # shown in places of their own, or nothing that a reader could use
    {
        *("policy", "calendar", "terms", "rests_on", "words", "rule", "ground", "basis", "breaks"),
        *("noticed_at", "noticed", "given", "documents", "selection", "role", "keys"),
    }
)
_MOMENTS = frozenset({"due_at", "was", "time", "notified_at", "claimed", "expires_at"})
_OF_ACTS = frozenset({"text", "actor", "assertion"})  # what people did at our own doors
_NUMBERS = frozenset({"card", "claim", "opened_in"})  # of facts of the same case
_LONGEST = 160  # characters of one value


def type_word(kind: str, words: Mapping[str, str]) -> str:
    """Return what a fact of type *kind* is called."""
    return words.get(f"fact_{kind.replace('.', '_')}", kind)


def fact_row(
    row: Mapping[str, Any], words: Mapping[str, str], known: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """Return one fact of a history for a page; what it repeats of the *known* is left out."""
    data = row["data"]
    return {
        "n": row["n"],
        "kind": row["kind"],
        "word": type_word(row["kind"], words),
        "at": row["at"],
        "acts_at": row.get("acts_at"),
        "recorded_at": row["recorded_at"],
        "written_at": row["written_at"],
        "noticed_at": data.get("noticed_at"),
        "outage": data.get("noticed") == "outage",
        "source": _source(row, words),
        "is_received": bool(row.get("source")),  # from an intake system; else it was done here
        "rule": data.get("rule"),
        "ground": data.get("ground"),
        "ground_word": words.get(f"ground_{data.get('ground')}", data.get("ground")),
        "basis": data.get("basis") or data.get("breaks"),
        "rests_on": data.get("rests_on") or [],
        "fields": list(_fields(data, words, known or {})),
        "text": row.get("text"),
        "kept": [
            words.get(f"kept_{name}", name)
            for name in data.get("given") or ()
            if name not in _OF_ACTS
        ],
        "has_words": "text" in (data.get("given") or ()),
        "correction": row.get("correction"),
        "corrects": row.get("corrects"),
    }


def _source(row: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """Return who reported it: an intake system by its name, a person by the role, or nobody."""
    role = row["data"].get("role")
    if role:
        return words.get(f"role_{role}", str(role))
    return row.get("source") or words["source_ours"]


def _fields(
    data: Mapping[str, Any], words: Mapping[str, str], known: Mapping[str, object]
) -> Iterable[tuple[str, str]]:
    """Yield the name and the value of each other field, in the order of the fact."""
    for name, value in data.items():
        if name in _APART or value in (None, "", [], {}) or known.get(name) == value:
            continue
        yield words.get(f"field_{name}", name), _value(name, value, words)


def _value(name: str, value: Any, words: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return words["yes" if value else "no"]
    if isinstance(value, int) and name in _NUMBERS:
        return f"#{value}"
    if isinstance(value, int) and name == "stages":  # of an item: how many have a limit
        return words["stages_counted"].format(n=value)
    if isinstance(value, str):
        text = _text(name, value, words)
    elif isinstance(value, Mapping) and {"amount", "unit"} <= value.keys():
        text = f"{value['amount']} {words.get('unit_' + str(value['unit']), value['unit'])}"
    elif isinstance(value, Sequence):
        text = words["list_comma"].join(_value(name, each, words) for each in value)
    elif isinstance(value, Mapping):
        parts = ((key, each) for key, each in value.items() if each not in (None, ""))
        text = " ".join(_value(key, each, words) for key, each in parts)
    else:
        text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _text(name: str, value: str, words: Mapping[str, str]) -> str:
    """Return a text in words: an instant, the type of an event, a code that has a word."""
    if name in {*_MOMENTS, "at"} and not is_date(value):
        return write_moment(value, words) if value[:2].isdigit() else value
    return type_word(value, words) if name == "type" else words.get(f"{name}_{value}", value)


def evidence(rows: Sequence[Mapping[str, Any]], rests_on: Iterable[Any]) -> list[Mapping[str, Any]]:
    """Return those of *rows* on which a finding rests, in the order of the case."""
    wanted = {n for n in rests_on if isinstance(n, int)}
    return [row for row in rows if row["n"] in wanted]
