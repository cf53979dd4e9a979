"""A stack of infra/stack/template.yaml: what its values are once it has a name and its parameters.

Chalice adds the functions' types and code to the template; their names stand in it already.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml
from msgspec import Struct, field

from tests.support.template_file import TEMPLATE

_IN_TEXT = re.compile(r"\$\{([^}]+)\}")


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's tags as the functions that they stand for."""


def _function(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> Any:
    name = "Ref" if tag == "Ref" else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        return {name: node.value}
    assert isinstance(node, yaml.SequenceNode)
    return {name: loader.construct_sequence(node, deep=True)}


_Loader.add_multi_constructor("!", _function)


@cache
def _template() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(TEMPLATE.read_text("utf-8"), _Loader)
    return found


class Stack(Struct, frozen=True, dict=True):
    """The stack of a *stage*."""

    stage: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The stack's name, as `duban deploy` gives it."""
        return f"duban-{self.stage}"

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the properties of the resources of one *kind*, with their values."""
        return {
            name: self.value(resource.get("Properties", {}))
            for name, resource in _template()["Resources"].items()
            if resource.get("Type") == kind
        }

    def resource(self, name: str) -> dict[str, Any]:
        """Return the properties of one resource, with their values."""
        found: dict[str, Any] = self.value(_template()["Resources"][name]["Properties"])
        return found

    def functions(self) -> dict[str, dict[str, Any]]:
        """Return the properties of the functions, with their values."""
        return {
            name: self.value(resource["Properties"])
            for name, resource in _template()["Resources"].items()
            if "FunctionName" in resource.get("Properties", {})
        }

    def value(self, node: Any) -> Any:
        """Return *node* of the template with its references followed."""
        match node:
            case {"Ref": name} | {"Fn::GetAtt": name}:
                return self._named(name)
            case {"Fn::Sub": text}:
                return _IN_TEXT.sub(lambda found: str(self._named(found.group(1))), text)
            case {"Fn::If": [condition, then, otherwise]}:
                return self.value(then if self._holds(condition) else otherwise)
            case dict():
                return dict(self._pairs(node))
            case list():
                return [self.value(each) for each in node]
        return node

    def _pairs(self, node: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for name, each in node.items():
            value = self.value(each)
            if value != {"Ref": "AWS::NoValue"}:
                yield name, value

    def _named(self, path: str) -> Any:
        """Return the attribute that `resource.attribute` names, or what a name alone refers to."""
        resource, _, attribute = path.partition(".")
        return f"{self.name}-{resource}.{attribute}" if attribute else self._reference(resource)

    def _reference(self, name: str) -> Any:
        template = _template()
        if name == "AWS::StackName":
            return self.name
        if name.startswith("AWS::"):
            return {"Ref": name}
        if name == "Stage":
            return self.stage
        if name in template["Parameters"]:
            return self.parameters.get(name, template["Parameters"][name].get("Default"))
        properties = template["Resources"][name].get("Properties", {})
        return self.value(properties.get("FunctionName", f"{self.name}-{name}"))

    def _holds(self, condition: str) -> bool:
        return self._is_true(_template()["Conditions"][condition])

    def _is_true(self, node: Any) -> bool:
        match node:
            case {"Fn::Equals": [one, other]}:
                return str(self.value(one)) == str(self.value(other))
            case {"Fn::Not": [inner]}:
                return not self._is_true(inner)
        raise ValueError(f"no such condition here: {node}")
