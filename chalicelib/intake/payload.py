"""What each event type carries in `data`: strict models, nothing unknown, nothing converted.

An unknown field is refused with its name, for it is either a misspelt one that matters or
something we would silently lose. Optional is also what only a defective act would lack: a
suspension without a notice or an extension without an approver is an irregularity to be seen
(rules V-12, V-13), and refusing it at the door would hide it.

Import this lazily: pydantic costs a tenth of a second, and only receiving needs it.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from chalicelib.errors import Rejected
from chalicelib.intake import moment
from chalicelib.intake.kinds import Kind

_MESSAGES = {
    "missing": "this field is needed",
    "extra_forbidden": "this field is not known here",
    "model_type": "must be an object",
}


def _read(text: str, read: Callable[[str], str]) -> str:
    try:
        return read(text)
    except ValueError as error:
        raise PydanticCustomError("instant", "{why}", {"why": str(error)}) from error


def _instant(text: str) -> str:
    return _read(text, moment.normal)


def _true(given: object) -> object:
    if given is not True:  # a literal alone would take 1 for it
        raise PydanticCustomError("true", "true is all that can be said here")
    return given


def _instant_or_day(text: str) -> str:
    return _read(text, moment.normal_or_day)


Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Prose = Annotated[
    str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]+$")
]
Code = Annotated[str, Field(max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
Instant = Annotated[str, Field(max_length=40), AfterValidator(_instant)]
InstantOrDay = Annotated[str, Field(max_length=40), AfterValidator(_instant_or_day)]
OnlyTrue = Annotated[Literal[True], BeforeValidator(_true)]
PartName = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")]
Materials = Annotated[list[Name], Field(max_length=100)]


class Data(BaseModel):
    """Strict: no conversion, no unknown fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Amount(Data):
    """A length of time as a law states it: so many of a unit."""

    amount: Annotated[int, Field(ge=1, le=10_000)]
    unit: Literal["wd", "d", "wh", "h", "mo"]


class Applicant(Data):
    """Who asks. Personal: kept apart and erasable, never in a log, a page or a metric."""

    kind: Name | None = None
    name: Name | None = None
    contact: Name | None = None


class Opening(Data):
    """What every event that can open a case says."""

    item: Name
    department: Name
    region: Name
    title: Prose | None = None
    applicant: Applicant | None = None
    expires_at: InstantOrDay | None = None  # 延续: when the licence to be renewed expires


class Part(Data):
    """An authority's part of a joint case: from the acceptance on, or *after* another stage."""

    department: PartName
    stage: PartName | None = None
    limit: Amount | None = None
    after: PartName | None = None


class Acceptance(Opening):
    """What the countdown needs; limits given here go over the catalogue's."""

    kind: Literal["immediate", "promise", "forwarded", "joint"] | None = None
    promise: Amount | None = None
    due_at: InstantOrDay | None = None  # a day ends when its last office hour does (DESIGN §4)
    statutory: Amount | None = None
    gaps: Materials | None = None  # 容缺受理: what is still to be brought
    gap_limit: Amount | None = None
    parts: Annotated[list[Part], Field(max_length=10)] | None = None

    @model_validator(mode="after")
    def _one_promise(self) -> "Acceptance":
        if self.promise is not None and self.due_at is not None:
            raise PydanticCustomError("both", "promise and due_at exclude each other")
        return self

    @model_validator(mode="after")
    def _parts_differ(self) -> "Acceptance":
        places = [(part.department, part.stage) for part in self.parts or ()]
        if len(set(places)) < len(places):
            raise PydanticCustomError("parts", "two parts of the same department and stage")
        return self


class Supplement(Data):
    """Which materials are missing, or were brought."""

    materials: Materials


class Stage(Data):
    """Where inside the department, or in a joint case in which department, the case is."""

    stage: Name
    department: Name | None = None
    post: Name | None = None
    limit: Amount | None = None


class Suspension(Data):
    """A special procedure whose time does not count; *approved* caps it."""

    procedure: Code
    basis: Prose | None = None
    approver: Name | None = None
    approved: Amount | None = None
    notified_at: Instant | None = None


class Resumption(Data):
    """Which special procedure ended."""

    procedure: Code | None = None


class Extension(Data):
    """More time: by how much, approved by whom, told to the applicant when."""

    by: Amount
    approved_by: Name | None = None
    reason: Prose | None = None
    notified_at: Instant | None = None


class Decision(Data):
    """How the case ended: granted, refused …."""

    outcome: Code
    reason: Prose | None = None


class Forwarding(Data):
    """初审上报: to whom the lower authority sent its opinion and the materials."""

    to: Name | None = None


class Ending(Data):
    """Why a case ended without a decision."""

    reason: Prose | None = None


class Correction(Data):
    """An event of the same source was told wrongly: it happened at *time*, or not at all."""

    event: Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[\x20-\x7e]+$")]
    time: Instant | None = None
    withdrawn: OnlyTrue | None = None
    reason: Prose | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Correction":
        if (self.time is None) == (self.withdrawn is None):
            raise PydanticCustomError("one", "one of time and withdrawn is needed, and only one")
        return self


class Document(Data):
    """Which document was delivered or published."""

    document: Name | None = None


MODELS: dict[Kind, type[Data]] = {
    Kind.CASE_SUBMITTED: Opening,
    Kind.CASE_RECEIVED: Opening,
    Kind.CASE_SUPPLEMENT_NOTIFIED: Supplement,
    Kind.CASE_SUPPLEMENT_SUBMITTED: Supplement,
    Kind.CASE_ACCEPTED: Acceptance,
    Kind.STAGE_ENTERED: Stage,
    Kind.STAGE_LEFT: Stage,
    Kind.CASE_SUSPENDED: Suspension,
    Kind.CASE_RESUMED: Resumption,
    Kind.CASE_EXTENDED: Extension,
    Kind.CASE_DECIDED: Decision,
    Kind.CASE_WITHDRAWN: Ending,
    Kind.CASE_CANCELLED: Ending,
    Kind.CASE_RETURNED: Ending,
    Kind.CASE_CORRECTED: Correction,
    Kind.CASE_FORWARDED: Forwarding,
    Kind.ACCEPTANCE_WITHDRAWN: Ending,
    Kind.DOCUMENT_DELIVERED: Document,
    Kind.RESULT_PUBLISHED: Document,
}


def read(kind: Kind, data: object) -> dict[str, Any]:
    """Check the *data* of an event and give it with instants in UTC; 422 with the field's name."""
    try:
        return MODELS[kind].model_validate(data).model_dump(exclude_none=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        path = ".".join(["data", *(str(part) for part in first["loc"])])
        detail = _MESSAGES.get(first["type"], first["msg"])
        raise Rejected(422, f"{path[:200]}: {detail}", field=path[:200]) from error


def schema(kind: Kind) -> dict[str, Any]:
    """Give the JSON Schema of the *data* of an event type, for the OpenAPI document."""
    return MODELS[kind].model_json_schema()
