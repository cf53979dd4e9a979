"""`duban policy check|diff|import|list`: profiles checked, compared, put in force, listed.

Only the profiles of a stage need that stage. A profile is named as everywhere: `hunan` is shipped,
`mine.toml` is a file.
"""

import argparse
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from chalicelib.errors import Bilingual
from chalicelib.instant import is_date, local
from infra.stack import services as stages
from infra.stack.cloud import LOCAL_STAGE
from infra.terminal.arguments import commands
from infra.terminal.language import language, say
from infra.terminal.report import progress_bar, remark, report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.plumbing.services import Services
    from chalicelib.policy.adoptions import Adoptions, StageAdoption
    from chalicelib.policy.selection import Selection
    from infra.policy.difference import DatedDifference, ProfileDifference

FINE, NEGATIVE = 0, 1
_COMMAND = """\
policy  检查、比较、施行规则文件 | check profiles, compare two, import one
policy check  读规则文件，找出不可能是本意的写法
        | read profiles and look for entries that nobody can have meant
    about  退出码 0：没有问题；1：读得懂，但有错；2：有一份读不懂。
        | Exit 0: sound. 1: read, but at fault. 2: a profile that cannot be read.
    FILE|NAME repeated optional as profiles  默认检查随软件发布的全部 | all shipped by default
    --region CODE =  在哪里施行：别处的文件在那里只作参照
        | where it is to judge: a document of another place is a model there
    --json
policy diff  列出两份规则文件不同的各项 | show the entries in which two profiles differ
    about  退出码 0：两份相同；1：有不同；2：有一份读不懂。
        | Exit 0: both are equal. 1: they differ. 2: one cannot be read.
    A as old  自带规则文件的名称，或 file.toml | a shipped profile's name, or a file.toml
    B as new
    --json
policy import  在一个环境施行本地自己的规则文件 | put a county's own profile in force on a stage
    about
        整份施行，或者什么也不改：所有错误一次列出，写明文件、行和键。
        施行以前受理的办件，仍用原来的规则。
        | The whole file, or nothing: all mistakes are told at once, with file, line and key. What
        is accepted before it is in force keeps the rules that it has.
    FILE
    --stage STAGE
    --region CODE =  在哪里施行（整个环境） | where it is to hold (the whole stage)
    --from DATE as since  从哪天起施行（从现在起） | from which day on (from now on)
    --check  只列出错误；不需要环境 | only say what is wrong; needs no stage
    --wait SECONDS = 60  等日志写入规则声明的秒数，写入才生效（60）
        | how long the log may take to state the profile before it is in force (60)
    --json
policy list  列出自带的规则文件，以及环境在用的
        | show the shipped profiles, and what a stage selects
    --stage STAGE  看这个环境里哪些地区用哪一份 | show where each is in force there
    --json
"""
add = commands(__name__, _COMMAND)


def run_check(arguments: argparse.Namespace) -> int:
    """Check each profile; one that cannot be read hides no other. Raises BadInput for the first."""
    from chalicelib.policy.shipped import list_profiles
    from infra.policy.check_report import RefusedProfile, check_profile

    names = arguments.profiles or list_profiles()
    checked = [check_profile(name, arguments.region) for name in names]
    document = {"profiles": [profile.written() for profile in checked]}
    lines = (line for profile in checked for line in profile.lines(language()))
    report(arguments, document, lines, indent=2)
    for profile in checked:
        if isinstance(profile, RefusedProfile):
            raise profile.refusal
    return FINE if all(profile.is_sound for profile in checked) else NEGATIVE


def run_diff(arguments: argparse.Namespace) -> int:
    """Print the differences, and for which cases each is."""
    from infra.policy.choice import choose_dated_profile
    from infra.policy.difference import compare_by_days

    old, new = (choose_dated_profile(name, "policy") for name in (arguments.old, arguments.new))
    periods = compare_by_days(old, new)
    last = [period for period in periods if not period.is_running][-1]
    are_equal = all(period.difference.is_none for period in periods)
    written = last.difference.written() | {"equal": are_equal}
    written["periods"] = [period.written() for period in periods]
    report(arguments, written, _period_lines(periods), indent=2)
    return FINE if are_equal else NEGATIVE


def _period_lines(periods: "Sequence[DatedDifference]") -> "Iterator[str]":
    """Yield the lines of each period, under its dates where there are several periods."""
    if len(periods) == 1:
        yield from _diff_lines(periods[0].difference)
        return
    for period in periods:
        yield f"{say(*period.cases)}:"
        yield from (f"  {line}" for line in _diff_lines(period.difference))


def run_import(arguments: argparse.Namespace) -> int:
    """Check the file; put it in force unless `--check` is given. Raises BadInput."""
    from infra.policy.county import check_area

    check_area(arguments.region)
    if arguments.check and not arguments.stage:
        return _import(arguments, None)
    with stages.services_of(arguments.stage or LOCAL_STAGE) as services:
        return _import(arguments, services)


def _import(arguments: argparse.Namespace, services: "Services | None") -> int:
    from infra.policy.county import read_county_profile

    is_local = services is not None and services.settings.is_local
    region = arguments.region or (services.settings.duban_region if services else "")
    now = services.now() if services else datetime.now(UTC)
    day = date.fromisoformat(given) if is_date(given := arguments.since or "") else now.date()
    county = read_county_profile(arguments.file, region, day, is_local=is_local)
    remark(*(found.refusal.line(language()) for found in county.remarks))
    profile, title = county.profile, county.profile.first.title
    summary: dict[str, Any] = {"id": profile.id, "title": title, "version": profile.version}
    summary["dates"] = [begun.isoformat() for begun in profile.changes[0]]
    summary |= {"remarks": [each.written for each in county.remarks], "imported": False}
    if services is not None and not arguments.check:
        from infra.operate.announcing import begins, put_in_force

        since = begins(arguments.since, services.now(), profile.first.zone)
        bar = progress_bar(say("查看办件", "cases looked at"))
        place = arguments.region, since
        summary |= put_in_force(services, county, place, arguments.wait, bar)
        summary["since"] = local(since, profile.first.zone)
    named = f"{profile.id} · {title} · {profile.version}"
    report(arguments, summary, [f"{named}: {say(*_outcome(summary))}"])
    return FINE


def _outcome(summary: dict[str, Any]) -> Bilingual:
    if "since" not in summary:
        return Bilingual("没有错误，尚未施行", "sound, not put in force")
    if not summary["imported"]:
        return Bilingual("早已施行，没有变化", "in force already")
    since, selection, nudged = summary["since"], summary["selection"], summary["nudged"]
    zh = f"{since} 起施行（{selection}），此前受理的办件不变；{nudged} 件在办的重新裁断"
    en = f"in force from {since} on ({selection}); {nudged} open cases are moved"
    if summary["never_begun"]:
        zh += f"；原定以后施行的 {'、'.join(summary['never_begun'])} 不再施行"
        en += f"; {', '.join(summary['never_begun'])} will never begin"
    return Bilingual(zh, en)


def run_list(arguments: argparse.Namespace) -> int:
    """Print the shipped profiles, and for which regions a stage selects each."""
    from chalicelib.policy.shipped import list_profiles, load_profile

    regions = _selected(arguments.stage) if arguments.stage else {}
    rows: list[dict[str, Any]] = []
    for name, profile in ((name, load_profile(name)) for name in list_profiles()):
        held = {"regions": regions.get(name, [])} if arguments.stage else {}
        rows.append({"profile": name, "title": profile.title, "version": profile.version, **held})
    if arguments.stage:
        rows += _imported_rows(arguments.stage)
    report(arguments, {"profiles": rows}, map(_profile_line, rows), indent=2)
    return FINE


def _profile_line(row: "Mapping[str, Any]") -> str:
    where = f" · {', '.join(row['regions'])}" if row.get("regions") else ""
    since = dates = ""
    if begun := row.get("since"):
        since = say(f" · {begun} 起", f" · from {begun} on")
    if days := row.get("dates"):
        dates = say(f"（另有 {'、'.join(days)} 起的）", f" (others from {', '.join(days)} on)")
    return f"{row['profile']} · {row['title']} · {row['version']}{where}{since}{dates}"


def _imported_rows(stage: str) -> list[dict[str, Any]]:
    """Return the county's own profiles on *stage*, each where it holds and since when."""
    with stages.services_of(stage) as services:
        adoptions, rows = services.policies.current(fresh=True), []
        for name, digest, run in reversed(_runs(adoptions)):
            profile, since = services.policies.profile(name, digest), run[0].since
            first, regions = profile.first, _areas(run[-1].selection).get(name, [])
            row: dict[str, Any] = {"profile": name, "title": first.title}
            row |= {"version": profile.version, "regions": regions}
            row["since"] = local(since, first.zone) if since else None
            rows.append(row | {"dates": [day.isoformat() for day in profile.changes[0]]})
    return rows


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
    with stages.services_of(stage) as services:
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
