"""The sources of a card's papers, read for the shell: its facts, its numbers and their rules.

A paper stays what it was (ADR 0057). So each level is drafted by the rules that its fact names: the
profile is found by its hash among the documents that the log states, the calendar among those that
were ever in force.
"""

from collections.abc import Mapping
from functools import partial

from msgspec.structs import replace

from chalicelib.card.drafting import Dossier, papers
from chalicelib.card.store import CardOnRecord
from chalicelib.card.view import Numbers
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.papers.paper import Paper
from chalicelib.plumbing.services import Services
from chalicelib.policy.papers import PaperName


def papers_of(services: Services, card: CardOnRecord) -> Mapping[PaperName, Paper]:
    """Draft the papers of a card that may be seen. Raises Corrupt where its rules are lost."""
    reveal = services.name_tokens.reveal
    facts = (replace(record.fact, data=reveal(record.fact.data)) for record in card.records)
    numbers = numbers_of(services, card.state.card)
    return papers(Dossier(CaseHistory(facts), numbers, partial(rules_of, services)))


def numbers_of(services: Services, card_id: str) -> Numbers:
    """Return the published numbers of a card; the board has them a moment after the registers."""
    published = services.board.card(card_id)
    numbers = published.numbers if published else {}
    return {
        level: (number.year, number.number, number.written) for level, number in numbers.items()
    }


def rules_of(services: Services, fact: Fact) -> Rules:
    """Return the rules that *fact* names. Raises Corrupt where they are not there any more."""
    region = fact.text("region")
    rules = services.rules(region)
    policy, calendar = fact.text("policy"), fact.text("calendar")
    if policy not in ("", rules.profile.reference):
        rules = replace(rules, profile=services.profile_named(policy, region))
    if calendar not in ("", rules.calendar.version):
        named = services.calendars.named(calendar, services.region_of(region))
        rules = replace(rules, calendar=named)
    return rules
