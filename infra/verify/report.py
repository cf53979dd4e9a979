"""The report of a verification: findings, remarks, and counts of entries and cases."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from operator import attrgetter

from msgspec import Struct, field, to_builtins
from msgspec.structs import asdict

from chalicelib.errors import Bilingual
from infra.verify.issue import MOST, CappedIssues, Issue
from infra.verify.signatures import SignedFacts
from infra.verify.signed_acts import PersonalActs

_MOST_LISTED = 20  # of one check for people
_AGAIN = Bilingual(
    "隔几分钟再核对一次；仍然如此，请保留 --keep 的文件夹，告知运行单位",
    "verify again in some minutes; if it stays, keep the folder of --keep and tell the operator",
)
_SHOW = Bilingual(
    "请记下案件和条目序号，保留今天的检查点，向运行单位查询，并向监察机关反映",
    "note the case and the index, keep today's checkpoint, ask the operator and the inspectors",
)
_EVIDENCE = Bilingual(
    "两个签了名的检查点就是证据：请都保留，交监察机关，并与其他读者比对",
    "the two signed checkpoints are the proof: keep both, show them to the inspectors, and compare "
    "them with other readers",
)

_ANEW = Bilingual(
    "请重新取得再核对；仍然如此，请保存该页和今天的检查点，向监察机关反映",
    "fetch it anew and compare again; if it stays, keep the page and today's checkpoint, and show "
    "them to the inspectors",
)
_ADVICE = {
    "signature": Bilingual(
        "请核对地址和公钥（另从公报等处取得）；无误则保留检查点，告知运行单位",
        "compare address and key with a gazette; if they are right, keep the checkpoint and tell",
    ),
    **dict.fromkeys(("I1", "I8"), _EVIDENCE),
    **dict.fromkeys(("I2", "I7", "I9"), _AGAIN),
    "I11": Bilingual(
        "隔一会儿再核对；仍然如此，请与见证人或其他读者比对检查点，并告知运行单位",
        "verify again later; if it stays, compare checkpoints with a witness or another reader",
    ),
    "I12": Bilingual(
        "请保留回执和事件，先向运行单位查询，再向监察机关反映：回执和检查点就是证据",
        "keep receipts and events, ask the operator, then the inspectors: receipt and checkpoint "
        "are the proof",
    ),
    "I14": Bilingual(
        "请向报送单位本身核对其公钥和此项报送",
        "compare the key, and the report, with the source itself",
    ),
    "I15": Bilingual(
        "请向本人核对此项办理，并向县（市、区）政府核对人员名单",
        "ask the person about this act, and compare the key with the county's list of people",
    ),
    **dict.fromkeys(("board", "alerts"), _ANEW),
}
"""What a reader should do about the findings of each check, in both languages; else _SHOW."""
CLAIMS = {
    "late": ("迟报", "late"),
    "contested": ("待认定", "contested"),
    "accepted": ("采信", "accepted"),
    "refused": ("不采信", "refused"),
}
"""What is counted of late news (CLAIMS §10), in both languages."""


class VerifyReport(Struct):
    """The result of verifying the log at *where*, an address or a folder.

    *claims* counts late news by the names in CLAIMS, *signed* the facts of each source with keys,
    *acts* those of people.
    """

    where: str
    origin: str = ""
    size: int = 0
    root: str = ""
    vkeys: list[str] = field(default_factory=list)
    cosigned: dict[str, str] = field(default_factory=dict)
    cases: int = 0
    newest: str = ""
    is_replayed: bool = False
    claims: Counter[str] = field(default_factory=Counter)
    signed: dict[str, SignedFacts] = field(default_factory=dict)
    acts: PersonalActs = field(default_factory=PersonalActs)
    findings: list[Issue] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    _remarked: CappedIssues = field(default_factory=CappedIssues)

    def add(self, issue: Issue) -> None:
        """Add a finding or a remark; of many of one check the first are kept."""
        if issue.is_remark:
            self._remarked.extend([issue])
            return
        self.counts[issue.check] += issue.stands_for
        if issue.stands_for == 1 and self.counts[issue.check] <= MOST:
            self.findings.append(issue)

    @property
    def remarks(self) -> list[Issue]:
        """The remarks, with one at the end that says how many more there are."""
        return list(self._remarked)

    @property
    def is_sound(self) -> bool:
        """Return whether there is no finding."""
        return not self.counts

    def written(self) -> dict[str, object]:
        """Return the report as one JSON document; `signed` only where a source has a key."""
        signed = {source: asdict(facts) for source, facts in self.signed.items()}
        return {
            "url": self.where,
            "ok": self.is_sound,
            "origin": self.origin,
            "size": self.size,
            "root": self.root,
            "vkeys": self.vkeys,
            "cosigned": self.cosigned,
            "cases": self.cases,
            "newest": self.newest,
            "replayed": self.is_replayed,
            "claims": {name: self.claims[name] for name in CLAIMS} if self.is_replayed else {},
            **({"signed": signed} if signed else {}),
            **({"acts": self._acts()} if self.acts.is_told else {}),
            "counts": dict(sorted(self.counts.items())),
            "findings": [issue.written() for issue in self.findings],
            "remarks": [remark.written() for remark in self.remarks],
        }

    def _acts(self) -> dict[str, object]:
        acts = to_builtins(self.acts)
        return {name: value for name, value in acts.items() if name != "has_keys"}

    def lines(self, *, english: bool) -> Iterator[str]:
        """Yield the report as lines for people."""
        line = partial(_line, english=english)
        yield f"{self.origin or self.where}"
        if self.root:
            entries = "entries" if english else "条"
            cases = "cases" if english else "个案件"
            yield f"  {self.size} {entries} · {self.cases} {cases} · {self.root}"
        if self.is_replayed:
            counted = (f"{words[english]} {self.claims[name]}" for name, words in CLAIMS.items())
            yield f"  {' · '.join(counted)}"
        for source, facts in self.signed.items():
            yield f"  {facts.line(source, english=english)}"
        if self.acts.is_told:
            yield f"  {self.acts.line(english=english)}"
            yield from (f"    {line}" for line in self.acts.role_lines(english=english))
        for name, at in self.cosigned.items():
            yield f"  {'cosigned' if english else '见证'} {name} {at}"
        for issue in self.remarks:
            yield f"  {'note' if english else '注'} {line(issue)}"
        check_of = attrgetter("check")
        for check, issues in groupby(sorted(self.findings, key=check_of), check_of):
            same_check = list(issues)
            yield from (f"✗ {line(each)}" for each in same_check[:_MOST_LISTED])
            if (more := self.counts[check] - _MOST_LISTED) > 0 and len(same_check) > _MOST_LISTED:
                yield f"✗ {check} {f'and {more} more' if english else f'另有 {more} 项'}"
            yield f"  → {_ADVICE.get(check, _SHOW)[english]}"
        zh, en = "日志完好，逐条核对无误。", "The log is sound."
        if total := self.counts.total():
            zh, en = f"日志有问题：共 {total} 项。", f"NOT sound: {total} findings."
        yield en if english else zh


def _line(issue: Issue, *, english: bool) -> str:
    where = "" if issue.index is None else f" #{issue.index}"
    return f"{issue.check}{where} {_printable(issue.en if english else issue.zh)}"


def _printable(words: str) -> str:
    """Return *words* without what would steer a terminal: a log may name things so."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in words)
