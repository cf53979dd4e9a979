"""What an operator who holds the log's key does to it, and what `duban verify` says of it then.

He leaves facts out, states other rules, and signs anew: each log is sound in number, link, tree and
signature. `attack` names a test for the table in docs/verify.md.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
import rfc8785

from chalicelib.calendar.change import Change, read_change
from chalicelib.calendar.documents import check_document, name_document
from chalicelib.calendar.workdays import Calendar
from chalicelib.calendar.year import CalendarYear
from chalicelib.instant import text
from chalicelib.policy.profile import read_profile
from infra.cli.main import main
from tests.support.claimed import local, without, without_card
from tests.support.replayed import Leaf, chained
from tests.support.shown_log import LOG, in_folder, published, vkey

Caught = Literal[
    "any reader",
    "board",
    "inspector",
    "kept checkpoint",
    "witness",
    "receipt",
    "source's key",
    "disclosure",
    "restore --check",
    "nothing",
]
Rules = dict[str, bytes]


def attack(what: str, caught: Caught) -> pytest.MarkDecorator:
    """Name an attack, and what of a reader catches it."""
    return pytest.mark.attack(what, caught)


class Verdict(NamedTuple):
    """What the command answered: its exit *code*, and the report as a document."""

    code: int
    report: Mapping[str, Any]

    @property
    def findings(self) -> list[str]:
        """The findings, in English, each after its check."""
        return [f"{each['check']} {each['en']}" for each in self.report["findings"]]

    @property
    def remarks(self) -> list[str]:
        """The remarks, likewise."""
        return [f"{each['check']} {each['en']}" for each in self.report["remarks"]]


def duban_verify(where: Path | str, *arguments: str, key: str | None = None) -> Verdict:
    """Run the command with the log's key, or another one; "" for the key beside the log."""
    vkeys = ["--vkey", key] if key else [] if key == "" else ["--vkey", vkey(LOG)]
    printed = StringIO()
    with redirect_stdout(printed):
        code = main(["verify", str(where), *vkeys, "--json", *arguments])
    return Verdict(code, json.loads(printed.getvalue() or "{}"))


def signed(folder: Path, leaves: Iterable[Leaf], rules: Rules, *sizes: int) -> Path:
    """Number, link, sign and publish *leaves* in *folder*, at earlier *sizes* before."""
    in_folder(folder, {**published(chained(leaves), sizes), **rules})
    return folder


def verify(folder: Path, leaves: Iterable[Leaf], rules: Rules) -> Verdict:
    """Sign *leaves* and verify them."""
    return duban_verify(signed(folder, leaves, rules))


def hidden(leaves: Sequence[Leaf], *gone: Leaf) -> list[Leaf]:
    """Leave facts out, and all that came of them."""
    kept = [*leaves]
    for leaf in gone:
        is_card = leaf["k"] in ("card.issued", "card.proposed")
        kept = without_card(kept, leaf) if is_card else without(kept, leaf)
    return kept


def moved(leaves: Iterable[Leaf], leaf: Leaf, at: str) -> list[Leaf]:
    """Record a fact later, *at* a local time; what is derived is noticed then."""
    when = text(local(at))
    is_noticed = "noticed_at" in leaf["data"] and not leaf.get("told")
    noticed = {"noticed_at": when} if is_noticed else {}
    new = {**leaf, "rec": when, "data": {**leaf["data"], **noticed}}
    kept = [each for each in leaves if each is not leaf]
    place = next((n for n, each in enumerate(kept) if each["rec"] > when), len(kept))
    return named_first([*kept[:place], new, *kept[place:]])


def named_first(leaves: Sequence[Leaf]) -> list[Leaf]:
    """Let the first leaf of each case, whichever it is by now, bear its name."""
    names = {leaf["case"]: leaf["own"] for leaf in leaves if "own" in leaf}
    made = []
    for leaf in leaves:
        own = {"own": names.pop(leaf["case"])} if leaf["case"] in names else {}
        made.append({**{name: leaf[name] for name in leaf if name != "own"}, **own})
    return made


def silent(leaves: Iterable[Leaf], since: str, until: str) -> list[Leaf]:
    """Leave out all that was recorded between two local times."""
    night = text(local(since)), text(local(until))
    names: dict[str, str] = {}
    kept = []
    for leaf in leaves:
        if night[0] < leaf["rec"] < night[1]:
            names |= {leaf["case"]: leaf["own"]} if "own" in leaf else {}
        else:
            own = {"own": names.pop(leaf["case"])} if leaf["case"] in names else {}
            kept.append({**leaf, **own})
    return kept


def stating(
    leaves: Sequence[Leaf],
    rules: Rules,
    at: str,
    calendar: Mapping[str, Any] | None = None,
    policy: Callable[[str], str] | None = None,
) -> list[Leaf]:
    """Add a statement *at* a local time: with one more change of days, or another *policy*.

    With neither it states the rules as they were at first. Its documents are added to *rules*.
    """
    when = text(local(at))
    first = next(leaf for leaf in leaves if leaf["k"] == "rules.adopted")
    documents = list(map(dict, first["data"]["documents"]))
    for document in documents:
        body = rules[f"rules/{document['sha256']}"]
        if calendar is not None and document["name"] == "calendar":
            body, document["version"] = _with_days(body, calendar)
        if policy is not None and document["name"].startswith("policy/"):
            body = policy(body.decode()).encode()
            document["version"] = read_profile(body.decode(), "attack").reference
        document["sha256"] = sha256(body).hexdigest()
        rules[f"rules/{document['sha256']}"] = body
    data = {**first["data"], "documents": documents}
    new = {**first, "at": when, "rec": when, "key": f"duban/rules/at-{when}", "data": data}
    new.pop("own", None)
    place = next((n for n, leaf in enumerate(leaves) if leaf["rec"] > when), len(leaves))
    return [*leaves[:place], new, *leaves[place:]]


def _with_days(body: bytes, change: Mapping[str, Any]) -> tuple[bytes, str]:
    table = json.loads(body)
    document = read_change(
        {"kind": "change", "notice": "〔2026〕1号", "issued": "2026-11-01", **change}, "attack"
    )
    table["imported"].append(document.table())
    base = [check_document(each, "base") for each in table["base"]]
    years = [each for each in base if isinstance(each, CalendarYear)]
    changes = [each for each in base if isinstance(each, Change)]
    calendar = Calendar(table["id"], years, changes)
    names = [name_document(check_document(each, "imported")) for each in table["imported"]]
    return rfc8785.dumps(table), "+".join((calendar.version, *names))
