"""The `data` of each event type: strict models, nothing unknown, nothing converted.

An unknown field is refused with its name, for it is either a misspelt one that matters or
something we would silently lose. A field that only a defective act lacks is optional too: a
suspension without a notice or an extension without an approver is an irregularity to be seen
(rules V-12, V-13), and refusing it at the door would hide it.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from chalicelib.errors import Rejected
from chalicelib.intake.defects import explain_defect
from chalicelib.intake.event_types import Reported
from chalicelib.intake.fields import (
    Amount,
    Code,
    EventData,
    Fen,
    Instant,
    Line,
    Materials,
    Name,
    Officers,
    OnlyTrue,
    Prose,
)
from chalicelib.intake.opening_data import AcceptanceData, OpeningData, fit

# The rules that a person may find broken in a case (the rule's file: `judged` has `told`).
IrregularRule = Literal[
    "V-15", "V-16", "V-17", "V-18", "V-19", "V-23", "V-24", "V-25",
    "V-26", "V-28", "V-29", "V-30", "V-31", "V-32", "V-33", "V-34",
]  # fmt: skip


class SupplementData(EventData):
    """Which materials are missing, or were brought."""

    materials: Materials


class NoticeData(SupplementData):
    """Which materials are missing, and whether the dated *notice* of it is in the file."""

    notice: bool | None = None


class StageData(EventData):
    """Where inside the department, or in a joint case in which department, the case is."""

    stage: Name
    department: Name | None = None
    post: Name | None = None
    limit: Amount | None = None

    @model_validator(mode="after")
    def _has_room(self) -> "StageData":
        """A card of a stage names it, beside what the case was opened with."""
        fit(self, ("stage", "department"), 700)
        return self


class StageLeftData(StageData):
    """Where it was, and how many officers acted there."""

    officers: Officers | None = None


class SuspensionData(EventData):
    """A special procedure whose time does not count; *approved* caps it."""

    procedure: Code
    basis: Prose | None = None
    approver: Line | None = None
    approved: Amount | None = None
    notified_at: Instant | None = None


class ResumptionData(EventData):
    """Which special procedure ended, and how many officers acted in it."""

    procedure: Code | None = None
    officers: Officers | None = None


class ExtensionData(EventData):
    """More time: how much, who approved it, and when the applicant was notified."""

    by: Amount
    approved_by: Line | None = None
    reason: Prose | None = None
    notified_at: Instant | None = None


class DecidedData(EventData):
    """How the case ended: granted, refused ….

    *remedies*: whether the applicant was told how to have a refusal reviewed (行政许可法 38).
    *opinion*: whether a reasoned opinion is in the file. *decided_by*: the role of who decided.
    """

    outcome: Code
    reason: Prose | None = None
    remedies: bool | None = None
    opinion: bool | None = None
    decided_by: Line | None = None


class ForwardingData(EventData):
    """初审上报: to whom the lower authority sent its opinion and the materials."""

    to: Line | None = None


class EndingData(EventData):
    """Why a case ended without a decision."""

    reason: Prose | None = None


class TransferData(EndingData):
    """移送: why, to which department, by which document; it counts with the receiver's consent."""

    department: Name
    document: Line | None = None


class TurnedAwayData(EndingData):
    """Why, and whether the applicant was told how to have that reviewed (*remedies*)."""

    remedies: bool | None = None


class CorrectionData(EventData):
    """An event of the same source was reported wrongly: it happened at *time*, or not at all."""

    event: Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[\x20-\x7e]+$")]
    time: Instant | None = None
    withdrawn: OnlyTrue | None = None
    reason: Prose | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "CorrectionData":
        if (self.time is None) == (self.withdrawn is None):
            zh = {"zh": "time 与 withdrawn 须填写且只填写一项"}
            text = "one of time and withdrawn is needed, and only one"
            raise PydanticCustomError("one", text, zh)
        return self


class DocumentData(EventData):
    """Which document was delivered or published."""

    document: Line | None = None


class FeeData(EventData):
    """What the applicant was charged, in fen, by which published *standard* and on what *basis*."""

    amount: Fen
    standard: Fen | None = None
    basis: Prose | None = None


class IntermediaryData(EventData):
    """中介服务: who chose it, and whether the service is on the published list."""

    chosen_by: Literal["applicant", "department"]
    listed: bool | None = None


class ExplanationData(EventData):
    """公开说明理由: the reasons for being overdue were published (优化营商环境条例 36)."""


class IrregularityData(EventData):
    """A person's finding: the rule that was broken, the role of the finder, and a description."""

    rule: IrregularRule
    found_by: Line | None = None
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
        return MODELS[kind].model_validate(data).model_dump(exclude_none=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = ".".join(["data", *(str(part) for part in first["loc"])])[:200]
        zh, en = explain_defect(first["type"], first["msg"], first.get("ctx", {}))
        raise Rejected(422, zh=f"{path}：{zh}。", en=f"{path}: {en}", field=path) from error


def data_schema(kind: Reported) -> dict[str, Any]:
    """Return the JSON Schema of the *data* of an event type, for the OpenAPI document."""
    return MODELS[kind].model_json_schema()
