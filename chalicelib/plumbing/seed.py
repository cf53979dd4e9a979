"""The seed of a key of ours: SHA-256 of a secret's text, which CloudFormation generated.

CloudFormation can generate text only, and a key's seed is 32 bytes. The text has 64 characters of
62, far more than those bytes can hold.
"""

import hashlib


def read_seed(secret_id: str) -> bytes:
    """Return the seed in the secret *secret_id*, 32 bytes. Raises botocore's ClientError."""
    import boto3  # heavy: only the holder of a key pays for it

    answer = boto3.client("secretsmanager").get_secret_value(SecretId=secret_id)
    return hashlib.sha256(answer["SecretString"].encode()).digest()
