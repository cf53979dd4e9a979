"""The `data` of the events that open or accept a case: where it belongs, and its limits."""

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta, json

from chalicelib.intake.fields import (
    Amount,
    EventData,
    InstantOrDay,
    Materials,
    Name,
    OneLine,
    PartName,
    Prose,
)
from chalicelib.schema import Unfit


def must_fit(data: EventData, public: Sequence[str], most: int) -> None:
    """Refuse *data* whose *public* fields take more than *most* bytes of JSON in a leaf."""
    fields = {name: getattr(data, name) for name in public if name in data.__struct_fields__}
    if len(json.encode(fields, enc_hook=str)) > most:
        raise Unfit(f"{'、'.join(public)} 合起来过长", f"{', '.join(public)} are too long together")


class ApplicantData(EventData, frozen=True):
    """The applicant. Personal: kept apart and erasable, never in a log, a page or a metric."""

    kind: OneLine | None = None
    name: OneLine | None = None
    contact: OneLine | None = None


class OpeningData(EventData, frozen=True):
    """The data of every event that can open a case."""

    item: Name
    department: Name
    region: Name
    title: Prose | None = None
    applicant: ApplicantData | None = None
    expires_at: InstantOrDay | None = None  # 延续: when the licence to be renewed expires

    def __post_init__(self) -> None:
        """Refuse here what no leaf of the public log could hold (AUDIT_LOG §4.1: 4096 bytes)."""
        must_fit(self, ("item", "department", "region", "parts"), 1500)


class PartData(EventData, frozen=True):
    """An authority's part of a joint case: from the acceptance on, or *after* another stage."""

    department: PartName
    stage: PartName | None = None
    limit: Amount | None = None
    after: PartName | None = None


class AcceptanceData(OpeningData, frozen=True):
    """An acceptance and its limits, which go before those of the catalogue."""

    kind: Literal["immediate", "promise", "forwarded", "joint"] | None = None
    promise: Amount | None = None
    due_at: InstantOrDay | None = None  # a day ends when its last office hour does (DESIGN §4)
    statutory: Amount | None = None
    gaps: Materials | None = None  # 容缺受理: what is still to be brought
    gap_limit: Amount | None = None
    parts: Annotated[tuple[PartData, ...], Meta(max_length=10)] | None = None
    voucher: bool | None = None  # 受理凭证: whether the dated one is in the file
    channel: Literal["window", "online", "outside"] | None = None  # outside hall and platform: V-26

    def __post_init__(self) -> None:
        """Refuse two limits of the promise, and a part that is there twice."""
        super().__post_init__()
        if self.promise is not None and self.due_at is not None:
            raise Unfit("promise 与 due_at 不能同时填写", "promise and due_at exclude each other")
        keys = [(part.department, part.stage) for part in self.parts or ()]
        if len(set(keys)) < len(keys):
            text = "有两个部分的部门和环节相同", "two parts of the same department and stage"
            raise Unfit(*text)
