"""A table made from another one's past, or from a backup, with all that a restore leaves out.

Stream, time to live, tags, point-in-time recovery and the deletion protection are not restored
(docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html). When a
table with point-in-time recovery is deleted, DynamoDB keeps a backup of it for 35 days.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.errors import BadInput
from infra.stack.cloud import Cloud, call_until_ready, found
from infra.stack.formation import Progress
from infra.terminal.language import say

_ON_DEMAND = {"BillingModeOverride": "PAY_PER_REQUEST"}
_TRIES = 30  # ten seconds apart
_NAMES = ("SourceTableName", "TargetTableName", "TableName")
_CREATED = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")


def describe(cloud: Cloud, table: str) -> dict[str, Any] | None:
    """Return the description of *table* by DynamoDB; None where there is no such table."""
    client = cloud.client("dynamodb")
    described = found(lambda: client.describe_table(TableName=table), "ResourceNotFoundException")
    return dict(described["Table"]) if described else None


def values(cloud: Cloud, table: str) -> dict[str, str]:
    """Return the values by which a template refers to *table*: name, ARN and stream."""
    described = describe(cloud, table) or {}
    stream = {"StreamArn": described["LatestStreamArn"]} if "LatestStreamArn" in described else {}
    return {"Ref": table, "Arn": described["TableArn"], **stream}


def ask_for_past(cloud: Cloud, old: str, at: datetime, new: str) -> None:
    """Ask DynamoDB for the table *new* of what *old* was *at* an aware instant; do not wait for it.

    Crash: DynamoDB goes on by itself; the same again finds it on its way. Raises BadInput where
    there is no point-in-time recovery, or none of that instant.
    """
    if describe(cloud, new) is not None:
        return
    client = cloud.client("dynamodb")
    kept = client.describe_continuous_backups(TableName=old)["ContinuousBackupsDescription"]
    if kept.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus") != "ENABLED":
        zh = "此表没有开启时间点恢复（本机环境没有）"
        en = "it has no point-in-time recovery, as none has on this machine"
        raise BadInput(zh=zh, en=en, where=old)
    if at > datetime.now(UTC):
        raise BadInput(zh="--at 的时刻还没有到", en="that instant is yet to come", where=old)
    made = {"SourceTableName": old, "TargetTableName": new, "RestoreDateTime": at}
    _ask(cloud, "restore_table_to_point_in_time", {**made, **_ON_DEMAND})


def restore_backup(cloud: Cloud, backup: str, new: str, progress: Progress) -> None:
    """Make the table *new* of a *backup*, and wait until it is there.

    Crash: DynamoDB goes on by itself; the same again waits for it.
    """
    made = {"BackupArn": backup, "TargetTableName": new}
    _make(cloud, new, "restore_table_from_backup", {**made, **_ON_DEMAND}, progress)


def create(cloud: Cloud, properties: Mapping[str, Any], new: str, progress: Progress) -> None:
    """Make the empty table *new* as the template has it, and wait until it is there."""
    made = {name: properties[name] for name in _CREATED if name in properties}
    _make(cloud, new, "create_table", {"TableName": new, **made}, progress)


def newest_backup(cloud: Cloud, table: str) -> str | None:
    """Return the newest backup of *table*, mostly that of its deletion; None where there is none.

    Backups by the system, by the operator and by AWS Backup count alike.
    """
    pages = cloud.client("dynamodb").get_paginator("list_backups")
    summaries = pages.paginate(TableName=table, BackupType="ALL")
    all_backups = (each for page in summaries for each in page["BackupSummaries"])
    backups = (each for each in all_backups if each["BackupStatus"] == "AVAILABLE")
    newest = max(backups, key=lambda each: each["BackupCreationDateTime"], default=None)
    return newest["BackupArn"] if newest else None


def equip(
    cloud: Cloud, old: str, new: str, properties: Mapping[str, Any], *, protects: bool
) -> None:
    """Give the table *new* what *properties* of the template say, and tags and the like of *old*.

    Crash in between: the same again; what is there is left as it is.
    """
    client, made = cloud.client("dynamodb"), describe(cloud, new) or {}
    streams = properties.get("StreamSpecification")
    if streams and not made.get("StreamSpecification", {}).get("StreamEnabled"):
        client.update_table(TableName=new, StreamSpecification={"StreamEnabled": True, **streams})
        wait(cloud, new)
    if made.get("DeletionProtectionEnabled", False) != protects:
        client.update_table(TableName=new, DeletionProtectionEnabled=protects)
        wait(cloud, new)
    if properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]:
        _recover(client, new)
    if before := describe(cloud, old):
        _copy(client, before, made)


def wait(cloud: Cloud, table: str, progress: Progress | None = None) -> None:
    """Wait until *table* and its indexes are there; a restore takes from minutes to hours."""
    said = False
    while not _is_ready(describe(cloud, table)):
        if progress and not said:
            zh = f"等待 {table}，恢复要几分钟到几小时"
            progress(say(zh, f"waiting for {table}; a restore takes minutes, or hours"))
            said = True
        time.sleep(0.1 if cloud.is_local else 10)


def _recover(client: Any, table: str) -> None:
    """Switch point-in-time recovery on; a table that has just been made may not be ready for it."""
    wanted = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    switch_on = partial(client.update_continuous_backups, TableName=table, **wanted)
    not_ready = {"ContinuousBackupsUnavailableException"}
    call_until_ready(switch_on, not_ready, _TRIES, partial(time.sleep, 10))


def _is_ready(table: Mapping[str, Any] | None) -> bool:
    if table is None or table["TableStatus"] != "ACTIVE":
        return False
    return all(each["IndexStatus"] == "ACTIVE" for each in table.get("GlobalSecondaryIndexes", ()))


def _copy(client: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Copy an operator's own tags, time to live and resource policy."""
    tags = client.list_tags_of_resource(ResourceArn=old["TableArn"])["Tags"]
    own = [tag for tag in tags if not tag["Key"].startswith("aws:")]
    if own:
        client.tag_resource(ResourceArn=new["TableArn"], Tags=own)
    expires = client.describe_time_to_live(TableName=old["TableName"])["TimeToLiveDescription"]
    now = client.describe_time_to_live(TableName=new["TableName"])["TimeToLiveDescription"]
    if expires["TimeToLiveStatus"] == "ENABLED" and now["TimeToLiveStatus"] == "DISABLED":
        wanted = {"Enabled": True, "AttributeName": expires["AttributeName"]}
        client.update_time_to_live(TableName=new["TableName"], TimeToLiveSpecification=wanted)
    before, after = old["TableArn"], new["TableArn"]
    policy = found(
        lambda: client.get_resource_policy(ResourceArn=before)["Policy"], "PolicyNotFoundException"
    )
    if policy:
        client.put_resource_policy(ResourceArn=after, Policy=policy.replace(before, after))


def _make(
    cloud: Cloud, new: str, call: str, request: Mapping[str, Any], progress: Progress
) -> None:
    """Ask DynamoDB for the table *new*, unless it is on its way, and wait until it is there."""
    if describe(cloud, new) is None:
        _ask(cloud, call, request)
    wait(cloud, new, progress)


def _ask(cloud: Cloud, call: str, request: Mapping[str, Any]) -> None:
    """Ask DynamoDB; what it refuses is the operator's to mend. Raises BadInput."""
    try:
        getattr(cloud.client("dynamodb"), call)(**request)
    except ClientError as error:
        place = next(str(request[name]) for name in _NAMES if name in request)
        message = error.response["Error"]["Message"]
        zh, en = f"DynamoDB 拒绝了：{message}", f"DynamoDB refuses: {message}"
        raise BadInput(zh=zh, en=en, where=place) from error
