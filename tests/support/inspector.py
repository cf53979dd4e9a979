"""An inspector who decides about late news, at our own door."""

from tests.support.asker import Asker, data
from tests.support.world import World

REASON = {"reason": "有当日的送达回证"}


def contested(county: World, case: str = "1") -> list[str]:
    """Return the kinds of the claims of *case* that were ever contested, in that order."""
    facts = county.facts(case)
    return [fact.text("type") for fact in facts if fact.kind == "claim.contested"]


def decide(county: World, case: str, kind: str, act: str) -> None:
    """Decide (`accept` or `refuse`) about all news of *kind* in *case*, and let it be judged."""
    for n in [fact.n for fact in county.facts(case) if fact.kind == kind]:
        address = f"/v1/cases/hall%3A{case}/claims/{n}/{act}"
        data(Asker(county.services)("POST", address, body=REASON), 202)
        county.wall.forward(minutes=1)
        county.tick()
