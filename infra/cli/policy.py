"""`duban policy check|diff|list`: whether profiles are sound, how two differ, which there are.

Offline, but for what a stage selects. A profile is named as everywhere: `hunan` is shipped,
`mine.toml` is a file.
"""

import argparse
import json
from typing import TYPE_CHECKING, Any

from chalicelib.errors import BadInput, Unknown
from chalicelib.instant import local
from infra.operate.policy_import_command import add_import

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.policy.adoptions import Adoptions, StageAdoption
    from chalicelib.policy.selection import Selection
    from infra.policy.difference import DatedDifference, ProfileDifference

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
    add_import(actions)
    listing = actions.add_parser("list", help="show the shipped profiles, and what a stage selects")
    listing.add_argument("--stage", metavar="STAGE", help="show where each is in force there")
    listing.add_argument("--json", action="store_true", help="one JSON document on stdout")
    listing.set_defaults(run=run_list)


def run_check(arguments: argparse.Namespace) -> int:
    """Check each profile; one that cannot be read hides no other. Raises BadInput for the first."""
    from chalicelib.policy.shipped import list_profiles

    rows, refused = [], []
    for name in arguments.profiles or list_profiles():
        try:
            rows.append(_check_profile(name, arguments.region))
        except BadInput as error:
            refused.append(error)
            mistakes = _mistakes_in(name)
            row = {"profile": name, "ok": False, "refused": str(error), "mistakes": mistakes}
            rows.append(row)
    if arguments.json:
        print(json.dumps({"profiles": rows}, ensure_ascii=False, indent=2))
    else:
        print(*map(_checked_line, rows), sep="\n")
    if refused:
        raise refused[0]
    return FINE if all(row["ok"] for row in rows) else NEGATIVE


def _mistakes_in(name: str) -> list[str]:
    """Return every mistake of a profile that cannot be read, each in a line."""
    from infra.policy.choice import profile_file
    from infra.policy.mistakes import find_mistakes

    try:
        file, text = profile_file(name)
    except (BadInput, Unknown):  # no such file, or no text: there is nothing else to say
        return []
    return [mistake.text(file) for mistake in find_mistakes(text)]


def _check_profile(name: str, region: str) -> dict[str, Any]:
    from infra.policy.choice import choose_dated_profile, profile_file
    from infra.policy.guards import complaints
    from infra.policy.review import review

    profile = choose_dated_profile(name, "policy")
    kinds: dict[str, list[dict[str, str]]] = {"fault": [], "note": []}

    def add(kind: str, said: dict[str, str]) -> None:
        if said not in kinds[kind]:
            kinds[kind].append(said)

    file, text = profile_file(name)
    for day, each in profile.by_day():
        for remark in review(each):
            add(remark.kind, {"entry": remark.entry, "reason": remark.reason})
        for complaint in complaints(each, region):
            said = {
                "entry": complaint.entry,
                "key": complaint.key,
                "where": complaint.where(file, text, day),
                "reason": f"{complaint.zh} · {complaint.en}",
            }
            add("note" if complaint.is_warning else "fault", said)
    return {
        "profile": name,
        "id": profile.id,
        "title": profile.first.title,
        "version": profile.version,
        "ok": not kinds["fault"],
        "faults": kinds["fault"],
        "notes": kinds["note"],
    }


def _checked_line(row: dict[str, Any]) -> str:
    if "refused" in row:
        return "\n".join([f"{row['profile']}: refused", *(f"  {said}" for said in row["mistakes"])])
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
        yield f"{period.whom}:"
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
        since = f" · {row['since']} 起" if row.get("since") else ""
        dates = f"（另有 {'、'.join(row['dates'])} 起的）" if row.get("dates") else ""
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
    lines = [
        f"{change.entry}: {change.old or '–'} → {change.new or '–'}"
        for change in difference.changes
    ]
    if not difference.changes:
        lines = ["the same numbers"]
    if difference.basis:
        lines.append(f"and another basis for {len(difference.basis)} entries (--json shows them)")
    return lines
