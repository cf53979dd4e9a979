"""The examples in the files of the rules: what happened, and what the rule finds in it.

A lawyer adds one by copying another, so what is wrong is said in Chinese. `tests/rules` plays all
of them, `docs/rules.md` has them as sentences. Times are wall time in the zone of the profile.
"""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct
from msgspec.structs import asdict

from chalicelib.cases.case_id import CaseKind
from chalicelib.errors import BadInput
from chalicelib.findings.rule_file import RuleLevel, rule_text
from chalicelib.policy.reading import refused, within
from chalicelib.policy.shipped import DEFAULT, list_profiles
from chalicelib.schema import Unfit, read_record

FoundLevel = RuleLevel | Literal[""]
_Moment = Annotated[datetime, Meta(tz=False)]


class Found(Struct, frozen=True, order=True, forbid_unknown_fields=True):
    """What a rule finds: the *ground* (情形), the legal instant *at*, and the *level*, if any.

    Silence that approves or accepts (视为) has no level, nor has a sign of V-27.
    """

    at: _Moment
    ground: str
    level: FoundLevel = ""


class _WrittenExample(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An example as its file has it; where nothing is found, `findings = []`."""

    name: str
    events: list[dict[str, Any]]
    judged_at: _Moment
    findings: list[Found]
    case: CaseKind = "permit"
    profile: str = DEFAULT
    adds: str = ""
    item: dict[str, str] | None = None


class Example(_WrittenExample, frozen=True, kw_only=True):
    """The *events* of a *case*, and what *rule* finds in it by *judged_at*.

    *profile* is the name of a shipped one; *adds* is what a place adds to it. *item* has the
    columns of the catalogue's row for the item; None: there is no catalogue.
    """

    rule: str

    def __str__(self) -> str:
        """Return where it stands, as a failure names it."""
        return f"{self.rule}.toml，示例“{self.name}”"


def load_examples(rule: str) -> tuple[Example, ...]:
    """Return the examples in the file of *rule*. Raises BadInput."""
    return read_examples(rule, rule_text(rule))


def read_examples(rule: str, text: str) -> tuple[Example, ...]:
    """Read the examples of *rule* from the *text* of its file. Raises BadInput."""
    file = f"{rule}.toml"
    try:
        rows = tomllib.loads(text).get("example", [])
    except tomllib.TOMLDecodeError as error:
        zh, en = "不是 TOML，少了或者多了符号", f"not TOML: {error}"
        raise BadInput(zh=zh, en=en, where=file) from error
    return tuple(_read_example(rule, row, n) for n, row in enumerate(rows, 1))


class _Event(Struct, frozen=True):
    """What every event of an example has."""

    at: _Moment
    type: str


def _read_example(rule: str, row: Mapping[str, Any], n: int) -> Example:
    with refused(f"{rule}.toml，第{n}个示例“{row.get('name', '')}”"):
        written = read_record(_WrittenExample, row)
        with within("events"):
            read_record(list[_Event], written.events)
        if written.profile not in list_profiles():
            names = list_profiles()
            with within("profile"):
                raise Unfit(f"只能是：{'、'.join(names)}", f"must be one of {', '.join(names)}")
    return Example(rule=rule, **asdict(written))
