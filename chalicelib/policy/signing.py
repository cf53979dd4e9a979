"""Whether an act is signed with the person's own passkey: the section `[acts]` of a profile.

Pure. `offered`: whoever has a passkey may sign, and a fact without a signature says so by having
none. `required`: the act is refused without one. `none`: it is not asked for, and not taken.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

from chalicelib.errors import Rejected
from chalicelib.policy.basis import NO_BASIS, Basis

SignedActName = Literal[
    "confirm", "dismiss", "decide", "revoke", "appeal", "accept", "refuse", "find"
]
SIGNED_ACTS: tuple[SignedActName, ...] = get_args(SignedActName)
Signature = Literal["none", "offered", "required"]
OFFERED: Signature = "offered"
_Aaguid = Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]


class SignatureRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Of each act: whether it is signed."""

    confirm: Signature = OFFERED
    dismiss: Signature = OFFERED
    decide: Signature = OFFERED
    revoke: Signature = OFFERED
    appeal: Signature = OFFERED
    accept: Signature = OFFERED
    refuse: Signature = OFFERED
    find: Signature = OFFERED

    def of(self, act: SignedActName) -> Signature:
        """Return whether *act* is signed."""
        signature: Signature = getattr(self, act)
        return signature

    def check(self, act: str, *, is_signed: bool) -> None:
        """Refuse (422) an *act* without the signature it needs, or with one that is not taken."""
        rule = next((self.of(name) for name in SIGNED_ACTS if name == act), "none")
        if is_signed and rule == "none":
            raise Rejected(
                422,
                zh="signature：此项办理不收签名，请去掉。",
                en="signature: this act is not signed here: leave it out",
                field="signature",
            )
        if not is_signed and rule == "required":
            raise Rejected(
                422,
                zh="signature：按本地监察规则，此项须由本人用通行密钥签名；"
                "请在网页上签名后提交，还没有通行密钥的先在“我的设置”登记。",
                en="signature: the profile here asks that the person signs this with a passkey: "
                "sign on its page, or enrol a passkey first, in your settings",
                field="signature",
            )


class ActsSection(Struct, frozen=True, forbid_unknown_fields=True):
    """The section `[acts]`: *signature* by act; what it does not name is offered.

    *devices* are the kinds of device (AAGUID) with which somebody of a role may enrol a passkey.
    """

    signature: SignatureRules = SignatureRules()
    devices: Mapping[str, tuple[_Aaguid, ...]] = {}
    basis: Basis = NO_BASIS
