"""The words of a card are those of the catalogue and the titles that were stated when it went out.

They are not derived from the case: a later catalogue has other names.
"""

from collections.abc import Iterator

from chalicelib.card.words import WORDED, choose_words, words_of
from chalicelib.cases.fact import Fact
from chalicelib.plumbing.name_tokens import is_token
from infra.verify.issue import Issue
from infra.verify.supervision.judgements import ReplayedCase
from infra.verify.supervision.stated import Statement


def check_words(replayed: ReplayedCase) -> Iterator[Issue]:
    """Check the words of every card that a case has derived."""
    case = replayed.case
    for fact in case.facts:
        if fact.told or fact.kind not in WORDED:
            continue
        stated = replayed.book.around(fact.recorded_at, case.at[fact.n])
        if stated and not any(_are_stated(fact, statement) for statement in stated):
            en = "has words that no catalogue or title stated then has"
            yield case.issue_with(fact, "的用语与当时声明的事项清单或规则名称不符", en)


def _are_stated(fact: Fact, statement: Statement) -> bool:
    """Return whether *statement* has the words of *fact*; one without titles has none."""
    words, items = words_of(fact), statement.catalogue.items
    if statement.titles is None:
        return not words
    if (listed := items.get(fact.text("item"))) is not None:
        names = {listed.name}
    else:  # the name of an item with a token may be that of any
        is_any = is_token(fact.text("item"))
        names = {"", *(item.name for item in items.values() if is_any)}
    told = words.get("department", "")
    department = told if is_token(fact.text("department")) and _is_known(told, statement) else ""
    return any(words == choose_words(fact, name, statement.titles, department) for name in names)


def _is_known(department: str, statement: Statement) -> bool:
    in_catalogue = (item.departments for item in statement.catalogue.items.values())
    registered = (each.departments or () for each in statement.sources.by_name.values())
    return any(department in names for names in (*in_catalogue, *registered))
