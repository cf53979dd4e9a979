"""What was drawn (案卷抽查), drawn again: the value, the ranking, each exchange and each review."""

from collections.abc import Iterator, Sequence

from chalicelib.cases.fact import Fact
from chalicelib.draw.exchange import EXCHANGE_REASONS, DrawnPlace, drawn_places, next_rank
from chalicelib.draw.ranking import ranking, ranking_digest
from chalicelib.draw.source import NoTurn, random_sources
from chalicelib.intake.event_types import Reported
from chalicelib.sample.acts import DEFECTS, RESULTS
from infra.verify.issue import Issue
from infra.verify.supervision.cases import LoggedCase
from infra.verify.supervision.draws import StatedDraw


def check_drawn(case: LoggedCase, draw: StatedDraw | None) -> Iterator[Issue]:
    """Yield an issue for each fact of a sample that does not follow from its commitment."""
    first = next((fact for fact in case.facts if fact.kind == Reported.SAMPLE_COMMITTED), None)
    ranked: list[str] = []
    exchanged: list[str] = []
    for fact in case.facts:
        match fact.kind:
            case Reported.SAMPLE_COMMITTED if fact is not first:
                yield case.issue_with(fact, "名单承诺后又改了一次", "commits to a list once more")
            case Reported.SAMPLE_DRAWN:
                if ranked:
                    yield case.issue_with(fact, "同一名单抽取了两次", "draws from one list twice")
                    continue
                yield from _check_value(case, draw, fact)
                ranked = _ranked(draw, fact)
            case Reported.SAMPLE_EXCHANGED:
                yield from _check_exchange(case, fact, _places(draw, ranked, exchanged), ranked)
                exchanged.append(fact.text("entry"))
            case Reported.FILE_REVIEWED:
                yield from _check_review(case, fact, _places(draw, ranked, exchanged))


def _ranked(draw: StatedDraw | None, fact: Fact) -> list[str]:
    return ranking(draw.commitment, fact.text("value")) if draw else []


def _places(
    draw: StatedDraw | None, ranked: Sequence[str], exchanged: Sequence[str]
) -> list[DrawnPlace] | None:
    """Return the places that are drawn then; None where that cannot be told."""
    if draw is None or not ranked:
        return None
    try:
        return drawn_places(ranked, draw.commitment.number, exchanged)
    except ValueError:
        return None  # an exchange before was wrong, and is an issue


def _check_value(case: LoggedCase, draw: StatedDraw | None, fact: Fact) -> Iterator[Issue]:
    """Check that the value could be known, is written as drawn with, and gives that ranking."""
    if draw is None or draw.index > case.at[fact.n]:
        yield case.issue_with(
            fact, "之前没有可以读取的名单", "has no list before it that can be read"
        )
        return
    commitment, value = draw.commitment, fact.text("value")
    if fact.recorded_at < commitment.when.opens:
        yield case.issue_with(fact, "早于随机数公布的时刻", "is earlier than the value was known")
    try:
        is_written = random_sources()[commitment.source].canonical(value) == value
    except NoTurn:
        is_written = False
    if not is_written:
        yield case.issue_with(fact, "不是这个来源的随机数", "has no value of its source")
    if ranking_digest(ranking(commitment, value)) != fact.text("ranking"):
        yield case.issue_with(fact, "与重新抽取的结果不同", "is not what drawing again gives")


def _check_exchange(
    case: LoggedCase, fact: Fact, places: Sequence[DrawnPlace] | None, ranked: Sequence[str]
) -> Iterator[Issue]:
    """Check that a drawn file was given up for a reason, and that the next rank stands in."""
    if fact.text("reason") not in EXCHANGE_REASONS:
        yield case.issue_with(fact, "没有调换理由", "has no reason")
    kept = {place.entry for place in places or () if not place.replaced_by}
    if fact.text("entry") not in kept:
        yield case.issue_with(fact, "所调换的没有抽到", "gives up what is not drawn")
        return
    replacement = next_rank(ranked, len(places or ()), 0)
    if not replacement or fact.text("replacement") != replacement:
        who = replacement or "-"
        zh, en = f"替补的不是下一名（应为 {who}）", f"has not the next rank to stand in ({who})"
        yield case.issue_with(fact, zh, en)


def _check_review(
    case: LoggedCase, fact: Fact, places: Sequence[DrawnPlace] | None
) -> Iterator[Issue]:
    """Check that the file was drawn, and that the result is one that there is."""
    kept = {place.entry for place in places or () if not place.replaced_by}
    if fact.text("entry") not in kept:
        yield case.issue_with(fact, "所评查的没有抽到", "reviews what is not drawn")
    findings = fact.data.get("findings", [])
    is_known = isinstance(findings, list) and all(each in DEFECTS for each in findings)
    if fact.text("result") not in RESULTS or not is_known:
        yield case.issue_with(fact, "没有这种评查结果", "has a result that there is not")
