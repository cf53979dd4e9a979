"""Honest logs replayed: whatever happens in a county, anybody comes to the same from its leaves."""

import copy
from typing import Any
from unittest.mock import patch

from chalicelib.calendar.change import read_change
from chalicelib.plumbing.services import use
from chalicelib.policy.catalogue import read_catalogue
from tests.support.asker import Asker, data
from tests.support.replayed import Leaf, PublicWorld, found, public_world
from tests.support.spring_festival import BEFORE, EXTENDED, put_in_force
from tests.support.stage import services_here, settings

ITEMS = """item,name,department,kind,promise,statutory,basis,stages
X-01,许可,Housing,promise,5wd,20wd,某法第一条,
"""
LISTED = {"item": "X-01", "department": "Housing", "region": "370102"}


def changed(county: PublicWorld, kind: str, /, **data: object) -> list[Leaf]:
    """The leaves of the county, but for what the first of a *kind* says."""
    leaves = copy.deepcopy(county.leaves())
    next(leaf for leaf in leaves if leaf["k"] == kind)["data"].update(data)
    return leaves


def test_a_notice_that_moves_what_is_due() -> None:
    """The Spring Festival of 2020: revised, lost and issued anew; each under the rules of then."""
    with public_world("2020-01-13T09:00:00") as county:
        put_in_force(county.services, BEFORE)
        county.tick()
        county.accept("2020-01-13T09:00:00", promise="10wd")
        county.tick()
        for at in ("2020-01-22T17:31:00", "2020-01-31T17:31:00", "2020-02-01T10:00:00"):
            county.until(at)
        put_in_force(county.services, EXTENDED)
        county.tick()
        county.until("2020-02-04T09:00:00")
        county.close()
        kinds = [leaf["k"] for leaf in county.leaves()]
        assert {"due.revised", "card.rechecked"} < set(kinds)
        assert found(county) == []
        for forged in ({"was": "2020-01-30T09:30:00.000Z"}, {"due_at": "2020-02-05T09:30:00.000Z"}):
            assert any(
                "due.revised does not follow" in one
                for one in found(county, changed(county, "due.revised", **forged))
            )


def test_a_catalogue_that_comes_late() -> None:
    """Judged by the law's limit, then by the terms that it has; nobody can choose them."""
    with public_world("2026-11-02T09:00:00") as county:
        county.report("case.accepted", "2026-11-02T09:00:00", **LISTED)
        county.tick()
        county.until("2026-11-06T09:00:00")
        county.services.catalogues.write(read_catalogue(ITEMS.encode(), "items.csv"))
        county.tick()
        county.until("2026-11-09T18:00:00")
        county.close()
        kinds = {leaf["k"] for leaf in county.leaves()}
        assert kinds >= {"terms.adopted", "card.issued"}
        assert found(county) == []
        (terms,) = (leaf["data"] for leaf in county.leaves() if leaf["k"] == "terms.adopted")
        forged = changed(county, "terms.adopted", terms=terms["terms"] | {"promise": "50wd"})
        assert any("terms.adopted does not follow" in one for one in found(county, forged))


def test_a_later_catalogue_that_is_kept_from_a_case() -> None:
    """The operator imports it, says so, and lets the office have the law's time all the same."""
    with public_world("2026-11-02T09:00:00") as county:
        county.report("case.accepted", "2026-11-02T09:00:00", **LISTED)
        county.tick()
        county.until("2026-11-06T09:00:00")
        with patch("chalicelib.lambdas.supervise.adopt_listed", return_value=None):
            county.services.catalogues.write(read_catalogue(ITEMS.encode(), "items.csv"))
            county.tick()
            county.until("2026-11-06T11:00:00")
            county.report("case.decided", "2026-11-06T11:00:00", outcome="refused", reason="x")
            county.until("2026-11-06T12:00:00")
            county.close()
        (said,) = found(county)
        assert "the item is listed since: terms.adopted should be there, and is not" in said


def test_what_is_told_otherwise_than_the_list_has_it() -> None:
    """A longer promise, another department, another kind: derived again, and not to be forged."""
    with public_world("2026-11-02T09:00:00") as county:
        county.services.catalogues.write(read_catalogue(ITEMS.encode(), "items.csv"))
        county.tick()
        promise = {"amount": 300, "unit": "wd"}
        told: dict[str, Any] = {"department": "Water", "kind": "joint", "promise": promise}
        county.report("case.accepted", "2026-11-02T09:00:00", **(LISTED | told))
        county.tick()
        county.until("2026-11-02T10:00:00")
        county.close()
        assert found(county) == []
        accepted = next(leaf for leaf in county.leaves() if leaf["k"] == "case.accepted")["data"]
        assert (accepted["department"], accepted["told_department"]) == ("Housing", "Water")
        assert (accepted["kind"], accepted["told_kind"]) == ("promise", "joint")
        assert accepted["terms"]["longer"] == ["promise"]
        signs = {leaf["data"]["sign"] for leaf in county.leaves() if leaf["k"] == "data.flagged"}
        wanted = {"department_not_listed", "kind_not_listed", "limit_longer_than_published"}
        assert signs == wanted
        found_by_us = (leaf for leaf in county.leaves() if "told" not in leaf)
        (proposal,) = (leaf for leaf in found_by_us if leaf["k"] == "card.proposed")
        proposed = proposal["data"]
        assert (proposed["rule"], proposed["ground"]) == ("V-28", "limit_longer_than_published")
        assert proposed["department"] == "Housing"
        for forged in (
            {"department": "Water"},
            {"told_department": "Housing"},
            {"kind": "joint"},
            {"terms": accepted["terms"] | {"promise": "300wd"}},
            {"terms": {name: v for name, v in accepted["terms"].items() if name != "longer"}},
            {"terms": accepted["terms"] | {"kind": "joint", "statutory": "45wd"}},
            {"listed": False},
        ):
            said = found(county, changed(county, "case.accepted", **forged))
            assert any("has terms other than the catalogue's of then" in one for one in said)


def test_a_proposal_that_is_confirmed_under_other_rules() -> None:
    """The card names those that it was proposed under; its own life is judged by the new ones."""
    with public_world("2026-11-02T09:00:00") as county:
        county.accept("2026-11-02T09:00:00", promise="20wd")
        county.report("fee.charged", "2026-11-02T09:00:00", amount=1001, standard=1000)
        county.tick()
        county.until("2026-11-02T09:30:00")
        (proposal,) = (leaf for leaf in county.leaves() if leaf["key"].startswith("V-23/"))
        county.until("2026-11-03T09:00:00")
        closure = {"notice": "〔2026〕1号", "issued": "2026-11-03", "days_off": ["2026-11-05"]}
        county.services.calendars.write(read_change(closure, "f"))
        county.tick()
        county.until("2026-11-04T09:00:00")
        card = f"{proposal['case']}.{proposal['n']}"
        data(Asker(county.services)("POST", f"/v1/cards/{card}/confirm", "inspector"), 202)
        county.tick()
        county.until("2026-11-12T18:00:00", minutes=24 * 60)
        county.close()
        kinds = {leaf["k"] for leaf in county.leaves()}
        assert kinds >= {"due.revised", "card.confirmed", "card.numbered"}
        assert found(county) == []


def test_a_stage_that_stood_still() -> None:
    """What was told in an outage is judged after it, by what is in force then; and says so."""
    with public_world("2026-11-02T09:00:00") as county:
        county.accept("2026-11-02T09:00:00", promise="5wd")
        county.tick()
        county.wall.forward(days=10)
        county.report("case.decided", "2026-11-12T09:00:00", outcome="granted")
        county.wall.forward(minutes=15)
        county.tick()
        county.close()
        kept = {leaf["k"]: leaf["data"].get("noticed") for leaf in county.leaves()}
        assert kept["card.issued"] == "outage"
        assert found(county) == []


def test_a_local_stage_that_counts_days_otherwise_says_so() -> None:
    """A log from elsewhere ends its days at midnight there, and the log states that it does."""
    with public_world("2026-11-02T09:00:00") as county:
        county.services = services_here(settings("table"), county.wall, county.turns)
        with use(county.services):
            counting = {"zone": "Europe/Amsterdam", "cutoff": "24:00", "rest_day": "keep"}
            county.services.table_clock.count_as("elsewhere", counting)
            county.tick()
            county.accept("2026-11-02T09:00:00", region="elsewhere", promise="5wd")
            county.tick()
            county.until("2026-11-10T09:00:00")
            county.close()
            (card,) = (leaf for leaf in county.leaves() if "V-02/promise" in leaf["key"])
            assert card["at"] == "2026-11-09T22:59:59.999Z"
            (finding,) = found(county)
            assert "only a stage on trial may have" in finding  # and that is all
            forged = changed(county, "card.issued", policy=card["data"]["policy"] + "+other")
            assert any("were not stated to be in force" in one for one in found(county, forged))
