"""Sign-in at WeCom (企业微信): OAuth 2 without ID tokens, in the browser of its own app.

There is neither PKCE nor a nonce: that the answer is this browser's, state and the sealed cookie
alone say. It tells who comes, and nothing that could give a right. Pure, but for what `api` asks.
"""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from chalicelib.desk.sign_in.logout_token import is_short_text
from chalicelib.desk.sign_in.provider import NotProven, Proven
from chalicelib.desk.sign_in.sealed import Begun
from chalicelib.desk.sign_in.wecom_api import WecomApi
from chalicelib.people.ways import Ways

AUTHORIZE = "https://open.weixin.qq.com/connect/oauth2/authorize"
_MOST_CODE = 512  # bytes


class WecomProvider:
    """The corporation of *ways*, whose application has the *secret*."""

    def __init__(self, ways: Ways, secret: str, api: WecomApi, callback: str) -> None:
        self._ways = ways
        self._secret = secret
        self._api = api
        self._callback = callback

    def where(self, begun: Begun) -> str:
        """Return the address to which the browser goes; parameters in WeCom's own order."""
        asked = {
            "appid": self._ways.client,
            "redirect_uri": self._callback,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": begun.state,
            "agentid": self._ways.agent,
        }
        return f"{AUTHORIZE}?{urlencode(asked)}#wechat_redirect"

    def who(self, _begun: Begun, query: Mapping[str, str], _now: datetime) -> Proven:
        """Return who came back with *query*: a member. Raises NotProven, OutOfReach.

        Somebody who is no member of the corporation has an OpenId there, and no UserId.
        """
        code = query.get("code", "")
        if not code or len(code) > _MOST_CODE:
            raise NotProven("WeCom gave no code")
        user = self._api.user(self._ways.client, self._secret, code).get("UserId")
        if not is_short_text(user):
            raise NotProven("no member of the corporation")
        return Proven(user)

    def way_out(self) -> str:
        """Return nothing: WeCom has no place to sign out at."""
        return ""
