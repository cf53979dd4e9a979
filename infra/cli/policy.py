"""`duban policy check` and `diff`: is a profile sound, and what does another say otherwise.

Offline. A profile is named as everywhere: `hunan` is shipped, `mine.toml` is a file.
"""

import argparse
import json
from typing import TYPE_CHECKING, Any

from chalicelib.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.policy.difference import ProfileDifference

FINE, NEGATIVE = 0, 1


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("policy", help="check policy profiles, or compare two")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    checking = actions.add_parser(
        "check",
        help="read profiles and look for what nobody can have meant",
        description="Exit 0: sound. 1: read, but at fault. 2: a profile that cannot be read.",
    )
    checking.add_argument("profiles", nargs="*", metavar="FILE|NAME", help="all shipped by default")
    checking.add_argument("--json", action="store_true", help="one JSON document on stdout")
    checking.set_defaults(run=check)
    comparing = actions.add_parser(
        "diff",
        help="what one profile says otherwise than another",
        description="Exit 0: both say the same. 1: they differ. 2: one cannot be read.",
    )
    comparing.add_argument("old", metavar="A", help="a shipped profile's name, or a file.toml")
    comparing.add_argument("new", metavar="B")
    comparing.add_argument("--json", action="store_true", help="one JSON document on stdout")
    comparing.set_defaults(run=diff)


def check(arguments: argparse.Namespace) -> int:
    """Check each profile; one that cannot be read hides no other. Raises BadInput for the first."""
    from chalicelib.policy.shipped import list_profiles

    told, refused = [], []
    for named in arguments.profiles or list_profiles():
        try:
            told.append(_checked(named))
        except BadInput as error:
            refused.append(error)
            told.append({"profile": named, "ok": False, "refused": str(error)})
    if arguments.json:
        print(json.dumps({"profiles": told}, ensure_ascii=False, indent=2))
    else:
        print(*map(_checked_line, told), sep="\n")
    if refused:
        raise refused[0]
    return FINE if all(one["ok"] for one in told) else NEGATIVE


def _checked(named: str) -> dict[str, Any]:
    from infra.policy.choice import choose
    from infra.policy.review import review

    profile = choose(named, "policy")
    remarks = review(profile)
    kinds: dict[str, list[dict[str, str]]] = {"fault": [], "note": []}
    for remark in remarks:
        kinds[remark.kind].append({"entry": remark.entry, "reason": remark.reason})
    return {
        "profile": named,
        "id": profile.id,
        "title": profile.title,
        "version": profile.version,
        "ok": not kinds["fault"],
        "faults": kinds["fault"],
        "notes": kinds["note"],
    }


def _checked_line(told: dict[str, Any]) -> str:
    if "refused" in told:
        return f"{told['profile']}: refused"
    verdict = "sound" if told["ok"] else "at fault"
    lines = [f"{told['profile']}: {verdict} · {told['title']} · {told['version']}"]
    for kind in ("fault", "note"):
        lines += [f"  {kind}: {one['entry']}: {one['reason']}" for one in told[f"{kind}s"]]
    return "\n".join(lines)


def diff(arguments: argparse.Namespace) -> int:
    """Tell what differs."""
    from infra.policy.choice import choose
    from infra.policy.difference import difference

    found = difference(choose(arguments.old, "policy"), choose(arguments.new, "policy"))
    if arguments.json:
        print(json.dumps(found.written(), ensure_ascii=False, indent=2))
    else:
        print(*_diff_lines(found), sep="\n")
    return FINE if found.is_none else NEGATIVE


def _diff_lines(found: "ProfileDifference") -> "Sequence[str]":
    lines = [f"{one.entry}: {one.old or '–'} → {one.new or '–'}" for one in found.changes]
    if not found.changes:
        lines = ["the same numbers"]
    if found.basis:
        lines.append(f"and another basis for {len(found.basis)} entries (--json shows them)")
    return lines
