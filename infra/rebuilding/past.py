"""Put a table of a point in time in the place of the stack's, from the first step to the last."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from chalicelib.errors import BadInput, Conflict, Corrupt
from chalicelib.instant import text
from chalicelib.plumbing.services import Services
from infra.rebuilding import resting, tables
from infra.rebuilding.owning import own
from infra.rebuilding.recovery import TABLE
from infra.recovery.restoring import restore
from infra.stack import formation, underway
from infra.stack.cloud import Cloud
from infra.stack.formation import Progress
from infra.stack.underway import Holding
from infra.terminal.language import say

WRITTEN_BY_API = {"Inbox", "Registry"}
"""Tables into which the API writes: it has to rest while they are exchanged."""
UNPROTECTED = "Vault"
NOT_DERIVED = {"Registry"}
"""Tables of which the public log tells nothing."""


class Past(Struct, frozen=True):
    """How far back a table can go: instants of the first and the last moment; None for not."""

    table: str
    name: str
    since: str | None
    until: str | None


def list_pasts(cloud: Cloud, stage: str) -> Iterator[Past]:
    """Yield the tables of *stage*, in the order of their names."""
    client = cloud.client("dynamodb")
    for table, each in sorted(formation.resources(cloud, formation.stack_name(stage)).items()):
        if each.kind == TABLE:
            kept = client.describe_continuous_backups(TableName=each.name)
            found = kept["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
            is_on = found["PointInTimeRecoveryStatus"] == "ENABLED"
            ends = ("EarliestRestorableDateTime", "LatestRestorableDateTime")
            since, until = (text(found[end]) if is_on and end in found else None for end in ends)
            yield Past(table, each.name, since, until)


def put_past(cloud: Cloud, stage: str, table: str, at: datetime, progress: Progress) -> str:
    """Make *table* (its logical id) what it was *at* an aware instant; return the new one's name.

    The functions rest afterwards: `infra.recovery` brings the tables together, then `resting.wake`.
    The old table is kept. Raises BadInput, before anything rests, where that instant is out of
    reach, or the table has no past. Crash anywhere: the same call goes on; the new table's name is
    made of table and instant.
    """
    stack = formation.stack_name(stage)
    template = underway.whole_template(cloud, stage)
    resource = template["Resources"].get(table, {})
    if resource.get("Type") != TABLE:
        names = sorted(n for n, each in template["Resources"].items() if each["Type"] == TABLE)
        en = f"there is no such table; there are {', '.join(names)}"
        raise BadInput(zh=f"没有这张表，只有 {', '.join(names)}", en=en, where=table)
    if table == UNPROTECTED:
        zh = "保密表不留任何副本，无法恢复：销毁的必须真正消失"
        en = "the vault keeps no past: what is shredded there is gone"
        raise BadInput(zh=zh, en=en, where=table)
    new = f"{stack}-{table}-{at:%Y%m%dT%H%M%S}"
    had = formation.resources(cloud, stack).get(table)
    if had and had.name != new:  # else it was let go already, and the new one is whole
        tables.ask_for_past(cloud, had.name, at, new)  # what is refused stops nobody
        resting.rest(cloud, stage, progress, api=table in WRITTEN_BY_API)
        tables.wait(cloud, new, progress)
        protects = formation.parameters_of(cloud, stack)["DeletionProtection"] == "true"
        tables.equip(cloud, had.name, new, resource["Properties"], protects=protects)
        progress(say(f"原表 {had.name} 保留", f"{had.name} is kept; delete it once all is well"))
    own(cloud, stage, {table: Holding(TABLE, new, tables.values(cloud, new))}, progress)
    return new


def reconcile(services: Services, progress: Progress) -> bool:
    """Bring the tables to where the public log is, twice; return whether they are there then.

    The functions rest. The second time tells what the first could not mend.
    """
    try:
        restored = restore(services, writes=True)
        restored = restored if restored.was_whole else restore(services, writes=False)
    except (Corrupt, Conflict) as error:
        zh = f"公开日志和各表对不上（{error.text.zh}），没有恢复；请用 duban verify 核对公开日志"
        raise BadInput(zh=zh, en=str(error), where="log restore") from error
    for line in restored.lines():
        progress(line)
    return restored.was_whole
