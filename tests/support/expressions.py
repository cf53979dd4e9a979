"""DynamoDB's expressions, as far as PynamoDB writes them: conditions and updates over items."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

Item = Mapping[str, Any]
Names = Mapping[str, str]
Values = Mapping[str, Any]
Test = Callable[[Item, Names, Values], bool]

_TOKEN = re.compile(r"\(|\)|,|<>|<=|>=|=|<|>|[#:]?\w+")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def holds(expression: str | None, item: Item, request: Mapping[str, Any]) -> bool:
    """Whether the condition *expression* of *request* holds for *item*; none always does."""
    if not expression:
        return True
    return bool(holding(expression, [item], request))


def holding(expression: str | None, items: list[Item], request: Mapping[str, Any]) -> list[Item]:
    """Return those of *items* for which the condition *expression* of *request* holds."""
    if not expression:
        return items
    test, names = _compiled(expression), request.get("ExpressionAttributeNames", {})
    values = request.get("ExpressionAttributeValues", {})
    return [item for item in items if test(item, names, values)]


def updated(expression: str, item: Item, request: Mapping[str, Any]) -> dict[str, Any]:
    """Give *item* after `SET a = b, … REMOVE c, … ADD d 1`."""
    names, values = request["ExpressionAttributeNames"], request.get("ExpressionAttributeValues")
    result = dict(item)
    for part in re.split(r"(?=\bSET\b|\bREMOVE\b|\bADD\b)", expression):
        verb, _, rest = part.strip().partition(" ")
        for action in filter(None, (one.strip() for one in rest.split(","))):
            name, _, value = action.partition(" = ")
            if verb == "SET":
                result[names[name]] = (values or {})[value]
            elif verb == "ADD":
                name, _, value = action.partition(" ")
                sums = [result.get(names[name], {"N": "0"}), (values or {})[value]]
                result[names[name]] = {"N": str(sum(int(one["N"]) for one in sums))}
            else:
                result.pop(names[name], None)
    return result


def comparable(value: Mapping[str, Any]) -> Any:
    """Give what a typed value is compared by."""
    ((kind, plain),) = value.items()
    return Decimal(plain) if kind == "N" else plain


@cache
def _compiled(expression: str) -> Test:
    tokens = _TOKEN.findall(expression)
    tokens.reverse()  # the next one is popped off the end
    test = _any(tokens)
    assert not tokens, expression
    return test


def _any(tokens: list[str]) -> Test:
    tests = [_all(tokens)]
    while tokens and tokens[-1] == "OR":
        tokens.pop()
        tests.append(_all(tokens))
    if len(tests) == 1:
        return tests[0]
    return lambda *given: any(test(*given) for test in tests)


def _all(tokens: list[str]) -> Test:
    tests = [_one(tokens)]
    while tokens and tokens[-1] == "AND":
        tokens.pop()
        tests.append(_one(tokens))
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:  # most are: a partition's key, and a sort key
        one, other = tests
        return lambda *given: one(*given) and other(*given)
    return lambda *given: all(test(*given) for test in tests)


def _one(tokens: list[str]) -> Test:
    first = tokens.pop()
    if first == "(":
        inner = _any(tokens)
        assert tokens.pop() == ")"
        return inner
    if first in {"attribute_exists", "attribute_not_exists"}:
        _, name, _ = tokens.pop(), tokens.pop(), tokens.pop()
        wanted = first == "attribute_exists"
        return lambda item, names, _values: (names[name] in item) is wanted
    if first == "begins_with":
        _, name, _, start, _ = (tokens.pop() for _ in range(5))
        return lambda item, names, values: (
            names[name] in item and item[names[name]]["S"].startswith(values[start]["S"])
        )
    sign, value = tokens.pop(), tokens.pop()
    compare, is_met_by_same = _COMPARE[sign], sign in ("=", "<=", ">=")

    def test(item: Item, names: Names, values: Values) -> bool:
        found, given = item.get(names[first]), values[value]
        if found == given:
            return is_met_by_same
        if found is None:
            return False
        if "S" in found and "S" in given:
            return compare(found["S"], given["S"])
        if found.keys() != given.keys():
            return False
        return compare(comparable(found), comparable(given))

    return test
