"""Which sections of a score are measured on this stage (未测评), and which cards take points.

Pure. What is not measured is not full marks: the section leaves the sum and the total (DOMAIN
§4.2). A section is measured where one of its rules can take points: it has a row on law, or on the
region's own document, and something shows when it is broken. What only a person can find broken
shows from the first such card in the department's year on.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from chalicelib.department.lawful import lawful_rules, rests_on_law
from chalicelib.department.ledger import LedgerEntry
from chalicelib.findings.rule_file import load_rules
from chalicelib.policy.profile import Profile
from chalicelib.policy.scoring import Scoring


def measured(profile: Profile, region: str, in_year: Iterable[LedgerEntry]) -> Scoring:
    """Return the scheme of *profile* with the sections alone that are measured in *region*.

    *in_year* are the cards of the department's year.
    """
    by_people = {rule.id for rule in load_rules().values() if rule.judged == ("told",)}
    shown = lawful_rules(profile, region) - (by_people - {entry.rule for entry in in_year})
    sections = (section for section in profile.scoring.sections if section.rules & shown)
    return replace(profile.scoring, sections=tuple(sections))


def taking(entries: Iterable[LedgerEntry], profile: Profile) -> Sequence[LedgerEntry]:
    """Return those of *entries* that may take points: those that rest on law."""
    return [entry for entry in entries if rests_on_law(entry, profile)]


def left_out(entries: Iterable[LedgerEntry], profile: Profile) -> Sequence[LedgerEntry]:
    """Return those of *entries* that take nothing; of reminders only those that were taken back."""
    return [
        entry
        for entry in entries
        if entry.state != "counts"
        or (entry.level != "warning" and not rests_on_law(entry, profile))
    ]
