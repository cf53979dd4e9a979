"""A local user of a county in memory: invited, and at the form."""

from chalice.test import HTTPResponse

from tests.support.browsing import Visitor
from tests.support.memory_stage import MemoryWorld
from tests.support.signing_in import Browser, appointment, person_id

SECRET = "correct horse battery"
WRONG = "wrong horse battery"


def with_clerk(world: MemoryWorld) -> MemoryWorld:
    """Let a clerk of Housing be invited, and set a password."""
    Browser(world.services, "clerk", appointment("clerk", "Housing"))
    world.services.sessions.end_all(person_id("clerk"), world.wall.at)
    invite(world, "clerk", "wang.fang")
    return world


def invite(world: MemoryWorld, person: str, name: str, password: str = SECRET) -> str:
    """Invite a person, and let him set a password in a browser of his own."""
    code = world.services.logins.invite(person_id(person), name, world.wall.at)
    visitor = Visitor()
    assert visitor.get(f"/signin/invitation?code={code}").status_code == 200
    answer = visitor.post("/signin/invitation", code=code, password=password, again=password)
    assert answer.status_code == 303, answer.body.decode()
    return code


def sign_in(
    visitor: Visitor, name: str = "wang.fang", password: str = SECRET, to: str = "/desk"
) -> HTTPResponse:
    """Open the page and send its form."""
    visitor.get("/signin")
    return visitor.post("/signin", name=name, password=password, to=to)
