"""`duban policy check|diff|list`: whether profiles are sound, how two differ, which there are.

Offline, but for what a stage selects. A profile is named as everywhere: `hunan` is shipped,
`mine.toml` is a file.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.errors import BadInput
from chalicelib.instant import local
from infra.cloud import LOCAL_STAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.plumbing.services import Services
    from infra.policy.difference import ProfileDifference

FINE, NEGATIVE = 0, 1


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("policy", help="check profiles, or compare two")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    checking = actions.add_parser(
        "check",
        help="read profiles and look for entries that nobody can have meant",
        description="Exit 0: sound. 1: read, but at fault. 2: a profile that cannot be read.",
    )
    checking.add_argument("profiles", nargs="*", metavar="FILE|NAME", help="all shipped by default")
    checking.add_argument(
        "--region",
        default="",
        metavar="CODE",
        help="where it is to judge: a document of another place is a model there",
    )
    checking.add_argument("--json", action="store_true", help="one JSON document on stdout")
    checking.set_defaults(run=run_check)
    comparing = actions.add_parser(
        "diff",
        help="show the entries in which two profiles differ",
        description="Exit 0: both are equal. 1: they differ. 2: one cannot be read.",
    )
    comparing.add_argument("old", metavar="A", help="a shipped profile's name, or a file.toml")
    comparing.add_argument("new", metavar="B")
    comparing.add_argument("--json", action="store_true", help="one JSON document on stdout")
    comparing.set_defaults(run=run_diff)
    _add_import(actions)
    listing = actions.add_parser("list", help="show the shipped profiles, and what a stage selects")
    listing.add_argument("--stage", metavar="STAGE", help="show where each is in force there")
    listing.add_argument("--json", action="store_true", help="one JSON document on stdout")
    listing.set_defaults(run=run_list)


def _add_import(actions: Any) -> None:
    importing = actions.add_parser(
        "import",
        help="put a county's own profile in force on a stage",
        description="The whole file, or nothing: all mistakes are told at once, with file, line and"
        " key. What is accepted before it is in force keeps the rules that it has.",
    )
    importing.add_argument("file", metavar="FILE", type=Path)
    importing.add_argument("--stage", metavar="STAGE")
    importing.add_argument(
        "--region", default="", metavar="CODE", help="where it is to hold (the whole stage)"
    )
    importing.add_argument(
        "--from", dest="since", metavar="DATE", help="from which day on (from now on)"
    )
    importing.add_argument(
        "--check", action="store_true", help="only say what is wrong; needs no stage"
    )
    importing.add_argument(
        "--wait",
        type=int,
        default=60,
        metavar="SECONDS",
        help="how long the log may take to state the profile before it is in force (60)",
    )
    importing.add_argument("--json", action="store_true", help="one JSON document on stdout")
    importing.set_defaults(run=run_import)


def run_import(arguments: argparse.Namespace) -> int:
    """Check the file; put it in force, or only say what is wrong. Raises BadInput."""
    from infra.policy.county import check_area

    check_area(arguments.region)
    if arguments.check and not arguments.stage:
        return _import(arguments, None)
    from infra.served import services_of

    with services_of(arguments.stage or LOCAL_STAGE) as services:
        return _import(arguments, services)


def _import(arguments: argparse.Namespace, services: "Services | None") -> int:
    from infra.policy.county import begins, put_in_force, read_county_profile
    from infra.progress import progress_bar

    is_local = services is not None and services.settings.is_local
    region = arguments.region or (services.settings.duban_region if services else "")
    county = read_county_profile(arguments.file, region, is_local=is_local)
    for remark in county.remarks:
        print(f"duban: {remark}", file=sys.stderr)
    summary: dict[str, Any] = {
        "id": county.profile.id,
        "title": county.profile.first.title,
        "version": county.profile.version,
        "dates": [day.isoformat() for day in county.profile.changes[0]],
        "remarks": list(county.remarks),
        "imported": False,
    }
    if services is not None and not arguments.check:
        since = begins(arguments.since, services.now(), county.profile.first.zone)
        bar = progress_bar("cases looked at")
        place = arguments.region, since
        summary |= put_in_force(services, county, place, arguments.wait, bar)
        summary["since"] = local(since, county.profile.first.zone)
    if arguments.json:
        print(json.dumps(summary, ensure_ascii=False))
    else:
        print(_imported_line(summary))
    return FINE


def _imported_line(summary: dict[str, Any]) -> str:
    named = f"{summary['id']} · {summary['title']} · {summary['version']}"
    if "since" not in summary:
        return f"{named}：没有错误，尚未施行 · sound, not put in force"
    if not summary["imported"]:
        return f"{named}：早已施行，没有变化 · in force already"
    return (
        f"{named}：{summary['since']} 起施行（{summary['selection']}），"
        f"此前受理的办件不变 · in force from then on; {summary['nudged']} open cases are moved"
    )


def run_check(arguments: argparse.Namespace) -> int:
    """Check each profile; one that cannot be read hides no other. Raises BadInput for the first."""
    from chalicelib.policy.shipped import list_profiles

    rows, refused = [], []
    for name in arguments.profiles or list_profiles():
        try:
            rows.append(_check_profile(name, arguments.region))
        except BadInput as error:
            refused.append(error)
            rows.append({"profile": name, "ok": False, "refused": str(error)})
    if arguments.json:
        print(json.dumps({"profiles": rows}, ensure_ascii=False, indent=2))
    else:
        print(*map(_checked_line, rows), sep="\n")
    if refused:
        raise refused[0]
    return FINE if all(row["ok"] for row in rows) else NEGATIVE


def _check_profile(name: str, region: str) -> dict[str, Any]:
    from infra.policy.choice import choose_profile, profile_file
    from infra.policy.guards import complaints
    from infra.policy.review import review

    profile = choose_profile(name, "policy")
    remarks = review(profile)
    kinds: dict[str, list[dict[str, str]]] = {"fault": [], "note": []}
    for remark in remarks:
        kinds[remark.kind].append({"entry": remark.entry, "reason": remark.reason})
    file, text = profile_file(name)
    for complaint in complaints(profile, region):
        kinds["note" if complaint.is_warning else "fault"].append(
            {
                "entry": complaint.entry,
                "key": complaint.key,
                "where": complaint.where(file, text),
                "reason": f"{complaint.zh} · {complaint.en}",
            }
        )
    return {
        "profile": name,
        "id": profile.id,
        "title": profile.title,
        "version": profile.version,
        "ok": not kinds["fault"],
        "faults": kinds["fault"],
        "notes": kinds["note"],
    }


def _checked_line(row: dict[str, Any]) -> str:
    if "refused" in row:
        return f"{row['profile']}: refused"
    verdict = "sound" if row["ok"] else "at fault"
    lines = [f"{row['profile']}: {verdict} · {row['title']} · {row['version']}"]
    for kind in ("fault", "note"):
        lines += [f"  {kind}: {_written(remark)}" for remark in row[f"{kind}s"]]
    return "\n".join(lines)


def _written(remark: dict[str, str]) -> str:
    if "where" in remark:
        return f"{remark['where']}: [{remark['entry']}] {remark['key']}：{remark['reason']}"
    return f"{remark['entry']}: {remark['reason']}"


def run_diff(arguments: argparse.Namespace) -> int:
    """Print the differences."""
    from infra.policy.choice import choose_profile
    from infra.policy.difference import compare_profiles

    difference = compare_profiles(
        choose_profile(arguments.old, "policy"), choose_profile(arguments.new, "policy")
    )
    if arguments.json:
        print(json.dumps(difference.written(), ensure_ascii=False, indent=2))
    else:
        print(*_diff_lines(difference), sep="\n")
    return FINE if difference.is_none else NEGATIVE


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
    if arguments.json:
        print(json.dumps({"profiles": rows}, ensure_ascii=False, indent=2))
        return FINE
    for row in rows:
        where = f" · {', '.join(row['regions'])}" if row.get("regions") else ""
        print(f"{row['profile']} · {row['title']} · {row['version']}{where}")
    return FINE


def _selected(stage: str) -> dict[str, list[str]]:
    """Return the regions of each profile that *stage* selects; `any` stands for all others."""
    from infra.served import services_of

    with services_of(stage) as services:
        selection = services.selection
    selected: dict[str, list[str]] = {selection.default: ["any"]}
    for area, name in selection.by_area:
        selected.setdefault(name, []).append(area)
    return selected


def _diff_lines(difference: "ProfileDifference") -> "Sequence[str]":
    lines = [
        f"{change.entry}: {change.old or '–'} → {change.new or '–'}"
        for change in difference.changes
    ]
    if not difference.changes:
        lines = ["the same numbers"]
    if difference.basis:
        lines.append(f"and another basis for {len(difference.basis)} entries (--json shows them)")
    return lines
