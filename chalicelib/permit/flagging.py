"""Flag (标注) a case whose data bear a sign of V-27 先办后录: once for each sign, for ever.

A flag is no card and lights no lamp. It is a fact like any other, so the inspectors are notified,
and anyone can count a department's data quality from the log. A later report takes no flag back: a
fact that was recorded late stays recorded late.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.findings.instrument import broken_law
from chalicelib.findings.issuing import bounded
from chalicelib.instant import text
from chalicelib.intake.event_types import Derived
from chalicelib.permit.rules.data_quality import Sign

RULE = "V-27"


def flagged(case: CaseHistory) -> set[str]:
    """Return the names of the signs for which *case* is flagged already."""
    return {fact.text("sign") for fact in case.of_type(Derived.DATA_FLAGGED)}


def flags(
    signs: Iterable[Sign], belongs_to: Mapping[str, str], rules: Rules, now: datetime
) -> Iterator[Fact]:
    """Yield the flag of each of *signs*; a flag that is on record already has the same key."""
    for sign in signs:
        data = {
            "rule": RULE,
            "sign": sign.name,
            **broken_law(sign.basis, belongs_to.get("region", "")),
            "noticed_at": text(now),
            **rules.versions,
            "rests_on": bounded(sign.rests_on),
            **({"explained": True} if sign.explained else {}),
            **belongs_to,
        }
        key = f"{RULE}/{sign.name}"
        yield Fact(0, Derived.DATA_FLAGGED, key, sign.at, now, told=False, data=data)
