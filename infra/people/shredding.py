"""Who is known here, and the shredding of a person: what is private of him can be read no more.

What he held stays on record as `p_…`, for what he did must have somebody who did it. Nothing tells
any more who that was.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.errors import BadInput
from chalicelib.plumbing.services import Services


def listed(services: Services, *, with_names: bool) -> list[dict[str, Any]]:
    """Return everybody with the posts held today; *with_names* reads the vault for each."""
    today, posts = services.today(), services.organisation.whole(fresh=True).posts
    titles = {post.code: post.title for post in posts}
    rows = []
    for person in services.people.all():
        held = [
            {"post": each.post, "title": titles.get(each.post, each.title)}
            | {"department": each.department, "role": each.role or ""}
            | ({"deputy_for": each.deputy_for} if each.deputy_for else {})
            for each in person.held_on(today)
        ]
        row: dict[str, Any] = {"person": person.id, "posts": held}
        if with_names:
            row["name"] = str(services.vault.person(person.id).get("name", ""))
        rows.append(row)
    return rows


def shred(services: Services, person: str) -> Mapping[str, Any]:
    """Destroy what is private of *person*, and by what he is found. Raises BadInput.

    Whoever still holds a post is refused: end it first. Crash between the writes: he is not found
    by his codes any more, perhaps cannot sign in, and the vault still has him; the same call again
    destroys that too.
    """
    found = services.people.get(person)
    if found is None:
        zh, en = "没有这个人员代号", "there is no such person"
        raise BadInput(zh=zh, en=en, where=person)
    held = [each.post for each in found.held_on(services.today())]
    if held:
        zh = f"还在任职（{'、'.join(held)}）：先导入截止日期，再销毁"
        en = f"holds posts still ({', '.join(held)}): import their last day first"
        raise BadInput(zh=zh, en=en, where=person)
    codes = services.person_codes.forget(person)
    services.logins.forget(person)
    services.vault.shred_person(person)
    return {"person": person, "codes": codes, "is_done": not services.vault.person(person)}
