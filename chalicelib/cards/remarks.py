"""Remarks: what must not pass in silence, though it is no card.

A case that is held; an event that does not fit its case (set aside 搁置), and one that fits after
all (readmitted 恢复); a correction and what it is about. Each is said once, and again only where
it was taken back between.
"""

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.cases.correction import corrected, is_withdrawal, withdrawn
from chalicelib.cases.fact import Fact
from chalicelib.instant import parse
from chalicelib.intake.event_types import Derived, Reported

NoticedData = Mapping[str, object]  # when it is said, and where the case belongs
Misfits = Sequence[tuple[Fact, str]]


def may_need_annotation(facts: Sequence[Fact]) -> bool:
    """Whether anything on record does; most cases have nothing of the kind."""
    return any(
        fact.kind in (Reported.CASE_CORRECTED, Derived.EVENT_SET_ASIDE, Derived.EVENT_READMITTED)
        for fact in facts
    )


def held(held_for: str, noticed: NoticedData) -> Iterator[Fact]:
    """Say what the case is held for."""
    if held_for:
        kind = f"{held_for.partition(':')[0]}.missing"
        yield _annotation(kind, f"held/{held_for}", {"missing": held_for}, noticed)


def set_aside(facts: Sequence[Fact], misfits: Misfits, noticed: NoticedData) -> Iterator[Fact]:
    """Say which told facts do not fit, and why."""
    said = _said(facts) if misfits else {}
    for fact, reason in misfits:
        before = said.get((fact.n, reason), [])
        if not before or before[-1] == Derived.EVENT_READMITTED:
            yield _about(Derived.EVENT_SET_ASIDE, fact, reason, len(before), noticed)


def readmitted(facts: Sequence[Fact], misfits: Misfits, noticed: NoticedData) -> Iterator[Fact]:
    """Say which told facts were set aside and fit now.

    One that is withdrawn stays aside: that it never happened does not make it fit.
    """
    aside = {
        pair: before
        for pair, before in _said(facts).items()
        if before[-1] == Derived.EVENT_SET_ASIDE
    }
    if not aside:
        return
    gone = withdrawn(facts)
    still = {(fact.n, reason) for fact, reason in misfits}
    for (n, reason), before in aside.items():
        if (n, reason) not in still and facts[n].key not in gone:
            yield _about(Derived.EVENT_READMITTED, facts[n], reason, len(before), noticed)


def corrections(facts: Sequence[Fact], noticed: NoticedData) -> Iterator[Fact]:
    """Name what each correction is about, by number: in the log nothing else joins the two."""
    if not any(fact.kind == Reported.CASE_CORRECTED for fact in facts):
        return
    for about, made in corrected(facts).pairs:
        right = {"withdrawn": True} if is_withdrawal(made) else {"time": made.text("time")}
        data = {"told": about.n, "type": about.kind, "cause": made.n, **right}
        yield _annotation(Derived.EVENT_CORRECTED, f"corrected/{made.key}", data, noticed)


def _said(facts: Sequence[Fact]) -> dict[tuple[int, str], list[str]]:
    """What was said of which told fact for which reason, oldest first."""
    said: dict[tuple[int, str], list[str]] = {}
    for fact in [
        fact for fact in facts if fact.kind in (Derived.EVENT_SET_ASIDE, Derived.EVENT_READMITTED)
    ]:
        n = fact.data.get("told")
        if isinstance(n, int):
            said.setdefault((n, fact.text("reason")), []).append(fact.kind)
    return said


def _about(kind: str, told: Fact, reason: str, count: int, noticed: NoticedData) -> Fact:
    data = {"told": told.n, "type": told.kind, "reason": reason}
    key = f"{kind.partition('.')[2]}/{told.key}/{reason}/{count}"
    return _annotation(kind, key, data, noticed)


def _annotation(kind: str, key: str, data: Mapping[str, object], noticed: NoticedData) -> Fact:
    now = parse(str(noticed["noticed_at"]))
    return Fact(0, kind, key, now, now, told=False, data={**data, **noticed})
