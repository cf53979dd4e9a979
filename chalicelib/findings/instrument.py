"""The two grounds of a card, as its fact has them: the basis (依据), the instrument (发牌依据).

Pure. A card that rests on law, or on a document of its own region, goes out in its colour, with a
number and papers, where the profile names an instrument. All that is numbered or printed looks for
that in the fact. Other cards name the kind of their basis, and go out as advice (建议), without a
number, once a person confirmed them (CLAIMS §8).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from chalicelib.cases.fact import Fact
from chalicelib.policy.basis import LAWFUL, Basis
from chalicelib.policy.profile import Profile

Form = Literal["reminder", "card", "notice", "advice"]  # 预警、牌、提示、建议


def form_of(level: str, instrument: str, basis_kind: str) -> Form:
    """Return how a card goes out; a warning is a reminder, whatever it rests on."""
    if level == "warning":
        return "reminder"
    if instrument:
        return "card"
    return "advice" if basis_kind else "notice"


def is_formal(card: Fact) -> bool:
    """Return whether *card* goes out in its colour: it has a number and papers."""
    return bool(card.text("instrument"))


def card_grounds(basis: Basis, region: str, profile: Profile, now: datetime) -> dict[str, object]:
    """Return the grounds of a card that is issued *now* in *region*, on *basis*.

    Where the basis binds nobody there it has no 依据: `basis_kind` is model or proposed, and
    `breaks` is the law that the basis has beside that.
    """
    kind, law = basis.kind_in(region), basis.lawful_text(region)
    if kind in LAWFUL:
        return {"basis": law, **named_instrument(profile, now)}
    return {"basis_kind": kind, **({"breaks": law} if law else {})}


def broken_law(basis: Basis, region: str) -> dict[str, object]:
    """Return the *basis* as it may be printed in *region*: law, and local documents of its own."""
    text = basis.lawful_text(region)
    return {"basis": text} if text else {}


def named_instrument(profile: Profile, now: datetime) -> dict[str, object]:
    """Return the instrument in force *now*, and the code (机关代字) of its series, if any."""
    instrument = profile.instrument_at(now)
    return {"instrument": str(instrument), "series": instrument.code} if instrument else {}


def without_instrument(grounds: Mapping[str, object]) -> dict[str, object]:
    """Return *grounds* of what goes out without a colour, a number and papers."""
    return {name: grounds[name] for name in grounds if name not in ("instrument", "series")}
