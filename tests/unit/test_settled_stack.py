"""What `duban deploy` does with a stack that another change left somewhere; answers are AWS's."""

from typing import Any

import pytest

from chalicelib.errors import BadInput
from infra.stack.formation import is_whole, settle
from tests.support.answers import Answers, refusal

GONE = refusal("ValidationError", "Stack with id duban-prod does not exist")


def cloud(*statuses: str, events: Any = ()) -> Any:
    """Give a cloud whose stack is at each of *statuses* in turn; "" is gone."""
    found = [{"Stacks": [{"StackStatus": one}]} if one else GONE for one in statuses]
    return Answers(describe_stacks=found, describe_stack_events={"StackEvents": [*events]})


def failed(resource: str, reason: str) -> dict[str, str]:
    """Give the event of a resource that failed."""
    return {
        "EventId": resource,
        "LogicalResourceId": resource,
        "ResourceStatus": "UPDATE_FAILED",
        "ResourceStatusReason": reason,
    }


def test_what_is_whole_is_left_as_it_is() -> None:
    """Also after an update that was taken back."""
    for status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"):
        whole = cloud(status)
        assert settle(whole, "duban-prod", print)
        assert not whole.operations
    assert not settle(cloud(""), "duban-prod", print)


def test_a_rollback_that_failed_is_gone_on_with() -> None:
    """Its cause is mended by then: the same command deploys."""
    stack = cloud(
        "UPDATE_ROLLBACK_FAILED", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"
    )
    assert settle(stack, "duban-prod", print)
    assert stack.operations == ["continue_update_rollback"]


def test_a_rollback_that_fails_again_tells_why() -> None:
    """The first failure is the cause; nothing is skipped, for the stack would differ from it."""
    stack = cloud("UPDATE_ROLLBACK_FAILED")
    stack.answers["describe_stack_events"] = [
        {"StackEvents": []},
        {"StackEvents": [failed("Board", "Table: duban-prod-Board does not exist")]},
    ]
    with pytest.raises(BadInput, match="还是退不回去：Table: duban-prod-Board does not exist"):
        settle(stack, "duban-prod", print)
    assert stack.asked.count(("continue_update_rollback", {"StackName": "duban-prod"})) == 1


def test_what_never_came_into_being_is_removed() -> None:
    """Nothing of it is kept: its tables were never used (RetainExceptOnCreate)."""
    stack = cloud("ROLLBACK_COMPLETE", "DELETE_IN_PROGRESS", "")
    assert not settle(stack, "duban-prod", print)
    assert stack.operations == ["delete_stack"]


def test_a_new_stack_whose_import_failed_is_removed_and_one_that_holds_something_is_not() -> None:
    """The first is empty: what it should have taken in is kept beside it, and taken in anew."""
    status = "IMPORT_ROLLBACK_COMPLETE"
    board = {"LogicalResourceId": "Board", "ResourceType": "AWS::DynamoDB::Table"}
    taken_back = {"StackResourceSummaries": [board | {"ResourceStatus": status}]}
    nothing: dict[str, Any] = {"StackResourceSummaries": []}
    for held in (nothing, taken_back):
        stack = cloud(status, status, "DELETE_IN_PROGRESS", "")
        stack.answers["list_stack_resources"] = held
        assert not is_whole(stack, "duban-prod")
        assert not settle(stack, "duban-prod", print)
        assert stack.operations == ["delete_stack"]
    stack = cloud(status)
    stack.answers["list_stack_resources"] = {
        "StackResourceSummaries": [board | {"ResourceStatus": "CREATE_COMPLETE"}]
    }
    assert is_whole(stack, "duban-prod")
    assert settle(stack, "duban-prod", print)
    assert not stack.operations


def test_another_change_is_waited_for() -> None:
    """Two operators, or one whose connection broke."""
    stack = cloud("UPDATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE")
    lines: list[str] = []
    assert settle(stack, "duban-prod", lines.append)
    assert not stack.operations
    assert "另一次部署结束" in lines[0]


def test_what_only_a_person_can_mend_is_said() -> None:
    """A deletion that failed half-way."""
    with pytest.raises(BadInput, match="处于 DELETE_FAILED，不能更改"):
        settle(cloud("DELETE_FAILED"), "duban-prod", print)
