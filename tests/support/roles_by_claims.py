"""People who come in with claims of the identity provider, which give them roles here."""

from msgspec.structs import replace

from chalicelib.people.organisation import Organisation
from chalicelib.people.role_mapping import read_role_mapping
from chalicelib.people.units import DatedName, Department, Region
from tests.support.browsing import Visitor
from tests.support.oidc_client import SESSION, begin, claims, come_back

MAPPING = b"""
department = "dept"
regions = "area"
scope = "duban"
[roles.inspector]
claim = "duban_role"
is = "inspector"
[roles.department]
claim = "duban_role"
is = "head"
"""
UNITS = Organisation(
    departments=tuple(
        Department(code, (DatedName(name),), "370102")
        for code, name in (("D-jw", "Discipline"), ("D-zj", "Housing"), ("D-sl", "Water"))
    ),
    regions=tuple(Region(code, code, "county") for code in ("370102", "370103")),
)
INSPECTOR = {"duban_role": ["inspector"], "dept": "D-jw", "area": ["370102"]}


def set_roles(world, mapping):
    """Let these claims give roles; None: let posts."""
    roles = read_role_mapping(mapping, "f") if mapping else None
    world.services.ways.put(replace(world.services.ways.current(), roles=roles))


def come(world, own, subject, **given):
    """Return the browser in which *subject* came in with the claims *given*, and the answer."""
    visitor = Visitor()
    _, asked = begin(visitor)
    own.token = own.sign(claims(world, own, asked, sub=subject, **given))
    return visitor, come_back(visitor, own, asked)


def session_of(world, visitor):
    """Return the session of a browser."""
    found = world.services.sessions.find(visitor.cookies[SESSION], world.wall.at)
    assert found
    return found
