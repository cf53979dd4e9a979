"""Shred (粉碎): make the personal data reported in a case unreadable, for good (AUDIT_LOG §4.3).

The request is a reported fact of our own, with its legal basis, so that the log has the shredding
and its reason. Nothing in the log changes: the salts that would open its digests are gone. Data
reported afterwards is kept under a new key and stays.

Shredding comes before a snapshot counts the fact that requests it, and before any private data
behind that fact is kept. A crash anywhere leaves a fact that no snapshot counts, and a pending
mark: supervise is brought back and does the same again.
"""

from collections.abc import Sequence

from chalicelib.cases.case_id import acts_in
from chalicelib.cases.stored_fact import Record
from chalicelib.intake.event_types import Reported
from chalicelib.plumbing.services import Services


def shred(services: Services, case: str, records: Sequence[Record], since: int) -> int | None:
    """Destroy the private data up to the last shredding in *records*, if from number *since* on.

    Return its number, None if there is none. After a shredding the case has another secret.
    """
    shredded = Reported.CASE_SHREDDED
    told = [record.fact for record in records[since:] if record.fact.told]
    requests = [fact.n for fact in told if fact.kind == shredded]
    if not requests:
        return None
    n = requests[-1]
    causes = {record.cause for record in records[:n] if record.fact.told}
    services.vault.shred(case, n)
    for item in {record.fact.text("item") for record in records} - {""}:
        services.ended_cases.forget(services.name_tokens.name_of(item), case)
    services.vault.shred(acts_in(case), n)
    services.inbox.forget(case, causes, records[n].fact.recorded_at)
    return n
