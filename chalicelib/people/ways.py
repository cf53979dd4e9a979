"""The ways to sign in to a stage: with a name and a password, or at an identity provider.

Pure. The operator sets them (`duban signin set`). What may be public alone is here; the secret of
the client is not. Who a person is comes from the provider, what he may do from his posts: no claim
makes a role.
"""

from urllib.parse import urlsplit

from msgspec import Struct

from chalicelib.errors import BadInput

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Ways(Struct, frozen=True, omit_defaults=True):
    """Whether there are local users; the *issuer*, our *client* there, its *claim* that says who.

    *contact* is shown to those who signed in and have no post: whom to ask.
    """

    has_local: bool = True
    issuer: str = ""
    client: str = ""
    claim: str = "sub"
    contact: str = ""


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
