"""The packaged template says what the design asks of every function, stream, table and policy."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FUNCTIONS = {
    "APIHandler", "Supervise", "Sweep", "Seal", "Reconcile", "Project", "Publish", "Sign",
    "Open", "Discard",
}  # fmt: skip
STREAMS = {"Supervise": "Inbox", "Seal": "Facts", "Project": "Log", "Publish": "Log"}
REGIONS = ["us-east-1", "cn-north-1", "cn-northwest-1"]
TABLES = {"Inbox", "Cases", "Facts", "Log", "Board", "Registry", "Vault", "Signed", "SignIn"}


def of_type(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """Resources of one *kind*: their properties by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def statements(template: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """All policy statements with the role they belong to."""
    for role, properties in of_type(template, "AWS::IAM::Role").items():
        for profile in properties["Policies"]:
            for statement in profile["PolicyDocument"]["Statement"]:
                yield role, statement


def texts(node: object) -> Iterator[str]:
    """All strings in a piece of a template."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


def test_all_functions_are_there_and_belong_to_app(template: dict[str, Any]) -> None:
    """A function declared in a blueprint would be deployed under a module's name.

    Those in the background are called where none imports the doors.
    """
    functions = of_type(template, "AWS::Serverless::Function")
    assert set(functions) == FUNCTIONS
    for name, properties in functions.items():
        own = f"chalicelib.lambdas.entry.{name.lower()}"
        expected = "app.app" if name == "APIHandler" else own
        assert properties["Handler"] == expected
        assert properties["Runtime"] == {"Ref": "Runtime"}
        assert properties["Architectures"] == [{"Ref": "Architecture"}]


def test_every_function_has_a_role_of_its_own(template: dict[str, Any]) -> None:
    """A shared role would give each what any of them needs."""
    functions = of_type(template, "AWS::Serverless::Function").values()
    roles = [properties["Role"]["Fn::GetAtt"][0] for properties in functions]
    assert len(set(roles)) == len(FUNCTIONS)
    assert set(roles) == set(of_type(template, "AWS::IAM::Role"))


def test_streams_stop_in_order_and_lose_nothing(template: dict[str, Any]) -> None:
    """Partial batches, bounded retries, bisection, a queue for what failed, from the beginning."""
    functions = of_type(template, "AWS::Serverless::Function")
    mappings = {
        name: event["Properties"]
        for name, properties in functions.items()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "DynamoDB"
    }
    assert set(mappings) == set(STREAMS)
    queues = of_type(template, "AWS::SQS::Queue")
    for name, mapping in mappings.items():
        assert mapping["Stream"] == {"Fn::GetAtt": [STREAMS[name], "StreamArn"]}
        assert mapping["StartingPosition"] == "TRIM_HORIZON"
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["BisectBatchOnFunctionError"] is True
        assert 0 < mapping["MaximumRetryAttempts"] <= 100
        assert mapping["MaximumRecordAgeInSeconds"] == {"Ref": "RecordAge"}
        destination = mapping["DestinationConfig"]["OnFailure"]
        assert destination["Type"] == "SQS"
        assert destination["Destination"]["Fn::GetAtt"][0] in queues
        for one in mapping["FilterCriteria"]["Filters"]:
            json.loads(one["Pattern"])


def test_no_table_has_more_than_two_stream_readers(template: dict[str, Any]) -> None:
    """Lambda allows two per shard; a third is throttled for ever."""
    assert max(list(STREAMS.values()).count(table) for table in STREAMS.values()) <= 2
    tables = of_type(template, "AWS::DynamoDB::Table")
    with_stream = {name for name, table in tables.items() if "StreamSpecification" in table}
    assert with_stream == set(STREAMS.values())


def test_every_queue_of_failures_rings(template: dict[str, Any]) -> None:
    """An alarm on the first message in each queue."""
    watched = {
        dimension["Value"]["Fn::GetAtt"][0]
        for alarm in of_type(template, "AWS::CloudWatch::Alarm").values()
        if alarm["Namespace"] == "AWS/SQS" and alarm["Threshold"] == 0
        for dimension in alarm["Dimensions"]
    }
    assert watched == set(of_type(template, "AWS::SQS::Queue"))


def test_tables_can_be_brought_back(template: dict[str, Any]) -> None:
    """Point in time recovery and protection; the vault and sign-in forget what they must."""
    tables = of_type(template, "AWS::DynamoDB::Table")
    assert set(tables) == TABLES
    for name, table in tables.items():
        recovery = table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        assert recovery is (name not in ("Vault", "SignIn"))
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
        assert template["Resources"][name]["DeletionPolicy"] == "RetainExceptOnCreate"


def test_policies_name_what_they_allow(template: dict[str, Any]) -> None:
    """No bare star, no whole service, and only resources that exist."""
    for role, statement in statements(template):
        resources = statement["Resource"]
        for resource in resources if isinstance(resources, list) else [resources]:
            assert resource != "*", (role, statement["Sid"])
            assert isinstance(resource, dict), "an address written by hand"
            named = resource.get("Ref") or (resource.get("Fn::GetAtt") or [None])[0]
            assert named is None or named in template["Resources"]
        assert not [action for action in statement["Action"] if action.endswith("*")], role


def only_leading(*keys: str) -> dict[str, Any]:
    """The condition by which a statement allows items with these keys, and no others."""
    return {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [*keys]}}


def test_the_doors_open_the_vault_for_what_people_wrote_only(template: dict[str, Any]) -> None:
    """Of cards, about cases, and names; what is kept about applicants is behind no door."""
    vault = {"Fn::GetAtt": ["Vault", "Arn"]}
    found = [(role, one) for role, one in statements(template) if one["Resource"] == vault]
    doors = [one for role, one in found if role not in ("SuperviseRole", "OpenRole")]
    assert [(door["Action"], door["Condition"]) for door in doors] == [
        (
            ["dynamodb:Query"],
            only_leading("duban:acts/*", "duban:card/*", "duban:sealed/*", "duban:sample/*"),
        ),
        (["dynamodb:GetItem", "dynamodb:PutItem"], only_leading("duban:name/*")),
        (
            ["dynamodb:GetItem"],
            {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["duban:person/"]}},
        ),
        (
            ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query"],
            only_leading("duban:draft/*"),
        ),
    ]


def test_facts_are_written_once(template: dict[str, Any]) -> None:
    """No function may change or remove a fact, whatever its code says."""
    forbidden = {"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"}
    writers = set()
    for role, statement in statements(template):
        if statement["Resource"] == {"Fn::GetAtt": ["Facts", "Arn"]}:
            assert not forbidden & set(statement["Action"]), role
            writers |= {role} if "dynamodb:PutItem" in statement["Action"] else set()
    assert writers == {"SuperviseRole"}


def rights(template: dict[str, Any], role: str, service: str) -> set[str]:
    """What *role* may do in *service*."""
    actions = {act for owner, one in statements(template) if owner == role for act in one["Action"]}
    return {act for act in actions if act.startswith(f"{service}:")}


def test_only_the_signer_has_the_key_and_its_own_memory(template: dict[str, Any]) -> None:
    """It writes nowhere else, reads no fact, and is called by one function only.

    The doors may call the one that opens a private field, and no other.
    """
    memory = {"Fn::GetAtt": ["Signed", "Arn"]}
    for role, statement in statements(template):
        if "log-key" in json.dumps(statement["Resource"]) or statement["Resource"] == memory:
            assert role == "SignRole"
    assert rights(template, "SignRole", "dynamodb") == {"dynamodb:GetItem", "dynamodb:PutItem"}
    assert rights(template, "SignRole", "s3") == {"s3:ListBucket"}
    roles = set(of_type(template, "AWS::IAM::Role"))
    assert {role for role in roles if rights(template, role, "kms")} == {"SignRole"}
    called = {
        role: function["Fn::Sub"].rpartition("-")[2]
        for role, statement in statements(template)
        if "lambda:InvokeFunction" in statement["Action"]
        for function in [statement["Resource"]]
    }
    assert called == {"PublishRole": "sign", "ApiHandlerRole": "open"}


def test_nothing_public_can_be_taken_back(template: dict[str, Any]) -> None:
    """All but the checkpoint is written once; only two functions write at all."""
    roles = set(of_type(template, "AWS::IAM::Role"))
    for role in roles - {"DiscardRole"}:
        allowed = rights(template, role, "s3")
        assert allowed <= {"s3:GetObject", "s3:PutObject", "s3:ListBucket"}, role
    writers = {role for role in roles if "s3:PutObject" in rights(template, role, "s3")}
    assert writers - {"ApiHandlerRole"} == {"PublishRole", "ReconcileRole"}
    (policy,) = of_type(template, "AWS::S3::BucketPolicy").values()
    chosen, *never = policy["PolicyDocument"]["Statement"]
    condition, once, otherwise = chosen["Fn::If"]
    assert (condition, otherwise) == ("BucketWritesOnce", {"Ref": "AWS::NoValue"})
    assert template["Parameters"]["WriteOnce"]["Default"] == "bucket"
    assert once["Condition"] == {"Null": {"s3:if-none-match": "true"}}
    folders = {one["Fn::Sub"].split("/")[1] for one in once["Resource"]}
    assert folders == {"tile", "checkpoints", "rules", "vkeys"}
    assert {one["Effect"] for one in (once, *never)} == {"Deny"}
    (bucket,) = of_type(template, "AWS::S3::Bucket").values()
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}


def test_one_function_removes_partial_tiles_and_nobody_anything_else(
    template: dict[str, Any],
) -> None:
    """The bucket says so to everybody, and its own role to the function."""
    partial = [{"Fn::Sub": "${PublicLog.Arn}/tile/*.p/*"}]
    (policy,) = of_type(template, "AWS::S3::BucketPolicy").values()
    _, hidden, others, nobody = policy["PolicyDocument"]["Statement"]
    assert hidden["Action"] == ["s3:DeleteObject"]
    assert hidden["Resource"] == [{"Fn::Sub": "${PublicLog.Arn}/*"}]
    assert others["Action"] == nobody["Action"] == ["s3:DeleteObjectVersion"]
    assert (others["NotResource"], "Condition" in others) == (partial, False)
    role = {"Fn::GetAtt": ["DiscardRole", "Arn"]}
    assert nobody["Resource"] == partial
    assert nobody["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": role}}
    assert {one["Principal"] for one in (hidden, others, nobody)} == {"*"}
    removing = [
        (role, one["Resource"])
        for role, one in statements(template)
        if any(action.startswith("s3:Delete") for action in one["Action"])
    ]
    assert removing == [("DiscardRole", partial[0])]
    assert rights(template, "DiscardRole", "s3") == {
        *("s3:GetObject", "s3:ListBucket", "s3:ListBucketVersions", "s3:DeleteObjectVersion")
    }


def test_nothing_is_removed_where_it_is_locked(template: dict[str, Any]) -> None:
    """Object Lock would refuse it: the schedule of such a stage rests."""
    (event,) = template["Resources"]["Discard"]["Properties"]["Events"].values()
    assert event["Type"] == "Schedule"
    assert event["Properties"]["Schedule"] == "rate(1 hour)"
    assert event["Properties"]["State"] == {"Fn::If": ["LogIsLocked", "DISABLED", "ENABLED"]}


def test_no_partition_is_written_by_hand(template: dict[str, Any]) -> None:
    """The same template serves aws and aws-cn; a service's principal is the same in both."""
    principals = {"lambda.amazonaws.com", "apigateway.amazonaws.com"}
    for text in texts(template):
        assert "arn:aws" not in text
        assert "amazonaws" not in text or text in principals


def test_every_function_keeps_its_logs_for_a_set_time(template: dict[str, Any]) -> None:
    """The group a function writes to is ours, with a retention, and its role names just that."""
    all_groups = of_type(template, "AWS::Logs::LogGroup")
    assert all(group["RetentionInDays"] == {"Ref": "LogDays"} for group in all_groups.values())
    del all_groups["AccessLogs"]  # of the gateway
    groups = {group["LogGroupName"]["Fn::Sub"] for group in all_groups.values()}
    named = {
        f"/aws/lambda/{properties['FunctionName']['Fn::Sub']}"
        for properties in of_type(template, "AWS::Serverless::Function").values()
    }
    assert groups == named
    allowed = {
        statement["Resource"]["Fn::Sub"].split("log-group:")[1].removesuffix(":*")
        for _, statement in statements(template)
        if statement["Sid"] == "Logs"
    }
    assert allowed == named


def test_cfn_lint_finds_nothing(released: Path) -> None:
    """Types, references and values are right, in both partitions."""
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--regions", *REGIONS]
    done = subprocess.run(
        [*command, "--", str(released / "template.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
