"""What `duban recreate` refuses, and what it finds of a deleted stack; answers are AWS's."""

from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.errors import BadInput
from infra.rebuilding.owning import change
from infra.rebuilding.recovery import TABLE
from infra.rebuilding.recreating import _left_behind, recreate
from infra.stack.cloud import LOCAL_STAGE, local_at
from tests.support.answers import Answers


def test_a_local_stage_is_made_again_by_a_restart() -> None:
    """Tables that are made again there would not be kept over the next one."""
    with pytest.raises(BadInput, match="duban down"):
        recreate(local_at("http://127.0.0.1:9"), LOCAL_STAGE, (), print)


def deleted(kept: dict[str, list[str]]) -> Any:
    """Give a cloud that remembers deleted stacks, the newest last, and what each *kept*."""
    stacks = [
        {"StackName": "duban-prod", "StackId": name, "CreationTime": n}
        for n, name in enumerate(kept)
    ]
    events = [
        {
            "StackEvents": [
                {
                    "ResourceStatus": "DELETE_SKIPPED",
                    "ResourceType": TABLE,
                    "LogicalResourceId": each,
                    "PhysicalResourceId": f"{name}-{each}",
                }
                for each in kept[name]
            ]
        }
        for name in reversed(kept)
    ]
    return Answers(list_stacks={"StackSummaries": stacks}, describe_stack_events=events)


def test_a_stack_that_failed_to_be_made_again_hides_nothing() -> None:
    """It is removed and kept nothing: what there is was kept by the one before."""
    cloud = deleted({"oldest": ["Old"], "last": ["Facts"], "failed": []})
    assert {name: each.name for name, each in _left_behind(cloud, "duban-prod").items()} == {
        "Facts": "last-Facts"
    }
    assert not _left_behind(deleted({"failed": []}), "duban-prod")


def test_a_step_that_would_make_what_holds_data_empty_is_not_executed() -> None:
    """As the whole release over a stack that took in nothing."""
    added = {"Action": "Add", "LogicalResourceId": "Facts", "ResourceType": TABLE}
    made = {"Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE"}
    cloud: Any = Answers(
        describe_stacks={"Stacks": [{"StackStatus": "IMPORT_ROLLBACK_COMPLETE"}]},
        describe_change_set=made | {"Changes": [{"ResourceChange": added}]},
    )
    cloud.meta = SimpleNamespace(endpoint_url="http://127.0.0.1:9")
    cloud.answers["get_caller_identity"] = {"Account": "000000000000"}
    template: dict[str, Any] = {"Parameters": {}, "Resources": {}}
    with pytest.raises(BadInput, match=r"另建 Facts，没有执行.*would replace or make Facts"):
        change(cloud, "duban-prod", template, set(), print)
    assert cloud.operations[-1] == "delete_change_set"
    with pytest.raises(BadInput, match="IMPORT_ROLLBACK_COMPLETE"):  # where it stays: executed
        change(cloud, "duban-prod", template, {"Facts"}, print)
    assert cloud.operations[-1] == "execute_change_set"
