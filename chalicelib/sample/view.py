"""A sample as inspectors see it: the list and its rule, who was drawn, what was found, the share.

Pure: state, commitment and private words in, plain dictionaries out. A page needs nothing more.
"""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from msgspec import Struct

from chalicelib.cases.case_id import parts_of
from chalicelib.cases.fact import Fact
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.draw.commitment import Commitment
from chalicelib.draw.exchange import EXCHANGE_REASONS, DrawnPlace, drawn_places
from chalicelib.draw.interval import share_of
from chalicelib.draw.ranking import ranking
from chalicelib.draw.source import random_sources
from chalicelib.instant import local
from chalicelib.intake.json_text import JsonObject
from chalicelib.sample.acts import AGAIN_REASONS, DEFECTS
from chalicelib.sample.query import FileQuery, read_query
from chalicelib.sample.state import STAGE_NAMES, SampleState

Kept = Mapping[str, Mapping[str, object]]


class Sample(Struct, frozen=True):
    """The sample *name*: its *state*, its *commitment*, and the words *kept* by the fact's key.

    *public* is its name in the log, empty until it is there.
    """

    name: str
    state: SampleState
    commitment: Commitment
    kept: Kept
    public: str = ""

    @property
    def query(self) -> FileQuery:
        """How the list was selected."""
        return read_query(self.commitment.about)

    @property
    def ranked(self) -> list[str]:
        """All entries in the order in which they are drawn; none before the value is known."""
        return ranking(self.commitment, self.state.value) if self.state.value else []

    @property
    def places(self) -> list[DrawnPlace]:
        """The places that are drawn, with those that stand in; none before."""
        ranked = self.ranked
        number = self.commitment.number
        return drawn_places(ranked, number, self.state.exchanged) if ranked else []

    def words(self, fact: Fact, name: str = "text") -> str | None:
        """Return the words that a person wrote with *fact*; None where there are none."""
        words = self.kept.get(fact.key, {}).get(name)
        return words if isinstance(words, str) else None


def possible(sample: Sample, now: datetime) -> list[str]:
    """Return the acts that fit now."""
    if sample.state.drawn is None:
        return ["draw"] if now >= sample.commitment.when.opens else []
    return ["exchange", "review"]


def line(sample: Sample, zone: tzinfo) -> JsonObject:
    """Return the sample as a line of the list."""
    state, selection = sample.state, sample.query
    committed = state.committed
    title = sample.words(committed, "title") if committed else None
    again = committed.text("instead_of") if committed else ""
    return {
        "id": sample.name,
        "public_id": sample.public or None,
        "state": state.stage,
        "state_name": STAGE_NAMES[state.stage],
        "title": title,
        "committed_at": local(committed.recorded_at, zone) if committed else None,
        "selection": {
            **selection.document(),
            "from": local(selection.since, zone),
            "until": local(selection.until, zone),
        },
        "listed": len(sample.commitment.entries),
        "number": sample.commitment.number,
        "source": sample.commitment.source,
        "turn": sample.commitment.turn,
        "opens": local(sample.commitment.when.opens, zone),
        "instead_of": again or None,
        "findings": show_share(*state.share),
    }


def full(sample: Sample, now: datetime, zone: tzinfo, cases: Mapping[str, str]) -> JsonObject:
    """Return the sample with all that was drawn; *cases* has the internal ids of drawn files."""
    commitment, committed = sample.commitment, sample.state.committed
    source = random_sources()[commitment.source]
    reason = committed.text("reason") if committed else ""
    return {
        **line(sample, zone),
        "list": {
            "sha256": commitment.digest,
            "document": f"../../log/rules/{commitment.digest}",
            "share": commitment.share or None,
        },
        "random": {
            "name": source.zh,
            "name_en": source.en,
            "where": source.where.format(turn=commitment.turn),
            "closes": local(commitment.when.closes, zone),
            "opens": local(commitment.when.opens, zone),
            "value": sample.state.value or None,
        },
        "reason": reason or None,
        "reason_name": AGAIN_REASONS.get(reason),
        "text": sample.words(committed) if committed else None,
        "drawn": [_show_place(sample, place, zone, cases) for place in sample.places],
        "exchanged": len(sample.state.exchanges),
        "possible": possible(sample, now),
        "verify": f"duban draw verify URL --sample {sample.name}",
    }


def short_line(snapshot: CaseSnapshot, commitment: Commitment, zone: tzinfo) -> JsonObject:
    """Return a sample by its *snapshot* as a line of a long list: without its title, with files."""
    selection = read_query(commitment.about)
    counted = (int(snapshot.about.get(name, "0")) for name in ("reviewed", "with_defects"))
    return {
        "id": parts_of(snapshot.case)[0],
        "state": snapshot.lamp,
        "selection": {
            **selection.document(),
            "from": local(selection.since, zone),
            "until": local(selection.until, zone),
        },
        "listed": len(commitment.entries),
        "number": commitment.number,
        "findings": show_share(*counted),
    }


def show_share(reviewed: int, with_defects: int) -> JsonObject | None:
    """Return the share of files with defects among those reviewed; None before the first one."""
    share = share_of(with_defects, reviewed)
    if share is None:
        return None
    return {
        "reviewed": share.reviewed,
        "with_defects": share.found,
        "permille": share.permille,
        "lower_permille": share.lower,
        "upper_permille": share.upper,
    }


def _show_place(
    sample: Sample, place: DrawnPlace, zone: tzinfo, cases: Mapping[str, str]
) -> JsonObject:
    exchange = next((f for f in sample.state.exchanges if f.text("entry") == place.entry), None)
    reason = exchange.text("reason") if exchange else ""
    return {
        "rank": place.rank,
        "entry": place.entry,
        "case": cases.get(place.entry),
        "replaces": place.replaces or None,
        "replaced_by": place.replaced_by or None,
        "reason": reason or None,
        "reason_name": EXCHANGE_REASONS.get(reason),
        "text": sample.words(exchange) if exchange else None,
        "review": _show_review(sample, place.entry, zone),
    }


def _show_review(sample: Sample, entry: str, zone: tzinfo) -> JsonObject | None:
    review = sample.state.reviews.get(entry)
    if review is None:
        return None
    findings: Any = review.data.get("findings", [])
    return {
        "at": local(review.at, zone),
        "result": review.text("result"),
        "findings": [{"code": code, "name": DEFECTS.get(code, code)} for code in findings],
        "text": sample.words(review),
    }
