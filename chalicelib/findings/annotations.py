"""Annotations (注记): facts about a case that are no cards and must still be on record.

A case that is held; an event set aside (搁置), and one that fits after all (恢复); the link from a
correction to its event. Each is recorded once, and again only where it was taken back meanwhile.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from chalicelib.cases.correction import is_withdrawal
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.instant import parse, text
from chalicelib.intake.event_types import Derived, Reported

NoticedData = Mapping[str, object]  # when it was noticed, and where the case belongs
Misfits = Sequence[tuple[Fact, str]]


def annotations(
    case: CaseHistory, misfits: Misfits, held_for: str, belongs_to: Mapping[str, str], now: datetime
) -> Iterator[Fact]:
    """Yield all annotations of a case that *belongs_to* somebody; most cases need none."""
    noticed = {"noticed_at": text(now), **belongs_to}
    yield from held(held_for, noticed)
    yield from set_aside(case, misfits, noticed)
    yield from readmitted(case, misfits, noticed)
    yield from corrections(case, noticed)


def held(held_for: str, noticed: NoticedData) -> Iterator[Fact]:
    """Yield the annotation that names the calendar which the case is held for."""
    if held_for:
        kind = f"{held_for.partition(':')[0]}.missing"
        yield _annotation(kind, f"held/{held_for}", {"missing": held_for}, noticed)


def set_aside(case: CaseHistory, misfits: Misfits, noticed: NoticedData) -> Iterator[Fact]:
    """Yield the annotations of the reported facts that do not fit, each with its reason."""
    earlier = _earlier(case) if misfits else {}
    for fact, reason in misfits:
        before = earlier.get((fact.n, reason), [])
        if not before or before[-1] == Derived.EVENT_READMITTED:
            yield _about(Derived.EVENT_SET_ASIDE, fact, reason, len(before), noticed)


def readmitted(case: CaseHistory, misfits: Misfits, noticed: NoticedData) -> Iterator[Fact]:
    """Yield the annotations of facts set aside that fit now; a withdrawn one never does."""
    earlier = _earlier(case).items()
    aside = {pair: kinds for pair, kinds in earlier if kinds[-1] == Derived.EVENT_SET_ASIDE}
    if not aside:
        return
    withdrawn = case.as_corrected.withdrawn
    still = {(fact.n, reason) for fact, reason in misfits}
    for (n, reason), before in aside.items():
        if (n, reason) not in still and case.facts[n].key not in withdrawn:
            yield _about(Derived.EVENT_READMITTED, case.facts[n], reason, len(before), noticed)


def corrections(case: CaseHistory, noticed: NoticedData) -> Iterator[Fact]:
    """Yield the link from each correction to its event, by number; the log has no other."""
    if Reported.CASE_CORRECTED not in case.types:
        return
    for about, correction in case.as_corrected.pairs:
        data: dict[str, object] = {"told": about.n, "type": about.kind, "cause": correction.n}
        if is_withdrawal(correction):
            data["withdrawn"] = True
        else:
            data["time"] = correction.text("time")
        yield _annotation(Derived.EVENT_CORRECTED, f"corrected/{correction.key}", data, noticed)


def _earlier(case: CaseHistory) -> dict[tuple[int, str], list[str]]:
    """Return how each reported fact was set aside and readmitted, by reason, oldest first."""
    earlier: dict[tuple[int, str], list[str]] = {}
    for fact in case.of_type(Derived.EVENT_SET_ASIDE, Derived.EVENT_READMITTED):
        n = fact.data.get("told")
        if isinstance(n, int):
            earlier.setdefault((n, fact.text("reason")), []).append(fact.kind)
    return earlier


def _about(kind: str, fact: Fact, reason: str, count: int, noticed: NoticedData) -> Fact:
    data = {"told": fact.n, "type": fact.kind, "reason": reason}
    key = f"{kind.partition('.')[2]}/{fact.key}/{reason}/{count}"
    return _annotation(kind, key, data, noticed)


def _annotation(kind: str, key: str, data: Mapping[str, object], noticed: NoticedData) -> Fact:
    now = parse(str(noticed["noticed_at"]))
    return Fact(0, kind, key, now, now, told=False, data={**data, **noticed})
