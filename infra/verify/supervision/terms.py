"""The terms of a case follow from the published catalogue and the law: nobody can choose them.

They are its limits, its owner, its kind, and whether its item is listed. An application and an
acceptance are compared with the catalogue and rules of then. Where no catalogue had the item, the
first one that has it shortens the limits later (`terms.adopted`). The words of a card are those of
the catalogue and the titles that were stated when it went out: a later catalogue has other names.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import zip_longest

from chalicelib.card.words import WORDED, choose_words, words_of
from chalicelib.cases.fact import Fact, terms_key
from chalicelib.cases.from_event import adopted_terms
from chalicelib.cases.rules import Rules
from chalicelib.intake.event_types import STARTING_TYPES, Derived
from chalicelib.intake.name_text import MARK
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.permit.claims.reading import rules_when_opened
from chalicelib.permit.clocks.binding import FIXED, adopt_terms, as_told, bind
from chalicelib.plumbing.name_tokens import is_token
from chalicelib.policy.terms import Terms, read_terms
from infra.verify.issue import Issue
from infra.verify.supervision.judgements import ReplayedCase, is_derived
from infra.verify.supervision.life import UNSEEN, SignsOfLife
from infra.verify.supervision.rules import SEEN_TO, StatedCatalogue, Statement
from infra.verify.supervision.withheld import came_late, count_at

_COMPARED = ("terms", "listed", *FIXED, *(f"told_{name}" for name in FIXED))


def check_terms(replayed: ReplayedCase) -> Iterator[Issue]:
    """Derive again what binds a permit."""
    for fact in replayed.case.facts:
        if fact.told and fact.kind in STARTING_TYPES:
            yield from _check_reported(replayed, fact)
        is_adoption = fact.kind == Derived.TERMS_ADOPTED
        if is_adoption and not is_derived(fact, _adopt_again(replayed, fact)):
            en = "does not follow from the published catalogue"
            yield replayed.case.issue_with(fact, "与已公布的事项清单不符", en)


def _check_reported(replayed: ReplayedCase, fact: Fact) -> Iterator[Issue]:
    """Compare the terms of a reported fact with every catalogue and rules that may apply to it.

    An event that came while no catalogue could be read is read later, by the catalogue of that
    time: at the latest the one in force when the log has the fact.
    """
    case, book, region = replayed.case, replayed.book, fact.text("region")
    first, last = fact.recorded_at - MERGE_DELAY, replayed.written_by(fact.n) + MERGE_DELAY
    allowed = book.around(fact.recorded_at, case.at[fact.n])
    allowed += [statement for statement in book.statements if first <= statement.since <= last]
    statements = list(dict.fromkeys(allowed))
    rules = dict.fromkeys(book.rules(statement, region) for statement in statements)
    mine = {name: fact.data[name] for name in _COMPARED if name in fact.data}
    wanted = [_bound(fact, statement.catalogue, each) for each in rules for statement in statements]
    if mine not in wanted:
        right = wanted[0] if wanted else None
        zh = f"的时限、部门与当时公布的事项清单不符：{mine}，应为 {right}"
        en = f"has terms other than the catalogue's of then: {mine}, not {right}"
        yield case.issue_with(fact, zh, en)


def _bound(fact: Fact, catalogue: StatedCatalogue, rules: Rules) -> dict[str, object]:
    """Return the fields of a reported *fact* that follow from a stated catalogue and *rules*."""
    told = as_told(fact.data)
    rules = rules_when_opened(fact.at, fact.recorded_at, fact.source, rules)
    terms, details = bind(told, fact.at, catalogue.listed(fact.text("item")), rules)
    fields = {name: told[name] for name in FIXED if told.get(name)}
    written = terms.written()
    return {**fields, **details, **({"terms": written} if written else {})}


def _adopt_again(replayed: ReplayedCase, fact: Fact) -> Iterator[Fact]:
    """Yield the adoptions that may be *fact*: a catalogue in force then has the item at last."""
    case, now = replayed.case, fact.recorded_at
    same = (each for each in case.facts[: fact.n] if each.told and terms_key(each) == fact.key)
    source = next(same, None)
    if source is None or source.kind not in STARTING_TYPES:
        return
    item, terms = source.text("item"), read_terms(source.data.get("terms")) or Terms()
    item = fact.text("item") if item.startswith(MARK) else item  # a token was told for it
    first = _first_listing(replayed, source)
    for statement in replayed.book.around(now, case.at[fact.n]):
        listed = statement.catalogue.listed(item)
        rules = replayed.book.rules(statement, replayed.region(fact.n))
        was_listed = (  # by an earlier catalogue, for longer than it takes
            first is not None
            and first.since < statement.since - SEEN_TO
            and first.catalogue.version != statement.catalogue.version
        )
        if listed.entry is None or was_listed:
            continue
        if replayed.decide(fact.n, rules, now).unlisted == source.n:
            adopted = adopt_terms(terms, source.at, listed, rules, now)
            yield adopted_terms(source, adopted, now, item)


def check_adopted(replayed: ReplayedCase, until: datetime, alive: SignsOfLife) -> Iterator[Issue]:
    """Yield an issue for each opening fact whose item was listed later, and not adopted *until*.

    The first catalogue that has the item counts an hour later, if the case was open.
    """
    case = replayed.case
    if case.kind != "permit":
        return
    for fact in case.facts:
        if not fact.told or fact.kind not in STARTING_TYPES or _is_listed(fact):
            continue
        adopted = replayed.derived.get(terms_key(fact))
        first = _first_listing(replayed, fact)
        if first is None or first.since + SEEN_TO > until - MERGE_DELAY:
            continue
        now = first.since + SEEN_TO
        if adopted and not alive.ran(now, adopted.recorded_at, UNSEEN):
            continue
        count = count_at(case.history, now)
        rules = replayed.book.rules(first, replayed.region(count))
        if not count or replayed.decide(count, rules, now).unlisted != fact.n:
            continue
        if adopted:
            yield came_late(case, adopted, now)
        else:
            zh = f"事项已列入清单，应当有 {Derived.TERMS_ADOPTED}，而日志中没有"
            en = f"the item is listed since: {Derived.TERMS_ADOPTED} should be there, and is not"
            issue = case.issue(len(case.facts), zh, en)
            yield issue.outstanding(is_excused=not alive.show(now, until))


def _is_listed(opening: Fact) -> bool:
    """Return whether the terms of *opening* are those of a catalogue that has its item."""
    terms = opening.data.get("terms")
    return isinstance(terms, Mapping) and bool(terms.get("catalogue"))


def _first_listing(replayed: ReplayedCase, source: Fact) -> Statement | None:
    """Return the first statement after *source* from which on catalogues had its item for an hour.

    A catalogue that was replaced sooner by one without the item may have been seen by nobody.
    """
    first: Statement | None = None
    statements = replayed.book.statements
    for statement, after in zip_longest(statements, statements[1:]):
        is_later = statement.since >= source.recorded_at
        if not (is_later and source.text("item") in statement.catalogue.items):
            first = None
            continue
        first = first or statement
        if after is None or after.since >= first.since + SEEN_TO:
            return first
    return None


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
