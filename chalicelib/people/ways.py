"""The ways to sign in to a stage: with a name and a password, or at an identity provider.

Pure. The operator sets them (`duban signin set`). What may be public alone is here; the secret of
the client is not. Who a person is comes from the provider; what he may do comes from his posts, or,
where the operator mapped claims to *roles*, from the provider alone: never from both.
"""

from urllib.parse import urlsplit

from msgspec import Struct

from chalicelib.errors import BadInput
from chalicelib.people.role_mapping import RoleMapping
from chalicelib.people.session import Session

WECOM = "wecom:"
LOCAL = "local"  # the way of a session that began with a password
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Ways(Struct, frozen=True, omit_defaults=True):
    """Whether there are local users; the *issuer*, our *client* there, its *claim* that says who.

    *contact* is shown to those who signed in and have no post: whom to ask. *roles* says which
    claims give rights, in place of posts. At WeCom (企业微信) the client is the corporation,
    *agent* its application, and the issuer `wecom:` and the corporation.
    """

    has_local: bool = True
    issuer: str = ""
    client: str = ""
    claim: str = "sub"
    contact: str = ""
    agent: str = ""
    roles: RoleMapping | None = None

    @property
    def way(self) -> str:
        """The way of sessions that begin at the provider."""
        return "wecom" if self.issuer.startswith(WECOM) else "oidc"

    @property
    def version(self) -> str:
        """Whose claims give rights, and by which mapping; empty where posts give them."""
        return f"{self.issuer} {self.roles.version}" if self.roles else ""

    def stands_behind(self, session: Session) -> bool:
        """Return whether a *session* rests on what gives rights now: claims, or else posts."""
        if session.way == LOCAL:
            return self.roles is None
        granted = session.posts if session.provided.granted else ""
        return session.way == self.way and granted == self.version

    def must_make_sense(self) -> None:
        """Check what would let nobody in, or one person come as two. Raises BadInput."""
        if bool(self.issuer) != bool(self.client):
            zh, en = "--issuer 和 --client 要一起写", "--issuer and --client go together"
            raise BadInput(zh=zh, en=en)
        if not (self.issuer or self.has_local):
            zh = "两种方式都关了，谁也登录不了；请先设定 --issuer"
            raise BadInput(zh=zh, en="nobody could sign in; set an --issuer first")
        if bool(self.agent) != (self.way == "wecom") or not f"{self.client}{self.agent}".isascii():
            zh, en = "--wecom 和 --agent 要一起写", "--wecom and --agent go together"
            raise BadInput(zh=zh, en=en)
        if self.roles and self.way != "oidc":
            zh = "企业微信不给角色，请按岗位给权限"
            raise BadInput(zh=zh, en="WeCom gives no roles: let posts give them")
        if self.roles and (self.has_local or not self.issuer):
            zh = "按统一身份认证给角色时，须已设定 --issuer，并关闭密码登录（--local off）"
            en = "roles by claims need an --issuer, and passwords to be off (--local off)"
            raise BadInput(zh=zh, en=en)


def check_issuer(address: str, *, is_local: bool) -> None:
    """Check the address of an issuer, or one that it names: https, on a local stage also loopback.

    Raises BadInput.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    is_plain = parts.scheme == "http" and is_local and host in _LOOPBACK
    has_more = parts.username is not None or parts.fragment
    is_clean = address.isascii() and address.isprintable() and " " not in address
    if not (host and is_clean and not has_more and (parts.scheme == "https" or is_plain)):
        zh, en = "身份提供方的地址必须以 https:// 开头", "an issuer's address begins with https://"
        raise BadInput(zh=zh, en=en, where=address[:100])
