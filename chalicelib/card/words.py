"""The words of a card (用语), and the finding behind it (所涉办件) in words to decide by.

Pure. A later catalogue may drop the item, and a later version may give the rule another title.
Neither may change a card that has gone out, nor its papers and pages. So the fact that issues a
card has the words of that moment (`words`). The log states the catalogue and the titles before
they are used, so that anybody can check the words (ADR 0057).

The finding is that of the first level: a proposal is confirmed for it, and it stays the reason of a
card that climbs.
"""

from collections.abc import Mapping
from datetime import tzinfo
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from chalicelib import instant
from chalicelib.card.state import CardState
from chalicelib.cases.case_id import kind_of
from chalicelib.cases.fact import Fact
from chalicelib.findings.rule_file import load_rules
from chalicelib.intake.event_types import Derived
from chalicelib.intake.json_text import JsonObject

WORDED = frozenset({Derived.WARNING_ISSUED, Derived.CARD_PROPOSED}) | {
    Derived.CARD_ISSUED,
    Derived.CASE_ESCALATED,
}
LONGEST = 150  # characters of one name: a leaf has 4,096 bytes


class Titles(Struct, frozen=True):
    """The Chinese titles of *rules* and names of *grounds* (情形), by their codes."""

    rules: Mapping[str, str]
    grounds: Mapping[str, str]

    def document(self) -> dict[str, dict[str, str]]:
        """Return them as the log states them."""
        return {"rules": dict(self.rules), "grounds": dict(self.grounds)}


def shipped_titles(grounds: Mapping[str, str]) -> Titles:
    """Return the titles that came with the code, with the names of *grounds*."""
    return Titles({name: rule.title.zh for name, rule in load_rules().items()}, grounds)


def choose_words(fact: Fact, item: str, titles: Titles, department: str = "") -> dict[str, str]:
    """Return the words of a card: *item* is the name of its item, "" where no catalogue has it.

    *department* is its name where the fact has a token for it, and it has become known since.
    """
    words = {
        "item": item[:LONGEST],
        "department": department[:LONGEST],
        "rule": titles.rules.get(fact.text("rule"), ""),
        "ground": titles.grounds.get(fact.text("ground"), ""),
    }
    return {name: word for name, word in words.items() if word}


def with_words(fact: Fact, words: Mapping[str, str]) -> Fact:
    """Return *fact* with its *words* in place of those that it may have from a proposal."""
    data = {name: value for name, value in fact.data.items() if name != "words"}
    return replace(fact, data={**data, "words": dict(words)} if words else data)


def words_of(fact: Fact) -> Mapping[str, str]:
    """Return the words that *fact* was issued with; none where it has none."""
    words = fact.data.get("words")
    return words if isinstance(words, Mapping) else {}


_OF_OPENING = ("rule", "ground", "stage", "due_at", "noticed", "noticed_at", "basis_kind")


def finding_of(state: CardState) -> dict[str, str]:
    """Return the finding behind a card, without fields that it does not have."""
    opening = state.opening
    if opening is None:
        return {}
    finding = {name: opening.text(name) for name in _OF_OPENING}
    finding |= {"case": state.issuer, "at": instant.text(opening.at)}
    words = words_of(state.issued or opening)
    finding |= {f"{name}_words": word for name, word in words.items()}
    return {name: value for name, value in finding.items() if value}


def show_finding(finding: Mapping[str, str], zone: tzinfo, root: str) -> JsonObject:
    """Show the *finding*, its times those of *zone*; *root* leads from its address to `/v1/`."""
    return {
        "case": finding.get("case") or None,
        "rule": finding.get("rule") or None,
        "rule_title": finding.get("rule_words"),
        "basis_kind": finding.get("basis_kind") or None,
        "ground": finding.get("ground") or None,
        "ground_text": finding.get("ground_words"),
        "item_name": finding.get("item_words"),
        "stage": finding.get("stage") or None,
        **{name: _local(finding.get(name), zone) for name in ("at", "due_at", "noticed_at")},
        "noticed": finding.get("noticed") or None,
        "links": _links(finding.get("case", ""), root),
    }


def _links(case: str, root: str) -> JsonObject:
    """Return where the case is shown and explained; only a permit is explained day by day."""
    address = f"{root}cases/{quote(case, safe='')}" if case else None
    is_permit = bool(case) and kind_of(case) == "permit"
    return {"case": address, "explanation": f"{address}/explain" if is_permit else None}


def _local(at: str | None, zone: tzinfo) -> str | None:
    return instant.local(instant.parse(at), zone) if at else None
