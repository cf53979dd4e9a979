"""Shred (粉碎): make unreadable, for good, what was told about people in a case (AUDIT_LOG §4.3).

Told by us like any news, on a legal ground, so that the log says that it happened and why. Nothing
in the log changes: the salts that would open its digests are gone. What is told afterwards is kept
under a new key and stays.

It is done before a head counts the fact that asks for it, and before anything is kept that comes
behind that fact. A crash anywhere leaves a fact that no head counts, and a pending mark: supervise
is brought back and does the same again.
"""

from collections.abc import Sequence

from chalicelib.cases.record import Record
from chalicelib.intake.event_types import Reported
from chalicelib.plumbing.services import Services


def shred(services: Services, case: str, records: Sequence[Record], since: int) -> int | None:
    """Destroy what *records* up to the last shredding tell, if it comes from number *since* on.

    Its number is given, None where there is none: the secret of the case is another then.
    """
    asked = [record.fact.n for record in records[since:] if _asks(record)]
    if not asked:
        return None
    n = asked[-1]
    causes = {record.cause for record in records[:n] if record.fact.told}
    services.vault.shred(case, n)
    services.inbox.forget(case, causes, records[n].fact.recorded_at)
    return n


def _asks(record: Record) -> bool:
    return record.fact.told and record.fact.kind == Reported.CASE_SHREDDED
