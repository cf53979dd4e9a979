"""The `data` of each event type: strict models, nothing unknown, nothing converted.

An unknown field is refused with its name, for it is either a misspelt one that matters or
something we would silently lose. A field that only a defective act lacks is optional too: a
suspension without a notice or an extension without an approver is an irregularity to be seen
(rules V-12, V-13), and refusing it at the door would hide it.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from msgspec import Meta, json, to_builtins

from chalicelib.intake.event_types import Reported
from chalicelib.intake.fields import (
    Amount,
    Code,
    EventData,
    Fen,
    Instant,
    InstantOrDay,
    Materials,
    Name,
    Officers,
    OneLine,
    PartName,
    Prose,
)
from chalicelib.intake.json_text import bad_field
from chalicelib.schema import Defect, Unfit, read_record

# The rules that a person may find broken in a case (the rule's file: `judged` has `told`).
IrregularRule = Literal[
    "V-15", "V-16", "V-17", "V-18", "V-19", "V-23", "V-24", "V-25",
    "V-26", "V-28", "V-29", "V-30", "V-31", "V-32", "V-33", "V-34",
]  # fmt: skip


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


class SupplementData(EventData, frozen=True):
    """Which materials are missing, or were brought."""

    materials: Materials


class NoticeData(SupplementData, frozen=True):
    """Which materials are missing, and whether the dated *notice* of it is in the file."""

    notice: bool | None = None


class StageData(EventData, frozen=True):
    """Where inside the department, or in a joint case in which department, the case is."""

    stage: Name
    department: Name | None = None
    post: Name | None = None
    limit: Amount | None = None

    def __post_init__(self) -> None:
        """Refuse names that a card of the stage cannot hold beside those of the opening."""
        must_fit(self, ("stage", "department"), 700)


class StageLeftData(StageData, frozen=True):
    """Where it was, and how many officers acted there."""

    officers: Officers | None = None


class SuspensionData(EventData, frozen=True):
    """A special procedure whose time does not count; *approved* caps it."""

    procedure: Code
    basis: Prose | None = None
    approver: OneLine | None = None
    approved: Amount | None = None
    notified_at: Instant | None = None


class ResumptionData(EventData, frozen=True):
    """Which special procedure ended, and how many officers acted in it."""

    procedure: Code | None = None
    officers: Officers | None = None


class ExtensionData(EventData, frozen=True):
    """More time: how much, who approved it, and when the applicant was notified."""

    by: Amount
    approved_by: OneLine | None = None
    reason: Prose | None = None
    notified_at: Instant | None = None


class DecidedData(EventData, frozen=True):
    """How the case ended: granted, refused ….

    *remedies*: whether the applicant was told how to have a refusal reviewed (行政许可法 38).
    *opinion*: whether a reasoned opinion is in the file. *decided_by*: the role of who decided.
    """

    outcome: Code
    reason: Prose | None = None
    remedies: bool | None = None
    opinion: bool | None = None
    decided_by: OneLine | None = None


class ForwardingData(EventData, frozen=True):
    """初审上报: to whom the lower authority sent its opinion and the materials."""

    to: OneLine | None = None


class EndingData(EventData, frozen=True):
    """Why a case ended without a decision."""

    reason: Prose | None = None


class TransferData(EndingData, frozen=True, kw_only=True):
    """移送: why, to which department, by which document; it counts with the receiver's consent."""

    department: Name
    document: OneLine | None = None


class TurnedAwayData(EndingData, frozen=True):
    """Why, and whether the applicant was told how to have that reviewed (*remedies*)."""

    remedies: bool | None = None


class CorrectionData(EventData, frozen=True):
    """An event of the same source was reported wrongly: it happened at *time*, or not at all."""

    event: Annotated[str, Meta(min_length=1, max_length=256, pattern=r"\A[\x20-\x7e]+\Z")]
    time: Instant | None = None
    withdrawn: Annotated[bool, Meta(extra_json_schema={"const": True})] | None = None
    reason: Prose | None = None

    def __post_init__(self) -> None:
        """Refuse what withdraws nothing, and what says both or neither."""
        if self.withdrawn is False:
            text = "此处只能是 true", "true is all that can be said here"
            raise Defect(("withdrawn",), *text)
        if (self.time is None) == (self.withdrawn is None):
            raise Unfit(
                "time 与 withdrawn 须填写且只填写一项",
                "one of time and withdrawn is needed, and only one",
            )


class DocumentData(EventData, frozen=True):
    """Which document was delivered or published."""

    document: OneLine | None = None


class FeeData(EventData, frozen=True):
    """What the applicant was charged, in fen, by which published *standard* and on what *basis*."""

    amount: Fen
    standard: Fen | None = None
    basis: Prose | None = None


class IntermediaryData(EventData, frozen=True):
    """中介服务: who chose it, and whether the service is on the published list."""

    chosen_by: Literal["applicant", "department"]
    listed: bool | None = None


class ExplanationData(EventData, frozen=True):
    """公开说明理由: the reasons for being overdue were published (优化营商环境条例 36)."""


class IrregularityData(EventData, frozen=True):
    """A person's finding: the rule that was broken, the role of the finder, and a description."""

    rule: IrregularRule
    found_by: OneLine | None = None
    text: Prose | None = None


MODELS: dict[Reported, type[EventData]] = {
    Reported.CASE_SUBMITTED: OpeningData,
    Reported.CASE_RECEIVED: OpeningData,
    Reported.CASE_SUPPLEMENT_NOTIFIED: NoticeData,
    Reported.CASE_SUPPLEMENT_SUBMITTED: SupplementData,
    Reported.CASE_ACCEPTED: AcceptanceData,
    Reported.STAGE_ENTERED: StageData,
    Reported.STAGE_LEFT: StageLeftData,
    Reported.CASE_SUSPENDED: SuspensionData,
    Reported.CASE_RESUMED: ResumptionData,
    Reported.CASE_EXTENDED: ExtensionData,
    Reported.CASE_DECIDED: DecidedData,
    Reported.CASE_WITHDRAWN: EndingData,
    Reported.CASE_CANCELLED: EndingData,
    Reported.CASE_RETURNED: TurnedAwayData,
    Reported.CASE_CORRECTED: CorrectionData,
    Reported.CASE_FORWARDED: ForwardingData,
    Reported.CASE_TRANSFERRED: TransferData,
    Reported.ACCEPTANCE_WITHDRAWN: TurnedAwayData,
    Reported.DOCUMENT_DELIVERED: DocumentData,
    Reported.RESULT_PUBLISHED: DocumentData,
    Reported.FEE_CHARGED: FeeData,
    Reported.INTERMEDIARY_ENGAGED: IntermediaryData,
    Reported.DELAY_EXPLAINED: ExplanationData,
    Reported.IRREGULARITY_FOUND: IrregularityData,
}


def read_data(kind: Reported, data: object) -> dict[str, Any]:
    """Return the checked *data* of an event, instants in UTC; 422 with the field's name."""
    try:
        record = read_record(MODELS[kind], data)
    except Defect as defect:
        path = ".".join(["data", *map(str, defect.parts)])[:200]
        raise bad_field(path, defect.zh, defect.en) from defect
    given: dict[str, Any] = _without_none(to_builtins(record, enc_hook=str))
    return given


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_none(each) for name, each in value.items() if each is not None}
    return [_without_none(each) for each in value] if isinstance(value, (list, tuple)) else value
