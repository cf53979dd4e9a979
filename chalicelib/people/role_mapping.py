"""Claims of the identity provider that give a role: data, where people cannot edit their claims.

Pure. Who comes so has no post on record: his ID token says role, department and regions, and what
it says is read as strictly as a stranger's form. What is not in the mapping gives nothing. The
department is always needed: nobody supervises his own, so who he works for must be known (回避).
"""

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

import rfc8785
from msgspec import Struct, convert, to_builtins

from chalicelib.errors import BadInput
from chalicelib.people.caller import ROLE_NAMES, ROLES, Role
from chalicelib.people.organisation import Organisation
from chalicelib.people.person import Appointment
from chalicelib.people.units import Department
from chalicelib.policy.region import covers

MOST_VALUES = 50  # of a claim that is a list
_LONGEST = 255  # characters of a value
_OF_DEPARTMENT: tuple[Role, ...] = ("clerk", "department")  # whose region is their department's


class RoleClaim(Struct, frozen=True, forbid_unknown_fields=True, rename={"value": "is"}):
    """A role is given by the *claim* that is this *value*, or has it among others."""

    claim: str
    value: str


class RoleMapping(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """By which claims *roles* are given; the claim with the code of the person's *department*.

    *regions* is the claim with the codes of the regions that a role reaches; none: those roles
    reach the region of the department. *scope* is asked for beside `openid`, so that the claims
    come.
    """

    roles: Mapping[Role, RoleClaim]
    department: str
    regions: str = ""
    scope: str = ""

    @property
    def version(self) -> str:
        """A digest of it: a session that began under another one is over."""
        return hashlib.sha256(rfc8785.dumps(to_builtins(self))).hexdigest()[:16]

    def appointments(
        self, claims: Mapping[str, Any], units: Organisation, stage_region: str, day: date
    ) -> tuple[Appointment, ...]:
        """Return what *claims* give on a local *day*, as posts; nothing where any part is unknown.

        *units* have the departments and regions there are; without a tree of regions, those within
        the *stage_region* are known.
        """
        unit = self._department(claims, units)
        if unit is None:
            return ()
        own = (unit.region,) if unit.region else ()
        reached = own if not self.regions else self._regions(claims, units, stage_region, day)
        has_regions = bool(self.regions or units.regions)  # else the whole stage is one
        given = []
        for role in ROLES:
            regions = own if role in _OF_DEPARTMENT else reached
            is_known = bool(regions) or role in _OF_DEPARTMENT or not has_regions
            if self._gives(role, claims) and is_known:
                title = f"{unit.name_on(day)} {ROLE_NAMES[role]}"
                given.append(
                    Appointment(f"claim-{role}", title, role, day, None, unit.name_on(day), regions)
                )
        return tuple(given)

    def _gives(self, role: Role, claims: Mapping[str, Any]) -> bool:
        mapped = self.roles.get(role)
        return mapped is not None and mapped.value in _texts(claims.get(mapped.claim))

    def _department(self, claims: Mapping[str, Any], units: Organisation) -> Department | None:
        codes = _texts(claims.get(self.department))
        return units.by_code.get(codes[0]) if len(codes) == 1 else None

    def _regions(
        self, claims: Mapping[str, Any], units: Organisation, stage_region: str, day: date
    ) -> tuple[str, ...]:
        """Return the regions of *claims* that there are today; of a code that ended, its heir."""
        codes, tree = _texts(claims.get(self.regions)), units.region_tree
        if not units.regions:
            return tuple(code for code in codes if stage_region and covers(stage_region, code))
        known = (tree.follow(code, day) for code in codes if code in tree.regions)
        return tuple(dict.fromkeys(code for code in known if tree.is_known(code, day)))


def read_role_mapping(body: bytes, where: str) -> RoleMapping:
    """Return the mapping that a file in TOML says. Raises BadInput."""
    try:
        mapping = convert(tomllib.loads(body.decode("utf-8-sig")), RoleMapping)
    except ValueError as error:  # no text, no TOML, or another document
        zh, en = f"角色对照表无法读取：{error}", f"the mapping of roles cannot be read: {error}"
        raise BadInput(zh=zh, en=en, where=where) from error
    names = [mapping.department, *(text for each in mapping.roles.values() for text in _of(each))]
    is_plain = mapping.scope.isascii() and mapping.scope.isprintable()
    if not (mapping.roles and all(names) and is_plain):
        zh = "角色对照表至少要有一个角色，claim、is、department 都不能为空"
        en = "a mapping has one role or more; claim, is and department are not empty"
        raise BadInput(zh=zh, en=en, where=where)
    return mapping


def _of(claim: RoleClaim) -> tuple[str, str]:
    return claim.claim, claim.value


def _texts(value: Any) -> tuple[str, ...]:
    """Return the texts of a claim: one, or a short list of nothing else; else none."""
    values = value if isinstance(value, list) else [value]
    is_good = len(values) <= MOST_VALUES and all(
        isinstance(each, str) and 0 < len(each) <= _LONGEST for each in values
    )
    return tuple(values) if is_good else ()
