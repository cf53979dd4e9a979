"""What a stack of a stage lost, and how to have it back: as kept, from a backup, or made empty.

Kinds: a table that was deleted (DynamoDB keeps its last state for 35 days where it had
point-in-time recovery), a secret that was deleted (it can be restored for 7 to 30 days), a key in
KMS (likewise), the bucket. Asked of each service: CloudFormation does not look.

What its service still keeps is taken back as it is (secrets, a key in KMS); tables are made of
their backups; what is gone for good is made empty, and only where the operator gives it up by name.
Each step is recognised when it is done, so all may be done again.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from chalicelib.errors import BadInput
from infra.rebuilding import tables
from infra.stack.cloud import Cloud, found
from infra.stack.formation import Progress, StackResource
from infra.stack.underway import Holding
from infra.terminal.language import say, split_row

TABLE = "AWS::DynamoDB::Table"
SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a kind of resource
BUCKET = "AWS::S3::Bucket"
KEY = "AWS::KMS::Key"
_ABSENT = ("ResourceNotFoundException", "NotFoundException", "NoSuchBucket", "404")

# What is missing where nothing can be had back, and what brings it on.
_LEFT = """\
Inbox  尚未封存的报送丢失，须由各来源重报
    | what was reported and not sealed yet: sources report it again
Cases  快照由公开日志重建 | nothing: duban log restore makes the snapshots again
Facts  事实由公开日志重建 | nothing that is public: duban log restore
Log  序列由公开日志重建 | nothing that is public: duban log restore
Board  公示由公开日志重建 | nothing: duban log restore makes it again
Registry  密钥、来源登记、组织机构、清单、日历、规则文本、见证方丢失，须重新登记导入；人员写 p_…
    | keys, sources, organisation (people by their p_…), catalogue, calendars, rules, witnesses:
    enter them again
Vault  申请人信息和个案密钥全部丢失，等同全部销毁
    | personal fields and the keys of all cases: as if each had been shredded
Signed  由公开日志写回 | nothing: duban log restore writes what was last signed
SignIn  所有人须重新登录；本地用户须重新邀请；通行密钥由公开日志取回
    | everybody signs in anew, local users are invited again; passkeys: duban log restore
SourcesSecret  来源须逐一换发密钥：duban source add NAME --rotate
    | each source needs a new secret: duban source add NAME --rotate
ReceiptKey  此后的回执用新密钥签名，旧回执仍可用已公布的公钥核对
    | receipts are signed with another key from now on
SignInSecret  本地用户须重新邀请，身份提供方的密钥和人员标识须重新设定
    | local users are invited again; set the identity provider's secret and subjects again
LogKey  此后的日志用新密钥签名：请在日志以外公布新公钥，持旧公钥者会拒绝
    | the log is signed with another key: publish it elsewhere; who has the old one refuses it
PublicLog  公开日志由日志表重新公布；旧的检查点存档丢失
    | all is published from the table again; the old checkpoints are lost
LogKmsKey  日志不能再签名：换一把密钥，--set LogKmsKey=…
    | nothing can be signed: --set LogKmsKey=… names another key
"""
LEFT = dict(map(split_row, re.split(r"\n(?=\S)", _LEFT.strip())))


class Lost(Struct, frozen=True):
    """A resource that is missing; *back* names the source to restore it from, "" none."""

    resource: str
    kind: str
    name: str
    back: str

    def written(self) -> dict[str, str]:
        """Return the lost resource as a JSON object."""
        return {"resource": self.resource, "name": self.name, "back": self.back}

    def line(self) -> str:
        """Return the lost resource as a line for people."""
        if self.back:
            state = f"{say('可恢复，取自', 'comes back from')}: {self.back}"
        else:
            zh, en = LEFT[self.resource]
            state = say(f"不可恢复：{zh}", f"gone: {en}")
        return f"{self.resource}  {self.name}  {state}"


def find_lost(cloud: Cloud, had: Mapping[str, StackResource], key: str) -> list[Lost]:
    """Return the lost resources among those a stack *had*; *key* is its key in KMS, or ""."""
    held = [(name, each.kind, each.name) for name, each in sorted(had.items())]
    held += [("LogKmsKey", KEY, key)] if key else []
    return [lost for each in held for lost in _lost(cloud, *each)]


def _lost(cloud: Cloud, resource: str, kind: str, name: str) -> Iterator[Lost]:
    """Yield the resource where its service does not have it, or is about to delete it."""
    back: str | None = None  # while it is not lost
    if kind == TABLE and tables.describe(cloud, name) is None:
        back = tables.newest_backup(cloud, name) or ""
    elif kind == SECRET:
        manager = cloud.client("secretsmanager")
        secret = found(lambda: manager.describe_secret(SecretId=name), *_ABSENT)
        if secret is None or secret.get("DeletedDate") is not None:
            back = "its recovery window" if secret else ""
    elif kind == BUCKET:
        bucket = cloud.client("s3")
        is_there = found(lambda: bucket.head_bucket(Bucket=name), *_ABSENT) is not None
        back = None if is_there else ""
    elif kind == KEY:
        kms = cloud.client("kms")
        key = found(lambda: kms.describe_key(KeyId=name)["KeyMetadata"], *_ABSENT) or {}
        state = key.get("KeyState")
        if state != "Enabled":
            back = f"KMS: {state}" if state in {"PendingDeletion", "Disabled"} else ""
    if back is not None:
        yield Lost(resource, kind, name, back)


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
        names = [each.resource for each in refused]
        option = " ".join(f"--give-up {name}" for name in names)
        zh = f"{'、'.join(names)} 无处可取回；若放弃其内容、重建空的，加 {option}"
        en = f"nothing has {', '.join(names)} any more; {option} makes them anew"
        raise BadInput(zh=zh, en=en, where="recreate")


def consequences(lost: Collection[Lost]) -> list[str]:
    """Return a line for each resource that was made anew and lacks what it held before."""
    return [f"{each.resource}: {say(*LEFT[each.resource])}" for each in lost if not each.back]
