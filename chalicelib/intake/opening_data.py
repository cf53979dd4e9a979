"""The `data` of the events that open or accept a case: where it belongs, and its limits."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from chalicelib.intake.fields import (
    Amount,
    EventData,
    InstantOrDay,
    Line,
    Materials,
    Name,
    PartName,
    Prose,
)


def fit(data: EventData, public: Sequence[str], most: int) -> None:
    """Refuse *data* whose *public* fields take more than *most* bytes of JSON in a leaf."""
    if len(data.model_dump_json(include={*public}).encode()) > most:
        zh = {"zh": f"{'、'.join(public)} 合起来过长"}
        raise PydanticCustomError("room", f"{', '.join(public)} are too long together", zh)


class ApplicantData(EventData):
    """The applicant. Personal: kept apart and erasable, never in a log, a page or a metric."""

    kind: Line | None = None
    name: Line | None = None
    contact: Line | None = None


class OpeningData(EventData):
    """The data of every event that can open a case."""

    item: Name
    department: Name
    region: Name
    title: Prose | None = None
    applicant: ApplicantData | None = None
    expires_at: InstantOrDay | None = None  # 延续: when the licence to be renewed expires

    @model_validator(mode="after")
    def _has_room(self) -> "OpeningData":
        """Refuse here what no leaf of the public log could hold (AUDIT_LOG §4.1: 4096 bytes)."""
        fit(self, ("item", "department", "region", "parts"), 1500)
        return self


class PartData(EventData):
    """An authority's part of a joint case: from the acceptance on, or *after* another stage."""

    department: PartName
    stage: PartName | None = None
    limit: Amount | None = None
    after: PartName | None = None


class AcceptanceData(OpeningData):
    """An acceptance and its limits, which go before those of the catalogue."""

    kind: Literal["immediate", "promise", "forwarded", "joint"] | None = None
    promise: Amount | None = None
    due_at: InstantOrDay | None = None  # a day ends when its last office hour does (DESIGN §4)
    statutory: Amount | None = None
    gaps: Materials | None = None  # 容缺受理: what is still to be brought
    gap_limit: Amount | None = None
    parts: Annotated[list[PartData], Field(max_length=10)] | None = None
    voucher: bool | None = None  # 受理凭证: whether the dated one is in the file
    channel: Literal["window", "online", "outside"] | None = None  # outside hall and platform: V-26

    @model_validator(mode="after")
    def _one_promise(self) -> "AcceptanceData":
        if self.promise is not None and self.due_at is not None:
            zh = {"zh": "promise 与 due_at 不能同时填写"}
            raise PydanticCustomError("both", "promise and due_at exclude each other", zh)
        return self

    @model_validator(mode="after")
    def _parts_differ(self) -> "AcceptanceData":
        keys = [(part.department, part.stage) for part in self.parts or ()]
        if len(set(keys)) < len(keys):
            zh = {"zh": "有两个部分的部门和环节相同"}
            raise PydanticCustomError("parts", "two parts of the same department and stage", zh)
        return self
