"""The seed of a key of ours: SHA-256 of a secret's text, which CloudFormation generated.

CloudFormation can generate text only, and a key's seed is 32 bytes. The text has 64 characters of
62, far more than those bytes can hold.
"""

import hashlib

from chalicelib.plumbing import clients


def read_seed(secret_id: str) -> bytes:
    """Return the seed in the secret *secret_id*, 32 bytes. Raises botocore's ClientError."""
    answer = clients.client("secretsmanager").get_secret_value(SecretId=secret_id)
    return hashlib.sha256(answer["SecretString"].encode()).digest()
