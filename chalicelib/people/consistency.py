"""What is wrong with an organisation as a whole: links that lead nowhere, circles, days that clash.

Pure. Each fault names the record that it is in, so that an import can point at the row of a file.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.errors import Bilingual
from chalicelib.people.organisation import Organisation
from chalicelib.people.units import Department, Region, Succession

Table = Literal[
    "department", "post", "tenure", "leave", "succession", "region", "region_succession"
]


class Fault(Struct, frozen=True):
    """What is wrong with the record *key* of a *table*, in the field *column*."""

    table: Table
    key: tuple[str, ...]
    column: str
    text: Bilingual


def succession_key(step: Succession) -> tuple[str, ...]:
    """Return what tells a succession from others."""
    return step.source, step.successor, step.kind, step.item, step.at.isoformat()


def faults(organisation: Organisation) -> Iterator[Fault]:
    """Yield all that is wrong."""
    yield from _of_departments(organisation)
    yield from _of_posts(organisation)
    yield from _of_tenures(organisation)
    yield from _of_steps("succession", organisation.successions, organisation.by_code)
    regions = organisation.region_tree.regions
    for code, region in regions.items():
        yield from _of_parents("region", code, regions)
        yield from _of_days("region", (code,), region)
    yield from _of_steps("region_succession", organisation.region_successions, regions)


def _of_departments(organisation: Organisation) -> Iterator[Fault]:
    for code, unit in organisation.by_code.items():
        yield from _of_parents("department", code, organisation.by_code)
        yield from _of_days("department", (code,), unit)
        yield from _of_codes(organisation, "department", code, "region", (unit.region,))


def _of_codes(
    organisation: Organisation, table: Table, code: str, column: str, regions: Iterable[str]
) -> Iterator[Fault]:
    """Yield a fault for each of *regions* that the organisation does not have, if it has any."""
    known = organisation.region_codes
    for region in regions:
        if region and known and region not in known:
            zh, en = _no("区划代码", "region", region)
            zh += "；请核对，或在区划表里写上它"
            en += ": correct it, or add it to the table of regions"
            yield _fault(table, (code,), column, zh, en)


def _of_parents(
    table: Table, code: str, units: Mapping[str, Department] | Mapping[str, Region]
) -> Iterator[Fault]:
    parent, seen = units[code].parent, {code}
    if parent and parent not in units:
        yield _fault(table, (code,), "parent", *_no("上级", "unit above", parent))
    while parent in units and parent not in seen:
        seen.add(parent)
        parent = units[parent].parent
    if parent and parent == code:  # a row without a code is named for that alone
        zh, en = "上级绕回了自己", "the units above lead back to it"
        yield _fault(table, (code,), "parent", zh, en)


def _of_days(table: Table, key: tuple[str, ...], unit: Department | Region) -> Iterator[Fault]:
    if unit.since and unit.until and unit.until < unit.since:
        yield _fault(table, key, "until", "截止日期早于起始日期", "it ends before it begins")


def _of_posts(organisation: Organisation) -> Iterator[Fault]:
    for post in organisation.posts:
        unit, key = organisation.by_code.get(post.department), (post.code,)
        yield from _of_codes(organisation, "post", post.code, "regions", post.regions)
        if unit is None:
            yield _fault("post", key, "department", *_no("部门", "department", post.department))
        elif post.section and post.section not in unit.sections:
            zh, en = f"“{post.section}”不是该部门的科室", f"{post.section!r} is no section of it"
            yield _fault("post", key, "section", zh, en)
        if post.addressee is None and post.role is None:
            zh = "要有牌的送达角色，或者系统角色，或者两者都有"
            yield _fault("post", key, "role", zh, "it needs a role: on the ladder, here, or both")


def _of_tenures(organisation: Organisation) -> Iterator[Fault]:
    posts = {post.code: post for post in organisation.posts}
    holders = {tenure.person for tenure in organisation.tenures}
    for each in organisation.tenures:
        key = (each.person, each.post, each.since.isoformat())
        if each.post not in posts:
            yield _fault("tenure", key, "post", *_no("岗位", "post", each.post))
        if each.until and each.until < each.since:
            zh, en = "截止日期早于起始日期", "it ends before it begins"
            yield _fault("tenure", key, "until", zh, en)
        if each.deputy_for == each.person:
            zh, en = "不能代理自己", "nobody is his own deputy"
            yield _fault("tenure", key, "deputy_for", zh, en)
        elif each.deputy_for and each.deputy_for not in holders:
            zh, en = "被代理的人没有任职", "whom he stands in for holds no post"
            yield _fault("tenure", key, "deputy_for", zh, en)
    for leave in organisation.leaves:
        key = (leave.person, leave.post, leave.since.isoformat())
        if leave.until < leave.since:
            zh, en = "截止日期早于起始日期", "it ends before it begins"
            yield _fault("leave", key, "until", zh, en)
        if leave.person not in holders:
            yield _fault("leave", key, "person", "此人没有任职", "that person holds no post")


def _of_steps(
    table: Table,
    steps: Iterable[Succession],
    units: Mapping[str, Department] | Mapping[str, Region],
) -> Iterator[Fault]:
    """Yield the faults of successions: who is not there, who goes on too long, what goes in a ring.

    What is changed and taken back on another day is no circle.
    """
    of_day: dict[tuple[object, str], dict[str, str]] = {}
    for step in steps:
        key, source = succession_key(step), units.get(step.source)
        if source is None:
            yield _fault(table, key, "source", *_no("原单位", "unit", step.source))
        if step.successor and step.successor not in units:
            yield _fault(table, key, "successor", *_no("现单位", "unit", step.successor))
        yield from _of_step(table, key, step)
        is_whole = not step.item and step.kind not in ("split", "transfer_item")
        if source is not None and is_whole and source.until and source.until >= step.at:
            zh = f"原单位到 {source.until} 才撤，不能从 {step.at} 起由别的单位承接"
            en = f"it is there until {source.until} and cannot be continued from {step.at} on"
            yield _fault(table, key, "at", zh, en)
        ring = of_day.setdefault((step.at, step.item), {})
        if is_whole and step.source in ring and ring[step.source] != step.successor:
            zh, en = (
                "同一天由两个单位承接；分设请写“分设”并逐项划转",
                "two units continue all of it",
            )
            yield _fault(table, key, "successor", zh, f"{en} from one day on: write a split")
        ring[step.source] = step.successor
        if _leads_back(step.source, ring):
            zh, en = (
                "同一天里绕成一圈，没有最后承接的单位",
                "on that day the units lead in a circle",
            )
            yield _fault(table, key, "successor", zh, en)


def _of_step(table: Table, key: tuple[str, ...], step: Succession) -> Iterator[Fault]:
    if step.kind == "transfer_item" and not step.item:
        zh, en = "划转事项要写事项编码", "the transfer of an item names the item"
        yield _fault(table, key, "item", zh, en)
    if step.kind != "abolish" and not step.successor:
        zh, en = (
            "要写现单位；没有承接的单位只能是“撤销”",
            "it names who continues; only an end (abolish) needs none",
        )
        yield _fault(table, key, "successor", zh, en)
    if step.successor == step.source:
        zh, en = (
            "原单位和现单位是同一个；更名请在部门表里另写一行",
            "a unit does not succeed itself",
        )
        yield _fault(table, key, "successor", zh, f"{en}: a new name is a row of the departments")


def _leads_back(code: str, ring: Mapping[str, str]) -> bool:
    last, seen = ring.get(code, ""), set[str]()
    while last and last not in seen and last != code:
        seen.add(last)
        last = ring.get(last, "")
    return last == code and ring.get(code) != code


def _no(zh: str, en: str, name: str) -> tuple[str, str]:
    return f"没有这个{zh}：“{name[:80]}”", f"there is no {en} {name[:80]!r}"


def _fault(table: Table, key: tuple[str, ...], column: str, zh: str, en: str) -> Fault:
    return Fault(table, key, column, Bilingual(zh, en))


def ended_by_successions(organisation: Organisation) -> dict[str, Department]:
    """Return the departments that end the day before another continues all of them (合并、撤销).

    So nobody has to write the same day twice. Those with an end of their own keep it.
    """
    ended = {}
    for step in organisation.successions:
        unit = organisation.by_code.get(step.source)
        if (
            unit
            and not unit.until
            and not step.item
            and step.kind not in ("split", "transfer_item")
        ):
            ended[unit.code] = replace(unit, until=step.at - timedelta(days=1))
    return ended
