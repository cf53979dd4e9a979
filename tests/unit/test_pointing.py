"""A template whose references to a table are its name, ARN and stream, letter by letter."""

from typing import Any

from infra.rebuilding.owning import only, point

TABLE = {"Ref": "new", "Arn": "arn:new", "StreamArn": "arn:new/stream/1"}
TEMPLATE: dict[str, Any] = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Parameters": {"Stage": {"Type": "String"}},
    "Resources": {
        "Facts": {"Type": "AWS::DynamoDB::Table", "Properties": {}},
        "Log": {"Type": "AWS::DynamoDB::Table", "Properties": {}},
        "Seal": {
            "DependsOn": ["Facts", "SealRole"],
            "Properties": {
                "Names": [{"Ref": "Facts"}, {"Ref": "Log"}],
                "Streams": {"Fn::GetAtt": ["Facts", "StreamArn"]},
                "Short": {"Fn::GetAtt": "Facts.Arn"},
                "All": {"Fn::Sub": "${Facts.Arn}/stream/*"},
                "Mixed": {"Fn::Sub": "${AWS::StackName}-${Facts}-${Log.Arn}-${!Facts}"},
                "Own": {"Fn::Sub": ["${Facts}/${It}", {"It": {"Ref": "Facts"}}]},
                "Shadowed": {"Fn::Sub": ["${Facts}", {"Facts": "mine"}]},
                "Chosen": {"Fn::If": ["Yes", {"Ref": "Facts"}, {"Ref": "AWS::NoValue"}]},
            },
        },
        "Publish": {"DependsOn": "Facts", "Properties": {}},
    },
    "Outputs": {"FactsTable": {"Value": {"Ref": "Facts"}}},
}


def test_all_references_are_literal_and_all_else_stays() -> None:
    """In every form that CloudFormation has; a name in a Sub's own map is another thing."""
    pointed = point(TEMPLATE, {"Facts": TABLE}, takes_out=True)
    assert pointed == {
        "Parameters": {"Stage": {"Type": "String"}},
        "Resources": {
            "Log": {"Type": "AWS::DynamoDB::Table", "Properties": {}},
            "Seal": {
                "DependsOn": ["SealRole"],
                "Properties": {
                    "Names": ["new", {"Ref": "Log"}],
                    "Streams": "arn:new/stream/1",
                    "Short": "arn:new",
                    "All": "arn:new/stream/*",
                    "Mixed": {"Fn::Sub": "${AWS::StackName}-new-${Log.Arn}-${!Facts}"},
                    "Own": {"Fn::Sub": ["new/${It}", {"It": "new"}]},
                    "Shadowed": {"Fn::Sub": ["${Facts}", {"Facts": "mine"}]},
                    "Chosen": {"Fn::If": ["Yes", "new", {"Ref": "AWS::NoValue"}]},
                },
            },
            "Publish": {"DependsOn": [], "Properties": {}},
        },
        "Outputs": {"FactsTable": {"Value": "new"}},
    }
    assert "Facts" in TEMPLATE["Resources"], "the one given is not changed"


def test_with_the_table_in_it_nothing_else_differs() -> None:
    """CloudFormation imports only where all else stays as it is, letter by letter."""
    without = point(TEMPLATE, {"Facts": TABLE}, takes_out=True)
    beside = point(TEMPLATE, {"Facts": TABLE}, takes_out=False)
    assert beside["Resources"].pop("Facts") == TEMPLATE["Resources"]["Facts"]
    assert beside == without


def test_a_new_stack_imports_what_holds_data_and_nothing_beside() -> None:
    """Without outputs and transform."""
    assert only(TEMPLATE, {"Log", "Facts"}) == {
        "Parameters": {"Stage": {"Type": "String"}},
        "Resources": {name: TEMPLATE["Resources"][name] for name in ("Facts", "Log")},
    }
