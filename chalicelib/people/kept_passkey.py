"""A passkey as the doors keep it: enrolled, or waiting for a second person. Pure."""

from typing import Any

from msgspec import Struct

from chalicelib.people.passkey import Enrolment, read_enrolment


class StoredPasskey(Struct, frozen=True, kw_only=True):
    """An enrolled passkey; the log's statement of it is *event* of *case*."""

    credential_id: str
    enrolment: dict[str, Any]
    case: str
    event: str
    is_revoked: bool = False

    @property
    def statement(self) -> Enrolment:
        """The statement."""
        return read_enrolment(self.enrolment)


class WaitingPasskey(Struct, frozen=True, kw_only=True):
    """A passkey that waits for a second person; *enrolment* lacks him.

    *registration* is what its device and the browser gave (`NewPasskey.registration`). *to_state*
    is the enrolment with the second person, from *to_state_at* on: what the log is to state, once.
    """

    credential_id: str
    enrolment: dict[str, Any]
    made_at: str
    registration: dict[str, str] = {}
    to_state: dict[str, Any] = {}
    to_state_at: str = ""

    @property
    def statement(self) -> Enrolment:
        """The statement, as it would be without a second person."""
        return read_enrolment(self.enrolment)
