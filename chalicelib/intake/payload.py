"""The `data` of each event type: strict models, nothing unknown, nothing converted.

An unknown field is refused with its name, for it is either a misspelt one that matters or
something we would silently lose. A field that only a defective act lacks is optional too: a
suspension without a notice or an extension without an approver is an irregularity to be seen
(rules V-12, V-13), and refusing it at the door would hide it.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, to_builtins

from chalicelib.intake.event_types import Reported
from chalicelib.intake.fields import (
    Amount,
    Code,
    EventData,
    Fen,
    Instant,
    Materials,
    Name,
    Officers,
    OneLine,
    Prose,
)
from chalicelib.intake.json_text import bad_field
from chalicelib.intake.opening_data import AcceptanceData, OpeningData, must_fit
from chalicelib.schema import Defect, Unfit, read_record

# The rules that a person may find broken in a case (the rule's file: `judged` has `told`).
IrregularRule = Literal[
    "V-15", "V-16", "V-17", "V-18", "V-19", "V-23", "V-24", "V-25",
    "V-26", "V-28", "V-29", "V-30", "V-31", "V-32", "V-33", "V-34",
]  # fmt: skip


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
    """Return *value* without the fields that are not given."""
    if isinstance(value, dict):
        return {name: _without_none(each) for name, each in value.items() if each is not None}
    return [_without_none(each) for each in value] if isinstance(value, (list, tuple)) else value
