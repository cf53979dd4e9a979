"""The deployed policies of infra/stack/iam: what each function may do, where, on which condition.

A condition on the leading keys holds as on AWS: each partition that a call names must fit one of
the values, and a call that names none (a scan) passes.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

IAM = Path(__file__).parents[2] / "infra" / "stack" / "iam"
LEADING, S3_PREFIX = "dynamodb:LeadingKeys", "s3:prefix"
_ANY = ""  # the value of a right that depends on no condition


class Asked(Struct, frozen=True):
    """What one call needs: an *action* of IAM, on what, and the condition keys that it carries."""

    action: str
    where: str  # a table, table/index/name, a bucket or bucket/key
    context: Mapping[str, tuple[str, ...]]


class Right(Struct, frozen=True, order=True):
    """One thing that a policy allows; *value* is one of its condition's, "" where it has none."""

    action: str
    where: str
    value: str = _ANY


class Statement(Struct, frozen=True):
    """One statement of a policy: everything in it is allowed alike."""

    actions: frozenset[str]
    places: tuple[str, ...]
    key: str = ""  # of its condition
    values: tuple[str, ...] = ()
    is_for_all: bool = False
    is_except: bool = False  # the values are those that no key may fit

    def rights(self) -> Iterator[Right]:
        """Yield one right for each action, place and value of the condition."""
        for action in self.actions:
            for where in self.places:
                yield from (Right(action, where, value) for value in self.values or (_ANY,))

    def grants(self, asked: Asked) -> set[Right]:
        """Return the rights by which the statement allows what is *asked*; none: it does not."""
        if asked.action not in self.actions:
            return set()
        where = next((one for one in self.places if _fits(one, asked.where)), None)
        if where is None:
            return set()
        if not self.key:
            return {Right(asked.action, where)}
        given = asked.context.get(self.key, ())
        fitting = [next((one for one in self.values if _fits(one, v)), None) for v in given]
        if self.is_except:
            is_out = any(fitting) or not (given or self.is_for_all)
            return set() if is_out else {Right(asked.action, where, one) for one in self.values}
        if None in fitting or not (given or self.is_for_all):
            return set()
        return {Right(asked.action, where, value or _ANY) for value in fitting or (_ANY,)}


@cache
def policy(function: str) -> tuple[Statement, ...]:
    """Return the statements of the policy of *function*."""
    text = (IAM / f"{function}.json").read_text("utf-8")
    return tuple(map(_read, json.loads(text)["Statement"]))


def rights_of(function: str) -> set[Right]:
    """Return all that the policy of *function* allows."""
    return {right for statement in policy(function) for right in statement.rights()}


def _read(statement: Mapping[str, Any]) -> Statement:
    assert statement["Effect"] == "Allow"
    actions = frozenset(_listed(statement["Action"]))
    places = tuple(map(_place, _listed(statement["Resource"])))
    if "Condition" not in statement:
        return Statement(actions, places)
    ((operator, condition),) = statement["Condition"].items()
    ((key, values),) = condition.items()
    for_all, _, plain = operator.rpartition(":")
    assert for_all in ("", "ForAllValues"), f"unknown here: {operator}"
    known = ("StringEquals", "StringLike", "StringNotLike")
    assert plain in known, f"unknown here: {operator}"
    assert plain != "StringEquals" or "*" not in "".join(values), f"a star that is none: {values}"
    return Statement(actions, places, key, tuple(values), bool(for_all), "Not" in plain)


def _place(resource: Any) -> str:
    """Name a resource as calls name it: by its name in the template, and what is within it."""
    match resource:
        case {"Fn::GetAtt": [str(name), "Arn"]} | {"Ref": str(name)}:
            return name
        case {"Fn::GetAtt": [str(name), "StreamArn"]}:
            return f"{name}/stream"
        case {"Fn::Sub": str(text)}:
            of = re.match(r"\$\{(\w+)\.Arn\}", text)
            return of[1] + text[of.end() :] if of else text
        case {"Fn::If": [_, one, _]}:
            return _place(one)
    raise AssertionError(f"unknown here: {resource}")


@cache
def _fits(pattern: str, text: str) -> bool:
    """Match as IAM does: a star stands for any characters, a slash too."""
    return bool(re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
