"""When an entry that is not public yet is late: after the windows that gather, and some calm.

CloudFormation cannot add, so the alarm's threshold is made of the windows here, for each
deployment. Promised are ten minutes (log/merge_delay.py); the windows take 210 seconds of them at
the most. From then on the schedule publishes what no record of a stream has brought.
"""

from collections.abc import Mapping
from typing import Any

WINDOWS = ("SealWindow", "PublishWindow")
CALM = 90  # s: streams, cold starts and a run that is tried again


def lateness(template: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """Return the parameter of *template* that follows from its windows, in seconds.

    *given* are the parameters that differ from the template's defaults.
    """
    parameters = template["Parameters"]
    seconds = sum(int(given.get(name, parameters[name]["Default"])) for name in WINDOWS)
    return {"CheckpointLag": str(seconds + CALM)}
