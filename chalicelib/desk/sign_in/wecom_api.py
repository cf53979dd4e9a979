"""What we ask WeCom (企业微信): a token for its interface, and who a code stands for.

One host, which is fixed here. Its answers have status 200 and an `errcode`; the token is remembered
until it expires. Written after WeCom's documentation; it was never tried with a real corporation.
"""

import time
from typing import Any
from urllib.parse import urlencode

from chalicelib.desk.sign_in.outward import Outward
from chalicelib.desk.sign_in.provider import NotProven, OutOfReach

HOST = "https://qyapi.weixin.qq.com"
MOST_BYTES = 64_000
_BAD_CODE = (40029, 40078)  # the code is none, or was used
_BAD_TOKEN = (40014, 42001)  # the access token is none (any more)
_EARLIER = 60  # seconds before its end that a token is not used any more
_LONGEST = 7200  # seconds that one is remembered, whatever WeCom says


class WecomApi:
    """Asks WeCom. One object per process; the tokens that it remembers are its own."""

    def __init__(self, host: str = HOST) -> None:
        self._host = host
        self._outward = Outward(MOST_BYTES)
        self._tokens: dict[tuple[str, str], tuple[str, float]] = {}

    def user(self, corporation: str, secret: str, code: str) -> dict[str, Any]:
        """Return whom *code* stands for, as WeCom says it. Raises NotProven, OutOfReach.

        Where the token had expired before its time, a new one is asked for, once.
        """
        answer = self._user(self._token(corporation, secret), code)
        if answer.get("errcode") in _BAD_TOKEN:
            del self._tokens[corporation, secret]
            answer = self._user(self._token(corporation, secret), code)
        if answer.get("errcode") in _BAD_CODE:
            raise NotProven("WeCom refused the code")
        return _must_be_good(answer)

    def _user(self, token: str, code: str) -> dict[str, Any]:
        return self._ask("user/getuserinfo", access_token=token, code=code)

    def _token(self, corporation: str, secret: str) -> str:
        token, until = self._tokens.get((corporation, secret), ("", 0.0))
        now = time.monotonic()
        if now < until:
            return token
        answer = _must_be_good(self._ask("gettoken", corpid=corporation, corpsecret=secret))
        given, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(given, str) or type(seconds) is not int:
            raise OutOfReach("WeCom gave no token")
        self._tokens[corporation, secret] = given, now + min(seconds, _LONGEST) - _EARLIER
        return given

    def _ask(self, path: str, **query: str) -> dict[str, Any]:
        answer = self._outward.ask(f"{self._host}/cgi-bin/{path}?{urlencode(query)}")
        if answer is None:
            raise OutOfReach("WeCom refuses the call")
        return answer


def _must_be_good(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an *answer* without an error. Raises OutOfReach, with WeCom's number of the error.

    60020 is an address that the application does not trust, 40001 a wrong secret: for the operator.
    """
    if answer.get("errcode", 0) != 0:
        raise OutOfReach(f"WeCom answers {str(answer['errcode'])[:10]}")
    return answer
