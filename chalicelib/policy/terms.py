"""Terms (时限约定): which limits bind a case, fixed when it is accepted and kept with it.

The promise is the limit promised to the applicant (承诺时限), the statutory limit that of the law
(法定时限). `permit/clocks/binding.py` says which of those told, listed and lawful they are.
"""

from collections.abc import Mapping

from msgspec import Struct, field, to_builtins

from chalicelib.policy.limit import Limit
from chalicelib.schema import read_record


class Terms(Struct, frozen=True):
    """The limits of one case: at most one of *promise* and *due_at*, an explicit instant or date.

    *longer* names the fields in which more was told than counts. *stages* are limits by stage,
    *procedures* what pauses this item by its own record, *deemed* the basis on which silence
    counts as approval (超时默认), empty where it does not. *rules* is what its service guide has
    (`Guide.rules`); what is not in it is not known.
    """

    promise: Limit | None = None
    due_at: str = ""
    statutory: Limit | None = None
    catalogue: str = ""  # the version of the catalogue that has the item; empty: none had it
    kind: str = ""  # the catalogue's; empty: an ordinary licence
    longer: tuple[str, ...] = ()
    stages: Mapping[str, Limit] = field(default_factory=dict)
    procedures: tuple[str, ...] = ()
    deemed: str = ""
    rules: Mapping[str, int | bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Hold the one invariant that counting relies on."""
        if self.due_at and self.promise is not None:
            raise ValueError("terms have either a promise or a due date, not both")

    @property
    def is_promised(self) -> bool:
        """Return whether the applicant was promised a limit, or the case is an immediate one."""
        return bool(self.promise or self.due_at) or self.kind == "immediate"

    def written(self) -> dict[str, object]:
        """Return the terms as stored with the acceptance; empty fields are left out."""
        values = to_builtins(self, enc_hook=str)  # a limit is its text
        lists = {name: list(values[name]) for name in ("longer", "procedures")}
        return {name: value for name, value in (values | lists).items() if value}


def read_terms(stored: object) -> Terms | None:
    """Return the terms that `written` stored; None where there are none. Raises Defect."""
    return read_record(Terms, stored) if isinstance(stored, Mapping) else None
