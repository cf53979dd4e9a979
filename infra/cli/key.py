"""`duban key add|list|remove`: who may call the API, in which role, for whom and until when."""

import argparse
import re
from collections.abc import Collection
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from chalicelib import instant
from chalicelib.errors import BadInput, Bilingual
from chalicelib.people.caller import ROLES
from infra.stack import services as stages
from infra.terminal.arguments import commands
from infra.terminal.language import say
from infra.terminal.report import remark, report

if TYPE_CHECKING:  # heavy, and not needed to refuse what is wrong by itself
    from chalicelib.people.caller import Caller
    from chalicelib.plumbing.services import Services

_OF_DEPARTMENT, _OF_REGIONS = ("clerk", "department"), ("supervisor", "inspector", "auditor")
_REGION = re.compile("[0-9]{2,12}", re.ASCII)
_OWNER = re.compile(r"[^\x00-\x1f\x7f]{0,100}")
_COMMAND = """\
key  发放、收回人员和系统的钥匙 | give and take the keys of people and systems
key add  生成一把钥匙，只显示一次 | make a key and print it, once
    ROLE  clerk、department、supervisor、inspector、auditor、operator（docs/rights.md）
        | clerk, department, supervisor, inspector, auditor or operator (docs/rights.en.md)
    --department D  哪个单位，与清单或报送登记写法相同；只用于 clerk、department
        | whose, as the catalogue or a source's registration names it; for clerk and department
    --regions A,B  哪些区划及其下级，如 370102；不写则为全部；只用于监督各角色
        | which regions, with all below them, such as 370102; for those who supervise; else all
    --owner TEXT =  由谁持有；写人员的 p_… 时，与该人视为同一人
        | who holds it; with a person's p_… the key and the person count as one
    --expires DATE  有效的最后一天，或一个时刻 | the last day on which it works, or an instant
    --stage --json
key list  列出谁有钥匙、属于谁、到何时 | show who has a key, for whom and until when
    --stage --json
key remove  收回一把钥匙，立即失效 | take a key away; it stops at once
    KEY_ID as key  按列表所示 | as listed
    --stage --json
"""
add = commands(__name__, _COMMAND, role=ROLES)
_UNOWNED = Bilingual(
    "没有写 --owner：出了事无人知道由谁持有，也查不出同一人的两把钥匙",
    "no --owner: nobody will know who holds it, nor that two keys are one person's",
)


def run_add(arguments: argparse.Namespace) -> int:
    """Issue a key; it is printed here and stored nowhere."""
    if (arguments.role in _OF_DEPARTMENT) != bool(arguments.department):
        zh = "角色 clerk、department（且只有它们）要写 --department 单位"
        en = "the roles clerk and department, and no other, need --department D"
        raise BadInput(zh=zh, en=en)
    regions = _read_regions(arguments)
    if not _OWNER.fullmatch(arguments.owner):
        zh = "--owner 写一行，最多 100 字"
        raise BadInput(zh=zh, en="--owner is a text of one line, of at most 100 characters")
    with stages.services_of(arguments.stage) as services:
        if arguments.department:
            check_department(arguments.department, known_departments(services))
        expires_at = read_end(arguments.expires, services.profile().zone, services.wall())
        key = services.keys.issue(
            arguments.role,
            arguments.department,
            regions=regions,
            owner=arguments.owner,
            expires_at=expires_at,
        )
    if not arguments.owner:
        remark(say(*_UNOWNED))
    document = {name: getattr(arguments, name) for name in ("role", "department", "owner")}
    document["regions"] = regions
    ends = {"expires_at": instant.text(expires_at) if expires_at else None}
    report(arguments, document | ends | {"key": key}, [key])
    return 0


def _read_regions(arguments: argparse.Namespace) -> list[str]:
    """Return the codes of `--regions`. Raises BadInput: no codes, or not for this role."""
    regions = arguments.regions.split(",") if arguments.regions else []
    if regions and arguments.role not in _OF_REGIONS:
        zh, en = "不用于此角色", "not for this role"
        raise BadInput(zh=zh, en=en, where="--regions")
    if not all(map(_REGION.fullmatch, regions)):
        zh, en = "应为区划代码，用逗号隔开", "codes of regions, with commas between them"
        raise BadInput(zh=zh, en=en, where="--regions")
    return regions


def known_departments(services: "Services") -> set[str]:
    """Return the departments that the operator has named: in the catalogue, or for a source.

    What events name is no ground for a key: whoever reports could make it up.
    """
    return {*services.item_names.departments(), *services.registrations.read().departments}


def check_department(name: str, known: Collection[str]) -> None:
    """Check that *name* is one of the *known* departments, letter by letter. Raises BadInput."""
    if name in known:
        return
    alike = next((other for other in known if other.split() == name.split()), "")
    zh = f"没有单位 {name!r}：现行清单和报送登记里都没有"
    en = f"department {name!r} is not known: no item in force and no registered source names it"
    if alike:
        raise BadInput(zh=f"{zh}，是不是 {alike!r}？", en=f"{en}; is {alike!r} meant?")
    ways = "duban catalogue import", "duban source add"
    raise BadInput(zh=f"{zh}（{'、'.join(ways)}）", en=f"{en} ({', '.join(ways)})")


def read_end(text: str | None, zone: tzinfo, now: datetime) -> datetime | None:
    """Return when a key ends: at an instant, or with a day in *zone*; None: never.

    Raises BadInput where *text* is neither, or the end is not after *now*.
    """
    if text is None:
        return None
    try:
        end = instant.parse_iso(text, zone)
        if not isinstance(end, datetime):
            day = end + timedelta(days=1)
            end = instant.whole(datetime(day.year, day.month, day.day, tzinfo=zone))
    except (ValueError, OverflowError) as error:
        zh = "--expires 写一天（如 2027-12-31），或者一个时刻"
        raise BadInput(zh=zh, en="--expires is a day, such as 2027-12-31, or an instant") from error
    if end <= now:
        raise BadInput(zh=f"--expires：{text} 已经过去", en=f"--expires: {text} is over")
    return end


def run_list(arguments: argparse.Namespace) -> int:
    """List who has a key."""
    with stages.services_of(arguments.stage) as services:
        callers = list(services.keys.all())
        zone, now = services.profile().zone, services.wall()
    rows = [_row(caller) for caller in callers]
    report(arguments, rows, (_line(caller, zone, now) for caller in callers))
    return 0


def _row(caller: "Caller") -> dict[str, Any]:
    row = {name: getattr(caller, name) for name in ("role", "department", "owner")}
    row = {"key_id": caller.id, **row, "regions": [*caller.regions]}
    return row | {"expires_at": instant.text(caller.expires_at) if caller.expires_at else None}


def _line(caller: "Caller", zone: tzinfo, now: datetime) -> str:
    parts = [
        f"{caller.id}  {caller.role:<10}",
        caller.department or ",".join(caller.regions),
        caller.owner,
    ]
    if caller.expires_at:
        until, is_over = instant.local(caller.expires_at, zone), caller.expires_at <= now
        verb = say("已过期", "expired") if is_over else say("有效至", "expires")
        parts.append(f"{verb} {until}")
    return "  ".join(part for part in parts if part).rstrip()


def run_remove(arguments: argparse.Namespace) -> int:
    """Take a key away."""
    with stages.services_of(arguments.stage) as services:
        if not services.keys.remove(arguments.key):
            raise BadInput(zh="没有这把钥匙", en="there is no such key", where=arguments.key)
    report(arguments, {"key_id": arguments.key, "removed": True}, ())
    return 0
