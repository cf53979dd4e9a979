"""Calls to AWS that it may refuse: what is not there, and what is not ready yet."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError


def code_of(error: ClientError) -> str:
    """Return the code with which AWS refuses, such as NoSuchKey."""
    return str(error.response["Error"]["Code"])


def found(call: Callable[[], Any], *absent: str) -> Any:
    """Return what *call* returns; None where AWS refuses it with a code of *absent*."""
    try:
        return call()
    except ClientError as error:
        if code_of(error) not in absent:
            raise
        return None


def call_until_ready(
    call: Callable[[], object], refusals: set[str], tries: int, pause: Callable[[], None]
) -> None:
    """Make *call* until AWS takes it, *tries* times at most, with a *pause* after each refusal.

    Raises ClientError where it is none of *refusals*, and after the last try.
    """
    for left in reversed(range(tries)):
        try:
            call()
        except ClientError as error:
            if code_of(error) not in refusals or not left:
                raise
            pause()
        else:
            return
