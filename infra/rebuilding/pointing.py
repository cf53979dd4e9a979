"""A stack's template without some of its resources, and all that referred to them literal. Pure.

The way of a restored table into its stack leads over such a template: CloudFormation imports only
what the stack does not have, and changes nothing else while it imports. So first everything points
to the new table by its name, then the table is imported, then the references come back.
"""

import re
from collections.abc import Mapping
from typing import Any

Values = Mapping[str, str]
"""What a resource is referred to by: under "Ref" its name, and its attributes by theirs."""

_IN_TEXT = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.([A-Za-z0-9.]+))?\}")


def point(
    template: Mapping[str, Any], values: Mapping[str, Values], *, takes_out: bool
) -> dict[str, Any]:
    """Return *template* with each reference to a resource of *values* replaced by its value.

    *takes_out*: the resources themselves are left out too. Raises KeyError where a reference asks
    for an attribute that is not among the values.
    """
    resources = {
        name: _literal(resource, values)
        for name, resource in template["Resources"].items()
        if not (takes_out and name in values)
    }
    kept = {name: part for name, part in template.items() if name != "Transform"}
    outputs = _literal(template.get("Outputs", {}), values)
    return {**kept, "Resources": resources, "Outputs": outputs}


def only(template: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    """Return *template* with no resources but *names*, and no outputs: what a new stack imports."""
    left_out = ("Transform", "Outputs", "Globals")
    kept = {name: part for name, part in template.items() if name not in left_out}
    return {**kept, "Resources": {name: template["Resources"][name] for name in sorted(names)}}


def _literal(node: Any, values: Mapping[str, Values]) -> Any:
    match node:
        case {"Ref": str(name)} if name in values:
            return values[name]["Ref"]
        case {"Fn::GetAtt": [str(name), str(attribute)]} if name in values:
            return values[name][attribute]
        case {"Fn::GetAtt": str(path)} if path.partition(".")[0] in values:
            return _literal({"Fn::GetAtt": path.split(".", 1)}, values)
        case {"Fn::Sub": text}:
            node = _sub(text, values)
        case dict():
            node = {name: _pointed(name, each, values) for name, each in node.items()}
        case list():
            node = [_literal(each, values) for each in node]
    return node


def _pointed(name: str, node: Any, values: Mapping[str, Values]) -> Any:
    """Return one pair's value; nothing waits any more for a resource that was taken out."""
    if name != "DependsOn":
        return _literal(node, values)
    waits_for = [node] if isinstance(node, str) else node
    return [each for each in waits_for if each not in values]


def _sub(text: Any, values: Mapping[str, Values]) -> Any:
    """Return the text; without Fn::Sub where nothing is left to be put in."""
    if isinstance(text, list):
        words, own = text
        left = {name: each for name, each in values.items() if name not in own}
        return {"Fn::Sub": [_in_text(words, left), _literal(own, values)]}
    written = _in_text(text, values)
    return {"Fn::Sub": written} if "${" in written else written


def _in_text(text: str, values: Mapping[str, Values]) -> str:
    def value(found: re.Match[str]) -> str:
        name, attribute = found.group(1), found.group(2) or "Ref"
        return values[name][attribute] if name in values else found.group(0)

    return _IN_TEXT.sub(value, text)
