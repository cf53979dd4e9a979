"""Who holds which post, and who has which passkey, as a page shows it (`people.html`).

Pure. A person is `p_…` here, to every reader: names lie in the vault, which no page reads.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib.cases.case_id import parts_of
from chalicelib.people.kept_passkey import StoredPasskey
from chalicelib.people.organisation import Leave
from chalicelib.people.person import Appointment, Person

CODE = 8  # characters of a key's fingerprint, as its owner's settings show it


def tenure_rows(
    people: Iterable[Person], day: date, sees: Callable[[Appointment], bool]
) -> list[dict[str, Any]]:
    """Return the posts that are held on a local *day*, or will be, and that the reader *sees*."""
    rows = [
        {
            "person": person.id,
            "post": post.post,
            "title": post.title,
            "role": post.role or "",
            "department": post.department,
            "section": post.section,
            "scope": [*post.items, *post.regions],
            "since": post.since.isoformat(),
            "until": post.until.isoformat() if post.until else "",
            "is_held": post.is_held_on(day),
            "deputy_for": post.deputy_for,
        }
        for person in people
        for post in person.appointments
        if (post.until is None or post.until >= day) and sees(post)
    ]
    return sorted(rows, key=lambda row: [row[name] for name in ("department", "title", "person")])


def mark_leave(rows: Iterable[dict[str, Any]], leaves: Sequence[Leave], day: date) -> None:
    """Mark the *rows* of who is on leave on a *day*: that he is, not why, nor how long."""
    away = {(each.person, each.post) for each in leaves if each.since <= day <= each.until}
    for row in rows:
        row["is_away"] = not away.isdisjoint({(row["person"], ""), (row["person"], row["post"])})


def mark_passkeys(
    rows: Iterable[dict[str, Any]],
    passkeys: Mapping[str, Collection[StoredPasskey]],
    words: Mapping[str, str],
) -> None:
    """Add to each of the *rows* the passkeys of its person in its role that stand."""
    for row in rows:
        row["passkeys"] = [
            {
                "code": each.statement.key[:CODE],
                "since": parts_of(each.case)[0],  # the log's case of the day that states it
                "by": each.statement.by or words["people_first_key"],
            }
            for each in passkeys.get(row["person"], ())
            if each.statement.role == row["role"]
        ]
