"""Where a partition lacks something: arm64, Ed25519 in KMS, an address without an ICP recordal."""

import urllib.request
from http.client import HTTPMessage
from typing import Any
from urllib.error import HTTPError

import pytest

from chalicelib.errors import BadInput
from infra.stack import public_address
from infra.stack.account import require_signer
from infra.stack.target import LAMBDA, choose, host, instead_of
from tests.support.answers import Answers, refusal


def stack(**parameters: str) -> dict[str, Any]:
    """What CloudFormation says of a stack with these *parameters*."""
    pairs = [{"ParameterKey": name, "ParameterValue": one} for name, one in parameters.items()]
    return {"Stacks": [{"StackStatus": "UPDATE_COMPLETE", "Parameters": pairs}]}


def test_a_stack_keeps_the_processor_that_it_has_unless_another_is_named() -> None:
    """A stage that fell back to x86_64 once does not try arm64 again at each deployment."""
    fallen: Any = Answers(describe_stacks=stack(Architecture="x86_64"))
    fallen.is_local = False
    assert choose(fallen, "duban-prod", None).architecture == "x86_64"
    assert choose(fallen, "duban-prod", "arm64").architecture == "arm64"
    new: Any = Answers(describe_stacks=stack())
    new.is_local = False
    assert choose(new, "duban-prod", None) == LAMBDA
    assert LAMBDA.architecture == "arm64"


@pytest.mark.parametrize(
    "reason",
    [
        "Value [arm64] at 'architectures' failed to satisfy constraint: Member must satisfy enum",
        "Resource handler returned message: Unsupported Architecture in this region",
        "Compatible Architectures are not supported in this region",
    ],
)
def test_where_the_region_has_no_arm64_x86_64_is_tried(reason: str) -> None:
    """CloudFormation gives it as the reason of a function or of the layer."""
    other = instead_of(LAMBDA, f"stack duban-prod: 更新没有成功 原因：{reason}")
    assert other is not None
    assert (other.architecture, other.runtime) == ("x86_64", LAMBDA.runtime)
    assert instead_of(other, reason) is None, "there is no third"


def test_another_reason_is_no_reason_to_change_the_processor() -> None:
    """Nor is any on a local cloud."""
    assert instead_of(LAMBDA, "The role defined for the function cannot be assumed") is None
    assert instead_of(host(layered=True), "no arm64") is None


ARN = "arn:aws-cn:kms:cn-north-1:000000000000:key/1"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"KeySpec": "SM2", "KeyUsage": "SIGN_VERIFY", "KeyState": "Enabled"}, "SM2"),
        (
            {
                "KeySpec": "ECC_NIST_EDWARDS25519",
                "KeyUsage": "SIGN_VERIFY",
                "KeyState": "PendingDeletion",
            },
            "PendingDeletion",
        ),
        ({"KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT"}, "SYMMETRIC_DEFAULT"),
    ],
)
def test_a_key_that_cannot_sign_the_log_is_refused_with_the_way_out(
    answer: dict[str, str], told: str
) -> None:
    """KMS in China has SM2, and may lack Ed25519: the stage then signs with its own secret."""
    kms: Any = Answers(describe_key={"KeyMetadata": answer})
    with pytest.raises(BadInput, match=rf"LogKmsKey: .*{told}.*不设 LogKmsKey，由系统自建密钥"):
        require_signer(kms, ARN)


def test_a_key_that_is_not_there_is_refused_likewise_and_none_is_fine() -> None:
    """Before anything is changed."""
    kms: Any = Answers(describe_key=refusal("NotFoundException"))
    with pytest.raises(BadInput, match="NotFoundException：请用 ECC_NIST_EDWARDS25519"):
        require_signer(kms, ARN)
    require_signer(kms, "")
    good = {"KeySpec": "ECC_NIST_EDWARDS25519", "KeyUsage": "SIGN_VERIFY", "KeyState": "Enabled"}
    able: Any = Answers(describe_key={"KeyMetadata": good})
    require_signer(able, ARN)
    assert able.asked == [("describe_key", {"KeyId": ARN})]


def test_only_in_china_the_operator_is_told_of_the_recordal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With what the address answers now, from here: 403 until the account has its exception."""

    def refused(url: str, **_: Any) -> None:
        raise HTTPError(url, 403, "Forbidden", HTTPMessage(), None)

    monkeypatch.setattr(urllib.request, "urlopen", refused)
    assert not [*public_address.remarks("eu-central-1", "https://x/api")]
    law, now = public_address.remarks("cn-northwest-1", "https://x/api")
    assert "ICP 备案" in law
    assert "现在从这里访问 https://x/api/healthz：403" in now
