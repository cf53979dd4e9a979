"""A form whose act may be signed: what its page is shown with, and what it brings back.

Such a form has two buttons: one signs with the person's passkey and needs the script, the other
sends the form on the session alone. Where the profile requires a signature there is only the first.
"""

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chalicelib.people.signed_act import read_signed_text
from chalicelib.policy.signing import SIGNED_ACTS, SignatureRules

if TYPE_CHECKING:
    from chalicelib.people.signed_act import SignedAct

_OF_A_GATEWAY = (".amazonaws.com", ".amazonaws.com.cn")  # the site's name may change


def can_have_passkeys(host: str) -> bool:
    """Return whether *host*, perhaps with its port, is a domain of the site's own.

    A passkey is for one domain for ever. An address in digits has none, and that of a gateway is
    lost when the stage is made again. `localhost` is one.
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if not name or not name.isascii() or name.endswith(_OF_A_GATEWAY):
        return False
    try:
        ip_address(name)
    except ValueError:
        return True
    return False


def signing_values(
    host: str, rules: SignatureRules, acts: Iterable[str], about: Mapping[str, object]
) -> dict[str, Any]:
    """Return what forms of *acts* are shown with: of each whether it is signed here.

    *about* has the fields that name it to `POST /desk/sign`. Where the site cannot have passkeys,
    only what is required says so.
    """
    has_passkeys = can_have_passkeys(host)
    signing = {
        name: rules.of(name)
        for name in SIGNED_ACTS
        if name in acts and (has_passkeys or rules.of(name) == "required")
    }
    is_scripted = has_passkeys and any(each != "none" for each in signing.values())
    return {
        "signing": signing,
        "signed_about": about,
        "has_passkeys": has_passkeys,
        "is_scripted": is_scripted,
    }


def signed_in_form(form: Mapping[str, str]) -> "SignedAct | None":
    """Return what the person signed of an act, if the *form* has it. Raises Rejected (422)."""
    return read_signed_text(form.get("signature", ""))
