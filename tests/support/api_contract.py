"""Holds the API to its OpenAPI document (schemathesis): asks what that allows, and what not.

Every answer must be one that the document knows, by status, media type and schema; none is a 5xx;
what the document forbids is refused, and so is whoever has no key.
"""

from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

# That a body fits its schema does not say that it fits the case that it is about; nor a month, that
# it has begun.
_JUDGED = {"POST", "PUT"}
_JUDGED_PATHS = {"/v1/scores"}


def explore(schema: Any, headers: Mapping[str, str], examples: int) -> int:
    """Ask every operation of *schema* with *headers*; return the number of requests."""
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        is_plain = not operation.query and not operation.body and not operation.path_parameters
        modes = [GenerationMode.POSITIVE] if is_plain else list(GenerationMode)
        for mode in modes:
            asked += _explore_operation(operation, mode, headers, 1 if is_plain else examples)
    return asked


def _explore_operation(
    operation: Any, mode: GenerationMode, headers: Mapping[str, str], examples: int
) -> int:
    asked = 0
    is_judged = operation.method.upper() in _JUDGED or operation.path in _JUDGED_PATHS
    excluded = [positive_data_acceptance] if is_judged else []

    @settings(
        max_examples=examples,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        nonlocal asked
        asked += 1
        case.call_and_validate(headers={**headers}, excluded_checks=excluded)

    ask()
    return asked
