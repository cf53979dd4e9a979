"""Who holds which post, in which role and region, until when; who can sign in, and how.

Names are in the vault alone, and are read where they are asked for. The rest has none.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from msgspec import to_builtins

from chalicelib.people.organisation import Post
from chalicelib.people.person import Appointment, Person
from chalicelib.people.unnamed import unnamed
from chalicelib.plumbing.services import Services
from chalicelib.policy.ladder import ADDRESSEES, LEVELS

_CARD_LEVELS = LEVELS[1:]  # a warning has no recipients
_WAYS = {"LOGIN": "local", "SUBJECT": "oidc", "INVITE": "invited"}


def listed(services: Services, *, with_names: bool) -> list[dict[str, Any]]:
    """Return everybody with the posts held today or to come; *with_names* reads the vault.

    One who holds none is listed without posts: his ways to sign in are still his.
    """
    today, posts = services.today(), services.organisation.whole(fresh=True).posts
    by_code = {post.code: post for post in posts}
    keys = Counter(each.person for each in services.passkeys.standing())

    def row(person: Person) -> dict[str, Any]:
        kinds = services.logins.kinds_of(person.id)
        held = [each for each in person.appointments if each.until is None or today <= each.until]
        return {
            "person": person.id,
            "posts": [_post(each, by_code.get) for each in held],
            "signs_in": [way for kind, way in _WAYS.items() if kind in kinds],
            "passkeys": keys[person.id],
        } | ({"name": str(services.vault.person(person.id).get("name", ""))} if with_names else {})

    return services.in_parallel(row, services.people.all())


def nobody_named(services: Services) -> list[dict[str, str]]:
    """Return for which recipients of the ladder nobody is named today; what is empty is left out.

    Cards go to the department then, or to the next office, and no clock waits.
    """
    ladder = services.profile().ladder
    roles = {role for level in _CARD_LEVELS for role in ladder.recipients(level)}
    organisation = services.organisation.whole(fresh=True)
    found = unnamed(organisation, [role for role in ADDRESSEES if role in roles], services.today())
    return [{name: each for name, each in to_builtins(row).items() if each} for row in found]


def _post(held: Appointment, post_of: Callable[[str], Post | None]) -> dict[str, Any]:
    """Return a post as it is held; what is empty is left out."""
    post = post_of(held.post)
    row = {
        "post": held.post,
        "title": post.title if post else held.title,
        "department": held.department,
        "role": held.role or "",
        "addressee": (post.addressee if post else None) or "",
        "regions": [*held.regions],
        "since": held.since.isoformat(),
        "until": held.until.isoformat() if held.until else "",
        "deputy_for": held.deputy_for,
    }
    return {name: each for name, each in row.items() if each or name in ("department", "role")}
