"""What the log states of a passkey, written by an independent hand."""

from typing import Any

from tests.support.soft_passkey import AAGUID, HOST, ORIGIN, SoftPasskey, url64

SEEN = {"size": 0, "root": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}  # of an empty log
AT = "2026-11-02T01:00:00.000Z"


def enrolment_data(
    key: SoftPasskey,
    person: str,
    *,
    by: tuple[str, SoftPasskey] | None = None,
    role: str = "inspector",
    at: str = AT,
) -> dict[str, Any]:
    """State that *key* is of *person*; *by* is the second person, who signs for it."""
    data: dict[str, Any] = {
        "person": person,
        "role": role,
        "key": key.fingerprint,
        "public": key.public,
        "rp": HOST,
        "origins": [ORIGIN],
        "aaguid": AAGUID.hex(),
        "attestation": url64(bytes(32)),
    }
    if by is None:
        return data
    second, signer = by
    act = {
        "v": 1,
        "act": "enrol",
        "by": second,
        "role": role,
        "at": at,
        "nonce": url64(bytes(16)),
        "seen": SEEN,
        "key": key.fingerprint,
        "person": person,
        "outcome": role,
    }
    vouched = signer.signed(act)
    return {**data, "by": second, "by_key": vouched.pop("key"), "vouched": vouched}
