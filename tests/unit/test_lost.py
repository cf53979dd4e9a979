"""What is lost, from what it comes back, and the calls by which it does; answers are AWS's."""

from typing import Any

import pytest

from chalicelib.errors import BadInput
from infra.rebuilding.recovery import (
    KEY,
    LEFT,
    SECRET,
    Lost,
    Recovery,
    consequences,
    find_lost,
    require_given_up,
)
from infra.stack.formation import StackResource
from tests.support.answers import Answers, refusal
from tests.support.template_file import template

ARN = "arn:aws-cn:kms:cn-north-1:000000000000:key/1"
TABLE = StackResource("AWS::DynamoDB::Table", "duban-prod-Facts-1")
SECRETS = StackResource(SECRET, "arn:aws-cn:secretsmanager:…:duban-prod/sources-AbCdEf")
BUCKET = StackResource("AWS::S3::Bucket", "duban-prod-publiclog-1")
ABSENT = refusal("ResourceNotFoundException")


def backup(name: str, at: int, status: str = "AVAILABLE") -> dict[str, Any]:
    """Give a backup as DynamoDB lists it."""
    return {"BackupArn": name, "BackupCreationDateTime": at, "BackupStatus": status}


def test_each_thing_that_is_not_there_is_found_with_what_still_has_it() -> None:
    """The newest backup that is whole; of a bucket there is none."""
    cloud: Any = Answers(
        describe_table=ABSENT,
        list_backups={
            "BackupSummaries": [backup("old", 1), backup("new", 3), backup("half", 4, "CREATING")]
        },
        describe_secret={"DeletedDate": "2026-11-30"},
        head_bucket=refusal("404"),
        describe_key={"KeyMetadata": {"KeyState": "PendingDeletion"}},
    )
    had = {"Facts": TABLE, "SourcesSecret": SECRETS, "PublicLog": BUCKET}
    found = {each.resource: each.back for each in find_lost(cloud, had, ARN)}
    assert found == {
        "Facts": "new",
        "PublicLog": "",
        "SourcesSecret": "its recovery window",
        "LogKmsKey": "KMS: PendingDeletion",
    }


def test_what_is_there_is_not_lost() -> None:
    """Functions and alarms are CloudFormation's to make again."""
    cloud: Any = Answers(
        describe_table={"Table": {"TableName": TABLE.name}},
        describe_secret={"Name": "duban-prod/sources"},
        describe_key={"KeyMetadata": {"KeyState": "Enabled"}},
    )
    had = {"Facts": TABLE, "SourcesSecret": SECRETS, "PublicLog": BUCKET}
    had["Seal"] = StackResource("AWS::Lambda::Function", "duban-prod-seal")
    assert not find_lost(cloud, had, ARN)


def test_what_nobody_has_any_more_has_to_be_given_up_by_name() -> None:
    """All of it is named at once, with the options to be given."""
    gone = [Lost("Vault", TABLE.kind, "v", ""), Lost("LogKey", SECRET, "k", "")]
    kept = Lost("Facts", TABLE.kind, "f", "arn:backup")
    with pytest.raises(BadInput, match="--give-up Vault --give-up LogKey"):
        require_given_up([*gone, kept], [])
    with pytest.raises(BadInput, match="LogKey 无处可取回"):
        require_given_up([*gone, kept], ["Vault"])
    require_given_up([*gone, kept], ["Vault", "LogKey"])
    assert [line.split(": ")[0] for line in consequences([*gone, kept])] == ["Vault", "LogKey"]


@pytest.mark.parametrize(
    ("state", "calls"),
    [("PendingDeletion", ["cancel_key_deletion", "enable_key"]), ("Disabled", ["enable_key"])],
)
def test_a_key_comes_back_and_is_enabled(state: str, calls: list[str]) -> None:
    """A key whose deletion is cancelled is disabled (KMS, CancelKeyDeletion)."""
    cloud: Any = Answers()
    lost = [Lost("LogKmsKey", KEY, ARN, f"KMS: {state}")]
    assert not Recovery(cloud, {}, {}, print).have_back(lost)
    assert cloud.operations == calls


def test_a_secret_that_is_gone_is_made_by_the_stack_and_one_that_is_leaving_is_restored() -> None:
    """Under its name, which is free then; the other keeps its value and its ARN."""
    cloud: Any = Answers()
    cloud.session = type("Session", (), {"get_partition_for_region": lambda *_: "aws-cn"})()
    recovery = Recovery(cloud, {}, {}, print)
    coming = recovery.have_back(
        [Lost("LogKey", SECRET, "gone", ""), Lost("SourcesSecret", SECRET, "leaving", "window")]
    )
    assert cloud.asked == [("restore_secret", {"SecretId": "leaving"})]
    assert {name: (each.name, each.is_made) for name, each in coming.items()} == {
        "LogKey": ("gone", False)
    }


def test_all_that_holds_data_has_a_word_on_its_loss() -> None:
    """As the template has it."""
    kinds = {TABLE.kind, SECRET, BUCKET.kind}
    names = {name for name, one in template()["Resources"].items() if one.get("Type") in kinds}
    assert names | {"LogKmsKey"} == LEFT.keys()
