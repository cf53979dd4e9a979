"""An event as an intake system posts it, before anybody has read it."""

from typing import Any


def posted(kind: str, time: str, data: dict[str, Any], /, **attributes: Any) -> dict[str, Any]:
    """Return a CloudEvent of *kind*, with other *attributes*; `...` leaves an attribute out."""
    event = {
        "specversion": "1.0",
        "id": "e-1",
        "source": "hall",
        "subject": "1",
        "type": kind,
        "time": time,
        "data": data,
        **attributes,
    }
    return {name: value for name, value in event.items() if value is not ...}
