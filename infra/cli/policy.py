"""`duban policy check|diff|list`: whether profiles are sound, how two differ, which there are.

Offline, but for what a stage selects. A profile is named as everywhere: `hunan` is shipped,
`mine.toml` is a file.
"""

import argparse
import json
from typing import TYPE_CHECKING, Any

from chalicelib.instant import local
from infra.operate.policy_import_command import add_import
from infra.terminal.language import language, say
from infra.terminal.parser import add_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.policy.adoptions import Adoptions, StageAdoption
    from chalicelib.policy.selection import Selection
    from infra.policy.difference import DatedDifference, ProfileDifference

FINE, NEGATIVE = 0, 1


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "policy", help=say("检查、比较、施行规则文件", "check profiles, compare two, import one")
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    _add_check(actions)
    _add_diff(actions)
    add_import(actions)
    listing = actions.add_parser(
        "list",
        help=say(
            "列出自带的规则文件，以及环境在用的",
            "show the shipped profiles, and what a stage selects",
        ),
    )
    listing.add_argument(
        "--stage",
        metavar="STAGE",
        help=say("看这个环境里哪些地区用哪一份", "show where each is in force there"),
    )
    add_json(listing)
    listing.set_defaults(run=run_list)


def _add_check(actions: Any) -> None:
    checking = actions.add_parser(
        "check",
        help=say(
            "读规则文件，找出不可能是本意的写法",
            "read profiles and look for entries that nobody can have meant",
        ),
        description=say(
            "退出码 0：没有问题；1：读得懂，但有错；2：有一份读不懂。",
            "Exit 0: sound. 1: read, but at fault. 2: a profile that cannot be read.",
        ),
    )
    checking.add_argument(
        "profiles",
        nargs="*",
        metavar="FILE|NAME",
        help=say("默认检查随软件发布的全部", "all shipped by default"),
    )
    checking.add_argument(
        "--region",
        default="",
        metavar="CODE",
        help=say(
            "在哪里施行：别处的文件在那里只作参照",
            "where it is to judge: a document of another place is a model there",
        ),
    )
    add_json(checking)
    checking.set_defaults(run=run_check)


def _add_diff(actions: Any) -> None:
    comparing = actions.add_parser(
        "diff",
        help=say("列出两份规则文件不同的各项", "show the entries in which two profiles differ"),
        description=say(
            "退出码 0：两份相同；1：有不同；2：有一份读不懂。",
            "Exit 0: both are equal. 1: they differ. 2: one cannot be read.",
        ),
    )
    comparing.add_argument(
        "old",
        metavar="A",
        help=say("自带规则文件的名称，或 file.toml", "a shipped profile's name, or a file.toml"),
    )
    comparing.add_argument("new", metavar="B")
    add_json(comparing)
    comparing.set_defaults(run=run_diff)


def run_check(arguments: argparse.Namespace) -> int:
    """Check each profile; one that cannot be read hides no other. Raises BadInput for the first."""
    from chalicelib.policy.shipped import list_profiles
    from infra.policy.check_report import RefusedProfile, check_profile

    names = arguments.profiles or list_profiles()
    checked = [check_profile(name, arguments.region) for name in names]
    if arguments.json:
        rows = [each.written() for each in checked]
        print(json.dumps({"profiles": rows}, ensure_ascii=False, indent=2))
    else:
        print(*(line for each in checked for line in each.lines(language())), sep="\n")
    for each in checked:
        if isinstance(each, RefusedProfile):
            raise each.refusal
    return FINE if all(each.is_sound for each in checked) else NEGATIVE


def run_diff(arguments: argparse.Namespace) -> int:
    """Print the differences, and for which cases each is."""
    from infra.policy.choice import choose_dated_profile
    from infra.policy.difference import compare_by_days

    periods = compare_by_days(
        choose_dated_profile(arguments.old, "policy"),
        choose_dated_profile(arguments.new, "policy"),
    )
    last = [period for period in periods if not period.is_running][-1]
    if arguments.json:
        written = last.difference.written()
        written["equal"] = all(each.difference.is_none for each in periods)
        written["periods"] = [period.written() for period in periods]
        print(json.dumps(written, ensure_ascii=False, indent=2))
    else:
        print(*_period_lines(periods), sep="\n")
    return FINE if all(period.difference.is_none for period in periods) else NEGATIVE


def _period_lines(periods: "Sequence[DatedDifference]") -> "Iterator[str]":
    """Yield the lines of each period; without dates there is one, and nothing above it."""
    if len(periods) == 1:
        yield from _diff_lines(periods[0].difference)
        return
    for period in periods:
        yield f"{say(*period.cases)}:"
        yield from (f"  {line}" for line in _diff_lines(period.difference))


def run_list(arguments: argparse.Namespace) -> int:
    """Print the shipped profiles, and for which regions a stage selects each."""
    from chalicelib.policy.shipped import list_profiles, load_profile

    regions = _selected(arguments.stage) if arguments.stage else {}
    rows = [
        {"profile": name, "title": profile.title, "version": profile.version}
        | ({"regions": regions.get(name, [])} if arguments.stage else {})
        for name in list_profiles()
        for profile in [load_profile(name)]
    ]
    if arguments.stage:
        rows += _imported_rows(arguments.stage)
    if arguments.json:
        print(json.dumps({"profiles": rows}, ensure_ascii=False, indent=2))
        return FINE
    for row in rows:
        where = f" · {', '.join(row['regions'])}" if row.get("regions") else ""
        since = dates = ""
        if begun := row.get("since"):
            since = say(f" · {begun} 起", f" · from {begun} on")
        if days := row.get("dates"):
            dates = say(f"（另有 {'、'.join(days)} 起的）", f" (others from {', '.join(days)} on)")
        print(f"{row['profile']} · {row['title']} · {row['version']}{where}{since}{dates}")
    return FINE


def _imported_rows(stage: str) -> list[dict[str, Any]]:
    """Return the county's own profiles on *stage*, each where it holds and since when."""
    from infra.stack.services import services_of

    with services_of(stage) as services:
        adoptions, read = services.policies.current(fresh=True), services.policies.profile
        return [
            {
                "profile": name,
                "title": profile.first.title,
                "version": profile.version,
                "regions": _areas(of_it[-1].selection).get(name, []),
                "since": local(began, profile.first.zone) if began else None,
                "dates": [day.isoformat() for day in profile.changes[0]],
            }
            for name, digest, of_it in reversed(_runs(adoptions))
            for profile, began in [(read(name, digest), of_it[0].since)]
        ]


def _runs(adoptions: "Adoptions") -> list[tuple[str, str, list["StageAdoption"]]]:
    """Return each run of adoptions with one text of a county's profile: its name and digest.

    A text that comes back has two.
    """
    runs: list[tuple[str, str, list[StageAdoption]]] = []
    latest: dict[str, tuple[str, list[StageAdoption]]] = {}
    for each in adoptions.made:
        for name, digest in each.digests.items():
            if name not in adoptions.imported.values():
                continue
            if name not in latest or latest[name][0] != digest:
                latest[name] = digest, []
                runs.append((name, digest, latest[name][1]))
            latest[name][1].append(each)
    return runs


def _selected(stage: str) -> dict[str, list[str]]:
    """Return the regions of each profile that *stage* selects now; `any` stands for all others."""
    from infra.stack.services import services_of

    with services_of(stage) as services:
        now, made = services.now(), services.policies.current(fresh=True).made
        begun = [each for each in made if each.since is None or each.since <= now]
        return _areas((begun or made)[-1].selection)


def _areas(selection: "Selection") -> dict[str, list[str]]:
    areas: dict[str, list[str]] = {selection.default: ["any"]}
    for area, name in selection.by_area:
        areas.setdefault(name, []).append(area)
    return areas


def _diff_lines(difference: "ProfileDifference") -> "Sequence[str]":
    lines = [say(*change.text) for change in difference.changes]
    if not difference.changes:
        lines = [say("数字相同", "the same numbers")]
    if count := len(difference.basis):
        zh, en = f"另有 {count} 项依据不同（--json 列出）", f"and another basis for {count} entries"
        lines.append(say(zh, f"{en} (--json shows them)"))
    return lines
