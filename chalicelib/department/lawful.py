"""The test of whether a card rests on law (依法发牌): the kind of the profile's row that led to it.

Pure. Only a card that rests on law, or on the region's own document, counts towards repetition and
costs points (DOMAIN, head). The row is looked up in the profile in force. A finding that a person
weighs, because a case ended near its limit or was handed in again, rests on no row of law.
"""

from collections.abc import Iterator

from chalicelib.department.ledger import LedgerEntry
from chalicelib.findings.finding import SILENT, WEIGHED
from chalicelib.policy.basis import Basis
from chalicelib.policy.profile import Profile


def rests_on_law(entry: LedgerEntry, profile: Profile) -> bool:
    """Return whether *entry* rests on law, or on its own region's document, by *profile*."""
    bases = [*_bases(entry, profile)]
    lawful = all(basis.is_lawful_in(entry.region) for basis in bases)
    return bool(bases) and lawful and entry.ground not in WEIGHED


def lawful_rules(profile: Profile, region: str) -> frozenset[str]:
    """Return the rules that have a row on law, or on a document of *region*, in *profile*."""
    rows = [(row.rule, row.basis) for rows in profile.thresholds.values() for row in rows]
    rows += [(rule, row.basis) for rule, row in profile.conduct.items()]
    rows += [(row.rule, row.basis) for row in profile.ladder.repeated]
    rows += [(SILENT, rung.basis) for rung in profile.ladder.rungs.values() if rung.then]
    return frozenset(rule for rule, basis in rows if basis.is_lawful_in(region))


def _bases(entry: LedgerEntry, profile: Profile) -> Iterator[Basis]:
    """Yield the basis of each row that may have led to *entry*."""
    rule, level = entry.rule, entry.level
    if rule == SILENT:  # by the rung that was left
        yield from (rung.basis for rung in profile.ladder.rungs.values() if rung.then == level)
        return
    if rule in profile.conduct and not entry.clock:
        yield profile.conduct[rule].basis
        return
    rows = (row for rows in profile.thresholds.values() for row in rows)
    of_rule = (row for row in rows if (row.rule, row.level) == (rule, level))
    yield from (row.basis for row in of_rule if entry.clock in ("", row.clock))
    yield from (row.basis for row in profile.ladder.repeated if row.rule == rule)
