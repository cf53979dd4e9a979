"""The posts of who signed in, as his settings show them (`posts.html`). Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.people.person import Person


def post_rows(person: Person, day: date, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the posts that *person* held, holds on a local *day*, or will hold.

    *names* are those of items, by their codes. Of the person stood in for, no name is shown here:
    it lies in the vault.
    """
    return [
        {
            "title": post.title,
            "role": post.role,
            "department": post.department,
            "section": post.section,
            "scope": [names.get(code, code) for code in post.items] or list(post.regions),
            "stages": list(post.stages),
            "since": post.since.isoformat(),
            "until": post.until.isoformat() if post.until else "",
            "is_held": post.is_held_on(day),
            "is_deputy": bool(post.deputy_for),
        }
        for post in person.appointments
    ]
