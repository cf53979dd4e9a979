"""`duban deploy` puts a stage like prod into the cloud that AWS_ENDPOINT_URL names, and it works.

The cloud is a local one that holds every function to its policy; the policies are prod's.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import urllib3

from chalicelib.audit.kms import KmsSigner
from chalicelib.audit.shown import published_size
from chalicelib.audit.tlog.checkpoint import Checkpoint
from chalicelib.audit.tlog.note import ED25519, Note, Vkey, read_note, require_signature, sign_note
from chalicelib.audit.tlog.tree import EMPTY
from chalicelib.errors import BadInput
from chalicelib.instant import text
from chalicelib.plumbing.services import Services
from chalicelib.plumbing.settings import read_settings
from chalicelib.policy.registering import RequestedTerms
from infra import sources, stage
from infra.cloud import Cloud
from infra.courier import Courier, CourierAccess
from infra.deploy import deploy as put
from infra.layer import ROOT
from infra.local_cloud import running

STAGE = "county"
LOG = "duban-county.us-east-1.000000000000/log"  # where it lies, as none was given


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An empty cloud."""
    with running(tmp_path_factory.mktemp("cloud")) as local:
        yield local.cloud


def deploy(cloud: Cloud, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator does."""
    return subprocess.run(
        [sys.executable, "-m", "infra.cli.main", "deploy", STAGE, *arguments],
        cwd=ROOT,
        env=os.environ | {"AWS_ENDPOINT_URL": cloud.endpoint or ""},
        capture_output=True,
        text=True,
        check=False,
    )


def selected(cloud: Cloud) -> str:
    """The profiles that the stage works with."""
    with stage.inside(cloud, STAGE):
        return read_settings().duban_profile


def until(address: str, key: str) -> dict[str, object]:
    """Ask until it is there."""
    answer: dict[str, object] = {}
    for _ in range(100):
        reply = urllib3.request("GET", address, headers={"Authorization": f"Bearer {key}"})
        answer = json.loads(reply.data)
        if reply.status == 200:
            break
        time.sleep(0.2)
    return answer


def published(cloud: Cloud, services: Services) -> int:
    """Wait until something is public: how many entries. Two functions start cold for it."""
    size, ends = 0, time.monotonic() + 120
    with stage.inside(cloud, STAGE):
        while not size and time.monotonic() < ends:
            time.sleep(0.2)
            size = published_size(services.objects)
    return size


def assert_waits(url: str, inspector: str) -> None:
    """The feed's reader waits where there is nothing, as the policies allow."""
    end = f"{url}/v1/alerts?lastEventId=999999&timeout=100"
    waited = urllib3.request("GET", end, headers={"Authorization": f"Bearer {inspector}"})
    assert (waited.status, waited.data, "Retry-After" in waited.headers) == (200, b"[]", False)


def test_a_stage_is_deployed_and_works_with_the_policies_it_has(cloud: Cloud) -> None:
    """A signed event comes through to a case that an inspector can read; the clock is the wall."""
    done = deploy(cloud, "--json")
    assert done.returncode == 0, done.stderr
    assert f"the public log is named {LOG}, for ever" in done.stderr
    assert "CREATE_COMPLETE" in done.stderr
    assert "没有人接收告警" in done.stderr
    url = json.loads(done.stdout)["Url"]
    with stage.inside(cloud, STAGE):
        services = Services(read_settings())
        secret = sources.add(services, "window", RequestedTerms("Housing", "370102"))
        inspector = services.keys.issue("inspector")
    courier = Courier(CourierAccess(url, "window", secret, ""))
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
    courier.post([event])
    case = until(f"{url}/v1/cases/window%3AA-1", inspector)
    assert case.get("department") == "Housing", case
    assert published(cloud, services) > 0
    for path in ("/", "/cards.json", "/departments", "/healthz"):
        assert urllib3.request("GET", url + path).status == 200, path
    assert_waits(url, inspector)
    assert urllib3.request("PUT", url + "/v1/clock", json={"speed": 2}).status == 404
    logs = cloud.client("logs")
    for name in ("supervise", "seal", "publish", "checkpoint", "sign", "api"):
        group = f"/aws/lambda/duban-{STAGE}-{name}"
        found = logs.filter_log_events(logGroupName=group)["events"]
        assert not [one for one in found if "AccessDenied" in one["message"]], name


def test_the_same_again_changes_nothing_and_a_parameter_is_remembered(cloud: Cloud) -> None:
    """An update touches what differs, and what was once set stays set."""
    assert "nothing to change" in deploy(cloud).stderr
    assert "UPDATE_COMPLETE" in deploy(cloud, "--set", "LogDays=7").stderr
    assert "nothing to change" in deploy(cloud).stderr
    moved = deploy(cloud, "--set", "LogOrigin=elsewhere.test/log")
    assert moved.returncode == 2
    assert moved.stderr.endswith(f"the log is {LOG}, and that can never change\n")
    refused = deploy(cloud, "--set", "Colour=red")
    assert refused.returncode == 2
    assert refused.stderr.splitlines()[-1].startswith("duban: no parameter Colour")


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
        assert refused.stderr.startswith("duban: Profile: no such profile: 'atlantis'")
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


def test_a_command_for_a_stage_that_is_not_there_says_so(cloud: Cloud, tmp_path: Path) -> None:
    """One line, exit 2."""
    done = subprocess.run(
        [sys.executable, "-m", "infra.cli.main", "key", "list", "--stage", "elsewhere"],
        cwd=ROOT,
        env=os.environ | {"AWS_ENDPOINT_URL": cloud.endpoint or ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "duban: stage elsewhere is not deployed here; duban deploy elsewhere\n"
