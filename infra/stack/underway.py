"""The note of a rebuilding that is under way: what the stack is to have, and its whole template.

It is written before the first change of the stack and taken away after the last one. Meanwhile the
stack lacks a table, so nothing else may be deployed.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from chalicelib.errors import BadInput
from infra.stack import artefacts, formation
from infra.stack.cloud import Cloud


class Holding(Struct, frozen=True):
    """A resource that a stack is to have: kind, name, and the values others refer to it by.

    *is_made*: it is there, and is imported. Otherwise it is gone, and CloudFormation makes it anew.
    """

    kind: str
    name: str
    values: dict[str, str]
    is_made: bool = True


class Rebuilding(Struct, frozen=True):
    """The *holdings* that come into a stack, by logical ids, and the whole *template* of it."""

    template: dict[str, Any]
    holdings: dict[str, Holding]


def read(cloud: Cloud, stage: str) -> Rebuilding | None:
    """Return the rebuilding that is under way; None where there is none."""
    noted = artefacts.read_note(cloud, _key(stage))
    if noted is None:
        return None
    holdings = {name: Holding(**each) for name, each in noted["holdings"].items()}
    return Rebuilding(artefacts.read_json(cloud, noted["template"]), holdings)


def whole_template(cloud: Cloud, stage: str) -> dict[str, Any]:
    """Return the template that the stack of *stage* has, or will have again."""
    noted = read(cloud, stage)
    if noted:
        return noted.template
    return formation.processed_template(cloud, formation.stack_name(stage))


def begin(
    cloud: Cloud, stage: str, template: dict[str, Any], holdings: Mapping[str, Holding]
) -> Rebuilding:
    """Note that *holdings* are on their way into the stack of *template*.

    Crash after it: the stack is as it was; the same command goes on, and nothing else is deployed.
    """
    address = artefacts.upload_template(cloud, template)
    held = {name: asdict(each) for name, each in holdings.items()}
    artefacts.write_note(cloud, _key(stage), {"template": address, "holdings": held})
    return Rebuilding(template, dict(holdings))


def end(cloud: Cloud, stage: str) -> None:
    """Take the note away. Crash before it: the same command again finds nothing left to change."""
    artefacts.drop_note(cloud, _key(stage))


def require_none(cloud: Cloud, stage: str) -> None:
    """Refuse to deploy over a rebuilding that is not done. Raises BadInput."""
    if noted := read(cloud, stage):
        names = ", ".join(sorted(noted.holdings))
        zh = f"{names} 的恢复尚未完成，请先把同一条命令再执行一次"
        en = f"{names} is not wholly the stack's yet: give the same command once more first"
        raise BadInput(zh=zh, en=en, where=stage)


def _key(stage: str) -> str:
    return f"rebuilding/{stage}.json"
