"""The alerts of many log entries at once."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from chalicelib.feed.alerts import make_alert
from chalicelib.feed.entry import LogEntry


def make_alerts(entries: Iterable[LogEntry], zone: tzinfo) -> list[dict[str, Any]]:
    """Return the CloudEvents of those *entries* that are alerts, in their order."""
    return [event for entry in entries if (event := make_alert(entry, zone)) is not None]
