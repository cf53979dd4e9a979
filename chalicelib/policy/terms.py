"""Terms (时限约定): which limits bind a case, fixed when it is accepted and kept with it.

What the acceptance itself says goes before the catalogue (事项清单); the promise is what was
promised to the applicant (承诺时限), the statutory limit what the law allows (法定时限).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.policy.limit import Limit


@dataclass(frozen=True, slots=True)
class Terms:
    """The limits of one case. Either *promise*, or *due_at*: an explicit due instant or date."""

    promise: Limit | None = None
    due_at: str = ""
    statutory: Limit | None = None
    catalogue: str = ""  # the version of the catalogue that an entry came from

    def __post_init__(self) -> None:
        """Hold the one invariant that counting relies on."""
        if bool(self.due_at) is (self.promise is not None):
            raise ValueError("terms have either a promise or a due date")

    def written(self) -> dict[str, object]:
        """As stored with the acceptance."""
        return {
            "promise": str(self.promise) if self.promise else "",
            "due_at": self.due_at,
            "statutory": str(self.statutory) if self.statutory else "",
            "catalogue": self.catalogue,
        }


def read_terms(stored: object) -> Terms | None:
    """Read what `written` stored; None where nothing was."""
    if not isinstance(stored, Mapping):
        return None
    promise, statutory = stored.get("promise"), stored.get("statutory")
    return Terms(
        promise=Limit.parse(promise) if promise else None,
        due_at=str(stored.get("due_at", "")),
        statutory=Limit.parse(statutory) if statutory else None,
        catalogue=str(stored.get("catalogue", "")),
    )


def terms_of(
    accepted: Mapping[str, object],
    entry: Mapping[str, Limit | None] | None = None,
    catalogue: str = "",
) -> Terms | None:
    """Fix the terms of an acceptance; None where neither it nor the catalogue *entry* sets a limit.

    Where only the law sets a limit, that limit is the promise too (优化营商环境条例 36).
    """
    due_at = str(accepted.get("due_at") or "")
    listed = entry or {}
    promise = None if due_at else _limit(accepted.get("promise")) or listed.get("promise")
    statutory = _limit(accepted.get("statutory")) or listed.get("statutory")
    if not (due_at or promise or statutory):
        return None
    if not due_at:
        promise = promise or statutory
    return Terms(promise, due_at, statutory, catalogue if entry else "")


def _limit(value: object) -> Limit | None:
    return Limit.read(value) if value else None
