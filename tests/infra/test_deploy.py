"""`duban deploy` puts a stage like prod into the cloud that AWS_ENDPOINT_URL names, and it works.

The cloud is a local one that holds every function to its policy; the policies are prod's.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import urllib3

from chalicelib.errors import BadInput
from chalicelib.instant import text
from chalicelib.log.kms import KmsSigner
from chalicelib.log.tlog.checkpoint import Checkpoint
from chalicelib.log.tlog.note import ED25519, Note, Vkey, read_note, require_signature, sign_note
from chalicelib.log.tlog.tree import EMPTY
from chalicelib.plumbing.services import Services
from chalicelib.plumbing.settings import read_settings
from chalicelib.policy.registering import RequestedTerms
from infra.feeding.sender import Courier, CourierAccess
from infra.local.cloud import running
from infra.operate import sources
from infra.rebuilding import past, recreating, resting
from infra.stack import formation
from infra.stack.cloud import Cloud
from infra.stack.deploy import deploy as put
from infra.stack.layer import ROOT
from infra.stack.services import environment, inside
from tests.infra.killed import Killed, dies_at
from tests.support.deployed import STAGE, deploy, deploy_anew, duban, published, rests, until

LOG = f"duban-{STAGE}.us-east-1.000000000000/log"  # where it lies, as none was given


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An empty cloud."""
    with running(tmp_path_factory.mktemp("cloud")) as local:
        yield local.cloud


def selected(cloud: Cloud) -> str:
    """The profiles that the stage works with."""
    with inside(cloud, STAGE):
        return read_settings().duban_profile


def assert_waits(url: str, inspector: str) -> None:
    """The feed's reader waits where there is nothing, as the policies allow."""
    end = f"{url}/v1/alerts?lastEventId=999999&timeout=100"
    waited = urllib3.request("GET", end, headers={"Authorization": f"Bearer {inspector}"})
    assert (waited.status, waited.data, "Retry-After" in waited.headers) == (200, b"[]", False)


def test_a_stage_is_deployed_and_works_with_the_policies_it_has(cloud: Cloud) -> None:
    """A signed event comes through to a case that an inspector can read; the clock is the wall."""
    done = deploy_anew(cloud, "--json")
    assert done.returncode == 0, done.stderr
    assert f"公开日志的名称是 {LOG}，永远不变" in done.stderr
    assert "CREATE_COMPLETE" in done.stderr
    assert "没有人接收告警" in done.stderr
    url = json.loads(done.stdout)["Url"]
    with inside(cloud, STAGE):
        services = Services(read_settings())
        secret = sources.add(services, "window", RequestedTerms("Housing", "370102"))
        inspector = services.keys.issue("inspector")
    event = {
        "specversion": "1.0",
        "id": "1",
        "source": "window",
        "subject": "A-1",
        "type": "case.accepted",
        "time": text(datetime.now(UTC)),
        "data": {
            "item": "I-1",
            "department": "Housing",
            "region": "370102",
            "promise": {"amount": 5, "unit": "wd"},
        },
    }
    Courier(CourierAccess(url, "window", secret, "")).post([event])
    case = until(f"{url}/v1/cases/window%3AA-1", inspector)
    assert case.get("department") == "Housing", case
    assert published(cloud, services) > 0
    for path in ("/", "/cards.json", "/departments", "/healthz"):
        assert urllib3.request("GET", url + path).status == 200, path
    assert_waits(url, inspector)
    assert urllib3.request("PUT", url + "/v1/clock", json={"speed": 2}).status == 404
    logs = cloud.client("logs")
    for name in ("supervise", "seal", "project", "publish", "sign", "api"):
        group = f"/aws/lambda/duban-{STAGE}-{name}"
        found = logs.filter_log_events(logGroupName=group)["events"]
        assert not [one for one in found if "AccessDenied" in one["message"]], name


def test_the_same_again_changes_nothing_and_a_parameter_is_remembered(cloud: Cloud) -> None:
    """An update touches what differs, and what was once set stays set."""
    assert "没有变化" in deploy(cloud).stderr
    assert "UPDATE_COMPLETE" in deploy(cloud, "--set", "LogDays=7").stderr
    assert "没有变化" in deploy(cloud).stderr
    moved = deploy(cloud, "--set", "LogOrigin=elsewhere.test/log")
    assert moved.returncode == 2
    assert moved.stderr.endswith(f"日志名为 {LOG}，永远不能改\n")
    refused = deploy(cloud, "--set", "Colour=red")
    assert refused.returncode == 2
    assert refused.stderr.splitlines()[-1].startswith("duban: 没有参数 Colour")


def test_a_plan_that_starves_the_doors_is_refused(cloud: Cloud) -> None:
    """In Chinese first, before anything is changed; a stage without a plan is told so."""
    refused = deploy(cloud, "--set", "FeedReaders=26")
    assert refused.returncode == 2
    assert refused.stderr.splitlines()[-1].startswith("duban: FeedReaders: 等待提醒的读者最多占")
    shared = deploy(cloud, "--set", "ConcurrencyPlan=shared")
    assert "各函数共用账户的并发上限" in shared.stderr
    assert "UPDATE_COMPLETE" in shared.stderr


def test_the_gateway_has_a_role_for_its_log(cloud: Cloud) -> None:
    """It is the account's, and is set once."""
    arn = cloud.client("apigateway").get_account()["cloudwatchRoleArn"]
    assert arn == "arn:aws:iam::000000000000:role/duban-gateway-log"
    policies = cloud.client("iam").list_attached_role_policies(RoleName="duban-gateway-log")
    (policy,) = policies["AttachedPolicies"]
    assert policy["PolicyName"] == "AmazonAPIGatewayPushToCloudWatchLogs"


def test_a_profile_that_is_not_there_is_refused_and_the_stage_stays(cloud: Cloud) -> None:
    """Before anything is packaged or changed; one that is there is taken and remembered."""
    for selection in ("atlantis", "statutory,43=atlantis"):
        refused = deploy(cloud, "--set", f"Profile={selection}")
        assert refused.returncode == 2
        assert refused.stderr.startswith("duban: Profile: 没有规则文件 'atlantis'")
        assert refused.stderr.count("\n") == 1
    with pytest.raises(BadInput, match="no such profile: 'atlantis'"):
        put(cloud, STAGE, ROOT / "build" / STAGE, {"Profile": "atlantis"}, print)
    assert selected(cloud) == "statutory"
    weak = deploy(cloud, "--set", "Profile=statutory,43=hunan")
    assert weak.returncode == 2
    assert weak.stderr.startswith("duban: hunan.toml:")
    assert selected(cloud) == "statutory"
    assert "UPDATE_COMPLETE" in deploy(cloud, "--set", "Profile=statutory,43=statutory").stderr
    assert selected(cloud) == "statutory,43=statutory"


def test_a_key_in_kms_signs_a_checkpoint(cloud: Cloud) -> None:
    """Its public key is the last 32 bytes of what KMS tells, and the message itself is signed."""
    kms = cloud.client("kms")
    made = kms.create_key(KeySpec="ECC_NIST_EDWARDS25519", KeyUsage="SIGN_VERIFY")
    signer = KmsSigner(made["KeyMetadata"]["Arn"], kms)
    text = Checkpoint("county.test/log", 0, EMPTY).text
    note = Note(text, (sign_note(text, "county.test/log", signer),))
    require_signature(read_note(note.written), Vkey("county.test/log", ED25519, signer.public))


def test_a_command_for_a_stage_that_is_not_there_says_so(cloud: Cloud) -> None:
    """One line, exit 2."""
    done = duban(cloud, "key", "list", "--stage", "elsewhere")
    assert done.returncode == 2
    assert done.stderr.startswith(
        "duban: 这里没有部署环境 elsewhere；先执行 duban deploy elsewhere"
    )


def changed(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """Return *folder* with another template in the package, as a later release has it."""
    release = ROOT / "build" / STAGE
    for each in release.iterdir():
        if each.is_file():
            (folder / each.name).symlink_to(each)
    template = json.loads((release / "template.json").read_text())
    change(template)
    (folder / "template.json").unlink()
    (folder / "template.json").write_text(json.dumps(template))
    return folder


def test_an_update_that_fails_is_taken_back_and_a_release_can_be(
    cloud: Cloud, tmp_path: Path
) -> None:
    """By CloudFormation; the stage runs as before. What came through is taken back by --back."""

    def broken(template: dict[str, Any]) -> None:
        template["Resources"]["Discard"]["Properties"]["CodeUri"] = "s3://nowhere/no.zip"

    def better(template: dict[str, Any]) -> None:
        template["Resources"]["DiscardErrorsAlarm"]["Properties"]["AlarmDescription"] = "better"

    folders = [tmp_path / "broken", tmp_path / "better"]
    for each in folders:
        each.mkdir()
    with pytest.raises(BadInput, match="已退回原来的版本"):
        put(cloud, STAGE, changed(folders[0], broken), {}, print)
    put(cloud, STAGE, changed(folders[1], better), {"ConcurrencyPlan": "reserved"}, print)
    assert duban(cloud, "deploy", STAGE, "--back").returncode == 0
    alarms = formation.processed_template(cloud, f"duban-{STAGE}")["Resources"]
    assert alarms["DiscardErrorsAlarm"]["Properties"]["AlarmDescription"] != "better"
    assert formation.parameters_of(cloud, f"duban-{STAGE}")["ConcurrencyPlan"] == "reserved"


def held(cloud: Cloud, table: str) -> dict[tuple[str, str], str]:
    """Return the facts in *table*, as the log has them: their cause is not public."""
    items = cloud.client("dynamodb").scan(TableName=table)["Items"]
    return {(item["case"]["S"], item["n"]["N"]): item["leaf"]["S"] for item in items}


def test_a_table_of_a_point_in_time_becomes_the_stacks(cloud: Cloud) -> None:
    """Though killed while the stack had none; what it lacks then comes from the public log."""
    facts = formation.resources(cloud, f"duban-{STAGE}")["Facts"].name
    before, dynamodb = held(cloud, facts), cloud.client("dynamodb")
    arn, tag = dynamodb.describe_table(TableName=facts)["Table"]["TableArn"], {"Key": "office"}
    dynamodb.tag_resource(ResourceArn=arn, Tags=[tag | {"Value": "大数据局"}])
    lost = {"case": {"S": "window:A-1"}, "n": {"N": "1"}}
    dynamodb.delete_item(TableName=facts, Key=lost)
    at = datetime.now(UTC)
    for early, told in ((at, "时间点恢复"), (at + timedelta(hours=1), "还没有到")):
        done = duban(cloud, "table", "restore", "Facts", "--at", text(early), "--stage", STAGE)
        assert (done.returncode, told in done.stderr) == (2, True), done.stderr
        assert not rests(cloud, "seal"), "what is refused stops nobody"
        recovery = {"PointInTimeRecoveryEnabled": True}  # a template's is none in the local cloud
        dynamodb.update_continuous_backups(
            TableName=facts, PointInTimeRecoverySpecification=recovery
        )
    with pytest.raises(Killed):
        past.put_past(cloud, STAGE, "Facts", at, dies_at("DELETE_SKIPPED"))
    with pytest.raises(BadInput, match="Facts 的恢复尚未完成"):
        put(cloud, STAGE, ROOT / "build" / STAGE, {}, print)
    done = duban(cloud, "table", "restore", "Facts", "--at", text(at), "--stage", STAGE)
    assert done.returncode == 0, done.stderr
    new = done.stdout.strip()
    assert formation.resources(cloud, f"duban-{STAGE}")["Facts"].name == new != facts
    assert held(cloud, new) == before
    found = dynamodb.describe_table(TableName=new)["Table"]
    assert found["DeletionProtectionEnabled"]
    tags = dynamodb.list_tags_of_resource(ResourceArn=found["TableArn"])["Tags"]
    assert [one["Value"] for one in tags if one["Key"] == "office"] == ["大数据局"]
    assert found["StreamSpecification"]["StreamViewType"] == "KEYS_ONLY"
    assert dynamodb.describe_table(TableName=facts)["Table"]["TableStatus"] == "ACTIVE", "kept"
    shares = cloud.client("lambda").get_function_concurrency(FunctionName=f"duban-{STAGE}-seal")
    assert shares["ReservedConcurrentExecutions"] == 1


def test_what_was_deleted_comes_back_and_what_is_gone_is_given_up_by_name(cloud: Cloud) -> None:
    """A table from its backup, a secret from its window, another anew; the others stay."""
    had = formation.resources(cloud, f"duban-{STAGE}")
    dynamodb, secrets = cloud.client("dynamodb"), cloud.client("secretsmanager")
    board = had["Board"].name
    dynamodb.create_backup(TableName=board, BackupName="as-of-its-deletion")  # AWS makes one
    dynamodb.update_table(TableName=board, DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName=board)
    secrets.delete_secret(SecretId=had["SourcesSecret"].name, RecoveryWindowInDays=7)
    secrets.delete_secret(SecretId=had["ReceiptKey"].name, ForceDeleteWithoutRecovery=True)
    looked = duban(cloud, "recreate", STAGE, "--check", "--json")
    assert looked.returncode == 1, looked.stderr
    found = {each["resource"]: bool(each["back"]) for each in json.loads(looked.stdout)}
    assert found == {"Board": True, "ReceiptKey": False, "SourcesSecret": True}
    with pytest.raises(BadInput, match="ReceiptKey 无处可取回"):
        recreating.recreate(cloud, STAGE, [], print)
    recreating.recreate(cloud, STAGE, ["ReceiptKey"], print)
    resting.wake(cloud, STAGE, print)
    assert recreating.look(cloud, STAGE) == (True, [])
    assert formation.resources(cloud, f"duban-{STAGE}")["Board"].name == f"{board}-again"
    assert environment(cloud, STAGE)["BOARD_TABLE"] == f"{board}-again"
    with inside(cloud, STAGE):
        services = Services(read_settings())
        assert "window" in services.sources.read_document()


def test_a_deleted_stack_is_made_again_with_its_data(cloud: Cloud) -> None:
    """Its tables and bucket are taken in; the local cloud cannot take in secrets."""
    name = f"duban-{STAGE}"
    had = formation.resources(cloud, name).items()
    kept = {one: each for one, each in had if each.kind in formation.HOLDS_DATA}
    given_up = [one for one, each in kept.items() if each.kind == "AWS::SecretsManager::Secret"]
    formation_client, secrets = cloud.client("cloudformation"), cloud.client("secretsmanager")
    formation_client.delete_stack(StackName=name)
    formation.wait(cloud, name, set(), print)
    for one in given_up:
        secrets.delete_secret(SecretId=kept[one].name, ForceDeleteWithoutRecovery=True)
    assert recreating.look(cloud, STAGE)[0] is False
    recreating.recreate(cloud, STAGE, given_up, print)
    assert formation.resources(cloud, name).items() >= kept.items()
    assert environment(cloud, STAGE)["FACTS_TABLE"] == kept["Facts"].name
