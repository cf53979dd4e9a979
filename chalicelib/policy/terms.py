"""Terms (时限约定): which limits bind a case, fixed when it is accepted and kept with it.

The acceptance's own limits go before those of the catalogue (事项清单). The promise is the limit
promised to the applicant (承诺时限), the statutory limit that of the law (法定时限).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.policy.limit import Limit

LIMITED_BY_LAW = frozenset({"immediate", "forwarded", "joint"})  # the profile has their limits


@dataclass(frozen=True, slots=True)
class Terms:
    """The limits of one case. Either *promise*, or *due_at*: an explicit due instant or date.

    A case of a *kind* whose limit the law sets may have neither. *stages* are limits by stage,
    *procedures* what pauses this item by its own record, *deemed* the basis on which silence
    counts as approval (超时默认), empty where it does not. *rules* is what its service guide has
    (`Guide.rules`); what is not in it is not known.
    """

    promise: Limit | None = None
    due_at: str = ""
    statutory: Limit | None = None
    catalogue: str = ""  # the version of the catalogue that an entry came from
    kind: str = ""
    stages: Mapping[str, Limit] = field(default_factory=dict)
    procedures: tuple[str, ...] = ()
    deemed: str = ""
    rules: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Hold the one invariant that counting relies on."""
        if self.due_at and self.promise is not None:
            raise ValueError("terms have either a promise or a due date, not both")
        if not (self.due_at or self.promise or self.kind in LIMITED_BY_LAW):
            raise ValueError("terms have either a promise or a due date")

    def written(self) -> dict[str, object]:
        """Return the terms as stored with the acceptance; empty fields are left out."""
        values: dict[str, object] = {
            "promise": str(self.promise) if self.promise else "",
            "due_at": self.due_at,
            "statutory": str(self.statutory) if self.statutory else "",
            "catalogue": self.catalogue,
            "kind": self.kind,
            "stages": {name: str(limit) for name, limit in self.stages.items()},
            "procedures": list(self.procedures),
            "deemed": self.deemed,
            "rules": dict(self.rules),
        }
        return {name: value for name, value in values.items() if value}


def read_terms(stored: object) -> Terms | None:
    """Return the terms that `written` stored; None where there are none."""
    if not isinstance(stored, Mapping):
        return None
    promise, statutory = stored.get("promise"), stored.get("statutory")
    return Terms(
        promise=Limit.parse(promise) if promise else None,
        due_at=str(stored.get("due_at", "")),
        statutory=Limit.parse(statutory) if statutory else None,
        catalogue=str(stored.get("catalogue", "")),
        kind=str(stored.get("kind", "")),
        stages={name: Limit.parse(text) for name, text in stored.get("stages", {}).items()},
        procedures=tuple(stored.get("procedures", ())),
        deemed=str(stored.get("deemed", "")),
        rules=dict(stored.get("rules", {})),
    )


def terms_of(
    accepted: Mapping[str, object], entry: CatalogueItem | None = None, catalogue: str = ""
) -> Terms | None:
    """Fix the terms of an acceptance; None where nothing sets a limit.

    It may set one itself, or the catalogue's *entry*, or the law for its kind of case. Where only
    the law sets one, that is the promise too (优化营商环境条例 36); but an immediate case is
    promised for the same day.
    """
    due_at = str(accepted.get("due_at") or "")
    kind = str(accepted.get("kind") or (entry.kind if entry else ""))
    promise = None if due_at else _limit(accepted.get("promise")) or (entry and entry.promise)
    statutory = _limit(accepted.get("statutory")) or (entry.statutory if entry else None)
    if not (due_at or promise or statutory or kind in LIMITED_BY_LAW):
        return None
    by_law = None if kind == "immediate" else statutory
    return Terms(
        promise=None if due_at else promise or by_law,
        due_at=due_at,
        statutory=statutory,
        catalogue=catalogue if entry else "",
        kind=kind,
        stages={s.name: s.limit for s in entry.stages if s.limit} if entry else {},
        procedures=entry.procedures if entry else (),
        deemed=entry.deemed if entry else "",
        rules=entry.guide.rules() if entry else {},
    )


def _limit(value: object) -> Limit | None:
    return Limit.read_object(value) if value else None
