"""What the cloud refuses is one line, whichever library says so."""

import pytest
from botocore.exceptions import ClientError, NoCredentialsError, ReadTimeoutError
from pynamodb.exceptions import UpdateError

from infra.terminal.machine import cloud_complaint as complaint

SILENCE = ReadTimeoutError(endpoint_url="http://127.0.0.1:1/")


def refused(code: str) -> ClientError:
    """Return what a cloud answers with *code*."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "GetItem")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SILENCE, "没有应答"),
        (UpdateError("wrapped", SILENCE), "没有应答"),
        (NoCredentialsError(), "凭据"),
        (refused("AccessDeniedException"), "权限"),
        (UpdateError("wrapped", refused("ThrottlingException")), "限流"),
        (refused("Whatever"), "云端报错"),
    ],
)
def test_a_line_says_what_to_do(error: Exception, told: str) -> None:
    """Chinese first; the words of the library come last."""
    line = complaint(error)
    assert line is not None
    assert told in line.zh
    assert line.en


def test_an_error_of_ours_is_none_of_it() -> None:
    """It keeps its traceback."""
    assert complaint(ValueError("no")) is None
