"""Which facts a person may have signed, and as which acts (`signed_act.py`).

Pure. A leaf that names a passkey is of one of these types; nobody signs anything else.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.intake.event import OURS, source_of
from chalicelib.intake.event_types import Reported
from chalicelib.policy.signing import SignedActName

ACTS_OF_TYPE: Mapping[str, tuple[SignedActName, ...]] = {
    Reported.CARD_CONFIRMED: ("confirm",),
    Reported.ESCALATION_DISMISSED: ("dismiss",),
    Reported.CARD_REVOKED: ("revoke", "dismiss"),  # a proposal is dismissed by being revoked
    Reported.APPEAL_DECIDED: ("decide",),
    Reported.CARD_APPEALED: ("appeal",),
    Reported.CLAIM_ACCEPTED: ("accept",),
    Reported.CLAIM_REFUSED: ("refuse",),
    Reported.IRREGULARITY_FOUND: ("find",),
}


def is_of_person(leaf: Mapping[str, Any]) -> bool:
    """Return whether *leaf* is of an act that a person did at our own doors and may have signed.

    A notification of such an act to another case is none.
    """
    name = str(leaf.get("key", ""))
    is_act = bool(leaf.get("told")) and leaf.get("k") in ACTS_OF_TYPE
    return is_act and name.startswith(f"{OURS}/") and not source_of(name)
