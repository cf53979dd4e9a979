"""What must be true when all is quiet: checked against the pure core, whatever happened before."""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from chalicelib.board.leaf_index import name_cases
from chalicelib.board.projection import project
from chalicelib.cases.case_id import ACTS, NAMES, number_in
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.permit.decide import decide
from chalicelib.permit.simulate import simulate
from chalicelib.supervision.deciders import snapshot_of
from tests.support.earlier import earlier_in
from tests.support.log_audit import audit
from tests.support.memory_stage import MemoryWorld
from tests.support.own_cases import Records, all_records, check_own, facts_of, shown_own

ISSUED = {"warning.issued", "card.issued"}
Cards = set[tuple[str, str, str]]


def cards_in_force(facts: Sequence[Fact]) -> Cards:
    """The cards that stand: (level, rule, legal instant); a lost one is not among them.

    A card that was confirmed stands as long as its proposal does.
    """
    verdicts = {
        fact.data["card"]: fact.text("verdict") for fact in facts if fact.kind == "card.rechecked"
    }
    return {
        (fact.text("level"), fact.text("rule"), fact.at.isoformat())
        for fact in facts
        if fact.kind in ISSUED and verdicts.get(fact.data.get("card", fact.n), "stands") == "stands"
    }


def check(county: MemoryWorld, cases: Iterable[str]) -> None:
    """Compare every case with the pure core, and the log and the board with the facts."""
    assert county.services.inbox.oldest_pending() is None, "nothing is pending"
    assert not county.pump.failed
    records = all_records(county.services, _cases(county))
    for case in cases:
        _check_case(county, case, facts_of(records, f"hall:{case}"))
    check_own(county.services, records)
    rows = audit(county.cloud.items["test-Log"].values(), county.cloud.items["test-Facts"].values())
    assert len(rows) == sum(map(len, records.values())), "every fact is sealed"
    _check_vault(county, records)
    _check_board(county)


def shown(county: MemoryWorld) -> dict[str, Any]:
    """What anybody can see of the end, without what differs from run to run by right.

    That is when supervision noticed, what is random, and in which order cases met in the log.
    """
    services = county.services
    cards = services.board.cards(1000)
    snapshots = {case: county.snapshot(case) for case in county.told}
    records = all_records(services, _cases(county))
    return {
        "facts": {
            case: [
                (fact.n, fact.kind, _plain_key(fact, facts), fact.at if _is_legal(fact) else None)
                for fact in facts
            ]
            for case, facts in ((case, facts_of(records, f"hall:{case}")) for case in county.told)
        },
        "heads": {
            case: (
                snapshot.n,
                snapshot.wake_at,
                snapshot.lamp,
                snapshot.held_for,
                snapshot.due_at,
                snapshot.is_paused,
            )
            for case, snapshot in snapshots.items()
        },
        "tallies": {
            tally.department: (dict(tally.lamps), dict(tally.cards))
            for tally in services.board.all_tallies()
        },
        "own": shown_own(records),
        "cards": sorted((card.case, card.n, card.level, card.at, card.due_at) for card in cards),
        "size": services.log.head().size,
    }


def _cases(county: MemoryWorld) -> set[str]:
    """Every case that anything is on record of, our own too."""
    return {item["case"]["S"] for item in county.cloud.items["test-Facts"].values()}


def _plain_key(fact: Fact, facts: list[Fact]) -> str:
    """The key without what is random in it: an event's is by what it tells, and when."""
    key = fact.key
    for one in facts:
        if one.key.startswith("e_"):
            key = key.replace(one.key, f"({one.kind} {one.at})")
    return key


def _is_legal(fact: Fact) -> bool:
    """Whether the fact's instant is one of the case, and not the one at which we noticed."""
    return (fact.told and fact.kind != "case.refiled") or fact.kind in ISSUED


def check_snapshot(county: MemoryWorld, case: str, facts: list[Fact]) -> None:
    """Compare what is stored of a case with what the pure core says of its *facts* now."""
    snapshot, now = county.snapshot(case), county.wall.at
    rules = county.services.rules(snapshot.region)
    assert [fact.n for fact in facts] == list(range(len(facts)))
    keys = [fact.key for fact in facts]
    assert len(set(keys)) == len(keys), "no fact twice"
    decision = decide(CaseHistory(facts), rules, now)
    assert decision.append == (), "nothing is left to be said"
    wanted = snapshot_of(
        snapshot.case, snapshot.public_case, CaseHistory(facts), decision, snapshot.judged_at
    )
    # New rules leave a case alone that they do not change: its snapshot names the former rules.
    assert snapshot == replace(wanted, rules=snapshot.rules), "the snapshot is what decide says"


def _check_case(county: MemoryWorld, case: str, facts: list[Fact]) -> None:
    check_snapshot(county, case, facts)
    now = county.wall.at
    rules = county.services.rules(county.snapshot(case).region)
    keys = [fact.key for fact in facts]
    told = sorted((fact for fact in facts if fact.told), key=lambda f: (f.recorded_at, f.n))
    ideal = simulate(told, rules, now)
    # What people do about a card names it by its number; that is another where news came late.
    about = [number_in(fact.data.get("card")) for fact in told if fact.origin]
    # Of two acceptances the first on record counts; a clock set back between them tells another.
    accepted = [fact.n for fact in told if fact.kind == "case.accepted"]
    are_same = (n is not None and n < len(ideal) and ideal[n].key == keys[n] for n in about)
    if accepted == sorted(accepted) and all(are_same):
        assert cards_in_force(facts) == cards_in_force(ideal), (
            "the cards that stand are the simulation's"
        )


def _check_vault(county: MemoryWorld, records: Records) -> None:
    """What the vault holds opens the digests in the leaves, under the name that is in them."""
    vault = county.services.vault
    places = {place for place, _ in county.cloud.items["test-Vault"]}
    for place in (name for name in places if name.startswith(NAMES)):
        of_case = records.get(place.removeprefix(NAMES), ())
        told = vault.name(place.removeprefix(NAMES))
        assert {record.public_case for record in of_case} <= {told}, "the name that is told"
    apart = ("duban:ended/", NAMES)
    for place in (name for name in places if not name.startswith(apart)):
        # What people wrote about a permit has a place of its own; the name in it is nobody's.
        of_case = records.get(place.removeprefix(ACTS), ())
        names = {record.public_case for record in of_case}
        assert place.startswith(ACTS) or names == {vault.secret(place).public}
        by_key = {record.fact.key: record for record in of_case}
        for key, disclosed in vault.disclosures(place).items():
            for opened in disclosed.values():
                digest = hashlib.sha256(opened.encode()).digest()
                committed = json.loads(by_key[key].leaf)["d"]
                assert urlsafe_b64encode(digest).decode().rstrip("=") in committed


def _check_board(county: MemoryWorld) -> None:
    board = county.services.board
    entries = name_cases(list(county.services.log_reader.entries(0)), lambda _: "")
    assert board.through().index == len(entries), "the board is at the log's end"
    changes = project({}, {}, entries, earlier_in(entries))
    stored = {tally.department: tally for tally in board.all_tallies()}
    assert stored == {new.department: new for _, new in changes.tallies}
    projected = {new.card: new for _, new in changes.cards}
    listed = {card.card: card for card in board.cards(1000)}
    assert listed == {name: card for name, card in projected.items() if card.is_issued}
    for name in projected:
        assert board.card(name) == listed.get(name)
