"""Guards (把关): what a profile must not have before a stage that is not local may judge by it.

Pure. Only law, and documents of the very region, may be automatic, numbered or printed (CLAIMS §8).
What a row of another kind finds is proposed to a person, so such a row must say so. Numbers and
papers rest on the instrument: their own entries need no other ground. A placeholder (×) would be
printed. The other complaints are warnings: the profile may be used, and somebody should know.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from chalicelib.calendar.shipped import load_calendar
from chalicelib.clock.counting import counting_of
from chalicelib.clock.due import due
from chalicelib.errors import Bilingual
from chalicelib.policy.basis import LAWFUL, Basis
from chalicelib.policy.instrument import PLACEHOLDER
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile
from infra.policy.entries import threshold_name
from infra.policy.lines import line_of

_DAYS = [datetime(2026, 1, 5, 2, tzinfo=UTC) + timedelta(days=day) for day in range(180)]
"""Days to compare two limits by: half a year whose calendar is published, with its holidays."""


class Complaint(Struct, frozen=True):
    """What is wrong with a *key* of an *entry*: `[numbering] yellow`. A warning refuses nothing."""

    entry: str
    key: str
    zh: str
    en: str
    is_warning: bool = False

    @property
    def text(self) -> Bilingual:
        """The complaint in one line."""
        place = f"[{self.entry}] {self.key}"
        return Bilingual(f"{place}：{self.zh}", f"{place}: {self.en}")

    def written(self, file: str, text: str, day: date = date.min) -> str:
        """Return it for programs, in both languages: Chinese first."""
        return f"{self.where(file, text, day)}: [{self.entry}] {self.key}：{self.zh} · {self.en}"

    def where(self, file: str, text: str, day: date = date.min) -> str:
        """Return file and line of the key, in a *file* with this *text*, as in force on *day*."""
        return f"{file}:{line_of(text, self.entry, self.key, day)}"


def complaints(profile: Profile, region: str, since: date = date.max) -> list[Complaint]:
    """Return all that speaks against *profile* in *region*, what refuses it first.

    A document of another place is a model here, so the same profile may be sound in its own region.
    It is to hold from the local day *since* on.
    """
    found = [*_placeholders(profile), *_weak_grounds(profile, region)]
    found += _too_early(profile, since)
    return [*found, *_no_instrument(profile), *_short_answers(profile)]


def _placeholders(profile: Profile) -> Iterator[Complaint]:
    for entry, key, text in _printed(profile):
        if PLACEHOLDER in text:
            zh = f"含占位符“{PLACEHOLDER}”，请写明本地的名称"
            en = f"has a placeholder, {PLACEHOLDER}: write what it is in this place"
            yield Complaint(entry, key, zh, en)


def _printed(profile: Profile) -> Iterator[tuple[str, str, str]]:
    """Yield entry, key and text of all that pages and papers print as it is written."""
    if instrument := profile.instrument:
        for name in ("document", "number", "issuer", "authority", "code"):
            yield "instrument", name, getattr(instrument, name)
    for level, template in profile.numbering.templates.items():
        yield "numbering", level, template
    for name, paper in profile.papers.items():
        texts = {"title": paper.title, "number": paper.number, "authority": paper.authority or ""}
        for key, text in {**texts, "body": "".join(paper.body)}.items():
            yield f"documents.{name}", key, text


def _weak_grounds(profile: Profile, region: str) -> Iterator[Complaint]:
    for entry, key, basis in _automatic(profile):
        if basis.is_lawful_in(region):
            continue
        parts = (part for part in basis.citations if not part.is_beside)
        weak = "；".join(part.text for part in parts if part.kind_in(region) not in LAWFUL)
        zh = f"自动发牌的依据不是法律，也不是本地文件（{weak}）；请补充依据，或者改为由人确认"
        en = "issues by itself on a ground that is neither law nor a document of this place:"
        en += " cite one, or let a person confirm it (automatic = false)"
        yield Complaint(entry, key, zh, en)


def _too_early(profile: Profile, since: date) -> Iterator[Complaint]:
    """Yield the rows that would issue on a document of the county before that is in force."""
    for entry, key, basis in _automatic(profile):
        for part in basis.citations:
            own = part.document
            if own and own.is_own and not part.is_beside and own.since > since:
                zh = f"“{own.title}”{own.since} 起施行，此前不能据以发牌；请写 effective"
                en = f"rests on a document that is in force from {own.since} on: give it a date"
                yield Complaint(entry, key, zh, en)


def _automatic(profile: Profile) -> Iterator[tuple[str, str, Basis]]:
    """Yield entry, key and basis of each row that makes a card without a person."""
    for row in profile.threshold_rows:
        if row.automatic and row.level != "warning":
            yield f"threshold {threshold_name(row)}", "basis", row.basis
    for rule, conduct in profile.conduct.items():
        if conduct.automatic and conduct.level != "warning":
            yield f"conduct.{rule}", "automatic", conduct.basis
    for counting in profile.ladder.repeated:
        yield f"repeated {counting.rule}", "basis", counting.basis


def _no_instrument(profile: Profile) -> Iterator[Complaint]:
    if profile.instrument is None:
        zh = "没有写明发牌依据：不编文号，不出文书，页面只作提示"
        en = "names no instrument: nothing is numbered, no paper is made, pages give notice only"
        yield Complaint("instrument", "document", zh, en, is_warning=True)


def _short_answers(profile: Profile) -> Iterator[Complaint]:
    """Yield the levels whose time to answer may end before the card can no longer be appealed."""
    window = profile.appeal.window
    for level, rung in profile.ladder.rungs.items():
        if rung.respond and rung.then and _may_end_before(rung.respond, window, profile):
            zh = f"答复期限{rung.respond}短于申诉期限{window}：逾期未答复的，到申诉期满才升级"
            en = f"an answer is due within {rung.respond}, an appeal within {window}:"
            en += " silence leads up only when both have ended"
            yield Complaint(f"ladder.{level}", "respond", zh, en, is_warning=True)


def _may_end_before(limit: Limit, other: Limit, profile: Profile) -> bool:
    """Return whether *limit* ends before *other* from some day on: units cannot be compared."""
    counting = counting_of(profile, load_calendar("CN"))
    for start in _DAYS:
        first, second = (due(start, (each,), (), counting) for each in (limit, other))
        if first and second and first.at < second.at:
            return True
    return False
