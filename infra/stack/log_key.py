"""Whether a key in KMS can sign the log.

The log signs with Ed25519. Not every partition has that in KMS (those in China had not, when this
was written); the stage then signs with a secret of its own, which is the default.
"""

from botocore.exceptions import ClientError

from chalicelib.errors import BadInput, Bilingual
from infra.stack.cloud import Cloud

SPEC, USAGE = "ECC_NIST_EDWARDS25519", "SIGN_VERIFY"
_WAY_OUT = Bilingual(
    f"请用 {SPEC} 签名密钥；本区 KMS 没有的，不设 LogKmsKey，由系统自建密钥签名",
    f"use a key of {SPEC} that signs; where KMS has none, leave LogKmsKey out: the stage signs"
    " with a secret of its own",
)


def require_signer(cloud: Cloud, arn: str) -> None:
    """Raise BadInput where the key *arn* cannot sign the log; "" is none, and fine."""
    if not arn:
        return
    try:
        key = cloud.client("kms").describe_key(KeyId=arn)["KeyMetadata"]
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise _refusal(code) from error
    found = (key.get("KeySpec"), key.get("KeyUsage"), key.get("KeyState"))
    if found != (SPEC, USAGE, "Enabled"):
        raise _refusal(" ".join(map(str, found)))


def _refusal(found: str) -> BadInput:
    zh, en = _WAY_OUT
    return BadInput(zh=f"{found}：{zh}", en=f"{found}: {en}", where="LogKmsKey")
