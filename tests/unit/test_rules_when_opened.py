"""By which rules a case is opened whose event comes late: of its own day, or of the receipt."""

import pytest

from chalicelib.permit.claims.reading import rules_when_opened
from chalicelib.policy.sources import Delivery, DeliveryTime, Registration, Registrations
from tests.unit.dated import LATER_YELLOW, profile_with, rules_of_days
from tests.unit.told import RULES, at


@pytest.mark.parametrize(
    ("source", "received", "day"),
    [
        ("hall", "2026-06-30T23:00", "2026-06-30"),
        ("hall", "2026-07-01T01:00", "2026-06-30"),
        ("hall", "2026-07-01T01:00:00.001", "2026-07-01"),
        ("elsewhere", "2026-07-01T01:00", "2026-07-01"),
    ],
)
def test_what_comes_late_is_opened_by_the_rules_of_its_receipt(
    source: str, received: str, day: str
) -> None:
    """The hall delivers within two hours of what it opens at 23:00; others at once."""
    sources = Registrations({"hall": Registration(deliveries=(Delivery(DeliveryTime(2, "h")),))})
    rules = rules_of_days(profile_with(LATER_YELLOW), sources=sources)
    then = rules_when_opened(at("2026-06-30T23:00"), at(received), source, rules)
    assert then.profile == rules.at(at(day)).profile
    assert rules.at(at("2026-06-30")).profile != rules.at(at("2026-07-01")).profile
    assert rules_when_opened(at("2026-06-30T23:00"), at(received), source, RULES) is RULES
