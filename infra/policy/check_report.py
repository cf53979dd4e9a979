"""What `duban policy check` says of one profile: whether it is sound, and everything about it."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from chalicelib.errors import BadInput, Bilingual, Language, Unknown
from chalicelib.policy.dated_profile import DatedProfile
from infra.policy.choice import choose_dated_profile, profile_file
from infra.policy.guards import complaints
from infra.policy.mistakes import Mistake, find_mistakes
from infra.policy.review import review

_KINDS = {"fault": Bilingual("错误", "fault"), "note": Bilingual("提示", "note")}


class Remark(Struct, frozen=True):
    """A fault or a note: its *text* with its place, and the row in which a program reads it."""

    kind: str
    text: BadInput
    row: dict[str, str]


class CheckedProfile(Struct, frozen=True):
    """A *profile* that can be read, and the *remarks* about it."""

    name: str
    profile: DatedProfile
    remarks: tuple[Remark, ...]

    @property
    def is_sound(self) -> bool:
        """Return whether nothing is at fault."""
        return not self.rows("fault")

    def rows(self, kind: str) -> list[dict[str, str]]:
        """Return the remarks of a *kind*, for programs."""
        return [remark.row for remark in self.remarks if remark.kind == kind]

    def written(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "profile": self.name,
            "id": self.profile.id,
            "title": self.profile.first.title,
            "version": self.profile.version,
            "ok": self.is_sound,
            "faults": self.rows("fault"),
            "notes": self.rows("note"),
        }

    def lines(self, language: Language) -> Iterator[str]:
        """Yield it as lines for people."""
        verdict = Bilingual("没有问题", "sound") if self.is_sound else Bilingual("有错", "at fault")
        title, version = self.profile.first.title, self.profile.version
        yield f"{self.name}: {verdict.of(language)} · {title} · {version}"
        for kind, named in _KINDS.items():
            for remark in self.remarks:
                if remark.kind == kind:
                    yield f"  {named.of(language)}: {remark.text.line(language)}"


class RefusedProfile(Struct, frozen=True):
    """A profile of a *file* that cannot be read, why, and all its *mistakes*."""

    name: str
    refusal: BadInput
    file: str
    mistakes: tuple[Mistake, ...]
    is_sound = False

    def written(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "profile": self.name,
            "ok": False,
            "refused": self.refusal.line("en"),
            "mistakes": [mistake.text(self.file) for mistake in self.mistakes],
        }

    def lines(self, language: Language) -> Iterator[str]:
        """Yield it as lines for people."""
        yield f"{self.name}: {Bilingual('读不懂', 'refused').of(language)}"
        for mistake in self.mistakes:
            yield f"  {mistake.refusal(self.file).line(language)}"


def check_profile(name: str, region: str) -> CheckedProfile | RefusedProfile:
    """Check the profile *name* for a *region*; one that cannot be read is told so too."""
    try:
        profile = choose_dated_profile(name, "policy")
    except BadInput as error:
        return _refused(name, error)
    remarks: dict[str, Remark] = {}  # each once, whatever the number of its days
    file, content = profile_file(name)
    for day, each in profile.by_day():
        for issue in review(each):
            text = BadInput(issue.text, issue.entry)
            row = {"entry": issue.entry, "reason": issue.text.en}
            remarks.setdefault(f"{issue.kind} {text}", Remark(issue.kind, text, row))
        for complaint in complaints(each, region):
            text = BadInput(complaint.text, complaint.where(file, content, day))
            row = {"entry": complaint.entry, "key": complaint.key, "where": text.where}
            row["reason"] = f"{complaint.zh} · {complaint.en}"
            kind = "note" if complaint.is_warning else "fault"
            remarks.setdefault(f"{kind} {text}", Remark(kind, text, row))
    return CheckedProfile(name, profile, tuple(remarks.values()))


def _refused(name: str, error: BadInput) -> RefusedProfile:
    try:
        file, text = profile_file(name)
    except (BadInput, Unknown):  # no such file, or no text: there is nothing else to say
        return RefusedProfile(name, error, name, ())
    return RefusedProfile(name, error, file, tuple(find_mistakes(text)))
