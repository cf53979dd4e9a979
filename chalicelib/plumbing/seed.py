"""The seed of a key of ours: SHA-256 of a secret's text, as CloudFormation made it up.

CloudFormation can generate text only, and a key's seed is 32 bytes. The text has 64 characters of
62, far more than those bytes can hold.
"""

import hashlib


def seed_in(secret_id: str) -> bytes:
    """Read the secret *secret_id* and give the seed, 32 bytes. Raises botocore's ClientError."""
    import boto3  # heavy: only who holds a key pays for it

    answer = boto3.client("secretsmanager").get_secret_value(SecretId=secret_id)
    return hashlib.sha256(answer["SecretString"].encode()).digest()
