"""From the organisation to each person's small document: the posts that the doors read.

Pure. Posts without a role here are in it too: nobody supervises a department in which he has one.
"""

from collections.abc import Iterator
from datetime import date

from chalicelib.people.organisation import Organisation, Post, Tenure
from chalicelib.people.person import Appointment, Person


def people_of(organisation: Organisation, today: date) -> Iterator[Person]:
    """Yield everybody who holds, held or is to hold a post, with all of these in order of time.

    Departments are called as they are *today*; the doors follow a name to whoever continues it.
    """
    posts = {post.code: post for post in organisation.posts}
    by_person: dict[str, list[Tenure]] = {}
    for tenure in organisation.tenures:
        by_person.setdefault(tenure.person, []).append(tenure)
    for person, tenures in sorted(by_person.items()):
        tenures.sort(key=lambda each: (each.since, each.post))
        known = [each for each in tenures if each.post in posts]
        yield Person(
            person,
            tuple(_appointment(organisation, posts[each.post], each, today) for each in known),
        )


def _appointment(
    organisation: Organisation, post: Post, tenure: Tenure, today: date
) -> Appointment:
    """Return a post as it is held: for its regions, else for its department's."""
    unit = organisation.by_code[post.department]
    regions = post.regions or ((unit.region,) if unit.region else ())
    return Appointment(
        post=post.code,
        title=post.title,
        role=post.role,
        since=tenure.since,
        until=tenure.until,
        department=unit.name_on(today),
        regions=regions,
        items=post.items,
        stages=post.stages,
        section=post.section,
        deputy_for=tenure.deputy_for,
    )
