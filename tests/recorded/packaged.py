"""The packaged template of a stage, without that which depends on where it was packaged for."""

import copy
import json
from typing import Any

# The runtime, the processor and whether there is a layer are those of the packaging machine.
_OF_THE_TARGET = ("Runtime", "Architecture", "DependenciesLayer")
# `supervise` is about to read single items of the inbox: whether it may is left out.
_READS_ITEMS = "dynamodb:GetItem"


def outputs(template: dict[str, Any], stage: str) -> dict[str, str]:
    """Return each part of the *template* of *stage* as JSON, by its place."""
    kept = copy.deepcopy(template)
    for name in _OF_THE_TARGET:
        kept["Parameters"][name].pop("Default", None)
    _leave_out_reading(kept["Resources"]["SuperviseRole"])
    parts: dict[str, Any] = {}
    for section, body in kept.items():
        if section == "Resources":
            parts |= {f"{stage}/{section}/{name}": one for name, one in body.items()}
        else:
            parts[f"{stage}/{section}"] = body
    return {place: json.dumps(part, indent=1) for place, part in parts.items()}


def _leave_out_reading(role: dict[str, Any]) -> None:
    """Remove the right to read single items of the inbox from the policy of *role*."""
    (policy,) = role["Properties"]["Policies"]
    for statement in policy["PolicyDocument"]["Statement"]:
        if statement["Resource"] == {"Fn::GetAtt": ["Inbox", "Arn"]}:
            statement["Action"] = [one for one in statement["Action"] if one != _READS_ITEMS]
