"""Have back what a stack lost: from the service that keeps it, from a backup, or made empty.

What its service still keeps is taken back as it is (secrets, a key in KMS); tables are made of
their backups; what is gone for good is made empty, and only where the operator gives it up by name.
Each step is recognised when it is done, so all may be done again.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct

from chalicelib.errors import BadInput
from infra.rebuilding import tables
from infra.rebuilding.lost import BUCKET, KEY, LEFT, SECRET, TABLE, Lost
from infra.stack.cloud import Cloud
from infra.stack.formation import Progress
from infra.stack.underway import Holding
from infra.terminal.language import say


class Recovery(Struct, frozen=True):
    """Of one stage: its *resources* are the template's, its *parameters* the stack's."""

    cloud: Cloud
    resources: Mapping[str, Any]
    parameters: Mapping[str, str]
    progress: Progress

    def have_back(self, lost: Sequence[Lost]) -> dict[str, Holding]:
        """Bring *lost* back; return the holdings that the stack has to import or make anew.

        Crash in between: the same call finds what is still lost, and waits for tables on their way.
        """
        for each in lost:
            if each.back and each.kind in {SECRET, KEY}:
                self._cancel(each)
        made = {each.resource: self._table(each) for each in lost if each.kind == TABLE}
        gone = [each for each in lost if not each.back and each.kind in {SECRET, BUCKET}]
        return made | {each.resource: self._anew(each) for each in gone}

    def _cancel(self, lost: Lost) -> None:
        """Cancel a deletion that has not come to its end. Done again, it does nothing."""
        if lost.kind == SECRET:
            self.cloud.client("secretsmanager").restore_secret(SecretId=lost.name)
        else:
            kms = self.cloud.client("kms")
            if lost.back.endswith("PendingDeletion"):
                kms.cancel_key_deletion(KeyId=lost.name)
            kms.enable_key(KeyId=lost.name)  # crash before it: it is disabled, and is found so
        self.progress(say(f"已取回 {lost.resource}", f"{lost.resource} is back"))

    def _table(self, lost: Lost) -> Holding:
        """Make a table of its backup, or an empty one."""
        properties, new = self.resources[lost.resource]["Properties"], f"{lost.name}-again"
        if lost.back:
            tables.restore_backup(self.cloud, lost.back, new, self.progress)
        else:
            tables.create(self.cloud, properties, new, self.progress)
        protects = self.parameters["DeletionProtection"] == "true"
        tables.equip(self.cloud, lost.name, new, properties, protects=protects)
        return Holding(TABLE, new, tables.values(self.cloud, new))

    def _anew(self, lost: Lost) -> Holding:
        """Return a holding that CloudFormation makes; until then references keep the old name."""
        partition = self.cloud.session.get_partition_for_region(self.cloud.region)
        arn = f"arn:{partition}:s3:::{lost.name}" if lost.kind == BUCKET else lost.name
        values = {"Ref": lost.name, "Arn": arn, "Id": arn}
        return Holding(lost.kind, lost.name, values, is_made=False)


def require_given_up(lost: Collection[Lost], given_up: Collection[str]) -> None:
    """Raise BadInput where something that nothing has any more is not among those *given_up*."""
    refused = [each for each in lost if not each.back and each.resource not in given_up]
    if refused:
        names = "、".join(each.resource for each in refused)
        option = " ".join(f"--give-up {each.resource}" for each in refused)
        zh = f"{names} 无处可取回；若放弃其内容、重建空的，加 {option}"
        en = f"nothing has them any more; {option} makes them anew"
        raise BadInput(zh=zh, en=en, where="recreate")


def consequences(lost: Collection[Lost]) -> list[str]:
    """Return a line for each resource that was made anew and lacks what it held before."""
    return [f"{each.resource}: {say(*LEFT[each.resource])}" for each in lost if not each.back]
