"""A made-up working week of a county, fed into the local stage."""

from infra.local_stage import Told


def run(told: Told, speed: int | None) -> None:
    """Feed it through signed webhooks, at *speed* if one is given."""
    del told, speed
