"""People with passkeys in a county in memory: each is enrolled by the doors' own functions."""

import base64
import hashlib
import json
from typing import Any

from chalicelib.desk.passkeys import enrolling
from chalicelib.desk.signed_in import SignedIn
from chalicelib.people.caller import Caller, Role
from chalicelib.people.person import Person
from chalicelib.people.session import Session
from chalicelib.people.signed_act import read_signed_act
from chalicelib.plumbing.services import Services
from tests.support.rights import acting_as
from tests.support.signing_in import appointment, person_id
from tests.support.soft_passkey import ORIGIN, Page, SoftPasskey, canonical, url64
from tests.support.world import World

EMPTY = {"size": 0, "root": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}  # an empty log


class Signer:
    """A person of a *county* with a post, and a passkey that may be enrolled."""

    def __init__(
        self, county: World, name: str, role: Role = "inspector", department: str = ""
    ) -> None:
        self.county = county
        self.id = person_id(name)
        self.key = SoftPasskey(name)
        person = Person(self.id, (appointment(role, department),))
        self.services.people.put_all([person])
        now = self.services.wall()
        day = now.astimezone(self.services.profile().zone).date()
        (self.caller,) = person.callers(day)
        session = Session(self.id, person.version(day), "local", now, now)
        self.who = SignedIn(person, (self.caller,), session, f"token of {name}", day)

    @property
    def services(self) -> Services:
        """The stage."""
        return self.county.services

    def offer(self) -> None:
        """Make the passkey on the page, and let it wait."""
        with acting_as("api"):
            asked = enrolling.begin(self.services, self.who, self.caller, ORIGIN)
            challenge = raw_of(asked["challenge"])
            made = self.key.registration(challenge)
            enrolling.offer(self.services, self.who, self.caller, made, ORIGIN)

    def enrol(self, by: "Signer | None" = None) -> "Signer":
        """Make the passkey, and have it enrolled; *by* signs for it, or it is the first."""
        self.offer()
        with acting_as("api"):
            if by is None:
                enrolling.admit_first(self.services, self.key.fingerprint)
            else:
                asked = enrolling.to_vouch(self.services, by.caller, self.key.fingerprint)
                by.vouch(by.answer(asked))
        self.county.tick()
        return self

    def vouch(self, signature: dict[str, Any]) -> None:
        """Hand in what was signed for another one's passkey."""
        enrolling.vouch(self.services, self.caller, read_signed_act(signature))

    def revoke(self, caller: Caller | None = None) -> None:
        """Have the passkey revoked."""
        with acting_as("api"):
            enrolling.revoke(self.services, caller or self.caller, self.id, self.key.fingerprint)
        self.county.tick()

    def answer(self, asked: dict[str, Any], page: Page | None = None) -> dict[str, Any]:
        """Sign what a page asks for, as its script does."""
        assert self.key.fingerprint in [each["key"] for each in asked["allow"]]
        salt = {"salt": asked["salt"]} if "salt" in asked else {}
        answer = self.key.answer(raw_of(asked["challenge"]), page)
        return {"key": self.key.fingerprint, "act": asked["act"], **answer, **salt}

    def sign(self, page: Page | None = None, words: str = "", **fields: Any) -> dict[str, Any]:
        """Sign an act with these *fields* by hand, as an independent program would."""
        now = self.services.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        act = {
            "v": 1,
            "by": self.id,
            "role": self.caller.role,
            "at": now,
            "nonce": url64(hashlib.sha256(json.dumps(fields).encode()).digest()[:16]),
            "seen": self.seen(),
            **fields,
        }
        salt = bytes(range(16)) if words else b""
        if words:
            act["text"] = url64(hashlib.sha256(salt + words.encode()).digest())
        return dict(self.key.signed({name: act[name] for name in sorted(act)}, salt, page))

    def seen(self) -> dict[str, Any]:
        """The log as it is shown."""
        body = self.services.objects.get("checkpoint")
        if body is None:
            return EMPTY
        _, size, root, *_ = body.decode().split("\n")
        return {"size": int(size), "root": root}


def changed(signature: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Change the act and leave the answer to it."""
    return {**signature, "act": canonical({**json.loads(signature["act"]), **fields})}


def raw_of(text: str) -> bytes:
    """Read base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
