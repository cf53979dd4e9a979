"""What a cloud refuses, or does not answer, in one line with what to do."""

from chalicelib.errors import Bilingual

_SILENT = Bilingual(
    "云端没有应答，请检查网络后再试；本机环境没有运行时，先执行 duban up",
    "the cloud does not answer; look at the network, then try again; on this machine: duban up",
)
_NOBODY = Bilingual(
    "没有可用的云账号凭据；请设好 AWS_PROFILE（或 AWS_ACCESS_KEY_ID 等）后再试",
    "no credentials for the cloud; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and the like",
)
_FORBIDDEN = Bilingual(
    "云端拒绝：凭据已失效，或者没有这项权限",
    "the cloud refuses: credentials that have expired, or lack this right",
)
_BUSY = Bilingual("云端限流，请稍后再试", "the cloud is throttling; try again later")
_OTHER = Bilingual("云端报错", "the cloud reports an error")

_UNCONNECTED = ("EndpointConnectionError", "ConnectionClosedError", "ProxyConnectionError")
_UNANSWERED = ("ConnectTimeoutError", "ReadTimeoutError", "HTTPClientError")
_UNNAMED = ("NoCredentialsError", "PartialCredentialsError")
_BY_CLASS = {
    **dict.fromkeys((*_UNCONNECTED, *_UNANSWERED), _SILENT),
    **dict.fromkeys((*_UNNAMED, "CredentialRetrievalError", "ProfileNotFound"), _NOBODY),
}
_EXPIRED = ("ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch")
_BY_WORD = {
    **dict.fromkeys((*_EXPIRED, "AccessDenied", "UnrecognizedClient"), _FORBIDDEN),
    **dict.fromkeys(("Throttl", "TooManyRequests"), _BUSY),
}
_LIBRARIES = ("botocore.", "pynamodb.")


def complaint(error: BaseException) -> Bilingual | None:
    """Return the line for *error* of a library that talks to the cloud; None for any other.

    The library of the tables wraps what the one below it raised: that says why.
    """
    if not type(error).__module__.startswith(_LIBRARIES):
        return None
    cause = getattr(error, "cause", None)
    why = cause if isinstance(cause, Exception) else error
    response = getattr(why, "response", None)
    code = str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""
    words = _BY_CLASS.get(type(why).__name__) or next(
        (words for word, words in _BY_WORD.items() if word in code), _OTHER
    )
    return Bilingual(f"{words.zh}（{why}）", f"{words.en} ({why})")
