"""Reads samples, and selects files from the log: the list is ours to make, and nobody's to choose.

The log's table is read once through, from where the period begins. An entry says when it was
recorded, and entries are nearly in that order; so the ends of the period are looked for by halves,
with a week beside each.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from chalicelib.cases.case_id import parts_of, sample_case
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.stored_fact import LampState
from chalicelib.cases.waiting import join_waiting, read_with_waiting
from chalicelib.draw.commitment import (
    MOST_ENTRIES,
    Commitment,
    Entry,
    commit,
    number_of_share,
    read_commitment,
)
from chalicelib.draw.source import random_sources
from chalicelib.errors import Corrupt, Rejected
from chalicelib.instant import local, parse
from chalicelib.intake.json_text import JsonObject, bad_field
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.log.objects import published_size, rules_path
from chalicelib.people.rights import reaches
from chalicelib.plumbing.services import Services
from chalicelib.sample.acts import WantedSample
from chalicelib.sample.query import FileQuery, read_query
from chalicelib.sample.state import TYPES, SampleState, fold
from chalicelib.sample.view import Sample, listed_row

if TYPE_CHECKING:
    from chalicelib.people.caller import Caller

MOST_READ = 400_000
"""Entries that are read for one list; more do not fit into the time of one request."""
APART = timedelta(days=7)
"""An entry is in the log at most so long after one that was recorded later."""
_BATCH = 500
_MOST_LISTED = 1000  # samples: a request for the snapshots of all
PAGE = 50  # samples on a page

Candidates = dict[str, tuple[str, int]]
"""By public name: the case's own name, and the number of the fact that brings it in."""


def log_size(services: Services) -> int:
    """Return how many entries the log has."""
    size = services.board.through().index
    return size + sum(1 for _ in services.log_reader.rows(size))


def find_files(services: Services, selection: FileQuery) -> list[str]:
    """Return the public names of the files that *selection* asks for. Raises Rejected: too many."""
    first = _first_from(services, selection.since - APART, selection.size)
    last = _first_from(services, selection.until + APART, selection.size)
    if last - first > MOST_READ:
        zh, en = (
            "这段时间的记录太多，请分段抽取",
            "too much was recorded in this period: take a shorter one",
        )
        raise Rejected(422, zh=f"until：{zh}。", en=f"until: {en}", field="until")
    found: Candidates = {}
    for row in islice(services.log_reader.rows(first), last - first):
        if candidate := _candidate(selection, row):
            public, n = candidate
            found[public] = row["case"], n
    return sorted(_fitting(services, selection, found))


def _candidate(selection: FileQuery, row: Mapping[str, Any]) -> tuple[str, int] | None:
    """Return the public name and number of the fact in *row*, if it brings its case in."""
    was = LampState(row.get("was", ""), row.get("was_in", ""))
    now = LampState(row.get("now", ""), row.get("department", ""))
    if not selection.takes(was, now):
        return None
    leaf = json.loads(row["leaf"])
    is_in = selection.takes_at(int(row["index"]), parse(leaf["rec"]))
    return (leaf["case"], leaf["n"]) if is_in else None


def _fitting(services: Services, selection: FileQuery, found: Candidates) -> Iterator[str]:
    """Yield those of *found* that fit by the other filters; their facts are read for that alone."""
    if not (selection.region or selection.item or selection.outcome):
        yield from found
        return

    def fits(candidate: tuple[str, tuple[str, int]]) -> bool:
        _, (case, n) = candidate
        facts = [record.fact for record in services.facts.of_case(case)]
        return selection.fits(CaseHistory(facts[: n + 1]))

    names = list(found.items())
    for at in range(0, len(names), _BATCH):
        some = names[at : at + _BATCH]
        verdicts = services.in_parallel(fits, some)
        yield from (name for (name, _), is_in in zip(some, verdicts, strict=True) if is_in)


def _first_from(services: Services, instant: datetime, size: int) -> int:
    """Return an index before which nothing was recorded from *instant* on, but for APART."""
    low, high = -1, size
    while high - low > 1:
        middle = (low + high) // 2
        row = next(services.log_reader.rows(middle), None)
        if row is None:
            raise Corrupt(f"日志第 {middle} 条缺失", f"entry {middle} of the log is not there")
        if parse(json.loads(row["leaf"])["rec"]) < instant:
            low = middle
        else:
            high = middle
    return high


def read_state(services: Services, name: str) -> tuple[SampleState, str]:
    """Return the state of a sample, with what waits, and its public name; empty: not yet."""
    records, wait = read_with_waiting(services.facts, services.inbox, sample_case(name), TYPES)
    return fold(join_waiting(records, wait)), records[0].public_case if records else ""


def read_sample(services: Services, name: str) -> Sample | None:
    """Return the sample *name*; None where there is none. Raises Corrupt: its list is lost."""
    state, public = read_state(services, name)
    if state.committed is None:
        return None
    digest = state.committed.text("list")
    body = services.objects.get(rules_path(digest))
    if body is None:
        raise Corrupt(f"名单 {digest} 不在日志旁", f"the list {digest} is not beside the log")
    kept = services.vault.private_fields(sample_case(name))
    return Sample(name, state, read_commitment(body), kept, public)


def all_samples(services: Services) -> list[Sample]:
    """Return all samples, a few a month; the newest first."""
    names = [parts_of(each.case)[0] for each in services.cases.of_department("sample", "")]
    samples = [sample for name in names if (sample := read_sample(services, name))]
    return sorted(samples, key=_committed_at, reverse=True)


def is_public(services: Services, sample: Sample) -> bool:
    """Return whether the commitment is under the published checkpoint, which witnesses cosign."""
    run = services.board.find_run(sample.public, 0) if sample.public else None
    return run is not None and run.index_of(0) < published_size(services.objects)


def internal_names(services: Services, entries: Iterable[str]) -> dict[str, str]:
    """Return the internal names of the files *entries*, for inspectors alone."""

    def name(entry: str) -> str:
        run = services.board.find_run(entry, 0)
        row = next(services.log_reader.rows(run.index, 1), None) if run else None
        return str(row["case"]) if row else ""

    wanted = list(entries)
    return {
        entry: case
        for entry, case in zip(wanted, services.in_parallel(name, wanted), strict=True)
        if case
    }


def must_not_review_own(services: Services, caller: "Caller", entry: str) -> None:
    """Refuse (403) to give up, or to review, a file of one's own department (回避)."""
    case = internal_names(services, [entry]).get(entry)
    snapshot = services.cases.get(case) if case else None
    if snapshot is not None:
        kept = services.keepers.of(snapshot.department, snapshot.region, snapshot.item)
        kept.must_not_be_own(caller, "draw_sample")


def sample_rows(services: Services, caller: "Caller", first: int) -> tuple[list[JsonObject], bool]:
    """Return a page of samples from the *first* on, the newest first, and whether there are more.

    They are read from the index, and their lists from beside the log: a request for all, and none
    to a table for each. What a person wrote of them is not in it.
    """
    listed = islice(services.cases.of_department("sample", "", page=_MOST_LISTED), _MOST_LISTED)
    known = [each for each in listed if each.about]
    known.sort(key=lambda each: (each.about["at"], each.case), reverse=True)
    page = known[first : first + PAGE]
    bodies = services.in_parallel(
        lambda each: services.objects.get(rules_path(each.about["list"])), page
    )
    zone, rows = services.profile().zone, []
    for snapshot, body in zip(page, bodies, strict=True):
        query = read_query(read_commitment(body).about) if body else None
        if query and reaches(caller, "see_sample", query.department, query.region):
            name = parts_of(snapshot.case)[0]
            rows.append(listed_row(name, snapshot.lamp, snapshot.about, query, zone))
    return rows, len(known) > first + PAGE


def _committed_at(sample: Sample) -> datetime:
    assert sample.state.committed is not None  # noqa: S101 - only such samples are read
    return sample.state.committed.recorded_at


def must_be_due(services: Services, wanted: WantedSample) -> None:
    """Refuse a period that is not over or not in the log, and a turn that closes too soon."""
    now = services.now()
    if wanted.until > now:
        raise bad_field("until", "须已过去", "the period must be over")
    closes = random_sources()[wanted.source].turn(wanted.turn).closes
    if closes <= now + MERGE_DELAY:
        zh = "名单公布之前随机数就可能知道了，请另选较晚的一期"
        en = "it could be known before the commitment is public: name a later one"
        raise bad_field("turn", zh, en)
    oldest = services.inbox.oldest_pending() or now
    if not services.settings.is_local and oldest < wanted.until:  # its clock is not that of marks
        zh = "这段时间的报送还没有全部进入日志，请稍后再试，或者把 until 提前。"
        en = "not all that was reported in this period is in the log yet: wait, or end it earlier"
        raise Rejected(409, zh=zh, en=en)


def must_be_first(services: Services, wanted: WantedSample, query: FileQuery) -> None:
    """Refuse a second draw of the same files, unless it names the one that it replaces."""
    others = all_samples(services)
    same = [each.name for each in others if query.is_same_task(each.query)]
    replaced = {each.state.committed.text("instead_of") for each in others if each.state.committed}
    latest = [name for name in same if name not in replaced]
    if wanted.instead_of and wanted.instead_of not in latest:
        zh, en = "须是同一批案卷最近一次的抽查", "the latest sample of the same files is needed"
        raise bad_field("instead_of", zh, en)
    if same and not wanted.instead_of:
        raise committed_before(latest)


def committed_before(names: list[str]) -> Rejected:
    """Return the refusal (409) of a draw of files to which the samples *names* committed."""
    zh = "这批案卷已经抽查过；重抽须写明 instead_of 和 reason。"
    en = "these files were committed to before: a second draw names instead_of, and a reason"
    return Rejected(409, zh=zh, en=en, also={"samples": names})


def as_logged(services: Services, filters: Mapping[str, str]) -> dict[str, str]:
    """Return *filters* with the department as the log has it: by name, or by its token."""
    name = filters["department"]
    if not name or services.known_names.knows("department", name, fresh=True):
        return dict(filters)
    return {**filters, "department": services.name_tokens.spellings(name)[-1]}


def select_and_commit(services: Services, wanted: WantedSample, query: FileQuery) -> Commitment:
    """Return the commitment to the list that *query* selects. Raises Rejected: nothing to draw."""
    selection = replace(query, size=log_size(services))
    files = find_files(services, selection)
    number = number_of_share(len(files), wanted.share) if wanted.share else wanted.number
    if not 1 <= number <= len(files) <= MOST_ENTRIES:
        zh = f"符合条件的案卷有 {len(files)} 份（最多 {MOST_ENTRIES} 份），不能从中抽取 {number} 份"
        en = f"{len(files)} files fit (at most {MOST_ENTRIES}): {number} cannot be drawn from them"
        raise bad_field("number", zh, en)
    entries = tuple(map(Entry, files))
    about, decides = selection.document(), (wanted.source, wanted.turn)
    return commit(Commitment(about, entries, number, *decides, share=wanted.share))


def must_be_open(services: Services, found: Sample) -> None:
    """Refuse (409) a value before the commitment is public, or before the value can be known."""
    opens = found.commitment.when.opens
    if services.now() < opens:
        at = local(opens, services.profile().zone)
        zh, en = f"随机数要到 {at} 才公布。", f"the value is not known before {at}"
        raise Rejected(409, zh=zh, en=en, also={"opens": at})
    if not is_public(services, found):
        zh = "名单的承诺尚未随检查点公布，请几分钟后再试。"
        en = "the commitment is not under a published checkpoint yet: try again in some minutes"
        raise Rejected(409, zh=zh, en=en)
