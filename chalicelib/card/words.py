"""The words of a card (用语): the names of its item, rule and ground when it was issued.

Pure. A later catalogue may drop the item, and a later version may give the rule another title.
Neither may change a card that has gone out, nor its papers and pages. So the fact that issues a
card has the words of that moment (`words`). The log states the catalogue and the titles before
they are used, so that anybody can check the words (ADR 0057).
"""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.findings.rule_file import load_rules
from chalicelib.intake.event_types import Derived

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
